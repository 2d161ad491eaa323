import { randomBytes, randomUUID } from 'node:crypto';
import { type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { type AwsException } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { writeJson } from './json.ts';

/** §1: what every answer carries, the good ones too. */
export const identification = () => ({
  'x-amzn-RequestId': randomUUID(),
  'x-amz-apigw-id': randomBytes(11).toString('base64'),
});

/** Writes an answer; `text` is JSON, undefined for an empty body. */
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

/** §1 "Error wire format". */
export function sendException(
  response: ServerResponse,
  error: AwsException,
  headers: Record<string, string>,
) {
  const retry: Record<string, string> =
    error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  const all = { ...headers, 'x-amzn-ErrorType': error.code, ...retry };
  send(response, error.status, all, writeJson({ message: error.message }));
}

/** Answers what is not HTTP, or not for this server, and ends the connection. */
export function refuseRaw(socket: Duplex) {
  const text = writeJson({ message: unverified.malformedRequest });
  const headers = {
    ...identification(),
    'x-amzn-ErrorType': 'BadRequestException',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${text}`);
}
