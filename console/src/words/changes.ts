import {
  byName,
  inheritedFromAws,
  type Inherited,
  methodName,
  OWN_SETTINGS,
  SHARED_SETTINGS,
  settingInWords,
} from './method-settings.ts';
import { type DeploymentNames, HIDDEN, nameBy, type PlanLine } from './plan-line.ts';
import { onOff, percent, sizeOf } from './values.ts';

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

function whatOf([first = '', second = '', third = '']: readonly string[]): string {
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
    default:
      return fields[first] ?? first;
  }
}

function sayValue(path: readonly string[], value: string, names: DeploymentNames): string {
  const last = path.at(-1) ?? '';
  if (last === 'deploymentId') return nameBy(names)(value);
  if (last === 'percentTraffic') return percent(Number(value));
  if (path[0] === 'cacheClusterSize') return sizeOf(value);
  return path.length <= 2 && path[0] !== 'variables' && path[0] !== 'tags' && isSwitch(last)
    ? onOff(value)
    : value;
}

/** What methods inherited before the changes, or inherit after them; `otherwise`: where they do not touch it. */
export function inheritedOn(
  side: 'before' | 'after',
  changes: readonly FieldChange[],
  otherwise: Inherited,
): Inherited {
  const shared = new Map(
    changes
      .filter(({ path: [first, resource] }) => first === 'methodSettings' && resource === '*')
      .map((change) => [change.path.at(-1), change[side]]),
  );
  return (setting) => {
    const changed = shared.get(setting);
    if (changed === undefined) return otherwise(setting);
    return changed ?? inheritedFromAws(setting);
  };
}

/** A setting of a method, or all of its settings. */
function methodLine(
  { path, kind, ...values }: FieldChange,
  inherited: Readonly<Record<'before' | 'after', Inherited>>,
): PlanLine {
  const [, resource = '', verb = '', name = ''] = path;
  const isDead = verb === '' || byName.has(verb);
  const method = isDead ? `Dead key ${resource}` : methodName(resource, verb);
  const setting = byName.get(isDead ? verb : name);
  if (setting === undefined) {
    const shared = isDead ? null : SHARED_SETTINGS;
    return {
      what: method,
      before: kind === 'ADDED' ? shared : OWN_SETTINGS,
      after: kind === 'REMOVED' ? shared : OWN_SETTINGS,
    };
  }
  const say = (side: 'before' | 'after') => {
    if (isDead && values[side] === null) return null;
    const from = resource === '*' ? inheritedFromAws : inherited[side];
    return settingInWords(setting, values[side], from);
  };
  return { what: `${method}: ${setting.what}`, before: say('before'), after: say('after') };
}

/** The same for changes that the gateway has computed. `after`: what methods inherit after them. */
export function linesOfChanges(
  changes: readonly FieldChange[],
  names: DeploymentNames,
  after: Inherited,
): readonly PlanLine[] {
  const inherited = { before: inheritedOn('before', changes, after), after };
  return changes.map((change) => {
    const { path, kind, before, after: value, redacted } = change;
    if (path[0] === 'methodSettings') return methodLine(change, inherited);
    const say = (shown: string | null, isThere: boolean) => {
      if (redacted) return isThere ? HIDDEN : null;
      return shown === null ? null : sayValue(path, shown, names);
    };
    return {
      what: whatOf(path),
      before: say(before, kind !== 'ADDED'),
      after: say(value, kind !== 'REMOVED'),
    };
  });
}
