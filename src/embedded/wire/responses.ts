import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { assumed } from '../errors/assumed.ts';
import type { AwsException } from '../errors/aws-exception.ts';
import type { RandomSource } from '../rules/random-source.ts';
import { writeJson } from './json.ts';

/** Every response has these, successful ones too (docs/stage-api.md §1). */
export const createCommonHeaders =
  (now: () => number, { newRequestId, newExtendedRequestId }: RandomSource) =>
  (): Record<string, string> => ({
    date: new Date(now()).toUTCString(),
    'x-amzn-RequestId': newRequestId(),
    'x-amz-apigw-id': newExtendedRequestId(),
  });

/** `text` is JSON, undefined for an empty body. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  text: string | undefined,
) {
  if (response.destroyed || response.headersSent) return;
  const type = text === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, {
    ...headers,
    ...type,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text ?? '') }),
  });
  response.end(text);
}

/** See §1, "Error wire format". */
export function sendException(
  response: ServerResponse,
  error: AwsException,
  headers: Record<string, string>,
) {
  const retry: Record<string, string> =
    error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  const allHeaders = { ...headers, 'x-amzn-ErrorType': error.code, ...retry };
  send(response, error.status, allHeaders, writeJson({ message: error.message }));
}

/** Answers data that Node.js cannot parse as HTTP, and CONNECT requests; closes the connection. */
export function sendRawBadRequest(socket: Duplex, commonHeaders: Record<string, string>) {
  const text = writeJson({ message: assumed.malformedRequest });
  const headers = {
    ...commonHeaders,
    'x-amzn-ErrorType': 'BadRequestException',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${text}`);
}
