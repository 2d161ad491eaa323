import type { IncomingMessage } from 'node:http';
import { assumed } from '../errors/assumed.ts';
import { badRequest, serialization } from '../errors/aws-exception.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** Many clients read the response only after they have sent the body, so a too large body is read up to this size. */
const MAX_DRAINED_BYTES = 16 * assumed.maxBodyBytes;

/** The client disconnected before its request was complete. */
export class ClientDisconnected extends Error {}

/** Rejects if the body is larger than `maxBytes` or the client disconnects. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      if (bytes > MAX_DRAINED_BYTES) {
        request.pause();
        reject(badRequest(assumed.bodyTooLarge));
      }
    });
    request.on('end', () => {
      if (bytes > maxBytes) reject(badRequest(assumed.bodyTooLarge));
      else resolve(Buffer.concat(chunks));
    });
    const disconnected = () => reject(new ClientDisconnected());
    request.on('error', disconnected);
    request.on('close', disconnected);
  });
}

export function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}

/** A body must be a JSON object; an empty body counts as an empty object (docs/stage-api.md §1). */
export function parseBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw serialization(assumed.malformedJson);
  }
  if (isDeeperThan(assumed.maxBodyDepth, value)) throw serialization(assumed.bodyTooDeep);
  if (!isJsonObject(value)) throw serialization(assumed.bodyNotAnObject);
  return value;
}
