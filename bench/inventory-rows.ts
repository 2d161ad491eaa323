import { randomBytes } from 'node:crypto';
import { stageFromAws } from '../src/datasources/stages/wire/from-aws.ts';
import type { Target } from '../src/fleet/target.ts';
import { sortKey } from '../src/memory/database/sort-key.ts';
import type { NewStageRow, RestApisTable } from '../src/memory/database/tables.ts';
import { createStageCodec, createValueCipher, stageColumns } from '../src/memory/stages/index.ts';

/** How large the inventory of a bench is. */
export interface Size {
  readonly accounts: number;
  readonly apisPerTarget: number;
}

const regions = ['eu-central-1', 'us-east-1'];
const stageNames = ['dev', 'test', 'prod'];
const subjects = ['orders', 'billing', 'customers', 'search', 'payments', 'shipping', 'reports'];
const teams = 40;
export const teamOf = (n: number) => `team-${n % teams}`;
/** The last change of the oldest stage; each later one comes a minute later. */
export const firstChange = Date.UTC(2025, 0, 1);

export const stagesOf = ({ accounts, apisPerTarget }: Size) =>
  accounts * regions.length * apisPerTarget * stageNames.length;

export function targetsOf({ accounts }: Size): Target[] {
  const all = Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index));
  return all.flatMap((account) =>
    regions.map((region) => ({
      ...{ account, region, partition: 'aws', dnsSuffix: 'amazonaws.com' },
      ...{ alias: undefined, home: false, label: undefined },
    })),
  );
}

/** A stage of the nth API as AWS describes it: a log, tags, some variables and method settings. */
const awsStage = (n: number, api: number, stageName: string) => ({
  stageName,
  deploymentId: `d${n.toString(36).padStart(5, '0')}`,
  description: `The ${stageName} stage of service ${api}, deployed by the pipeline`,
  cacheClusterEnabled: n % 50 === 0,
  tracingEnabled: n % 3 === 0,
  variables: { backend: `${stageName}.internal.example`, timeout: '3000', table: `items-${n}` },
  tags: { team: teamOf(api), env: stageName, 'cost-center': String(1000 + (api % 90)) },
  methodSettings: {
    '*/*': {
      ...{ metricsEnabled: true, loggingLevel: 'INFO' as const, dataTraceEnabled: false },
      ...{ throttlingBurstLimit: 200, throttlingRateLimit: 100, cachingEnabled: false },
      ...{ cacheTtlInSeconds: 300, cacheDataEncrypted: false, requireAuthorizationForCacheControl: true },
      unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER' as const,
    },
  },
  ...(n % 4 === 0
    ? {}
    : {
        accessLogSettings: {
          destinationArn: `arn:aws:logs:eu-central-1:100000000000:log-group:api-${api}`,
          format: '{"requestId":"$context.requestId","status":"$context.status","path":"$context.path"}',
        },
      }),
  ...(n % 5 === 0 ? { webAclArn: `arn:aws:wafv2:eu-central-1:100000000000:regional/webacl/all/${n}` } : {}),
  createdDate: new Date(firstChange),
  lastUpdatedDate: new Date(firstChange + ((n * 7919) % 500_000) * 60_000),
});

/** The rows of a target, as the history writes them. */
export function createRows() {
  const key = randomBytes(32);
  const codec = createStageCodec({ cipher: createValueCipher([]), fingerprintKey: () => key });
  return (target: Target, offset: number, { apisPerTarget }: Size) => {
    const stages: NewStageRow[] = [];
    const apis: RestApisTable[] = [];
    const observedAt = Date.now();
    for (let api = 0; api < apisPerTarget; api++) {
      const restApiId = `a${((offset + api) * 7919).toString(36).padStart(9, '0')}`;
      const apiName = `${subjects[api % subjects.length] ?? ''}-service-${api}`;
      const name = `${target.account}/${target.region}`;
      apis.push({ target: name, rest_api_id: restApiId, name: apiName, observed_at: observedAt });
      stageNames.forEach((stageName, place) => {
        const n = (offset + api) * stageNames.length + place;
        const stage = stageFromAws(awsStage(n, api, stageName), restApiId, target, new Date(observedAt));
        stages.push({
          ...codec.encode(stage),
          ...stageColumns(stage, () => undefined),
          ...{ observed_at: observedAt, api_name: apiName, api_name_key: sortKey(apiName), has_drift: 0 },
        });
      });
    }
    return { stages, apis };
  };
}
