import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewayObserver } from '../../observability/observer.ts';
import { refuse } from '../messages/refusals.ts';
import { isProbe } from './health.ts';
import { callerKeyOf } from './rate-limit.ts';

/** From where on the gateway turns requests away; 0: never. */
export interface OverloadLimits {
  /** Requests that are under way at once. */
  readonly requests: number;
  /** How late the event loop is, on average over a second. */
  readonly eventLoopDelayMs: number;
}

export interface CallerTrust {
  /** Whether what a request says of its client can be believed: it comes from a router that has shown its secret. */
  readonly trustsClientName: boolean;
}

/** The part of the places that one caller may take. */
const SHARE = 1 / 4;
const RETRY_AFTER_SECONDS = 1;

function shed(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', RETRY_AFTER_SECONDS);
  return refuse(
    reply,
    503,
    `The gateway has more to do than it can: nothing was done. Try again in ${RETRY_AFTER_SECONDS} second.`,
    'OVERLOADED',
  );
}

/** Places for one caller; with less than four in all there are no shares. */
const shareOf = (places: number): number => Math.floor(places * SHARE) || places;

/**
 * Refuses requests of a caller who has its share of the places in flight. Before the body is read, and after it is known
 * who sends it.
 */
function capCallers(
  app: FastifyInstance,
  { requests, trustsClientName }: OverloadLimits & CallerTrust,
  observer: GatewayObserver,
): void {
  const most = shareOf(requests);
  const inFlight = new Map<string, number>();
  app.addHook('preParsing', (request, reply, payload, done) => {
    // Of a client that has gone in the meantime no end would be seen.
    if (isProbe(request) || reply.raw.destroyed) {
      done(null, payload);
      return;
    }
    const key = callerKeyOf(request, trustsClientName);
    const running = inFlight.get(key) ?? 0;
    if (running >= most) {
      observer.shed('caller');
      const message = `You have ${running} requests in flight; the limit is ${most}. Wait for some of them, then retry.`;
      reply.header('retry-after', RETRY_AFTER_SECONDS);
      return void refuse(reply, 429, message, 'RATE_LIMITED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    inFlight.set(key, running + 1);
    reply.raw.on('close', () => {
      const left = (inFlight.get(key) ?? 1) - 1;
      if (left === 0) inFlight.delete(key);
      else inFlight.set(key, left);
    });
    done(null, payload);
  });
}

/** Turns requests away, at once and before their bodies are read, rather than answer all of them late. */
export async function shedLoad(
  app: FastifyInstance,
  options: OverloadLimits & CallerTrust,
  observer: GatewayObserver,
): Promise<void> {
  const { requests, eventLoopDelayMs } = options;
  let inFlight = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) {
      done();
      return;
    }
    if (requests > 0 && inFlight >= requests) {
      observer.shed('requests');
      return void shed(reply);
    }
    inFlight += 1;
    reply.raw.on('close', () => {
      inFlight -= 1;
    });
    done();
  });
  if (requests > 0) capCallers(app, options, observer);
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    pressureHandler: (request, reply) => {
      if (isProbe(request)) return;
      observer.shed('event_loop');
      void shed(reply);
    },
  });
}
