import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../support/polling.ts';
import { run, type Running, sentPatches } from '../support/run.ts';

const folder = new URL('../../examples/operations/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .sort();
const variablesOf = (name: string) =>
  JSON.parse(read(name.replace('.graphql', '.json'))) as Record<string, unknown>;

/** What each sends to AWS, as it is clicked after the ones before it. */
const sent: Record<string, unknown[]> = {};
const answers: Record<string, Record<string, Record<string, unknown> | null>> = {};
let gateway: Running;
async function countStored(): Promise<number> {
  const { data } = await gateway.graphql<{ stageInventory: { totalCount: number } }>(
    '{ stageInventory { totalCount } }',
  );
  return data.stageInventory.totalCount;
}
beforeAll(async () => {
  gateway = await run({ memory: {} });
  // What the crawl does in a gateway that runs for some seconds.
  await gateway.graphql('{ restApis { nodes { stages { stageName } } } }');
  // What was read is stored soon, but not at once.
  await until(async () => (await countStored()) >= 6, 20);
});

describe('examples/operations', () => {
  // In the order of their names, on one gateway: as a person would try them.
  test.each(names)('%s succeeds after those before it', async (name) => {
    gateway.stageApi.resetCalls();
    const { data, errors } = await gateway.graphql<(typeof answers)[string]>(read(name), variablesOf(name));
    expect(errors).toBeUndefined();
    for (const result of Object.values(data)) {
      expect(result).not.toBeNull();
      expect(result?.userErrors ?? []).toEqual([]);
    }
    sent[name] = sentPatches(gateway).flat();
    answers[name] = data;
  });

  test('cover what a person comes for, the whole first', () => {
    expect(names).toEqual([
      '01-all-stages.graphql',
      '02-no-access-log.graphql',
      '03-what-is-live.graphql',
      '04-compare-with-another-stage.graphql',
      '05-unthrottled-methods.graphql',
      '06-findings.graphql',
      '07-record-a-baseline.graphql',
      '08-throttle-a-method-dry-run.graphql',
      '09-throttle-a-method.graphql',
      '10-what-drifts.graphql',
      '11-history.graphql',
      '12-revert-the-last-change.graphql',
      '13-start-a-canary.graphql',
      '14-what-a-promotion-changes.graphql',
      '15-widen-the-canary.graphql',
      '16-promote-the-canary.graphql',
      '17-remove-the-canary.graphql',
    ]);
  });

  test('each does what its title says', () => {
    expect(answers['01-all-stages.graphql']).toMatchObject({
      // The last one has no stage.
      restApis: {
        nodes: ['petstore01', 'orders0002', 'billing003', 'search0004'].map((restApiId) => ({ restApiId })),
      },
      stageInventory: { totalCount: 6 },
    });
    expect(answers['02-no-access-log.graphql']).toMatchObject({ stageInventory: { totalCount: 5 } });
    expect(answers['10-what-drifts.graphql']).toMatchObject({
      stageInventory: { nodes: [{ stageName: 'staging', drift: { changes: [{}, {}] } }] },
    });
    expect(answers['11-history.graphql']).toMatchObject({
      stage: { history: { nodes: [{ mutation: 'setMethodSetting' }, { source: 'BASELINE' }] } },
    });
    expect(answers['14-what-a-promotion-changes.graphql']).toMatchObject({
      stage: {
        canarySettings: { differences: { added: [{ httpMethod: 'POST', resourcePath: '/orders' }] } },
      },
    });
    const changes = Object.entries(sent).filter(([, patches]) => patches.length > 0);
    expect(changes.map(([name, patches]) => [name, patches.length])).toEqual([
      ['09-throttle-a-method.graphql', 2],
      ['12-revert-the-last-change.graphql', 1],
      ['13-start-a-canary.graphql', 3],
      ['15-widen-the-canary.graphql', 1],
      ['16-promote-the-canary.graphql', 3],
      ['17-remove-the-canary.graphql', 1],
    ]);
  });

  test('all act on one stage', () => {
    const stages = names.map((name) => variablesOf(name)).map((variables) => variables.input ?? variables);
    const named = stages.filter((each) => 'stageName' in Object(each));
    expect(named.length).toBeGreaterThan(10);
    for (const each of named) expect(each).toMatchObject({ restApiId: 'petstore01', stageName: 'staging' });
  });

  test.each(names)('%s begins with a title and a hint, each a line', (name) => {
    expect(read(name)).toMatch(/^# \S.*\n# \S.*\n(query|mutation) /);
  });
});
