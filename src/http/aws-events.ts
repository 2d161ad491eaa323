import type { FastifyInstance } from 'fastify';
import { createSecretCheck } from '../auth/secret-check.ts';
import { refuse } from './messages/refusals.ts';

/** The header with the key that EventBridge's connection sends. */
const EVENT_KEY_HEADER = 'x-stagegraph-event-key';
const PATH = '/events/aws';
const MAX_BYTES = 64 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route whose senders show a secret of their own instead of a router's. */
    readonly ownSecret?: true;
  }
}

export interface AwsEvents {
  readonly secrets: () => readonly string[];
  /** Takes what EventBridge has sent; must be fast and must not throw. */
  readonly receive: (event: unknown) => void;
}

/**
 * Takes the events of EventBridge's API destinations. They are answered at once, and also those that are of no use:
 * EventBridge would send them again.
 */
export function registerAwsEvents(app: FastifyInstance, { secrets, receive }: AwsEvents): void {
  const knowsSecret = createSecretCheck(EVENT_KEY_HEADER, secrets);
  app.route({
    url: PATH,
    method: 'POST',
    config: { ownSecret: true },
    bodyLimit: MAX_BYTES,
    // Before the body is read.
    onRequest(request, reply, done) {
      if (knowsSecret(request.headers)) done();
      else refuse(reply, 401, `The header "${EVENT_KEY_HEADER}" must hold a valid key.`, 'UNAUTHENTICATED');
    },
    handler(request, reply) {
      receive(request.body);
      return reply.status(202).send({ status: 'accepted' });
    },
  });
}
