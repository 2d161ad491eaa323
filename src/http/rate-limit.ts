import { fastifyRateLimit, normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RateLimitOptions {
  /** Requests a minute of one caller. */
  readonly perMinute: number;
  /** Whether what a request says of its client can be believed: it comes from a router that has shown its secret. */
  readonly trustsClientName: boolean;
}

/** A refusal for coming too often. */
export class TooOften extends Error {
  override readonly name = 'TooOften';
  readonly statusCode = 429;
  readonly retryAfterSeconds: number;

  constructor(perMinute: number, retryAfterSeconds: number) {
    super(`You may send ${perMinute} requests a minute. Try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** By who the token says it is; else by the client that a trusted router names; else by address. */
function keyOf({ caller, ip }: FastifyRequest, trustsClientName: boolean): string {
  if (caller?.subject != null) return `subject ${caller.subject}`;
  const name = caller?.client.name ?? null;
  if (trustsClientName && name !== null) return `client ${name}`;
  return `address ${normalizeIP(ip)}`;
}

/** Counts the requests of every caller, on routes that have `config.rateLimit`. It remembers a bounded number of callers. */
export const registerRateLimit = async (
  app: FastifyInstance,
  { perMinute, trustsClientName }: RateLimitOptions,
): Promise<void> => {
  await app.register(fastifyRateLimit, {
    global: false,
    max: perMinute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request) => keyOf(request, trustsClientName),
    errorResponseBuilder: (_, { ttl }) => new TooOften(perMinute, Math.ceil(ttl / 1000)),
  });
};
