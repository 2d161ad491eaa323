import { isJsonObject } from '../wire/json.ts';

/** A token bucket of size `burst`, refilled by one token every `everySeconds`. */
interface Limit {
  readonly name: string;
  readonly burst: number;
  readonly everySeconds: number;
}

/** All operations of the account together (docs/stage-api.md §9). */
const account: Limit = { name: 'account', burst: 40, everySeconds: 0.1 };

const isEdge = (body: unknown) => {
  const endpoint = isJsonObject(body) ? body.endpointConfiguration : undefined;
  const types: unknown = isJsonObject(endpoint) ? endpoint.types : undefined;
  return !Array.isArray(types) || types.length === 0 || types.includes('EDGE');
};

const creation = (operation: string, edge: boolean): Limit =>
  edge
    ? { name: `${operation} edge`, burst: 1, everySeconds: 30 }
    : { name: `${operation} regional/private`, burst: 1, everySeconds: 3 };

/** Operations with a limit of their own (§9). */
const ownLimit: Readonly<Record<string, (body: unknown, query: URLSearchParams) => Limit>> = {
  CreateDeployment: () => ({ name: 'CreateDeployment', burst: 1, everySeconds: 5 }),
  CreateDocumentationVersion: () => ({ name: 'CreateDocumentationVersion', burst: 1, everySeconds: 20 }),
  CreateResource: () => ({ name: 'CreateResource', burst: 5, everySeconds: 0.2 }),
  DeleteResource: () => ({ name: 'DeleteResource', burst: 5, everySeconds: 0.2 }),
  GetResources: () => ({ name: 'GetResources', burst: 5, everySeconds: 0.4 }),
  CreateRestApi: (body) => creation('CreateRestApi', isEdge(body)),
  ImportRestApi: (_body, query) =>
    creation('ImportRestApi', (query.get('endpointConfigurationTypes') ?? 'EDGE') === 'EDGE'),
  PutRestApi: () => ({ name: 'PutRestApi', burst: 1, everySeconds: 1 }),
  DeleteRestApi: () => ({ name: 'DeleteRestApi', burst: 1, everySeconds: 30 }),
  UpdateAccount: () => ({ name: 'UpdateAccount', burst: 1, everySeconds: 20 }),
};

/** The tokens that were left when one was last taken. */
interface Level {
  readonly tokens: number;
  readonly at: number;
}

/**
 * The rate limits of the control plane. `take` returns undefined if the call is allowed, else the value of
 * `Retry-After`, in whole seconds. A rejected call takes no token.
 */
export function createQuota(now: () => number) {
  let levels = new Map<string, Level>();
  const tokensIn = ({ name, burst, everySeconds }: Limit) => {
    const level = levels.get(name);
    return level ? Math.min(burst, level.tokens + (now() - level.at) / 1000 / everySeconds) : burst;
  };
  return {
    take(operation: string, body: unknown, query: URLSearchParams): number | undefined {
      const own = Object.hasOwn(ownLimit, operation) ? ownLimit[operation]?.(body, query) : undefined;
      const buckets = [account, ...(own ? [own] : [])].map((limit) => ({ limit, tokens: tokensIn(limit) }));
      const wait = Math.max(...buckets.map(({ limit, tokens }) => (1 - tokens) * limit.everySeconds));
      // Tolerates floating point errors.
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
