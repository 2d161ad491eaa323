import { describe, expect, test } from '@jest/globals';
import { closeAfterwards } from '../support/closing.ts';
import { type Act, answer, plainStage, startScriptedUpstream } from '../support/faults.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { type Gateway, startGateway } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';
import { read, write } from '../support/together.ts';

let redis: RedisServer;

function startOn(endpoint: string, accessKeyId = 'test'): Promise<Gateway> {
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  return startGateway(endpoint, { ttlMs: 60_000, redisUrl: redis.url, credentials });
}

describe('on one Redis, with REST APIs of the same ids', () => {
  test('gateways in front of two Stage APIs read and write their own state', async () => {
    redis = await startRedis();
    const stageApis = [await startStageApi(), await startStageApi()] as const;
    const [here, there] = [await startOn(stageApis[0].url), await startOn(stageApis[1].url)];
    const original = await read(there);
    expect(await write(here, 'here')).toEqual([]);
    expect([await read(here), await read(there)]).toEqual(['here', original]);
    expect(await write(there, 'there')).toEqual([]);
    expect([await read(here), await read(there)]).toEqual(['here', 'there']);
    // What a write is answered with costs no read, and what the one has written is not read by the other.
    expect(stageApis.map((stageApi) => stageApi.calls())).toEqual([
      { UpdateStage: 1 },
      { GetStages: 1, UpdateStage: 1 },
    ]);
  });

  test('gateways of two accounts in front of one endpoint read their own state', async () => {
    redis = await startRedis();
    const accounts: Readonly<Record<string, string>> = {
      ASIAQNZGKIQY56JQ7WML: 'the one account',
      ASIAY34FZKBOKMUTVV7A: 'the other account',
    };
    const byAccount: Act = (response, request) => {
      const [, key = ''] = /Credential=(\w+)/.exec(request.headers.authorization ?? '') ?? [];
      answer(200, { item: [{ ...plainStage, stageName: 'prod', description: accounts[key] }] })(
        response,
        request,
      );
    };
    const call = 'GET /restapis/petstore01/stages';
    const upstream = await startScriptedUpstream([
      { call, act: byAccount },
      { call, act: byAccount },
    ]);
    closeAfterwards(() => upstream.close());
    const keys = Object.keys(accounts);
    const gateways = await Promise.all(keys.map((key) => startOn(upstream.url, key)));
    for (let round = 0; round < 2; round++) {
      const shown = await Promise.all(gateways.map((gateway) => read(gateway)));
      expect(shown).toEqual(['the one account', 'the other account']);
    }
  });
});
