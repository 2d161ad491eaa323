import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { partition } from '@aws-sdk/core/client';
import { checkPermits } from './sdk/attempt-middleware.ts';
import { createCredentialsCache, dropOutdated } from './sdk/credentials.ts';
import { createRequestHandler } from './sdk/request-handler.ts';
import { checkAnswers } from './sdk/response-validation.ts';
import { sayCaller } from './user-agent.ts';

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
 * The SDK's own search for credentials, by a client of its own: one and the same would never search again while its last
 * search hangs.
 */
const searchCredentials = (region: string | undefined) => async () => {
  const client = new APIGatewayClient(region === undefined ? {} : { region });
  return client.config.credentials().finally(() => client.destroy());
};

/** The one SDK client of the process: it owns the sockets and the credentials. */
export function createClient(options: ClientOptions): APIGatewayClient {
  const { region, requestTimeoutMs: timeoutMs } = options;
  const found = createCredentialsCache({ ask: searchCredentials(region), timeoutMs });
  const client = new APIGatewayClient({
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(region === undefined ? {} : { region }),
    credentials: options.credentials ?? found.provide,
    maxAttempts: 1,
    // The same commands are sent over and over: their middleware is put together once.
    cacheMiddleware: true,
    requestHandler: createRequestHandler({
      connectionTimeout: options.connectionTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      // Without it the handler only warns and waits on.
      throwOnRequestTimeout: true,
      socketTimeout: options.requestTimeoutMs,
    }),
  });
  // It copies every answer for a log that nobody writes: a tenth of what a call costs.
  client.middlewareStack.remove('loggerMiddleware');
  if (options.credentials === undefined) dropOutdated(client, found);
  sayCaller(client);
  checkAnswers(client);
  checkPermits(client);
  return client;
}

/** Where the client's stages live, as their ARNs and URLs say it. */
export interface AwsRegion {
  /** E.g. `aws`, `aws-cn`. */
  readonly partition: string;
  /** E.g. `us-east-1`. */
  readonly region: string;
  /** E.g. `amazonaws.com`. */
  readonly dnsSuffix: string;
}

/** The Region as the SDK resolved it from configuration, environment or profile; undefined when there is none. */
export async function regionOf(client: APIGatewayClient): Promise<AwsRegion | undefined> {
  const region = await client.config.region().catch(() => undefined);
  if (region === undefined) return undefined;
  const { name, dnsSuffix } = partition(region);
  return { partition: name, region, dnsSuffix };
}
