import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A body that is refused, and with which status. */
class UnacceptableBody extends Error {
  override readonly name = 'UnacceptableBody';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Whether a body need not be read, because its answer is there. */
export type IsAnswered = (request: FastifyRequest, body: Buffer) => boolean | Promise<boolean>;

/**
 * Bodies are JSON in UTF-8, and nothing else: what a browser's form can send is none, and characters that are none
 * would reach AWS as question marks. JSON that would change the prototypes of objects is refused.
 */
export function takeJsonOnly(app: FastifyInstance, isAnswered?: IsAnswered): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const parse = app.getDefaultJsonParser('error', 'error');
  const read = (request: FastifyRequest, body: Buffer, done: (error: Error | null) => void): void => {
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      done(new UnacceptableBody(400, 'not UTF-8'));
      return;
    }
    void parse(request, text, done);
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding !== 'identity') {
      done(new UnacceptableBody(415, 'compressed'));
      return;
    }
    const go = (answered: boolean): void => {
      if (answered) done(null, {});
      else read(request, body, done);
    };
    const answered = isAnswered?.(request, body) ?? false;
    if (typeof answered === 'boolean') go(answered);
    else answered.then(go).catch(done);
  });
}
