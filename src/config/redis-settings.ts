import type { RedisCache } from '../upstream/redis/connection/iam-token.ts';
import type { Address, Credentials, RedisServers } from '../upstream/redis/connection/servers.ts';
import type { Variables } from './variables.ts';

/** How several processes share a Redis. */
export interface RedisSettings {
  readonly servers: RedisServers;
  readonly credentials: Credentials;
  /** What the process signs in to by IAM; undefined: it has a password, or none. */
  readonly iam: RedisCache | undefined;
  readonly prefix: string;
  readonly timeoutMs: number;
}

const DEFAULT_PORT = 6379;

/** The endpoints of ElastiCache have a code of the Region, those of MemoryDB its name. */
const ELASTICACHE = /^(.+)\.\w+\.cache\.amazonaws\.com(\.cn)?$/;
const MEMORYDB = /^clustercfg\.([\w-]+)\.\w+\.memorydb\.([\w-]+)\.amazonaws\.com(\.cn)?$/;

/** The ElastiCache or MemoryDB cache that an endpoint belongs to; undefined: it is not an endpoint of AWS. */
export function cacheAt(host: string): RedisCache | undefined {
  const [, cluster, region] = MEMORYDB.exec(host) ?? [];
  if (cluster !== undefined) return { service: 'memorydb', name: cluster, region, isServerless: false };
  const labels = ELASTICACHE.exec(host)?.[1]?.split('.');
  if (labels === undefined) return undefined;
  const [first = '', second = first] = labels;
  const isServerless = labels.at(-1) === 'serverless';
  // Over TLS the name is between the kind, or the node, and an id.
  const isSecond = labels.length === 3 && labels[2] !== 'clustercfg';
  const name = isServerless ? first.replace(/-[^-]+$/, '') : isSecond ? second : first;
  return { service: 'elasticache', name, region: undefined, isServerless };
}

const decoded = (text: string): string | undefined => (text === '' ? undefined : decodeURIComponent(text));
const withoutBrackets = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
const databaseOf = ({ pathname }: URL): number => Number(pathname.slice(1));

const addressOf = ({ hostname, port }: URL): Address => ({
  host: withoutBrackets(hostname),
  port: port === '' ? DEFAULT_PORT : Number(port),
});

const inUrl = ({ username, password }: URL): Credentials => ({
  username: decoded(username),
  password: decoded(password),
});

/** With Sentinels the URL has the credentials of these. */
function credentialsOf(env: Variables, url: URL): Credentials {
  const own = { username: env.REDIS_USERNAME, password: env.REDIS_PASSWORD };
  if (env.REDIS_SENTINEL_MASTER !== undefined) return own;
  const { username, password } = inUrl(url);
  return { username: own.username ?? username, password: own.password ?? password };
}

/** Undefined for a single process. */
export function redisSettings(env: Variables): RedisSettings | undefined {
  const [first, ...others] = env.REDIS_URL ?? [];
  if (first === undefined) return undefined;
  const primary = env.REDIS_SENTINEL_MASTER;
  return {
    servers: {
      mode: primary === undefined ? env.REDIS_MODE : 'sentinel',
      addresses: [addressOf(first), ...others.map(addressOf)],
      tls: first.protocol === 'rediss:',
      database: databaseOf(first),
      sentinel: primary === undefined ? undefined : { primary, ...inUrl(first) },
    },
    credentials: credentialsOf(env, first),
    iam: env.REDIS_IAM === 'on' ? cacheAt(withoutBrackets(first.hostname)) : undefined,
    prefix: env.REDIS_PREFIX,
    timeoutMs: env.REDIS_TIMEOUT_SECONDS * 1000,
  };
}

/** What several URLs must have in common. */
const commonOf = (url: URL): string =>
  JSON.stringify([url.protocol, url.username, url.password, databaseOf(url)]);

function* wrongMode(env: Variables, urls: readonly URL[]): Generator<string> {
  const { REDIS_MODE: mode, REDIS_SENTINEL_MASTER: primary } = env;
  if (mode === 'single' && urls.length > 1)
    yield 'REDIS_MODE is "single" but REDIS_URL has several URLs; set only one of them.';
  if (mode === 'sentinel' && primary === undefined)
    yield 'REDIS_SENTINEL_MASTER must be set to the name of the primary with REDIS_MODE=sentinel.';
  if ((mode === 'single' || mode === 'cluster') && primary !== undefined)
    yield `REDIS_SENTINEL_MASTER must not be set with REDIS_MODE=${mode}.`;
  if (mode === 'cluster' && urls.some((url) => databaseOf(url) !== 0))
    yield 'REDIS_URL must not name a database other than 0 with REDIS_MODE=cluster: a cluster has no other.';
}

function* wrongIam(env: Variables, [first]: readonly [URL, ...URL[]]): Generator<string> {
  const { username, password } = credentialsOf(env, first);
  if (first.protocol !== 'rediss:')
    yield 'REDIS_URL must begin with rediss:// with REDIS_IAM=on: AWS accepts IAM over TLS only.';
  if (username === undefined)
    yield 'REDIS_USERNAME must be set with REDIS_IAM=on: to the user that signs in by IAM.';
  if (password !== undefined || env.REDIS_SENTINEL_MASTER !== undefined)
    yield 'REDIS_IAM must be "off" with a password, and with Sentinels.';
  if (cacheAt(first.hostname) === undefined)
    yield (
      'REDIS_URL must have an endpoint of ElastiCache or MemoryDB with REDIS_IAM=on, such as ' +
      'rediss://master.mycache.abc123.use1.cache.amazonaws.com:6379.'
    );
}

function* withoutUrl(env: Variables): Generator<string> {
  const isSet = {
    REDIS_SENTINEL_MASTER: env.REDIS_SENTINEL_MASTER !== undefined,
    REDIS_USERNAME: env.REDIS_USERNAME !== undefined,
    REDIS_PASSWORD: env.REDIS_PASSWORD !== undefined,
    REDIS_IAM: env.REDIS_IAM === 'on',
  };
  for (const [name, set] of Object.entries(isSet)) if (set) yield `${name} has no effect without REDIS_URL.`;
}

export function* redisContradictions(env: Variables): Generator<string> {
  const [first, ...others] = env.REDIS_URL ?? [];
  if (first === undefined) {
    yield* withoutUrl(env);
    return;
  }
  const urls = [first, ...others] as const;
  if (others.some((url) => commonOf(url) !== commonOf(first)))
    yield 'REDIS_URL has several URLs, which must have the same scheme, user, password and database.';
  yield* wrongMode(env, urls);
  const { username, password } = inUrl(first);
  if (env.REDIS_SENTINEL_MASTER === undefined) {
    if (username !== undefined && env.REDIS_USERNAME !== undefined)
      yield 'REDIS_USERNAME is set but REDIS_URL has a user; set only one of them.';
    if (password !== undefined && env.REDIS_PASSWORD !== undefined)
      yield 'REDIS_PASSWORD is set but REDIS_URL has a password; set only one of them.';
  }
  if (env.REDIS_IAM === 'on') yield* wrongIam(env, urls);
  else if (env.REDIS_USERNAME !== undefined && credentialsOf(env, first).password === undefined)
    yield 'REDIS_USERNAME has no effect without REDIS_PASSWORD, a password in REDIS_URL, or REDIS_IAM=on.';
}
