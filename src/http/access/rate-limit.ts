import { fastifyRateLimit, normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface RateLimitOptions {
  /** Requests a minute of one caller. */
  readonly perMinute: number;
  /** Whether what a request says of its client can be believed: it comes from a router that has shown its secret. */
  readonly trustsClientName: boolean;
}

/** A refusal for coming too often. */
export class RateLimitExceeded extends Error {
  override readonly name = 'TooOften';
  readonly statusCode = 429;
  readonly retryAfterSeconds: number;

  constructor(perMinute: number, retryAfterSeconds: number) {
    super(`You may send ${perMinute} requests a minute. Try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Who sends a request: by who the token says it is; else by the client that a trusted router names; else by address. */
export function callerKeyOf(request: FastifyRequest, trustsClientName: boolean): string {
  const { caller } = request;
  if (caller?.subject != null) return `subject ${caller.subject}`;
  const name = caller?.client.name ?? null;
  if (trustsClientName && name !== null) return `client ${name}`;
  return `address ${normalizeIP(request.ip)}`;
}

/** Counts a request. Rejects with TooOften. */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Nothing in an answer says how many requests are left: nothing has promised it, and it would cost every answer. A refusal says itself when to come again. */
const noHeaders = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
};

/** Counts the requests of every caller. It remembers a bounded number of callers. */
export async function limitRate(
  app: FastifyInstance,
  { perMinute, trustsClientName }: RateLimitOptions,
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
