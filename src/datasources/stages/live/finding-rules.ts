import type {
  EffectiveMethodSetting,
  MethodSettingInput,
  StageFinding,
  StageFindingCode,
  StageFindingSeverity,
} from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import { type DeployedMethods, isOpen } from '../../rest-apis/deployed-methods.ts';
import { methodName, methodNames } from '../../rest-apis/method-names.ts';
import { VERBS } from '../../rest-apis/verbs.ts';
import { writesOf } from '../plans/apply-patch-rules.ts';
import { testsNothing } from '../plans/canary-state.ts';
import { type PatchOperation, remove, sizeProblem } from '../plans/patch-plan.ts';
import { methodSettingRules, stageRules } from '../plans/patch-rules.ts';
import { canaryRemoval } from '../plans/plan-canary.ts';
import { isRemovalPath, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { AWS_DEFAULTS, entryWithKey } from '../wire/method-settings.ts';
import type { MethodSettingModel, StageModel } from '../wire/model.ts';
import { dependsOnMethods, type LiveMethod, orphanedSettings } from './live-methods.ts';

/** What a rule finds: everything that its row of the table does not say. */
export type Found = Pick<StageFinding, 'message'> &
  Partial<Pick<StageFinding, 'resourcePath' | 'httpMethod'>> & { readonly fix?: readonly PatchOperation[] };

/** A stage with what it serves. */
export interface LiveStage {
  readonly stage: StageModel;
  readonly deployment: DeployedMethods;
  /** Undefined without a canary, or if its deployment is not known. */
  readonly canaryDeployment: DeployedMethods | undefined;
  /** The methods of both; where both have a method, that which more clients can call. */
  readonly methods: readonly LiveMethod[];
}

/** A kind of finding, and what it depends on: the stage alone, its deployment, or the canary's deployment as well. */
export type FindingRule = { readonly severity: StageFindingSeverity } & (
  | { readonly needs: 'stage'; readonly find: (stage: StageModel) => readonly Found[] }
  | {
      readonly needs: 'deployment' | 'deployments';
      /** False: the stage itself shows that there is nothing to find. */
      readonly applies?: (stage: StageModel) => boolean;
      readonly find: (live: LiveStage) => readonly Found[];
    }
);

type Setting = Exclude<keyof EffectiveMethodSetting, 'source'>;

/** The key of the entry that a method gets its settings from. Without any, the default entry is what to create. */
const sourceKey = ({ key, effectiveSetting }: LiveMethod): string =>
  effectiveSetting.source === 'METHOD' ? key : STAGE_DEFAULT_KEY;

const settingPatch = (key: string, values: MethodSettingInput): readonly PatchOperation[] =>
  writesOf(methodSettingRules, values, `/${key}/`);

/** Where the settings of a method come from, in words: a patch of the default entry changes other methods as well. */
const origin = ({ effectiveSetting: { source } }: LiveMethod): string =>
  source === 'METHOD' ? 'its own entry' : "the stage's default entry";

/** A finding for each method that a condition is true of. `fix` gives the values that end it. */
function methodsThat(
  { methods }: LiveStage,
  isFound: (setting: EffectiveMethodSetting, method: LiveMethod) => boolean,
  message: (method: LiveMethod) => string,
  fix?: (method: LiveMethod) => MethodSettingInput,
): Found[] {
  return methods
    .filter((method) => isFound(method.effectiveSetting, method))
    .map((method) => ({
      message: message(method),
      resourcePath: method.resourcePath,
      httpMethod: method.httpMethod,
      ...(fix === undefined ? {} : { fix: settingPatch(sourceKey(method), fix(method)) }),
    }));
}

/** The throttle to use instead of a wrong value: that of the default entry if it is one, else AWS's default. */
function saneThrottle(
  stage: StageModel,
  { effectiveSetting }: LiveMethod,
  isWrong: (limit: number) => boolean,
) {
  const shared = entryWithKey(stage.details.methodSettings, STAGE_DEFAULT_KEY);
  const limitFor = (name: Setting & `throttling${string}`): number | undefined => {
    if (!isWrong(effectiveSetting[name])) return undefined;
    const limit = shared?.[name] ?? 0;
    return limit > 0 ? limit : AWS_DEFAULTS[name];
  };
  return {
    throttlingBurstLimit: limitFor('throttlingBurstLimit'),
    throttlingRateLimit: limitFor('throttlingRateLimit'),
  };
}

const isUnlimited = (limit: number): boolean => limit === -1;
const isZero = (limit: number): boolean => limit === 0;
const someThrottle =
  (isWrong: (limit: number) => boolean) =>
  ({ throttlingBurstLimit, throttlingRateLimit }: EffectiveMethodSetting): boolean =>
    isWrong(throttlingBurstLimit) || isWrong(throttlingRateLimit);

/** Through the default entry AWS caches GET only (stage-api.md, section 6). */
const cachesResponses = (setting: EffectiveMethodSetting, { httpMethod }: LiveMethod): boolean =>
  setting.cachingEnabled &&
  setting.cacheTtlInSeconds > 0 &&
  (setting.source === 'METHOD' || httpMethod === 'GET');

/** A level that the schema does not know is a level. */
const logsNothing = ({ details: { methodSettings } }: StageModel, method: LiveMethod): boolean => {
  const { loggingLevel } = method.effectiveSetting;
  const entry = entryWithKey(methodSettings, sourceKey(method));
  return (
    (loggingLevel === null || loggingLevel === 'OFF') &&
    entry?.unknownValues.some(([name]) => name === 'loggingLevel') !== true
  );
};

/** One finding for all methods: most stages have one level for all of them. */
function executionLogOff({ stage, methods }: LiveStage): Found[] {
  const silent = methods.filter((method) => logsNothing(stage, method));
  if (silent.length === 0) return [];
  const which = silent.length === methods.length ? 'all methods' : methodNames(silent);
  const fix = [...new Set(silent.map(sourceKey))].flatMap((key) =>
    settingPatch(key, { loggingLevel: 'ERROR' }),
  );
  const message = `The execution log is off for ${which}: failures within API Gateway leave no trace. Set loggingLevel to ERROR.`;
  return [sizeProblem(fix.length) === undefined ? { message, fix } : { message }];
}

/** Whether an entry is one of seven that were set for ANY, of which some reach a method. */
const isOfAny = (
  { resourcePath }: MethodSettingModel,
  { details: { methodSettings } }: StageModel,
  methods: readonly LiveMethod[],
): boolean =>
  methods.some((method) => method.resourcePath === resourcePath) &&
  methodSettings.filter((other) => other.canonical && other.resourcePath === resourcePath).length ===
    VERBS.length;

const removable = (entry: MethodSettingModel, message: string): Found => ({
  message,
  resourcePath: entry.resourcePath,
  httpMethod: entry.httpMethod,
  ...(isRemovalPath(`/${entry.key}`) ? { fix: [remove(`/${entry.key}`)] } : {}),
});

/** Why each code matters is said in the schema: schema/findings.graphql. */
export const findingRules: Readonly<Record<StageFindingCode, FindingRule>> = {
  ACCESS_LOG_OFF: {
    severity: 'MEDIUM',
    needs: 'stage',
    find: ({ accessLogSettings }) =>
      accessLogSettings === null
        ? [{ message: 'The stage has no access log. Set one with setAccessLogSettings.' }]
        : [],
  },
  EXECUTION_LOG_OFF: { severity: 'LOW', needs: 'deployment', find: executionLogOff },
  DATA_TRACE_ON: {
    severity: 'HIGH',
    needs: 'deployment',
    find: (live) =>
      methodsThat(
        live,
        ({ dataTraceEnabled }) => dataTraceEnabled,
        (method) =>
          `Full requests and responses of ${methodName(method)} go to the execution log, by ${origin(method)}. Set dataTraceEnabled to false.`,
        () => ({ dataTraceEnabled: false }),
      ),
  },
  TRACING_OFF: {
    severity: 'LOW',
    needs: 'stage',
    find: ({ tracingEnabled }) =>
      tracingEnabled
        ? []
        : [
            {
              message: 'X-Ray does not trace requests to the stage. Set tracingEnabled to true.',
              fix: writesOf(stageRules, { tracingEnabled: true }, '/'),
            },
          ],
  },
  NO_WEB_ACL: {
    severity: 'MEDIUM',
    needs: 'stage',
    find: ({ webAclArn }) =>
      webAclArn === null ? [{ message: 'No web ACL protects the stage. Associate one in AWS WAF.' }] : [],
  },
  THROTTLING_OFF: {
    severity: 'MEDIUM',
    needs: 'deployment',
    find: (live) =>
      methodsThat(
        live,
        someThrottle(isUnlimited),
        (method) =>
          `${methodName(method)} has no throttle of its own (-1), by ${origin(method)}: only the limits of the account apply. Set a rate and a burst that its backend can take.`,
        (method) => saneThrottle(live.stage, method, isUnlimited),
      ),
  },
  ALL_TRAFFIC_BLOCKED: {
    severity: 'HIGH',
    needs: 'deployment',
    find: (live) =>
      methodsThat(
        live,
        someThrottle(isZero),
        (method) =>
          `AWS refuses every request to ${methodName(method)}: its throttle is 0, by ${origin(method)}. Set a throttle above 0, unless this is intended.`,
        (method) => saneThrottle(live.stage, method, isZero),
      ),
  },
  CACHE_NOT_ENCRYPTED: {
    severity: 'MEDIUM',
    needs: 'deployment',
    applies: ({ cacheClusterEnabled }) => cacheClusterEnabled,
    find: (live) =>
      methodsThat(
        live,
        (setting, method) => cachesResponses(setting, method) && !setting.cacheDataEncrypted,
        (method) =>
          `Cached responses of ${methodName(method)} are not encrypted, by ${origin(method)}. Set cacheDataEncrypted to true.`,
        () => ({ cacheDataEncrypted: true }),
      ),
  },
  CACHE_WITHOUT_CLUSTER: {
    severity: 'MEDIUM',
    needs: 'deployment',
    applies: ({ cacheClusterEnabled }) => !cacheClusterEnabled,
    find: (live) =>
      methodsThat(
        live,
        cachesResponses,
        (method) =>
          `Caching is enabled for ${methodName(method)}, by ${origin(method)}, but the stage has no cache cluster: nothing is cached. Set cacheClusterEnabled to true, or cachingEnabled to false.`,
        () => ({ cachingEnabled: false }),
      ),
  },
  CLUSTER_WITHOUT_CACHE: {
    severity: 'MEDIUM',
    needs: 'deployments',
    applies: ({ cacheClusterEnabled }) => cacheClusterEnabled,
    find: ({ methods }) =>
      methods.some((method) => cachesResponses(method.effectiveSetting, method))
        ? []
        : [
            {
              message:
                'The stage pays for a cache cluster, but caching is enabled for none of its methods. Set cachingEnabled for a method, or cacheClusterEnabled to false.',
              fix: writesOf(stageRules, { cacheClusterEnabled: false }, '/'),
            },
          ],
  },
  ORPHANED_SETTING: {
    severity: 'LOW',
    needs: 'deployments',
    applies: dependsOnMethods,
    find: ({ stage, methods }) =>
      orphanedSettings(stage, methods)
        .filter((entry) => entry.canonical && !isOfAny(entry, stage, methods))
        .map((entry) =>
          removable(
            entry,
            `The stage has settings for ${entry.httpMethod ?? '?'} ${entry.resourcePath}, but its deployment has no such method: they have no effect. Remove the entry, or deploy the method.`,
          ),
        ),
  },
  DEAD_KEY: {
    severity: 'LOW',
    needs: 'stage',
    find: ({ details: { methodSettings } }) =>
      methodSettings
        .filter(({ canonical }) => !canonical)
        .map((entry) =>
          removable(
            entry,
            `${quote(entry.key)} is a dead key: AWS keeps the entry, and it is reported to have no effect. Remove it with removeMethodSetting(key:).`,
          ),
        ),
  },
  CANARY_OF_ITSELF: {
    severity: 'LOW',
    needs: 'stage',
    find: (stage) =>
      testsNothing(stage)
        ? [
            {
              message:
                "The canary serves the stage's own deployment, without overrides of variables: it tests nothing. Remove it, or give it another deployment.",
              fix: canaryRemoval,
            },
          ]
        : [],
  },
  CANARY_WITHOUT_TRAFFIC: {
    severity: 'LOW',
    needs: 'stage',
    find: ({ canarySettings }) =>
      canarySettings?.percentTraffic === 0
        ? [
            {
              message:
                'The canary gets no requests: its share is 0 %. Raise percentTraffic, or end it with removeCanary.',
            },
          ]
        : [],
  },
  PROMOTES_OLDER_DEPLOYMENT: {
    severity: 'MEDIUM',
    needs: 'deployments',
    applies: ({ canarySettings, deploymentId }) =>
      canarySettings !== null && canarySettings.deploymentId !== deploymentId,
    find: ({ deployment, canaryDeployment }) =>
      canaryDeployment !== undefined && canaryDeployment.createdDate < deployment.createdDate
        ? [
            {
              message: `The canary's deployment ${canaryDeployment.deploymentId} is older than the stage's own, ${deployment.deploymentId}: a promotion would be a rollback.`,
            },
          ]
        : [],
  },
  NO_AUTHORIZATION: {
    severity: 'HIGH',
    needs: 'deployment',
    find: (live) =>
      methodsThat(
        live,
        (_, method) => method.httpMethod !== 'OPTIONS' && isOpen(method),
        (method) =>
          `${methodName(method)} needs neither authorization nor an API key. Add an authorizer to the method and deploy the API, unless it is meant to be public.`,
      ),
  },
};
