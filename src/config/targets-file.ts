import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { patterns } from './variables/authentication.ts';

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

const MAX_BYTES = 1024 * 1024;
const MAX_ALIASES = 100;
/** The first ones explain the others. */
const MAX_SYNTAX_ERRORS = 10;

const digits = /^\d{12}$/;
const account = z
  .string({
    error: ({ input }) =>
      input === undefined ? 'is missing' : 'must be a string of twelve digits, in quotes',
  })
  .regex(digits, 'must be twelve digits');
const alias = z
  .string('must be a string')
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens and underscores')
  .refine((text) => !digits.test(text), 'must not be twelve digits, which would be an account');
const region = z
  .string('must be a Region, e.g. eu-central-1')
  .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'must be a Region, e.g. eu-central-1');
function isEndpoint(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '');
}

const endpoint = z
  .string('must be a string')
  .refine(
    (text) => text === 'embedded' || isEndpoint(text),
    'must be embedded, or a URL that begins with http:// or https://, without user, query and fragment',
  );

const entry = z.strictObject(
  {
    account,
    alias: alias.optional(),
    regions: z.array(region, 'must be a list of Regions').min(1, 'must have at least one Region'),
    home: z.boolean('must be true or false').optional(),
    roleArn: z
      .string('must be the ARN of a role')
      .regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,577}$/, 'must be the ARN of a role')
      .optional(),
    externalId: z
      .string('must be a string')
      .regex(/^[\w+=,.@:/-]{2,1224}$/, 'must be 2 to 1224 letters, digits and characters of +=,.@:/-')
      .optional(),
    endpoint: endpoint.optional(),
    rate: z
      .number('must be a number of calls a second')
      .positive('must be more than 0')
      .max(100_000, 'must be at most 100000')
      .optional(),
    burst: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(100_000, 'must be at most 100000')
      .optional(),
    protectedStages: z
      .array(z.string('must be a string').pipe(patterns), 'must be a list of stage names')
      .transform((lists) => lists.flat())
      .optional(),
  },
  'must be a target: account, regions, …',
);

const file = z.strictObject(
  {
    quota: z.enum(['account', 'region'], 'must be account or region').optional(),
    targets: z.array(entry, 'must be a list of targets').min(1, 'must have at least one target'),
  },
  'must have the key targets',
);

type Entry = z.infer<typeof entry>;
type Path = readonly PropertyKey[];

/** A mistake, and the place of the value that is wrong. */
interface Mistake {
  readonly path: Path;
  readonly message: string;
}

/** By the beginning of a Region's name. All others are in `aws`. */
const partitions: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];
const partitionOf = (name: string): string =>
  partitions.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'aws';

/** What a schema cannot say: entries must fit together. */
function* contradictions({ targets, quota }: z.infer<typeof file>): Generator<Mistake> {
  const places = new Set<string>();
  const aliases = new Map<string, string>();
  const limits = new Map<string, Pick<Entry, 'rate' | 'burst'>>();
  const ownAliases = new Map<string, string>();
  for (const [index, target] of targets.entries()) {
    const at = (...path: Path): Path => ['targets', index, ...path];
    for (const [place, name] of target.regions.entries()) {
      const key = `${target.account} ${name}`;
      if (places.has(key)) {
        yield { path: at('regions', place), message: `account ${target.account} has ${name} already` };
      }
      places.add(key);
    }
    const { roleArn, externalId } = target;
    const [, rolePartition, , , owner] = roleArn?.split(':') ?? [];
    const foreign = target.regions.find((name) => partitionOf(name) !== (rolePartition ?? partitionOf(name)));
    if (foreign !== undefined) {
      const message = `must be of the partition ${partitionOf(foreign)}, which has the Region ${foreign}`;
      yield { path: at('roleArn'), message };
    }
    if (owner !== undefined && owner !== target.account) {
      const message = `must be a role of account ${target.account}, not of ${owner}`;
      yield { path: at('roleArn'), message };
    }
    if (externalId !== undefined && roleArn === undefined)
      yield { path: at('externalId'), message: 'has no effect without roleArn' };
    if (target.endpoint !== undefined && roleArn !== undefined)
      yield { path: at('roleArn'), message: 'has no effect with an endpoint of its own, which is not AWS' };
    if (target.alias !== undefined) {
      const other = aliases.get(target.alias) ?? target.account;
      if (other !== target.account) yield { path: at('alias'), message: `is the alias of ${other} already` };
      const own = ownAliases.get(target.account) ?? target.alias;
      if (own !== target.alias) {
        yield {
          path: at('alias'),
          message: `must be ${own}, as in the other entry of account ${target.account}`,
        };
      }
      ownAliases.set(target.account, own);
      aliases.set(target.alias, target.account);
    }
    const { rate, burst } = target;
    const before = limits.get(target.account) ?? { rate, burst };
    if (quota !== 'region' && (before.rate !== rate || before.burst !== burst)) {
      const message = `rate and burst must be those of the other entry of account ${target.account}, whose Regions share them`;
      yield { path: at('account'), message };
    }
    limits.set(target.account, before);
    if (target.home === true && targets.some((other, before) => before < index && other.home === true))
      yield { path: at('home'), message: 'must be set once' };
  }
}

/** The place of a value in the file: its own, or that of the nearest part of the file that contains it. */
function placeOf(document: Document, lines: LineCounter, path: Path): string {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const { line, col } = lines.linePos(Number(node.range[0]));
      return `${line}:${col}`;
    }
  }
  return '1:1';
}

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

function toValue(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Reads the file that TARGETS names: YAML or JSON. Throws a ConfigError with every mistake, its line and its column. */
export function readTargetsFile(path: string): TargetsFile {
  const text = read(path);
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new ConfigError([`${path}: has more than ${MAX_BYTES} bytes`]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.slice(0, MAX_SYNTAX_ERRORS).map(({ pos: [start], message }) => {
      const { line, col } = lines.linePos(start);
      return `${path}:${line}:${col}: ${message}`;
    });
    throw new ConfigError(problems);
  }
  const { data, error } = file.safeParse(toValue(document, path));
  const mistakes = error === undefined ? [...contradictions(data)] : mistakesOf(error);
  if (data === undefined || mistakes.length > 0) {
    throw new ConfigError(
      mistakes.map((mistake) => {
        const subject = mistake.path.length === 0 ? 'the file' : nameOf(mistake.path);
        return `${path}:${placeOf(document, lines, mistake.path)}: ${subject} ${mistake.message}.`;
      }),
    );
  }
  return settingsOf(data);
}
