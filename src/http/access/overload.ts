import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewayObserver } from '../../observability/observer.ts';
import { isProbe } from '../messages/probe.ts';
import { refuse } from '../messages/refusals.ts';
import { callerKeyOf, type CallerTrust } from './rate-limit.ts';

/** Above these limits requests are refused; 0: no limit. */
export interface OverloadLimits {
  /** Requests in flight. */
  readonly requests: number;
  /** The average delay of the event loop over a second. */
  readonly eventLoopDelayMs: number;
}

/** The share of the requests in flight that one caller may have. */
const CALLER_SHARE = 1 / 4;
const RETRY_AFTER_SECONDS = 1;

function shed(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', RETRY_AFTER_SECONDS);
  return refuse(
    reply,
    503,
    `The gateway is overloaded; the request was not processed. Retry in ${RETRY_AFTER_SECONDS} second.`,
    'OVERLOADED',
  );
}

/** Below four requests in all, one caller may have all of them. */
const callerLimitOf = (requests: number): number => Math.floor(requests * CALLER_SHARE) || requests;

/** Limits the requests in flight of each caller: after authentication, and before the body is read. */
function limitCallers(
  app: FastifyInstance,
  { requests, trustsClientName }: OverloadLimits & CallerTrust,
  observer: GatewayObserver,
): void {
  const limit = callerLimitOf(requests);
  const inFlight = new Map<string, number>();
  app.addHook('preParsing', (request, reply, payload, done) => {
    // For a closed connection no `close` event would follow, and the count would never go down.
    if (isProbe(request) || reply.raw.destroyed) {
      done(null, payload);
      return;
    }
    const key = callerKeyOf(request, trustsClientName);
    const running = inFlight.get(key) ?? 0;
    if (running >= limit) {
      observer.shed('caller');
      const message = `You have ${running} requests in flight; the limit is ${limit}. Wait for some of them, then retry.`;
      reply.header('retry-after', RETRY_AFTER_SECONDS);
      return void refuse(reply, 429, message, 'RATE_LIMITED');
    }
    inFlight.set(key, running + 1);
    reply.raw.on('close', () => {
      const others = (inFlight.get(key) ?? 1) - 1;
      if (others === 0) inFlight.delete(key);
      else inFlight.set(key, others);
    });
    done(null, payload);
  });
}

/** Refuses requests above the limits at once, before the body is read. */
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
  if (requests > 0) limitCallers(app, options, observer);
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    pressureHandler: (request, reply) => {
      if (isProbe(request)) return;
      observer.shed('event_loop');
      void shed(reply);
    },
  });
}
