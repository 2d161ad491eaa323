import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { partition } from '@aws-sdk/core/client';
import { guardAttempts } from './sdk/attempt-middleware.ts';
import { createCredentialsCache, invalidateOutdated } from './sdk/credentials.ts';
import { createRequestHandler } from './sdk/request-handler.ts';
import { validateResponses } from './sdk/response-validation.ts';
import { addUserAgent } from './user-agent.ts';

export interface ClientOptions {
  /** Another endpoint than AWS's own, e.g. that of the embedded Stage API. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly connectionTimeoutMs: number;
  /** For one attempt; enforced to the last byte by send.ts, and here so that no socket is held longer. */
  readonly requestTimeoutMs: number;
}

/**
 * The SDK's default credential chain, in a new client each time: one client would wait for its last request for ever if
 * that hangs.
 */
const resolveCredentials = (region: string | undefined) => async () => {
  const client = new APIGatewayClient(region === undefined ? {} : { region });
  return client.config.credentials().finally(() => client.destroy());
};

/** For a connection; the lease of a lock in Redis is computed from it (docs/coordination.md). */
export const CONNECTION_TIMEOUT_MS = 3000;

/** The SDK client of a target: it owns the sockets and the credentials. */
export function createClient(options: ClientOptions): APIGatewayClient {
  const { region, requestTimeoutMs: timeoutMs } = options;
  const cachedCredentials = createCredentialsCache(resolveCredentials(region), timeoutMs);
  const client = new APIGatewayClient({
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(region === undefined ? {} : { region }),
    credentials: options.credentials ?? cachedCredentials.provide,
    maxAttempts: 1,
    // Commands of the same kind share one middleware stack.
    cacheMiddleware: true,
    requestHandler: createRequestHandler({
      connectionTimeout: options.connectionTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      // By default the handler only logs a warning.
      throwOnRequestTimeout: true,
      socketTimeout: options.requestTimeoutMs,
    }),
  });
  // It copies every response for a log that is not written, which takes a tenth of the time of a call.
  client.middlewareStack.remove('loggerMiddleware');
  if (options.credentials === undefined) invalidateOutdated(client, cachedCredentials);
  addUserAgent(client);
  validateResponses(client);
  guardAttempts(client);
  return client;
}

/** The Region of the client, with what ARNs and URLs of its stages need. */
export interface AwsRegion {
  /** E.g. `aws`, `aws-cn`. */
  readonly partition: string;
  /** E.g. `us-east-1`. */
  readonly region: string;
  /** E.g. `amazonaws.com`. */
  readonly dnsSuffix: string;
}

/** The Region as the SDK resolved it from configuration, environment or profile; undefined when none is configured. */
export async function regionOf(client: APIGatewayClient): Promise<AwsRegion | undefined> {
  const region = await client.config.region().catch(() => undefined);
  if (region === undefined) return undefined;
  const { name, dnsSuffix } = partition(region);
  return { partition: name, region, dnsSuffix };
}
