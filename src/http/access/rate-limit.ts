import { fastifyRateLimit, normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CLIENT_NAME_HEADER } from '../../auth/caller.ts';

export interface CallerTrust {
  /** Whether the client name in a request can be trusted: true if a router has shown its secret. */
  readonly trustsClientName: boolean;
}

export class RateLimitExceeded extends Error {
  override readonly name = 'RateLimitExceeded';
  readonly status = 429;
  readonly code = 'RATE_LIMITED';
  readonly headers: Readonly<Record<string, string>>;

  constructor(perMinute: number, retryAfterSeconds: number) {
    super(
      `Rate limit exceeded: the limit is ${perMinute} requests a minute. Retry in ${retryAfterSeconds} s.`,
    );
    this.headers = { 'retry-after': String(retryAfterSeconds) };
  }
}

/** Identifies a caller: by the token's subject, else by the client that a trusted router names, else by address. */
export function callerKeyOf(request: FastifyRequest, trustsClientName: boolean): string {
  const { caller } = request;
  if (caller?.subject != null) return `subject ${caller.subject}`;
  // A router sets this header only: with another one, its clients could choose who they are.
  const isNamed = trustsClientName && request.headers[CLIENT_NAME_HEADER] !== undefined;
  const name = caller?.client.name ?? null;
  if (isNamed && name !== null) return `client ${name}`;
  return `address ${normalizeIP(request.ip)}`;
}

/** Counts a request. Rejects with RateLimitExceeded. */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Rate limit headers would add cost to every response. The error handler sends retry-after itself. */
const noHeaders = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
};

/** Counts the requests of each caller, for a bounded number of callers. */
export async function limitRate(
  app: FastifyInstance,
  perMinute: number,
  { trustsClientName }: CallerTrust,
): Promise<CountRequest> {
  await app.register(fastifyRateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request) => callerKeyOf(request, trustsClientName),
    addHeaders: noHeaders,
    addHeadersOnExceeding: noHeaders,
    errorResponseBuilder: (_, { max, ttl }) => new RateLimitExceeded(max, Math.ceil(ttl / 1000)),
  });
  const count = app.rateLimit();
  return (request, reply) => count.call(app, request, reply);
}
