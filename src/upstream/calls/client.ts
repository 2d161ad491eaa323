import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { partition } from '@aws-sdk/core/client';
import { guardAttempts } from './sdk/attempt-middleware.ts';
import { type CredentialsSource, invalidateOutdated } from './sdk/credentials.ts';
import { createRequestHandler } from './sdk/request-handler.ts';
import { validateResponses } from './sdk/response-validation.ts';
import { ownCredentials } from './sdk/target-credentials.ts';
import { addUserAgent } from './user-agent.ts';

/** Credentials that never change, for endpoints that do not verify them. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface ClientOptions {
  /** Another endpoint than AWS's own, e.g. that of the embedded Stage API. */
  readonly endpoint?: string | (() => Promise<{ readonly url: URL }>) | undefined;
  readonly region?: string | undefined;
  /** By default the process's own, by the SDK's default chain. */
  readonly credentials?: StaticCredentials | CredentialsSource | undefined;
  /** For a connection, its TLS handshake included; shorter ones are for tests. */
  readonly connectionTimeoutMs?: number | undefined;
  /** For one attempt; enforced to the last byte by send.ts, and here so that no socket is held longer. */
  readonly requestTimeoutMs: number;
}

/** For a connection; the lease of a lock in Redis is computed from it (docs/coordination.md). */
export const CONNECTION_TIMEOUT_MS = 3000;

/** The SDK client of a target: it owns the sockets and the credentials. */
export function createClient(options: ClientOptions): APIGatewayClient {
  const { region, credentials = ownCredentials(region, options.requestTimeoutMs) } = options;
  const client = new APIGatewayClient({
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(region === undefined ? {} : { region }),
    credentials: 'provide' in credentials ? credentials.provide : credentials,
    maxAttempts: 1,
    // Commands of the same kind share one middleware stack.
    cacheMiddleware: true,
    requestHandler: createRequestHandler({
      connectionTimeout: options.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS,
      requestTimeout: options.requestTimeoutMs,
      // By default the handler only logs a warning.
      throwOnRequestTimeout: true,
      socketTimeout: options.requestTimeoutMs,
    }),
  });
  // It copies every response for a log that is not written, which takes a tenth of the time of a call.
  client.middlewareStack.remove('loggerMiddleware');
  if ('provide' in credentials) invalidateOutdated(client, credentials);
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

export function awsRegion(region: string): AwsRegion {
  const { name, dnsSuffix } = partition(region);
  return { partition: name, region, dnsSuffix };
}

/** The Region as the SDK resolved it from configuration, environment or profile; undefined when none is configured. */
export async function regionOf(client: APIGatewayClient): Promise<AwsRegion | undefined> {
  const region = await client.config.region().catch(() => undefined);
  if (region === undefined) return undefined;
  return awsRegion(region);
}
