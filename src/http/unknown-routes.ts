import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from '../untrusted/request-path.ts';
import { countRefusal, refuse } from './messages/refusals.ts';
import { isPageView, type PageLink, sendNotice } from './pages/notice.ts';

/** Refuses unknown paths and methods before the body is read: a person gets links to `pages`, a program an error. */
export function refuseUnknownRoutes(app: FastifyInstance, pages: readonly PageLink[]): void {
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!isPageView(request)) return refuse(reply, 404, 'Not found. GraphQL is at /graphql.');
    countRefusal(reply);
    return sendNotice(
      reply,
      404,
      'There is nothing at this address. Programs find GraphQL at /graphql.',
      pages,
    );
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) done();
    else if (pathOf(request.url) === '/graphql') {
      reply.header('allow', 'GET, POST, OPTIONS');
      refuse(reply, 405, 'Method not allowed. Send operations by POST, or queries by GET.');
    } else answer(request, reply);
  });
  // Of files that do not exist.
  app.setNotFoundHandler(answer);
}
