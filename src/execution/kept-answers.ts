import { LRUCache } from 'lru-cache';
import { type Grounds, stillHold } from '../datasources/read-trail.ts';
import type { UpstreamObserver } from '../upstream/observer.ts';
import type { CachePolicy } from './cache-policy.ts';

/** The answer to a query that was a success through and through. */
export interface KeptAnswer {
  readonly contentType: string;
  readonly body: Buffer;
  readonly operationName: string | null;
  /** What it rests on. */
  readonly grounds: Grounds;
  /** How caches may keep it, too. */
  readonly policy: CachePolicy | undefined;
}

/** Whole answers, for who asks the very same with the same rights. */
export interface KeptAnswers {
  /** An answer that executing the query would give again, to the byte. */
  readonly find: (
    key: string,
    observer: UpstreamObserver,
  ) => KeptAnswer | undefined | Promise<KeptAnswer | undefined>;
  /** Keeps an answer that was given before: most are never asked for again. */
  readonly keep: (key: string, answer: KeptAnswer) => void;
}

export interface KeptAnswersOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** What an entry weighs beside its texts. */
const ENTRY_BYTES = 500;

const PLACES = 1 << 16;

/**
 * Says whether a key has come before, and remembers it: as a number, for most keys never come again. Two that share a number cost an answer that is kept for nothing.
 */
function rememberAsked(): (key: string) => boolean {
  const asked = new Uint32Array(PLACES);
  return (key) => {
    // FNV-1a.
    let hash = 0x811c9dc5 ^ key.length;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    const known = asked[place] === hash >>> 0;
    asked[place] = hash;
    return known;
  };
}

export function createKeptAnswers({ maxEntries, maxBytes }: KeptAnswersOptions): KeptAnswers {
  const answers = new LRUCache<string, KeptAnswer>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ body, grounds }, key) =>
      body.length + 2 * key.length + ENTRY_BYTES * (1 + grounds.length),
  });
  const askedBefore = rememberAsked();

  return {
    find(key, observer) {
      const answer = answers.get(key);
      if (answer === undefined) return undefined;
      const judge = (holds: boolean): KeptAnswer | undefined => {
        if (holds) return answer;
        if (answers.peek(key) === answer) answers.delete(key);
        return undefined;
      };
      const holds = stillHold(answer.grounds, observer);
      return typeof holds === 'boolean' ? judge(holds) : holds.then(judge);
    },
    keep(key, answer) {
      if (askedBefore(key)) answers.set(key, answer);
    },
  };
}
