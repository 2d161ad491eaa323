import type * as Graph from '../__generated__/schema.ts';

type Names<Type> = Exclude<keyof Type & string, '__typename'>;
/** A name that cannot be a word of a sentence. */
type Coined<Name extends string> = Name extends Lowercase<Name> ? never : Name;

export type MutationName = Names<Graph.Mutation>;

/** What each mutation does. */
export const mutationWords: Readonly<Record<MutationName, string>> = {
  createStage: 'Create a stage',
  updateStage: 'Change settings',
  setMethodSetting: 'Throttle a method, or change its settings',
  removeMethodSetting: 'Remove the settings of a method',
  setStageVariables: 'Change variables',
  setCanarySettings: 'Start a canary, or change it',
  promoteCanary: 'Promote the canary',
  removeCanary: 'Abandon the canary',
  setAccessLogSettings: 'Set the access log',
  removeAccessLogSettings: 'Remove the access log',
  patchStage: 'Fix a finding, or send patch operations',
  deleteStage: 'Delete the stage',
  flushStageCache: 'Empty the cache',
  flushStageAuthorizersCache: 'Empty the cache of authorizers',
  tagStage: 'Set tags',
  untagStage: 'Remove tags',
  applyStage: 'Apply a definition',
  copyStageSettings: 'Take over settings of another stage',
  createRestApiDeployment: 'Deploy the API',
  revertStage: 'Undo changes',
  recordStageBaseline: 'Record a baseline',
  removeStageBaseline: 'Remove the baseline',
};

const isMutation = (name: string): name is MutationName => Object.hasOwn(mutationWords, name);

/** A gateway of another version may have mutations that the page does not know. */
export const mutationInWords = (name: string): string => (isMutation(name) ? mutationWords[name] : name);

/** The settings of a method. */
export const settingWords = {
  throttlingRateLimit: 'requests per second',
  throttlingBurstLimit: 'requests at once (burst)',
  loggingLevel: 'execution log',
  dataTraceEnabled: 'full requests in the log',
  metricsEnabled: 'detailed metrics',
  cachingEnabled: 'cached responses',
  cacheTtlInSeconds: 'seconds in the cache',
  cacheDataEncrypted: 'encrypted cache',
  requireAuthorizationForCacheControl: 'permission to bypass the cache',
  unauthorizedCacheControlHeaderStrategy: 'bypass of the cache without permission',
  blockAllTraffic: 'Refuse every request',
} as const satisfies Readonly<Record<Names<Graph.MethodSettingInput>, string>>;

type FieldName = Coined<
  | Names<Graph.UpdateStageInput>
  | Names<Graph.SetCanarySettingsInput>
  | Names<Graph.PromoteCanaryInput>
  | Names<Graph.SetMethodSettingInput>
  | Names<Graph.SetAccessLogSettingsInput>
  | Names<Graph.RevertStageInput>
  | Names<Graph.CopyStageSettingsInput>
  | Names<Graph.PatchStageInput>
>;

/** Other fields of the changes that the page makes, and of those that findings and warnings advise. */
const fieldWords: Readonly<Record<Exclude<FieldName, MutationName>, string>> = {
  restApiId: 'API’s id',
  stageName: 'Stage',
  deploymentId: 'Deployment',
  clientCertificateId: 'Client certificate',
  documentationVersion: 'Version of the documentation',
  cacheClusterEnabled: 'Cache cluster',
  cacheClusterSize: 'Size of the cache cluster',
  tracingEnabled: 'Tracing (X-Ray)',
  accessLogSettings: 'Access log',
  destinationArn: 'Access log goes to',
  canarySettings: 'Canary',
  methodSettings: 'Settings of methods',
  percentTraffic: 'Share of the traffic, in percent',
  useStageCache: 'Canary uses the cache of the stage',
  setVariableOverrides: 'Other values of variables for the canary',
  removeVariableOverrides: 'Variables that the canary takes from the stage again',
  resourcePath: 'Path',
  httpMethod: 'Method',
  patchOperations: 'Patch operations',
  toRevision: 'Earlier state',
  expectedRevision: 'State of the stage that was shown',
  expectedPlan: 'Plan that was shown',
  dryRun: 'Plan only',
};

const words: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...fieldWords, ...settingWords, ...mutationWords }),
);

/** What is quoted is someone's own text; a name may have its type or its parent in front of it. */
const QUOTED_OR_NAME = /"(?:[^"\\]|\\.)*"|\b(?:\w+\.)?([a-z]+[A-Z]\w*)\b/g;

/** A message of the gateway, in which names of the graph are called as the page calls them. */
export const inPagesWords = (message: string): string =>
  message
    .replaceAll(QUOTED_OR_NAME, (found: string, name: string | undefined) => {
      const called = name === undefined ? undefined : words.get(name);
      return called === undefined ? found : `“${called.charAt(0).toUpperCase()}${called.slice(1)}”`;
    })
    .replaceAll('as confirm ', 'as confirmation ');
