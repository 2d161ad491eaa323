import { limitOf, percent, sizeOf } from './values.ts';

/** One line of a plan: what changes, from what to what. */
export interface PlanLine {
  readonly what: string;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: string | null;
  readonly from: string | null;
}

interface Variable {
  readonly name: string;
  readonly value: string | null;
  readonly redacted: boolean;
}

interface Entry {
  readonly key: string;
  readonly [setting: string]: string | number | boolean | null | undefined;
}

/** What a plan starts from: the stage on the screen. */
export interface PlannedStage {
  readonly deploymentId: string;
  readonly variables: readonly Variable[];
  readonly canarySettings: {
    readonly percentTraffic: number;
    readonly deploymentId: string;
    readonly useStageCache: boolean;
    readonly stageVariableOverrides: readonly Variable[];
  } | null;
  readonly methodSettings: readonly Entry[];
  readonly accessLogSettings: {
    readonly destinationArn: string | null;
    readonly format: string | null;
  } | null;
  readonly description: string | null;
  readonly tracingEnabled: boolean;
  readonly cacheClusterEnabled: boolean;
}

/** Names of deployments by their ids. */
export type DeploymentNames = ReadonlyMap<string, string>;

export const namesOf = (
  deployments: readonly { readonly deploymentId: string; readonly description: string | null }[],
): DeploymentNames =>
  new Map(deployments.map(({ deploymentId, description }) => [deploymentId, description ?? deploymentId]));

const HIDDEN = 'hidden';
const onOff = (value: boolean | string): string => (String(value) === 'true' ? 'on' : 'off');

interface Setting {
  readonly name: string;
  readonly what: string;
  readonly say: (value: string) => string;
}

const asIs = (value: string): string => value;
const number = (value: string): string => limitOf(Number(value));

/** The settings of a method by the rest of their path. */
const settings: Readonly<Record<string, Setting>> = {
  'throttling/rateLimit': { name: 'throttlingRateLimit', what: 'requests per second', say: number },
  'throttling/burstLimit': { name: 'throttlingBurstLimit', what: 'requests at once (burst)', say: number },
  'logging/loglevel': { name: 'loggingLevel', what: 'execution log', say: asIs },
  'logging/dataTrace': { name: 'dataTraceEnabled', what: 'full requests in the log', say: onOff },
  'metrics/enabled': { name: 'metricsEnabled', what: 'detailed metrics', say: onOff },
  'caching/enabled': { name: 'cachingEnabled', what: 'cached responses', say: onOff },
  'caching/ttlInSeconds': { name: 'cacheTtlInSeconds', what: 'seconds in the cache', say: asIs },
  'caching/dataEncrypted': { name: 'cacheDataEncrypted', what: 'encrypted cache', say: onOff },
  'caching/requireAuthorizationForCacheControl': {
    name: 'requireAuthorizationForCacheControl',
    what: 'permission to bypass the cache',
    say: (value) => (value === 'true' ? 'needed' : 'not needed'),
  },
  'caching/unauthorizedCacheControlHeaderStrategy': {
    name: 'unauthorizedCacheControlHeaderStrategy',
    what: 'bypass of the cache without permission',
    say: asIs,
  },
};
const byName = new Map(Object.values(settings).map((setting) => [setting.name, setting]));

const unescape = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

const methodName = (resourcePath: string, verb: string): string =>
  resourcePath === '*' ? 'Default of all methods' : `${verb} ${resourcePath}`;

const shown = (variable: Variable | undefined): string | null =>
  variable === undefined ? null : variable.redacted ? HIDDEN : variable.value;
const named = (variables: readonly Variable[], name: string) => variables.find((each) => each.name === name);

const simple: Readonly<Record<string, readonly [what: string, of: (stage: PlannedStage) => string | null]>> =
  {
    '/description': ['Description', ({ description }) => description],
    '/tracingEnabled': ['Tracing (X-Ray)', ({ tracingEnabled }) => onOff(tracingEnabled)],
    '/cacheClusterEnabled': ['Cache cluster', ({ cacheClusterEnabled }) => onOff(cacheClusterEnabled)],
    '/accessLogSettings/destinationArn': [
      'Access log goes to',
      ({ accessLogSettings }) => accessLogSettings?.destinationArn ?? null,
    ],
    '/accessLogSettings/format': [
      'Format of the access log',
      ({ accessLogSettings }) => accessLogSettings?.format ?? null,
    ],
  };

const switches = new Set(['/tracingEnabled', '/cacheClusterEnabled']);

const canaryInWords = (
  { percentTraffic, deploymentId }: { readonly percentTraffic: number; readonly deploymentId: string },
  name: (id: string) => string,
): string => `${percent(percentTraffic)} of the traffic to ${name(deploymentId)}`;

/** What AWS has for a method without any setting. */
export const awsThrottle = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5000 };
const awsDefaults: ReadonlyMap<string, number> = new Map(Object.entries(awsThrottle));

/** A setting of a method; without one of its own, what it inherits, as far as it is known. */
function settingBefore(
  { name, say }: Setting,
  entry: Entry | undefined,
  all: PlannedStage['methodSettings'],
): string | null {
  const own = entry?.[name];
  if (own !== undefined && own !== null) return say(String(own));
  const inherited = all.find(({ key }) => key === '*/*')?.[name] ?? awsDefaults.get(name);
  return inherited === undefined ? null : `inherits ${say(String(inherited))}`;
}

/** The settings of one method: `/~1pets/GET/throttling/rateLimit`, or all of them. */
function methodLine({ op, path, value }: Operation, { methodSettings }: PlannedStage): PlanLine | undefined {
  const [, resource = '', verb = '', ...rest] = path.split('/');
  const key = `${resource}/${verb}`;
  const entry = methodSettings.find((each) => each.key === key);
  const method = methodName(unescape(resource), verb);
  const setting = settings[rest.join('/')];
  if (op === 'remove' && rest.length === 0 && (entry !== undefined || /^(~1|\*)/.test(resource))) {
    return { what: method, before: 'settings of its own', after: 'the default of the stage' };
  }
  if (setting === undefined) return undefined;
  return {
    what: `${method}: ${setting.what}`,
    before: settingBefore(setting, entry, methodSettings),
    after: value === null ? null : setting.say(value),
  };
}

/** The canary: its share, deployment, cache and overrides. */
function canaryLine(
  { op, path, value }: Operation,
  { canarySettings: canary, variables }: PlannedStage,
  name: (id: string) => string,
): PlanLine | undefined {
  const [, , field, override] = path.split('/');
  switch (field) {
    case undefined:
      return { what: 'Canary', before: canary && canaryInWords(canary, name), after: null };
    case 'percentTraffic':
      return {
        what: 'Traffic of the canary',
        before: canary && percent(canary.percentTraffic),
        after: percent(Number(value)),
      };
    case 'deploymentId':
      return {
        what: 'Deployment of the canary',
        before: canary && name(canary.deploymentId),
        after: name(value ?? ''),
      };
    case 'useStageCache':
      return {
        what: 'Canary uses the cache of the stage',
        before: canary && onOff(canary.useStageCache),
        after: onOff(value ?? ''),
      };
    case 'stageVariableOverrides': {
      const of = unescape(override ?? '');
      const own = shown(named(variables, of));
      return {
        what: `Variable ${of} for the canary`,
        before: shown(named(canary?.stageVariableOverrides ?? [], of)) ?? own,
        after: op === 'remove' ? own : value,
      };
    }
    default:
      return undefined;
  }
}

/** What copies do: the two of a promotion. */
function copyLines(
  { path, from }: Operation,
  { canarySettings: canary, variables, deploymentId }: PlannedStage,
  name: (id: string) => string,
): PlanLine[] | undefined {
  if (canary === null) return undefined;
  if (path === '/deploymentId' && from === '/canarySettings/deploymentId') {
    return [{ what: 'Deployment', before: name(deploymentId), after: name(canary.deploymentId) }];
  }
  if (path === '/variables' && from === '/canarySettings/stageVariableOverrides') {
    return canary.stageVariableOverrides.map((override) => ({
      what: `Variable ${override.name}`,
      before: shown(named(variables, override.name)),
      after: shown(override),
    }));
  }
  return undefined;
}

/** One operation as lines. What the table does not know is shown as it is. */
function linesOf(
  operation: Operation,
  stage: PlannedStage,
  name: (id: string) => string,
): readonly PlanLine[] {
  const { op, path, value } = operation;
  const asItIs = { what: path, before: null, after: op === 'remove' ? 'removed' : value };
  const [, first = '', second = ''] = path.split('/');
  if (op === 'copy')
    return copyLines(operation, stage, name) ?? [{ ...asItIs, after: `copied from ${operation.from ?? ''}` }];
  const known = simple[path];
  if (known !== undefined) {
    const after = value !== null && switches.has(path) ? onOff(value) : value;
    return [{ what: known[0], before: known[1](stage), after }];
  }
  switch (first) {
    case 'deploymentId':
      return [{ what: 'Deployment', before: name(stage.deploymentId), after: name(value ?? '') }];
    case 'variables': {
      const variable = unescape(second);
      return [
        { what: `Variable ${variable}`, before: shown(named(stage.variables, variable)), after: value },
      ];
    }
    case 'accessLogSettings':
      return [{ what: 'Access log', before: stage.accessLogSettings?.destinationArn ?? null, after: null }];
    case 'canarySettings':
      return [canaryLine(operation, stage, name) ?? asItIs];
    default:
      return [methodLine(operation, stage) ?? asItIs];
  }
}

const nameBy =
  (names: DeploymentNames) =>
  (id: string): string =>
    names.get(id) ?? id;

/** What the operations would do to the stage, in words. The share of a canary that ends afterwards is left out. */
export function planOf(
  operations: readonly Operation[],
  stage: PlannedStage,
  names: DeploymentNames,
): readonly PlanLine[] {
  const ends = operations.some(({ op, path }) => op === 'remove' && path === '/canarySettings');
  const told = operations.filter(({ path }) => !ends || path !== '/canarySettings/percentTraffic');
  return told
    .flatMap((operation) => linesOf(operation, stage, nameBy(names)))
    .filter(({ before, after }) => before !== after || before === HIDDEN);
}

export interface FieldChange {
  readonly path: readonly string[];
  readonly kind: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly redacted: boolean;
}

/** Fields of a stage by the first name of a change's path. */
const fields: Readonly<Record<string, string>> = {
  deploymentId: 'Deployment',
  description: 'Description',
  cacheClusterEnabled: 'Cache cluster',
  cacheClusterSize: 'Size of the cache cluster',
  documentationVersion: 'Version of the documentation',
  tracingEnabled: 'Tracing (X-Ray)',
  clientCertificateId: 'Client certificate',
};

const canaryFields: Readonly<Record<string, string>> = {
  percentTraffic: 'Traffic of the canary',
  deploymentId: 'Deployment of the canary',
  useStageCache: 'Canary uses the cache of the stage',
};

const isSwitch = (name: string): boolean => /Enabled$|^useStageCache$/.test(name);

function whatOf([first = '', second = '', third = '', fourth]: readonly string[]): string {
  switch (first) {
    case 'variables':
      return `Variable ${second}`;
    case 'tags':
      return `Tag ${second}`;
    case 'accessLogSettings':
      return second === 'format' ? 'Format of the access log' : 'Access log goes to';
    case 'canarySettings':
      return second === 'stageVariableOverrides'
        ? `Variable ${third} for the canary`
        : (canaryFields[second] ?? 'Canary');
    case 'methodSettings': {
      const ofDeadKey = byName.has(third);
      const method = ofDeadKey ? `Dead key ${second}` : methodName(second, third);
      const setting = byName.get(ofDeadKey ? third : (fourth ?? ''));
      return setting === undefined ? `${method}: settings of its own` : `${method}: ${setting.what}`;
    }
    default:
      return fields[first] ?? first;
  }
}

function sayValue(path: readonly string[], value: string, names: DeploymentNames): string {
  const last = path.at(-1) ?? '';
  if (last === 'deploymentId') return nameBy(names)(value);
  if (last === 'percentTraffic') return percent(Number(value));
  if (path[0] === 'cacheClusterSize') return sizeOf(value);
  if (path[0] === 'methodSettings') return byName.get(last)?.say(value) ?? value;
  return path.length <= 2 && path[0] !== 'variables' && path[0] !== 'tags' && isSwitch(last)
    ? onOff(value)
    : value;
}

/** The same for changes that the gateway has computed. */
export const linesOfChanges = (
  changes: readonly FieldChange[],
  names: DeploymentNames,
): readonly PlanLine[] =>
  changes.map(({ path, kind, before, after, redacted }) => {
    const say = (value: string | null, isThere: boolean) => {
      if (redacted) return isThere ? HIDDEN : null;
      return value === null ? null : sayValue(path, value, names);
    };
    return {
      what: whatOf(path),
      before: say(before, kind !== 'ADDED'),
      after: say(after, kind !== 'REMOVED'),
    };
  });
