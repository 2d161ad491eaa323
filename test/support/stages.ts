import type { StagePart } from '../../src/__generated__/types.ts';
import { stageFromAws } from '../../src/datasources/stages/wire/from-aws.ts';
import type { StageModel } from '../../src/datasources/stages/wire/model.ts';

type AwsStage = Parameters<typeof stageFromAws>[0];

const target = {
  partition: 'aws',
  region: 'us-east-1',
  dnsSuffix: 'amazonaws.com',
  account: '111122223333',
  alias: undefined,
  home: true,
  label: undefined,
};

/** A stage as the gateway keeps it, from what AWS says of it; nothing is set but what is given. */
export const stageWith = (aws: AwsStage = {}): StageModel =>
  stageFromAws(
    { stageName: 'dev', deploymentId: 'dep001', createdDate: new Date(0), ...aws },
    'petstore01',
    target,
    new Date(0),
  );

type AwsMethodSetting = NonNullable<AwsStage['methodSettings']>[string];

/** What AWS makes of an entry that is written for the first time (stage-api.md, section 5). */
export const newEntry: AwsMethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

/** What a definition can replace, and a copy can take over: all of `StagePart`, as the schema has it. */
export const EVERY_PART: readonly StagePart[] = [
  'DEPLOYMENT',
  'DESCRIPTION',
  'CACHE_CLUSTER',
  'METHOD_SETTINGS',
  'VARIABLES',
  'DOCUMENTATION_VERSION',
  'ACCESS_LOG_SETTINGS',
  'CANARY_SETTINGS',
  'TRACING',
  'CLIENT_CERTIFICATE',
  'TAGS',
];
