import { LRUCache } from 'lru-cache';
import type { CachePolicy } from '../graphql/response-cache/cache-policy.ts';
import type { CacheObserver } from './observer.ts';
import { type Dependencies, areFresh } from './read-trail.ts';

/** The answer to a query that was a success through and through. */
export interface KeptAnswer {
  readonly contentType: string;
  readonly body: Buffer;
  readonly operationName: string | null;
  /** What it rests on. */
  readonly grounds: Dependencies;
  /** How caches may keep it, too. */
  readonly policy: CachePolicy | undefined;
}

/** A request whose answer may be kept. Whoever sends the same bytes, for the same reader, is given the same. */
export interface AnswerKey {
  /** What else an answer depends on: what its reader may see, and the formats that they accept. */
  readonly rights: string;
  readonly accept: string | undefined;
  readonly body: Buffer;
  readonly hash: number;
}

/** A step of FNV-1a by a word, and stirred: it would carry nothing downwards. */
function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x01000193);
  return product ^ (product >>> 15);
}

/** Four words at a time, each in a hash of its own: a processor does them together. */
function hashOf(rights: string, accept: string, { buffer, byteOffset, length }: Buffer): number {
  const bytes = new DataView(buffer, byteOffset, length);
  let [first, second, third, fourth] = [length, 1, 2, 3];
  for (let i = 0; i < rights.length; i++) second = mix(second, rights.charCodeAt(i));
  for (let i = 0; i < accept.length; i++) third = mix(third, accept.charCodeAt(i));
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    first = mix(first, bytes.getInt32(at, true));
    second = mix(second, bytes.getInt32(at + 4, true));
    third = mix(third, bytes.getInt32(at + 8, true));
    fourth = mix(fourth, bytes.getInt32(at + 12, true));
  }
  for (; at < length; at++) first = mix(first, bytes.getUint8(at));
  // What V8 keeps as a small integer.
  return mix(mix(mix(first, second), third), fourth) & 0x3fffffff;
}

export const answerKey = (rights: string, accept: string | undefined, body: Buffer): AnswerKey => ({
  rights,
  accept,
  body,
  hash: hashOf(rights, accept ?? '', body),
});

const areSame = (one: AnswerKey, other: AnswerKey): boolean =>
  one.rights === other.rights && one.accept === other.accept && one.body.equals(other.body);

/** Whole answers, for who asks the very same with the same rights. */
export interface KeptAnswers {
  /** An answer that executing the query would give again, to the byte. */
  readonly find: (
    key: AnswerKey,
    observer: CacheObserver,
  ) => KeptAnswer | undefined | Promise<KeptAnswer | undefined>;
  /** Keeps an answer that was given before: most are never asked for again. */
  readonly keep: (key: AnswerKey, answer: KeptAnswer) => void;
}

export interface KeptAnswersOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** What an entry weighs beside its texts. */
const ENTRY_BYTES = 500;

const PLACES = 1 << 16;

/** The same bytes in memory of their own: most are part of a larger piece, which would be kept with them. */
function copyBytes(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** What was kept, and for which request: hashes may be alike. */
interface Entry {
  readonly key: AnswerKey;
  readonly answer: KeptAnswer;
}

/**
 * Says whether a key has come before, and remembers it, by its hash: most keys never come again. Two that share one cost an
 * answer that is kept for nothing.
 */
function seenBefore(): (key: AnswerKey) => boolean {
  const asked = new Int32Array(PLACES);
  return ({ hash }) => {
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    const known = asked[place] === hash;
    asked[place] = hash;
    return known;
  };
}

export function createKeptAnswers({ maxEntries, maxBytes }: KeptAnswersOptions): KeptAnswers {
  const entries = new LRUCache<number, Entry>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ key, answer: { body, grounds } }) =>
      body.length +
      key.body.length +
      2 * (key.rights.length + (key.accept?.length ?? 0)) +
      ENTRY_BYTES * (1 + grounds.length),
  });
  const askedBefore = seenBefore();

  return {
    find(key, observer) {
      const { hash } = key;
      const entry = entries.get(hash);
      if (entry === undefined || !areSame(entry.key, key)) return undefined;
      const { answer } = entry;
      const judge = (holds: boolean): KeptAnswer | undefined => {
        if (holds) return answer;
        if (entries.peek(hash) === entry) entries.delete(hash);
        return undefined;
      };
      const holds = areFresh(answer.grounds, observer);
      return typeof holds === 'boolean' ? judge(holds) : holds.then(judge);
    },
    keep(key, answer) {
      if (!askedBefore(key)) return;
      entries.set(key.hash, {
        key: { ...key, body: copyBytes(key.body) },
        answer: { ...answer, body: copyBytes(answer.body) },
      });
    },
  };
}
