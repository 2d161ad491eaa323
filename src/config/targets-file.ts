import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { memberOf } from '../untrusted/unknown-value.ts';
import { ConfigError } from './config-error.ts';
import { readYaml } from './read-yaml.ts';
import { contradictions, type Entry, entry, file, type Mistake, type Path } from './targets-rules.ts';

/** An account in a Region, as the file of targets describes it. */
export interface TargetSettings {
  readonly account: string;
  readonly alias: string | undefined;
  readonly region: string;
  readonly home: boolean;
  /** The role that is assumed for it; undefined: the process's own credentials. */
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  /** Another upstream than AWS: a URL, or `embedded`. */
  readonly endpoint: string | undefined;
  /** Undefined: UPSTREAM_RATE and UPSTREAM_BURST. */
  readonly rate: number | undefined;
  readonly burst: number | undefined;
  readonly protectedStages: readonly string[];
}

/** The targets, one for each account and Region, in the order of the file. One of them is home. */
export interface TargetsFile {
  readonly quota: 'account' | 'region';
  readonly targets: readonly TargetSettings[];
}

/** The first ones explain the others. */
const MAX_SYNTAX_ERRORS = 10;

const nameOf = (path: Path): string => path.map(String).join('.');

const keysAt = (path: Path): string[] => Object.keys((path.length === 0 ? file : entry).shape);

/** An unknown key is a mistake at that key. */
const mistakesOf = (error: z.ZodError): Mistake[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: `is not known; the keys are: ${keysAt(issue.path).join(', ')}`,
        }))
      : [{ path: issue.path, message: issue.message }],
  );

/** The entries that are right by themselves: they are compared although others are not. */
function validEntries(value: unknown): (readonly [index: number, target: Entry])[] {
  const targets = memberOf(value, 'targets');
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((each, index) => {
    const { data } = entry.safeParse(each);
    return data === undefined ? [] : [[index, data] as const];
  });
}

function settingsOf({ quota = 'account', targets }: z.infer<typeof file>): TargetsFile {
  const homeAccount = targets.find(({ home }) => home === true) ?? targets[0];
  const aliases = new Map(targets.map((target) => [target.account, target.alias]));
  for (const target of targets) if (target.alias !== undefined) aliases.set(target.account, target.alias);
  return {
    quota,
    targets: targets.flatMap((target) =>
      target.regions.map((name, index) => ({
        account: target.account,
        alias: aliases.get(target.account),
        region: name,
        home: target === homeAccount && index === 0,
        roleArn: target.roleArn,
        externalId: target.externalId,
        endpoint: target.endpoint,
        rate: target.rate,
        burst: target.burst,
        protectedStages: target.protectedStages ?? [],
      })),
    ),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`TARGETS: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Reads the file that TARGETS names: YAML or JSON. Throws a ConfigError with every mistake, its line and its column. */
export function readTargetsFile(path: string): TargetsFile {
  const found = readYaml(path, read(path));
  if ('problems' in found) throw new ConfigError(found.problems.slice(0, MAX_SYNTAX_ERRORS));
  const { value } = found;
  const { data, error } = file.safeParse(value);
  const mistakes = [
    ...(error === undefined ? [] : mistakesOf(error)),
    ...contradictions(validEntries(value), memberOf(value, 'quota')),
  ];
  if (data === undefined || mistakes.length > 0) {
    const placed = mistakes.map((mistake) => ({ ...mistake, ...found.positionOf(mistake.path) }));
    throw new ConfigError(
      placed
        .sort((a, b) => a.line - b.line || a.col - b.col)
        .map((mistake) => {
          const subject = mistake.path.length === 0 ? 'the file' : nameOf(mistake.path);
          return `${path}:${mistake.line}:${mistake.col}: ${subject} ${mistake.message}.`;
        }),
    );
  }
  return settingsOf(data);
}
