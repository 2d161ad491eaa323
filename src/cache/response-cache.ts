import { LRUCache } from 'lru-cache';
import { areFresh, type Dependencies } from './dependencies.ts';
import type { CacheObserver } from './observer.ts';

/** A response, with the details that its user needs to send it again. */
export interface CachedResponse<Details> {
  readonly body: Buffer;
  readonly dependencies: Dependencies;
  readonly details: Details;
}

/** Identifies a request by all that its response depends on, beside cached values. */
export interface ResponseKey {
  /** Callers with equal permissions get equal responses. */
  readonly permissions: string;
  readonly accept: string | undefined;
  readonly body: Buffer;
  readonly hash: number;
}

/** One step of FNV-1a over a word. The shift mixes high bits into low ones, which a multiplication alone does not. */
function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x01000193);
  return product ^ (product >>> 15);
}

/** Four independent hashes, a word each at a time: a processor computes them in parallel. */
function hashOf(permissions: string, accept: string, { buffer, byteOffset, length }: Buffer): number {
  const bytes = new DataView(buffer, byteOffset, length);
  let [first, second, third, fourth] = [length, 1, 2, 3];
  for (let i = 0; i < permissions.length; i++) second = mix(second, permissions.charCodeAt(i));
  for (let i = 0; i < accept.length; i++) third = mix(third, accept.charCodeAt(i));
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    first = mix(first, bytes.getInt32(at, true));
    second = mix(second, bytes.getInt32(at + 4, true));
    third = mix(third, bytes.getInt32(at + 8, true));
    fourth = mix(fourth, bytes.getInt32(at + 12, true));
  }
  for (; at < length; at++) first = mix(first, bytes.getUint8(at));
  // 30 bits: V8 stores them as a small integer.
  return mix(mix(mix(first, second), third), fourth) & 0x3fffffff;
}

export const responseKey = (permissions: string, accept: string | undefined, body: Buffer): ResponseKey => ({
  permissions,
  accept,
  body,
  hash: hashOf(permissions, accept ?? '', body),
});

const areEqual = (one: ResponseKey, other: ResponseKey): boolean =>
  one.permissions === other.permissions && one.accept === other.accept && one.body.equals(other.body);

export interface ResponseCache<Details> {
  /** The cached response if executing the request would give the same bytes. */
  readonly find: (
    key: ResponseKey,
    observer: CacheObserver,
  ) => CachedResponse<Details> | undefined | Promise<CachedResponse<Details> | undefined>;
  /** Stores a response from the second time on that its key is seen: most requests never come again. */
  readonly store: (key: ResponseKey, response: CachedResponse<Details>) => void;
}

export interface ResponseCacheOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** The estimated size of an entry, and of each dependency, beside its body and key. */
const OVERHEAD_BYTES = 500;

const SEEN_SLOTS = 1 << 16;

/** Copies bytes that are part of a larger buffer, which would stay in memory with them. */
function copyBytes(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** The key is compared as well: hashes collide. */
interface Entry<Details> {
  readonly key: ResponseKey;
  readonly response: CachedResponse<Details>;
}

/** Whether a key was seen before, by its hash in a fixed table. A collision costs one entry that is stored for nothing. */
function seenBefore(): (key: ResponseKey) => boolean {
  const seen = new Int32Array(SEEN_SLOTS);
  return ({ hash }) => {
    const slot = (hash ^ (hash >>> 16)) & (SEEN_SLOTS - 1);
    const known = seen[slot] === hash;
    seen[slot] = hash;
    return known;
  };
}

/** Caches whole responses for identical requests. */
export function createResponseCache<Details>({
  maxEntries,
  maxBytes,
}: ResponseCacheOptions): ResponseCache<Details> {
  const entries = new LRUCache<number, Entry<Details>>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ key, response: { body, dependencies } }) =>
      body.length +
      key.body.length +
      2 * (key.permissions.length + (key.accept?.length ?? 0)) +
      OVERHEAD_BYTES * (1 + dependencies.length),
  });
  const wasSeen = seenBefore();

  return {
    find(key, observer) {
      const { hash } = key;
      const entry = entries.get(hash);
      if (entry === undefined || !areEqual(entry.key, key)) return undefined;
      const { response } = entry;
      const ifFresh = (isFresh: boolean): CachedResponse<Details> | undefined => {
        if (isFresh) return response;
        if (entries.peek(hash) === entry) entries.delete(hash);
        return undefined;
      };
      const fresh = areFresh(response.dependencies, observer);
      return typeof fresh === 'boolean' ? ifFresh(fresh) : fresh.then(ifFresh);
    },
    store(key, response) {
      if (!wasSeen(key)) return;
      entries.set(key.hash, {
        key: { ...key, body: copyBytes(key.body) },
        response: { ...response, body: copyBytes(response.body) },
      });
    },
  };
}
