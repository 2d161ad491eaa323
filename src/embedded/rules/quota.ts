import { isJsonObject } from '../wire/json.ts';

/** A token bucket: `burst` at once, then one every `everySeconds`. */
interface Limit {
  /** Of its bucket: one per row of §9. */
  readonly name: string;
  readonly burst: number;
  readonly everySeconds: number;
}

/** §9: all operations of the account together. */
const account: Limit = { name: 'account', burst: 40, everySeconds: 0.1 };

const isEdge = (body: unknown) => {
  const endpoint = isJsonObject(body) ? body.endpointConfiguration : undefined;
  const types: unknown = isJsonObject(endpoint) ? endpoint.types : undefined;
  return !Array.isArray(types) || types.length === 0 || types.includes('EDGE');
};

/** §9: the limits that operations have of their own. */
const ownLimit: Readonly<Record<string, (body: unknown) => Limit>> = {
  CreateDeployment: () => ({ name: 'CreateDeployment', burst: 1, everySeconds: 5 }),
  CreateDocumentationVersion: () => ({ name: 'CreateDocumentationVersion', burst: 1, everySeconds: 20 }),
  CreateRestApi: (body) =>
    isEdge(body)
      ? { name: 'CreateRestApi edge', burst: 1, everySeconds: 30 }
      : { name: 'CreateRestApi regional/private', burst: 1, everySeconds: 3 },
  DeleteRestApi: () => ({ name: 'DeleteRestApi', burst: 1, everySeconds: 30 }),
};

/** When a token was last taken from a bucket, and how many were left in it. */
interface Level {
  readonly tokens: number;
  readonly at: number;
}

/**
 * The control plane's budget. `take` gives undefined when the call is within it, else the seconds after which to try
 * again, rounded up to whole ones for `Retry-After`. A refused call costs nothing.
 */
export function createQuota(now: () => number) {
  let levels = new Map<string, Level>();
  const tokensIn = ({ name, burst, everySeconds }: Limit) => {
    const level = levels.get(name);
    return level ? Math.min(burst, level.tokens + (now() - level.at) / 1000 / everySeconds) : burst;
  };
  return {
    take(operation: string, body: unknown): number | undefined {
      const own = Object.hasOwn(ownLimit, operation) ? ownLimit[operation]?.(body) : undefined;
      const buckets = [account, ...(own ? [own] : [])].map((limit) => ({ limit, tokens: tokensIn(limit) }));
      const wait = Math.max(...buckets.map(({ limit, tokens }) => (1 - tokens) * limit.everySeconds));
      // A token that floating point has left a hair short of whole is whole.
      if (wait > 1e-9) return Math.max(1, Math.ceil(wait));
      for (const { limit, tokens } of buckets) levels.set(limit.name, { tokens: tokens - 1, at: now() });
      return undefined;
    },
    reset: () => {
      levels = new Map();
    },
  };
}

export type Quota = ReturnType<typeof createQuota>;
