import { isJsonObject } from './json.ts';

/** A token bucket: `burst` at once, then one every `everySeconds`. */
interface Limit {
  readonly burst: number;
  readonly everySeconds: number;
}

/** §9: all operations of the account together. */
const account: Limit = { burst: 40, everySeconds: 0.1 };

const isEdge = (body: unknown) => {
  const endpoint = isJsonObject(body) ? body.endpointConfiguration : undefined;
  const types: unknown = isJsonObject(endpoint) ? endpoint.types : undefined;
  return !Array.isArray(types) || types.length === 0 || types.includes('EDGE');
};

/** §9: the limits that operations have of their own. */
const ownLimit: Readonly<Record<string, (body: unknown) => Limit>> = {
  CreateDeployment: () => ({ burst: 1, everySeconds: 5 }),
  CreateDocumentationVersion: () => ({ burst: 1, everySeconds: 20 }),
  CreateRestApi: (body) => ({ burst: 1, everySeconds: isEdge(body) ? 30 : 3 }),
  DeleteRestApi: () => ({ burst: 1, everySeconds: 30 }),
};

/** When a bucket was last looked at, and how full it was. */
interface Level {
  tokens: number;
  at: number;
}

/**
 * The control plane's budget. `take` gives undefined when the call is within it, else the seconds after which to try
 * again, rounded up to whole ones for `Retry-After`. A refused call costs nothing.
 */
export function createQuota(now: () => number) {
  let levels = new Map<string, Level>();
  const look = (name: string, limit: Limit) => {
    const level = levels.get(name);
    const gained = level ? (now() - level.at) / 1000 / limit.everySeconds : 0;
    const current = { tokens: Math.min(limit.burst, (level?.tokens ?? limit.burst) + gained), at: now() };
    levels.set(name, current);
    return current;
  };
  return {
    take(operation: string, body: unknown): number | undefined {
      const limits: [string, Limit][] = [['account', account]];
      const own = Object.hasOwn(ownLimit, operation) ? ownLimit[operation]?.(body) : undefined;
      if (own) limits.push([operation, own]);
      const looked = limits.map(([name, limit]) => ({ limit, level: look(name, limit) }));
      const waits = looked.map(({ limit, level }) => (1 - level.tokens) * limit.everySeconds);
      const wait = Math.max(...waits);
      // A token that floating point has left a hair short of whole is whole.
      if (wait > 1e-9) return Math.max(1, Math.ceil(wait));
      for (const { level } of looked) level.tokens -= 1;
      return undefined;
    },
    reset: () => {
      levels = new Map();
    },
  };
}

export type Quota = ReturnType<typeof createQuota>;
