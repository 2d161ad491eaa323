import { stringify } from 'yaml';
import { z } from 'zod';
import type { StageDefinitionInput, StagePart } from '../__generated__/types.ts';
import { allParts, partOf } from '../datasources/stages/desired/stage-parts.ts';
import { AWS_DEFAULTS } from '../datasources/stages/wire/method-settings.ts';
import { FileProblems } from './file-problems.ts';
import type { Ask } from './gateway-client.ts';

const settings = {
  metricsEnabled: z.boolean(),
  loggingLevel: z.enum(['OFF', 'ERROR', 'INFO']).nullable(),
  dataTraceEnabled: z.boolean(),
  throttlingBurstLimit: z.number(),
  throttlingRateLimit: z.number(),
  cachingEnabled: z.boolean(),
  cacheTtlInSeconds: z.number(),
  cacheDataEncrypted: z.boolean(),
  requireAuthorizationForCacheControl: z.boolean(),
  unauthorizedCacheControlHeaderStrategy: z.string().nullable(),
} satisfies Record<keyof typeof AWS_DEFAULTS, z.ZodType>;
const values = z.object(settings);
type Values = z.infer<typeof values>;

const entry = values.extend({
  key: z.string(),
  canonical: z.boolean(),
  resourcePath: z.string(),
  httpMethod: z.string().nullable(),
});
const variable = z.object({ name: z.string(), value: z.string().nullable(), redacted: z.boolean() });
const stage = z.object({
  deploymentId: z.string(),
  description: z.string().nullable(),
  cacheClusterEnabled: z.boolean(),
  cacheClusterSize: z.string().nullable(),
  clientCertificateId: z.string().nullable(),
  documentationVersion: z.string().nullable(),
  tracingEnabled: z.boolean(),
  variables: z.array(variable),
  accessLogSettings: z
    .object({ destinationArn: z.string().nullable(), format: z.string().nullable() })
    .nullable(),
  canarySettings: z
    .object({
      deploymentId: z.string(),
      percentTraffic: z.number(),
      useStageCache: z.boolean(),
      stageVariableOverrides: z.array(variable),
    })
    .nullable(),
  methodSettings: z.array(entry),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
});
type Exported = z.infer<typeof stage>;

const VARIABLE = '{ name value redacted }';
const EXPORT = `query ExportStage($restApiId: ID!, $stageName: String!, $account: ID, $region: String) {
  stage(restApiId: $restApiId, stageName: $stageName, account: $account, region: $region) {
    deploymentId description cacheClusterEnabled cacheClusterSize clientCertificateId documentationVersion tracingEnabled
    variables ${VARIABLE}
    accessLogSettings { destinationArn format }
    canarySettings { deploymentId percentTraffic useStageCache stageVariableOverrides ${VARIABLE} }
    methodSettings { key canonical resourcePath httpMethod ${Object.keys(settings).join(' ')} }
    tags { key value }
  }
}`;

/** Which stage to export. */
export interface StageNames {
  readonly restApiId: string;
  readonly stageName: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** What people deploy, and try out, by other means than a file. */
const byOtherMeans: readonly StagePart[] = ['DEPLOYMENT', 'CANARY_SETTINGS'];
export const usualParts: readonly StagePart[] = allParts.filter((part) => !byOtherMeans.includes(part));

const DEFAULT_KEY = '*/*';

/** The settings that differ from those that a new entry has; at least one. */
function settingsOf(own: Values, fresh: Values): object {
  const names = Object.keys(settings).filter((name): name is keyof Values => name in settings);
  const given = names
    .filter((name) => own[name] !== fresh[name])
    .map((name) => [name, own[name] ?? 'OFF'] as const);
  const blocks = given.some(([name, value]) => name.startsWith('throttling') && value === 0);
  return {
    ...Object.fromEntries(given.length > 0 ? given : [['metricsEnabled', own.metricsEnabled]]),
    ...(blocks ? { blockAllTraffic: true } : {}),
  };
}

function methodSettingsOf({ methodSettings }: Exported): object[] {
  const ofDefault = methodSettings.find(({ key }) => key === DEFAULT_KEY);
  return methodSettings
    .filter(({ canonical }) => canonical)
    .map((own) => ({
      resourcePath: own.resourcePath,
      httpMethod: own.httpMethod,
      settings: settingsOf(own, own === ofDefault ? AWS_DEFAULTS : (ofDefault ?? AWS_DEFAULTS)),
    }));
}

const pairsOf = (list: z.infer<typeof variable>[]): object[] =>
  list.map(({ name, value }) => ({ name, value }));

/** Null, where AWS has nothing. */
const orNull = (text: string | null): string | null => (text === '' ? null : text);

/** AWS may have one of the two values, and repeats an empty object for nothing. */
function accessLogOf({ accessLogSettings }: Exported): object | null {
  const given = Object.entries(accessLogSettings ?? {}).filter(([, value]) => value !== null);
  return given.length === 0 ? null : Object.fromEntries(given);
}

function definitionOf(exported: Exported): Record<keyof StageDefinitionInput, unknown> {
  const { canarySettings: canary, cacheClusterEnabled, cacheClusterSize } = exported;
  return {
    deploymentId: exported.deploymentId,
    description: orNull(exported.description),
    cacheClusterEnabled,
    cacheClusterSize: cacheClusterEnabled ? (cacheClusterSize ?? undefined) : undefined,
    clientCertificateId: orNull(exported.clientCertificateId),
    documentationVersion: orNull(exported.documentationVersion),
    tracingEnabled: exported.tracingEnabled,
    variables: pairsOf(exported.variables),
    accessLogSettings: accessLogOf(exported),
    canarySettings: canary && { ...canary, stageVariableOverrides: pairsOf(canary.stageVariableOverrides) },
    methodSettings: methodSettingsOf(exported),
    tags: exported.tags.filter(({ key }) => !key.startsWith('aws:')),
  };
}

const hasHidden = ({ variables, canarySettings }: Exported, parts: readonly StagePart[]): boolean =>
  (parts.includes('VARIABLES') && variables.some(({ redacted }) => redacted)) ||
  (parts.includes('CANARY_SETTINGS') &&
    (canarySettings?.stageVariableOverrides.some(({ redacted }) => redacted) ?? false));

/** A stage as a file that owns the given parts. `note` receives what the file leaves out. */
export async function exportStage(
  ask: Ask,
  names: StageNames,
  parts: readonly StagePart[],
  note: (text: string) => void,
): Promise<string> {
  const answer = z.object({ stage: stage.nullable() }).parse(await ask(EXPORT, names));
  if (answer.stage === null)
    throw new FileProblems([`There is no stage ${names.stageName} of the API ${names.restApiId}.`]);
  if (hasHidden(answer.stage, parts)) {
    throw new FileProblems([
      'The values of variables are hidden from this token: it needs the scope stages:variables, or --parts without VARIABLES.',
    ]);
  }
  for (const { key } of answer.stage.methodSettings.filter(({ canonical }) => !canonical)) {
    note(`The dead key ${JSON.stringify(key)} is left out: applying the file removes it.`);
  }
  const desired = Object.entries(definitionOf(answer.stage)).filter(
    ([name, value]) => value !== undefined && parts.some((part) => isOf(name, part)),
  );
  const file = { ...names, replace: [...parts], desired: Object.fromEntries(desired) };
  return stringify(JSON.parse(JSON.stringify(file)), { lineWidth: 0 });
}

const isOf = (name: string, part: StagePart): boolean =>
  Object.entries(partOf).some(([member, its]) => member === name && its === part);
