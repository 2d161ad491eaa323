import { z } from 'zod';
import { patterns } from './variables/authentication.ts';

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

export const entry = z.strictObject(
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

export const file = z.strictObject(
  {
    quota: z.enum(['account', 'region'], 'must be account or region').optional(),
    targets: z.array(entry, 'must be a list of targets').min(1, 'must have at least one target'),
  },
  'must have the key targets',
);

export type Entry = z.infer<typeof entry>;
export type Path = readonly PropertyKey[];

/** A mistake, and the place of the value that is wrong. */
export interface Mistake {
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

/** What a role must have in common with its entry. */
function* roleMistakes(
  { roleArn, externalId, account: owner, regions, endpoint: other }: Entry,
  at: (name: string) => Path,
): Generator<Mistake> {
  if (roleArn === undefined) {
    if (externalId !== undefined) yield { path: at('externalId'), message: 'has no effect without roleArn' };
    return;
  }
  const [, rolePartition = '', , , roleOwner = ''] = roleArn.split(':');
  const foreign = regions.find((name) => partitionOf(name) !== rolePartition);
  if (foreign !== undefined) {
    const message = `must be of the partition ${partitionOf(foreign)}, which has the Region ${foreign}`;
    yield { path: at('roleArn'), message };
  }
  if (roleOwner !== owner) {
    yield { path: at('roleArn'), message: `must be a role of account ${owner}, not of ${roleOwner}` };
  }
  if (other !== undefined)
    yield { path: at('roleArn'), message: 'has no effect with an endpoint of its own, which is not AWS' };
}

/** What a schema cannot say: entries must fit together. */
export function* contradictions(
  entries: readonly (readonly [index: number, target: Entry])[],
  quota: unknown,
): Generator<Mistake> {
  const places = new Set<string>();
  const aliases = new Map<string, string>();
  const limits = new Map<string, Pick<Entry, 'rate' | 'burst'>>();
  const ownAliases = new Map<string, string>();
  let hasHome = false;
  for (const [index, target] of entries) {
    const at = (...path: Path): Path => ['targets', index, ...path];
    for (const [place, name] of target.regions.entries()) {
      const key = `${target.account} ${name}`;
      if (places.has(key)) {
        yield { path: at('regions', place), message: `account ${target.account} has ${name} already` };
      }
      places.add(key);
    }
    yield* roleMistakes(target, at);
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
    if (target.home === true && hasHome) yield { path: at('home'), message: 'must be set once' };
    hasHome ||= target.home === true;
  }
}
