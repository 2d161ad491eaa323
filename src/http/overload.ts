import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewayObserver } from '../telemetry/observer.ts';
import { isProbe } from './health.ts';
import { refuse } from './refusals.ts';

/** From where on the gateway turns requests away; 0: never. */
export interface OverloadLimits {
  /** Requests that are under way at once. */
  readonly requests: number;
  /** How late the event loop is, on average over a second. */
  readonly eventLoopDelayMs: number;
}

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

/** Turns requests away, at once and before their bodies are read, rather than answer all of them late. */
export async function shedLoad(
  app: FastifyInstance,
  { requests, eventLoopDelayMs }: OverloadLimits,
  observer: GatewayObserver,
): Promise<void> {
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
  await app.register(underPressure, {
    maxEventLoopDelay: eventLoopDelayMs,
    pressureHandler: (request, reply) => {
      if (isProbe(request)) return;
      observer.shed('event_loop');
      void shed(reply);
    },
  });
}
