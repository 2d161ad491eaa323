import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { until } from '../support/polling.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { describeProd, readProd, type SharingProcess, startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 120_000;

let redis: RedisServer;
let stageApi: EmbeddedStageApi;
let processes: readonly [SharingProcess, SharingProcess, SharingProcess];
beforeEach(async () => {
  redis = await startRedis();
  stageApi = await startStageApi();
  const env = {
    // The lease of a lock is five seconds longer.
    UPSTREAM_TIMEOUT_SECONDS: '1',
    // A process that goes on after a pause may look overloaded.
    MAX_EVENT_LOOP_DELAY_SECONDS: '0',
  };
  const start = () => startSharing(redis.url, stageApi.url, env);
  processes = await Promise.all([start(), start(), start()]);
}, SLOW);

const arrived = async (operation: string) => {
  await until(() => stageApi.calls()[operation] !== undefined);
};
/** What reached AWS, in its order: reads of a stage, and changes with what they set. */
const sent = () =>
  stageApi
    .requests()
    .filter(({ operation }) => operation === 'GetStage' || operation === 'UpdateStage')
    .map(({ operation, body }) => {
      const { patchOperations = [] } = (body ?? {}) as { patchOperations?: { value?: string }[] };
      return operation === 'GetStage' ? 'read' : String(patchOperations[0]?.value);
    });
const expectAll = async (description: string) => {
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(processes.map((process) => process.ask(readProd)));
    for (const answer of answers) expect(JSON.parse(answer)).toEqual({ data: { stage: { description } } });
  }
};

describe('a process that is paused while it holds the lock, and continues after others have written', () => {
  test(
    'with its request under way: it sends nothing again, and nobody is shown what it wrote',
    async () => {
      const [paused, other] = processes;
      await expect(paused.ask(describeProd('before'))).resolves.toContain('"userErrors":[]');
      await expectAll('before');
      stageApi.resetCalls();
      stageApi.configure({ latencyMs: 300 });
      const answer = paused.ask(describeProd('by the paused one'));
      await arrived('UpdateStage');
      paused.child.kill('SIGSTOP');
      stageApi.configure({ latencyMs: 0 });
      expect(await other.ask(describeProd('by the other'))).toContain('"userErrors":[]');
      expect(await other.ask(readProd)).toContain('by the other');
      paused.child.kill('SIGCONT');
      // Whether its answer still counts depends on what it notices first.
      expect(await answer).toMatch(/"userErrors":\[(\{"code":"OUTCOME_UNKNOWN"\})?\]/);
      await expectAll('by the other');
      expect(sent()).toEqual(['by the paused one', 'by the other']);
    },
    SLOW,
  );

  test(
    'between its read and its request: it reads again, and undoes nothing',
    async () => {
      const [paused, other] = processes;
      stageApi.resetCalls();
      stageApi.configure({ latencyMs: 300 });
      const answer = paused.ask(
        'mutation { setCanarySettings(input: { restApiId: "petstore01", stageName: "prod", percentTraffic: 42 }) { userErrors { code } } }',
      );
      await arrived('GetStage');
      paused.child.kill('SIGSTOP');
      stageApi.configure({ latencyMs: 0 });
      expect(await other.ask(describeProd('by the other'))).toContain('"userErrors":[]');
      paused.child.kill('SIGCONT');
      expect(await answer).toContain('"userErrors":[]');
      await expectAll('by the other');
      expect(sent().slice(sent().indexOf('by the other'))).toEqual(
        expect.arrayContaining(['by the other', 'read', '42.0']),
      );
      expect(sent().slice(-2)).toEqual(['read', '42.0']);
    },
    SLOW,
  );
});
