import { z } from 'zod';
import { documented, oneOf, timeout } from './formats.ts';

/** A comma in a password does not separate URLs. */
const SEPARATOR = /,\s*(?=rediss?:\/\/)/;

const isRedisUrl = (text: string): boolean => {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, search, hash } = new URL(text);
  return hostname !== '' && /^(\/\d*)?$/.test(pathname) && search === '' && hash === '';
};

const urls = z
  .string()
  .transform((text) => text.trim().split(SEPARATOR))
  .refine(
    (texts) => texts.every(isRedisUrl),
    'must be a URL such as redis://host:6379 or rediss://user:password@host:6379/0, or several, separated by commas',
  )
  .transform((texts) => texts.map((text) => new URL(text)));

export const redis = {
  REDIS_URL: documented(
    urls.optional(),
    'URL of a Redis through which several processes share cache, locks and budget ([many ' +
      'processes](many-processes.md)); for example `rediss://user:password@redis.internal:6380`. `rediss:` ' +
      'uses TLS. Several URLs, separated by commas, name some servers of a cluster, or some Sentinels. Without it, ' +
      'several processes together exceed `UPSTREAM_RATE`. Not allowed with `STAGE_API=embedded`.',
    { otherwise: 'none: one process', secret: true },
  ),
  REDIS_MODE: documented(
    oneOf('auto', 'single', 'cluster', 'sentinel').default('auto'),
    'What is at `REDIS_URL`: `single` (one server, or one primary), `cluster` or `sentinel` ([kinds of ' +
      'Redis](many-processes.md#which-redis)). `auto`: Sentinels if `REDIS_SENTINEL_MASTER` is set; otherwise the ' +
      'server is asked once, at the start.',
  ),
  REDIS_SENTINEL_MASTER: documented(
    z.string().optional(),
    'Name of the primary at the Sentinels of `REDIS_URL`. User and password in `REDIS_URL` are then those of the ' +
      'Sentinels; `REDIS_USERNAME` and `REDIS_PASSWORD` are those of the servers.',
    { otherwise: 'none: no Sentinels' },
  ),
  REDIS_USERNAME: documented(
    z.string().optional(),
    'User of Redis, if it is not in `REDIS_URL`. With `REDIS_IAM=on`: the user that signs in by IAM.',
    { otherwise: 'that of `REDIS_URL`, or none' },
  ),
  REDIS_PASSWORD: documented(z.string().optional(), 'Password of Redis, if it is not in `REDIS_URL`.', {
    otherwise: 'that of `REDIS_URL`, or none',
    secret: true,
  }),
  REDIS_IAM: documented(
    oneOf('on', 'off').default('off'),
    '`on`: the process signs in to ElastiCache or MemoryDB with its AWS credentials instead of a password ' +
      '([IAM](many-processes.md#iam)). It requires `rediss:`, a user, and an endpoint of AWS in `REDIS_URL`.',
  ),
  REDIS_PREFIX: documented(
    z
      .string()
      .regex(
        /^(?=.{1,64}$)[\w.-]*(\{[\w.-]+\}[\w.-]*)?$/,
        'must be 1 to 64 letters, digits, dots, hyphens and underscores, some of which may be between { and }',
      )
      .default('stagegraph'),
    'Prefix of all keys in Redis; a colon follows it. Use a separate one for each environment and each IAM ' +
      'role, because processes with the same prefix share what they read. In a cluster all keys of an account are on ' +
      'one shard; a prefix such as `{stagegraph}` puts those of all accounts on one.',
  ),
  REDIS_TIMEOUT_SECONDS: documented(
    timeout(10).prefault('0.25'),
    'Seconds for one Redis command. A slower Redis counts as unavailable, and the process continues with ' +
      'local state. Too short: a brief delay is treated as an outage. Too long: requests wait as long when ' +
      'Redis fails.',
  ),
};
