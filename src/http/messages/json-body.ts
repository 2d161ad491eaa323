import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

const { FST_ERR_CTP_INVALID_JSON_BODY, FST_ERR_CTP_INVALID_MEDIA_TYPE } = errorCodes;

/** Whether the body needs no parsing, because the response is cached. */
export type IsAnswered = (request: FastifyRequest, body: Buffer) => boolean | Promise<boolean>;

/**
 * Accepts bodies of JSON in UTF-8 only. A browser's form cannot send JSON, and invalid UTF-8 would reach AWS as
 * replacement characters. JSON with `__proto__` or `constructor.prototype` is refused.
 */
export function acceptOnlyJson(app: FastifyInstance, isAnswered?: IsAnswered): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const parse = app.getDefaultJsonParser('error', 'error');
  const read = (request: FastifyRequest, body: Buffer, done: (error: Error | null) => void): void => {
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      done(new FST_ERR_CTP_INVALID_JSON_BODY());
      return;
    }
    void parse(request, text, done);
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding !== 'identity') {
      done(new FST_ERR_CTP_INVALID_MEDIA_TYPE());
      return;
    }
    const proceed = (answered: boolean): void => {
      if (answered) done(null, {});
      else read(request, body, done);
    };
    const answered = isAnswered?.(request, body) ?? false;
    if (typeof answered === 'boolean') proceed(answered);
    else answered.then(proceed).catch(done);
  });
}
