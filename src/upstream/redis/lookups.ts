import DataLoader from 'dataloader';
import { type Link, listOf } from './connection.ts';
import { LOOK } from './scripts/reads.ts';
import { type VersionField, versionsKey } from './shared-writes.ts';

/** What Redis says of one thing at one moment. */
export interface Look {
  /** Of its API, or NO_VERSION; undefined: a stranger's key is in its place, and nothing is shared. */
  readonly version: string | undefined;
  /** A write is under way, or its writer has died: what is stored may be the past any moment. */
  readonly isWriting: boolean;
  /** The stored entry, if there is one of this version. */
  readonly entry:
    | {
        readonly id: string;
        readonly ageMs: number;
        /** Where it is not the one that the asker has. */
        readonly data: string | undefined;
      }
    | undefined;
}

/** The shared budget at the same moment. */
export interface BucketLook {
  readonly tokens: number;
  readonly rate: number;
  /** How long ago, negative: until when nothing flows. */
  readonly sinceMs: number;
  /** Who waits in some process. */
  readonly queued: number;
}

export interface Wanted {
  readonly restApiId: string;
  readonly field: VersionField;
  readonly entryKey: string;
  /** The id of the entry that the asker has, at the moment in which it is asked. */
  readonly known: () => string;
  /** Called with the answer, in the order in which Redis gave them. */
  readonly seen: (look: Look) => void;
}

/** Redis knows nothing of this thing: nothing is stored, and nothing that anybody has of it in memory holds. */
export const NO_VERSION = '';

/** Looks at what is stored. Throws RedisFailure. All that want to look in one turn of the event loop share a command. */
export type LookAt = (wanted: Wanted) => Promise<Look>;

const MOST_AT_ONCE = 200;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function lookOf(reply: unknown): Look {
  const [version, writing, id, age, data] = listOf(reply);
  return {
    version: text(version),
    isWriting: writing === 1,
    entry: typeof id === 'string' ? { id, ageMs: Number(age), data: text(data) } : undefined,
  };
}

function bucketOf(bucket: unknown): BucketLook | undefined {
  if (!Array.isArray(bucket)) return undefined;
  const [tokens = 0, rate = 0, sinceMs = 0, queued = 0] = bucket.map(Number);
  return { tokens, rate, sinceMs, queued };
}

export function createLookAt(link: Link, onBucket: (look: BucketLook | undefined) => void): LookAt {
  const loader = new DataLoader<Wanted, Look>(
    async (all) => {
      const keys = all.flatMap(({ restApiId, entryKey }) => [versionsKey(link, restApiId), entryKey]);
      const args = all.flatMap(({ field, known }) => [field, known()]);
      const [bucket, ...rest] = await link.run(LOOK, [link.key('bucket'), ...keys], args);
      onBucket(bucketOf(bucket));
      const looks = all.map((_, index) => lookOf(rest[index]));
      // Here, where commands are answered in their order, and not where each asker goes on.
      looks.forEach((look, index) => all[index]?.seen(look));
      return looks;
    },
    { cache: false, maxBatchSize: MOST_AT_ONCE },
  );
  return (wanted) => loader.load(wanted);
}
