import {
  type Entry,
  inheritedFrom,
  methodName,
  OWN_SETTINGS,
  settingInWords,
  settings,
  SHARED_SETTINGS,
} from './method-settings.ts';
import { type DeploymentNames, HIDDEN, nameBy, type PlanLine } from './plan-line.ts';
import { onOff, percent } from './values.ts';

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

const unescape = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

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

/** The settings of one method: `/~1pets/GET/throttling/rateLimit`, or all of them. */
function methodLine({ op, path, value }: Operation, { methodSettings }: PlannedStage): PlanLine | undefined {
  const [, resource = '', verb = '', ...rest] = path.split('/');
  const key = `${resource}/${verb}`;
  const entry = methodSettings.find((each) => each.key === key);
  const method = methodName(unescape(resource), verb);
  const setting = settings[rest.join('/')];
  if (op === 'remove' && rest.length === 0 && (entry !== undefined || /^(~1|\*)/.test(resource))) {
    return { what: method, before: OWN_SETTINGS, after: SHARED_SETTINGS };
  }
  if (setting === undefined) return undefined;
  const own = entry?.[setting.name];
  return {
    what: `${method}: ${setting.what}`,
    before: settingInWords(setting, own == null ? null : String(own), inheritedFrom(methodSettings)),
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

/** What the operations would do to the stage, in words. The share of a canary that ends afterwards is left out. */
export function planOf(
  operations: readonly Operation[],
  stage: PlannedStage,
  names: DeploymentNames,
): readonly PlanLine[] {
  const ends = operations.some(({ op, path }) => op === 'remove' && path === '/canarySettings');
  return operations
    .filter(({ path }) => !ends || path !== '/canarySettings/percentTraffic')
    .flatMap((operation) => linesOf(operation, stage, nameBy(names)))
    .filter(({ before, after }) => before !== after || before === HIDDEN);
}
