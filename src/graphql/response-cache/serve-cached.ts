import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DependencyTracker } from '../../cache/read-trail.ts';
import { type AnswerKey, answerKey, createKeptAnswers, type KeptAnswer } from '../../cache/response-cache.ts';
import type { IsAnswered } from '../../http/messages/json-body.ts';
import { TRACE_HEADER } from './wants-trace.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether answers of this route are kept. */
    keepsAnswers?: boolean;
  }
  interface FastifyRequest {
    /** The key of the answer, where a kept one would do. */
    answerKey: AnswerKey | undefined;
    /** The answer that was found under it. */
    keptAnswer: KeptAnswer | undefined;
    /** Of a query that was a success through and through: its name, and what it has read. */
    succeeded: { readonly operationName: string | null; readonly trail: DependencyTracker } | undefined;
  }
}

const MAX_ENTRIES = 5000;
const MAX_BYTES = 64 * 1024 * 1024;
/** A query that is longer is nothing that a dashboard polls. */
const MAX_KEY_LENGTH = 16 * 1024;

/**
 * A kept answer does for the very same bytes, from somebody with the same rights who reads the same format, unless it is
 * to be fresh, or a router wants a trace in it.
 */
function keyOf(
  { method, headers, routeOptions }: FastifyRequest,
  rights: string | undefined,
  body: Buffer,
): AnswerKey | undefined {
  if (routeOptions.config.keepsAnswers !== true || method !== 'POST') return undefined;
  if (rights === undefined || body.length > MAX_KEY_LENGTH) return undefined;
  if (headers['cache-control'] !== undefined || headers[TRACE_HEADER] !== undefined) {
    return undefined;
  }
  return answerKey(rights, headers.accept, body);
}

/**
 * Keeps answers of routes with `config.keepsAnswers`, and finds them again before GraphQL or even JSON is looked at; the
 * route's handler sends what is found. All that is done to requests on their way in and out - who may, how many, logs,
 * metrics - is done to these as well: those are hooks of the server.
 */
export function keepAnswers(
  app: FastifyInstance,
  rightsOf: (request: FastifyRequest) => string | undefined,
): IsAnswered {
  const answers = createKeptAnswers({ maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES });
  app.decorateRequest('answerKey', undefined);
  app.decorateRequest('keptAnswer', undefined);
  app.decorateRequest('succeeded', undefined);

  app.addHook('onSend', (request, reply, payload, done) => {
    const { answerKey, succeeded, cacheable } = request;
    if (succeeded === undefined || reply.statusCode !== 200 || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    // Node would measure a text that has been added up, and make room for three times as much.
    const body = Buffer.from(payload);
    const grounds = succeeded.trail.dependencies();
    const contentType = reply.getHeader('content-type');
    if (answerKey !== undefined && grounds !== undefined && typeof contentType === 'string') {
      const { operationName } = succeeded;
      answers.keep(answerKey, { body, contentType, operationName, grounds, policy: cacheable?.policy });
    }
    done(null, body);
  });

  // Who it is has been found out by then: that is done before the body is read.
  return (request, body) => {
    request.answerKey = keyOf(request, rightsOf(request), body);
    if (request.answerKey === undefined) return false;
    const take = (kept: KeptAnswer | undefined): boolean => {
      request.keptAnswer = kept;
      return kept !== undefined;
    };
    const found = answers.find(request.answerKey, request.record.observer);
    return found instanceof Promise ? found.then(take) : take(found);
  };
}

/** Sends the answer that was found, and says so wherever answers are told of. */
export function sendKept(request: FastifyRequest, reply: FastifyReply, kept: KeptAnswer): FastifyReply {
  const { record } = request;
  const { policy, grounds } = kept;
  if (policy !== undefined) request.cacheable = { policy, grounds };
  record.named(kept.operationName, 'query');
  record.operated('ok', []);
  return reply.header('content-type', kept.contentType).send(kept.body);
}
