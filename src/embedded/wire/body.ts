import { type IncomingMessage } from 'node:http';
import { badRequest, serialization } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** A body beyond the limit is read to its end, so that the client hears the answer; one beyond this is cut off. */
const drainBytes = 16 * unverified.largestBodyBytes;

/** The client went away in the middle of its request: nobody is left to answer. */
export class ClientGone extends Error {}

/** Reads a body whole. Rejects when it is too large or when the client goes away in the middle of it. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= unverified.largestBodyBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      if (bytes > drainBytes) {
        request.pause();
        reject(badRequest(unverified.bodyTooLarge));
      }
    });
    request.on('end', () => {
      if (bytes > unverified.largestBodyBytes) reject(badRequest(unverified.bodyTooLarge));
      else resolve(Buffer.concat(chunks));
    });
    const gone = () => reject(new ClientGone());
    request.on('error', gone);
    request.on('close', gone);
  });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}

/** The JSON object that a body must be; no body at all is an empty one (§1). */
export function parseBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw serialization(unverified.malformedJson);
  }
  if (isDeeperThan(unverified.deepestBody, value)) throw serialization(unverified.bodyTooDeep);
  if (!isJsonObject(value)) throw serialization(unverified.bodyNotAnObject);
  return value;
}
