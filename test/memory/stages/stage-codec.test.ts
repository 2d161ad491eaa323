import { GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { stateOf } from '../../../src/datasources/stages/desired/stage-state.ts';
import { stageFromAws, stageInFull } from '../../../src/datasources/stages/wire/from-aws.ts';
import type { StageModel } from '../../../src/datasources/stages/wire/model.ts';
import { startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { sampleData } from '../../../src/embedded/state/sample-data.ts';
import { findingBits } from '../../../src/memory/database/finding-bits.ts';
import { DatabaseUnavailable } from '../../../src/memory/database/unavailable.ts';
import { createFingerprintKey, type MethodsOf, stageColumns } from '../../../src/memory/stages/index.ts';
import { createClient } from '../../../src/upstream/calls/client.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { codecWith, key, oneKey, stageAt, target } from '../../support/history-world.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

/** The stages of the sample data, as the gateway reads them. */
let samples: StageModel[] = [];
beforeAll(async () => {
  const stageApi = await startEmbeddedStageApi();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = createClient({
    endpoint: stageApi.url,
    region: target.region,
    credentials,
    requestTimeoutMs: 5000,
  });
  const read = async (restApiId: string) => {
    const { item = [] } = await client.send(new GetStagesCommand({ restApiId }));
    return item.map((aws) => stageFromAws(aws, restApiId, target, new Date(7)));
  };
  samples = (await Promise.all(sampleData.restApis.map(({ id }) => read(id)))).flat();
  client.destroy();
  await stageApi.close();
});

/** All fields, computed ones as well. */
const whole = ({ details: { methodSettings, revision }, ...stage }: StageModel) => ({
  ...stage,
  methodSettings,
  revision,
});

const secrets = stageAt(7, {
  variables: Object.fromEntries([
    ['backend', 'secret-backend'],
    ['__proto__', 'secret-proto'],
    ['empty', ''],
  ]),
  canarySettings: { deploymentId: 'dep002', stageVariableOverrides: { backend: 'secret-override' } },
});

test('a stage that was stored is what AWS answered, with its revision and the date of the read', () => {
  const codec = codecWith();
  expect(samples.length).toBeGreaterThan(5);
  for (const stage of samples) {
    const { stage: decoded, unknownValues } = codec.decode(codec.encode(stage), target, new Date(7));
    expect(whole(decoded)).toEqual(whole(stage));
    expect(unknownValues).toBe(false);
  }
});

test('a stage that another process shares, without AWS’s answer, is stored as well as it is known', () => {
  const codec = codecWith();
  for (const stage of samples) {
    const shared = stageInFull(stage);
    const { stage: decoded } = codec.decode(codec.encode(shared), target, new Date(7));
    expect(whole(decoded)).toEqual(whole(stage));
    expect(codec.stateOf(codec.encode(shared))).toEqual(codec.stateOf(codec.encode(stage)));
  }
});

test('values the schema does not know survive both ways', () => {
  const codec = codecWith();
  const odd = stageAt(7, { methodSettings: { '*/*': { loggingLevel: 'VERBOSE' } } });
  for (const stage of [odd, stageInFull(odd)]) {
    const { details } = codec.decode(codec.encode(stage), target, new Date(7)).stage;
    expect(details.methodSettings[0]?.unknownValues).toEqual([['loggingLevel', 'VERBOSE']]);
  }
});

describe('values of variables', () => {
  test('are not in the document', () => {
    const { document, secret_values } = codecWith().encode(secrets);
    expect(document).toContain('__proto__');
    expect(document).not.toContain('secret-');
    expect(secret_values).not.toContain('secret-');
  });

  test.each([
    ['without a key', []],
    ['with another key', [key()]],
  ])('are empty %s, and said to be unknown', (_, keys) => {
    const codec = codecWith(keys);
    const { stage, unknownValues, unknown } = codec.decode(codecWith().encode(secrets), target, new Date(7));
    expect(unknownValues).toBe(true);
    expect(unknown).toEqual({ variables: ['backend', '__proto__', 'empty'], overrides: ['backend'] });
    expect(stage.variables.map(({ value }) => value)).toEqual(['', '', '']);
    expect(stage.details.revision).toBe(secrets.details.revision);
  });

  test('that are not known are stored again as they were', () => {
    const stored = codecWith().encode(secrets);
    const blind = codecWith([]);
    const { stage } = blind.decode(stored, target, new Date(7));
    expect(blind.encode({ ...stage, observedAt: new Date(9) })).toEqual(stored);
  });

  test('show by their fingerprints whether they differ, and nothing between stages or names', () => {
    const codec = codecWith([]);
    const variables = (stage: StageModel) => codec.stateOf(codec.encode(stage)).variables;
    const [one, other] = [
      { a: 'x', b: 'x' },
      { a: 'y', b: 'x' },
    ].map((each) => variables(stageAt(1, { variables: each })));
    expect(one?.get('a')).toMatch(/^[\w-]{22}$/);
    expect(one?.get('a')).not.toBe(other?.get('a'));
    expect(one?.get('b')).toBe(other?.get('b'));
    expect(one?.get('a')).not.toBe(one?.get('b'));
    expect(variables(stageAt(1, { stageName: 'dev', variables: { a: 'x' } })).get('a')).not.toBe(
      one?.get('a'),
    );
    const otherKey = codecWith([], key());
    const elsewhere = otherKey.stateOf(otherKey.encode(stageAt(1, { variables: { a: 'x' } })));
    expect(elsewhere.variables.get('a')).not.toBe(one?.get('a'));
  });

  test('of a state are those of the stage where they are known', () => {
    const codec = codecWith();
    expect(stateOf(codec.decodeAnywhere(codec.encode(secrets)).stage)).toEqual(stateOf(secrets));
  });
});

describe('columns', () => {
  const nothing: MethodsOf = () => undefined;

  test('say what the inventory filters by', () => {
    const stage = stageAt(7, {
      deploymentId: 'dep001',
      lastUpdatedDate: new Date(5),
      canarySettings: { deploymentId: 'dep002' },
      accessLogSettings: { destinationArn: 'arn' },
      webAclArn: 'arn',
      tracingEnabled: true,
      cacheClusterEnabled: true,
      tags: { team: 'pets' },
    });
    expect(stageColumns(stage, nothing)).toEqual({
      last_updated: 5,
      deployment_id: 'dep001',
      canary_deployment_id: 'dep002',
      has_canary: 1,
      has_access_log: 1,
      has_web_acl: 1,
      tracing_enabled: 1,
      cache_cluster_enabled: 1,
      findings: findingBits(['CANARY_WITHOUT_TRAFFIC']),
      tags: '\n"team""pets"\n',
    });
    expect(stageColumns(stageAt(7), nothing)).toMatchObject({
      canary_deployment_id: null,
      has_canary: 0,
      has_access_log: 0,
      has_web_acl: 0,
      tracing_enabled: 0,
      cache_cluster_enabled: 0,
      findings: findingBits(['ACCESS_LOG_OFF', 'TRACING_OFF', 'NO_WEB_ACL']),
    });
  });

  test('have findings of deployments as far as these are known', () => {
    const stage = stageAt(7, {
      canarySettings: { deploymentId: 'dep002', percentTraffic: 5 },
      accessLogSettings: { format: 'x' },
      webAclArn: 'arn',
      tracingEnabled: true,
      methodSettings: { '~1gone/GET': { loggingLevel: 'INFO' }, '*/*': { loggingLevel: 'INFO' } },
    });
    const knowing =
      (...known: string[]): MethodsOf =>
      (_, __, deploymentId) =>
        known.includes(deploymentId) ? { deploymentId, createdDate: new Date(0), methods: [] } : undefined;
    expect(stageColumns(stage, knowing()).findings).toBe(0);
    expect(stageColumns(stage, knowing('dep001')).findings).toBe(0);
    expect(stageColumns(stage, knowing('dep001', 'dep002')).findings).toBe(findingBits(['ORPHANED_SETTING']));
  });
});

test('processes that start at the same time agree on the key of fingerprints', async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  const keys = [createFingerprintKey(), createFingerprintKey()];
  await Promise.all(keys.map(({ load }) => load(db)));
  const later = createFingerprintKey();
  await later.load(db);
  const [first] = keys;
  expect(new Set([...keys, later].map(({ get }) => get().toString('hex'))).size).toBe(1);
  expect(later.get()).toHaveLength(32);
  expect(later.get()).not.toEqual(oneKey);

  // A database that has lost its tables gets the key of the processes that use it.
  await db.deleteFrom('settings').execute();
  await first?.load(db);
  const restarted = createFingerprintKey();
  await restarted.load(db);
  expect(restarted.get()).toEqual(later.get());
});

test('a key of fingerprints is not there before the database was reached', () => {
  expect(createFingerprintKey().get).toThrow(DatabaseUnavailable);
});
