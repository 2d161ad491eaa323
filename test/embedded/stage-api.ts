import { type ChildProcess } from 'node:child_process';
import { type Readable } from 'node:stream';
import { APIGatewayClient, type PatchOperation, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { beforeEach, expect } from '@jest/globals';
import type { EmbeddedStageApi, EmbeddedStageApiOptions } from '../../src/embedded/start.ts';
import { closeAfterwards } from '../support/closing.ts';
import { startStageApi } from '../support/stage-api.ts';

/** A signature in the required format; it is not verified. */
export const authorization =
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

const parse = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));

/** Sends a signed request; a string is sent unchanged as the body. */
export async function request(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization },
): Promise<RawAnswer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(text !== undefined && { body: text }),
  });
  const answered = await answer.text();
  return { status: answer.status, headers: answer.headers, text: answered, json: parse(answered) };
}

export const clientOf = (url: string) =>
  new APIGatewayClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });

/** A clock that only `advance` moves. */
export function manualClock(start = '2026-06-01T12:00:00Z') {
  let now = Date.parse(start);
  return {
    now: () => now,
    advance(seconds: number) {
      now += seconds * 1000;
    },
    seconds: () => Math.floor(now / 1000),
  };
}

/** Starts an embedded Stage API for every test, with a client of the AWS SDK. */
export function useStageApi(options: EmbeddedStageApiOptions = {}) {
  let running: { api: EmbeddedStageApi; client: APIGatewayClient } | undefined;
  const current = () => {
    if (!running) throw new Error('There is an embedded Stage API only while a test runs');
    return running;
  };
  beforeEach(async () => {
    const api = await startStageApi(options);
    const client = clientOf(api.url);
    closeAfterwards(() => client.destroy());
    running = { api, client };
  });
  return {
    api: () => current().api,
    client: () => current().client,
    raw: (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
      request(current().api.url, method, path, body, headers),
    patch: (restApiId: string, stageName: string, ...patchOperations: PatchOperation[]) =>
      current().client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations })),
  };
}

/** The SDK's error for an error response. */
export const refusal = (status: number, name: string, message: string) => ({
  name,
  message,
  $metadata: expect.objectContaining({ httpStatusCode: status }),
});

export const badRequest = (message: string) => refusal(400, 'BadRequestException', message);
export const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });
export const remove = (path: string): PatchOperation => ({ op: 'remove', path });

/** The first output of a program. */
export const firstOutput = (stream: Readable) =>
  new Promise<string>((resolve) => stream.once('data', (chunk) => resolve(String(chunk))));

/** The exit code of a program, after it has exited and its output is complete. */
export const closing = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
