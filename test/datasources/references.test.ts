import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anyone } from '../../src/auth/caller.ts';
import { createDataSourceFactory, type DataSources } from '../../src/datasources/index.ts';
import { createReadTrail } from '../../src/datasources/read-trail.ts';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { noGatewayObserver } from '../../src/telemetry/observer.ts';
import { createUpstream, type Upstream } from '../../src/upstream/index.ts';
import { silentLogger } from '../support/silence.ts';

let stageApi: EmbeddedStageApi;
let upstream: Upstream;
let dataSources: DataSources;
beforeAll(async () => {
  stageApi = await startEmbeddedStageApi();
  const created = await createUpstream({
    endpoint: stageApi.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestTimeoutMs: 2000,
    deadlineMs: 5000,
    ttlMs: 60_000,
    staleMs: 0,
    rate: 1000,
    burst: 1000,
  });
  if (created === undefined) throw new Error('no Region');
  upstream = created;
  dataSources = createDataSourceFactory({ upstream, isProtected: () => false, maxCalls: 100 })({
    logger: silentLogger,
    observer: noGatewayObserver,
    caller: anyone({ name: null, version: null }),
    fresh: false,
    signal: new AbortController().signal,
    trail: createReadTrail(),
  });
});
afterAll(async () => {
  await upstream.close();
  await stageApi.close();
});

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const deployment = { restApiId: 'petstore01', deploymentId: 'dep001' };
const details = new Set(['name']);

/** Each kind of entity, by reference and by its own field. */
const entities = [
  ['a stage', () => dataSources.stages.resolve(prod), () => dataSources.stages.get('petstore01', 'prod')],
  [
    'an API',
    () => dataSources.restApis.resolve({ restApiId: 'petstore01' }, details),
    () => dataSources.restApis.get('petstore01', details),
  ],
  [
    'a deployment',
    () => dataSources.deployments.resolve(deployment),
    () => dataSources.deployments.get(deployment),
  ],
] as const;

describe('a reference resolves to an object of its own, every time', () => {
  test.each(entities)('%s', async (_, resolve, get) => {
    const [once, again, shared] = await Promise.all([resolve(), resolve(), get()]);
    expect(once).toEqual(shared);
    expect(again).toEqual(shared);
    expect(new Set([once, again, shared]).size).toBe(3);
  });
});
