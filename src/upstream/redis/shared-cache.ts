import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'devalue';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Load, LocalCache, ReadPolicy, ReadThroughCache } from '../../cache/read-through-cache.ts';
import { failedWith, UpstreamError } from '../../errors/upstream-error.ts';
import type { CacheKind } from '../calls/observer.ts';
import { CallAborted } from '../limiter/rate-limiter.ts';
import { type Link, RedisFailure } from './connection.ts';
import { type Look, type LookAt, NO_VERSION } from './lookups.ts';
import { ABANDON_LOAD, BEGIN_LOAD, BEGUN, LEAVE_LOAD, RENEW_LOAD, STORE } from './scripts/reads.ts';
import { type SharedWrites, type VersionField, versionsKey } from './shared-writes.ts';

export interface SharedStoreOptions<Value extends object> {
  readonly kind: CacheKind;
  readonly local: LocalCache<Value>;
  /** A value as others are to find it: with nothing that is worked out later. */
  readonly inFull: (value: Value) => Value;
  readonly link: Link;
  readonly lookAt: LookAt;
  readonly writes: SharedWrites;
  /** Of the program: values of another one are another's. */
  readonly release: string;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly versionLifeMs: number;
  readonly maxEntries: number;
}

/** Which changes of an API concern them. */
const fieldOf: Readonly<Record<CacheKind, VersionField>> = {
  stages: 'stages',
  stage: 'stage',
  deployments: 'deployments',
  deployment: 'fixed',
  restApi: 'fixed',
  restApis: 'fixed',
};

/** A load that has not been heard of for so long is its owner's no more. */
const LEASE_MS = 2000;
/** How often it is looked whether another process has brought what is waited for: at first, and at last. */
const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 50;
/** The same where nobody waits; who comes to wait is noticed earlier. */
const LAST_IDLE_LOOK_MS = 1000;
/** A write's end is waited for so long; then AWS is asked, and the answer is not stored. */
const WRITE_PATIENCE_MS = 1000;
/** What is missing is remembered so long for other processes. */
const REFUSED_MS = 1000;
/** So much longer than anybody may show it an entry lives in Redis. */
const ENTRY_GRACE_MS = 1000;

/** What AWS says to everybody. What it denies it denies to this process: others may have another role. */
const toldToAll = ['NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND'] as const;

const refusalForm = z.object({
  failure: z.enum(toldToAll),
  operation: z.string(),
  awsMessage: z.string(),
  requestId: z.string().optional(),
});

function refusalOf(error: unknown): string {
  if (!failedWith(error, ...toldToAll)) return '';
  const { failure, operation, awsMessage, requestId } = error;
  return JSON.stringify({ failure, operation, awsMessage, requestId });
}

function errorOf(refusal: unknown): UpstreamError | undefined {
  try {
    const told = refusalForm.parse(JSON.parse(String(refusal)));
    return new UpstreamError({
      requestId: undefined,
      ...told,
      retryAfterSeconds: undefined,
      cause: undefined,
    });
  } catch {
    // A stranger's: AWS is asked.
    return undefined;
  }
}

type Change<Value> = (stored: Value) => Value;

/** What Redis had of a key at one moment. */
interface Stored<Value> {
  readonly version: string;
  readonly entry: { readonly id: string; readonly ageMs: number; readonly value: Value } | undefined;
}

const apiOf = (key: string): string => key.split('/')[0] ?? '';

/**
 * The store of a process and Redis as one: Redis holds what any process was told, the process what it has decoded of
 * it. Before anything is shown Redis is asked whether it holds still, whatever this process was told or was not told
 * before. docs/many-processes.md says why nobody sees the past. Where Redis is away it is the process's own store.
 */
export function createSharedStore<Value extends object>(
  options: SharedStoreOptions<Value>,
): ReadThroughCache<Value> {
  const { kind, local, inFull, link, lookAt, writes, release, ttlMs, staleMs, versionLifeMs } = options;
  const field = fieldOf[kind];
  /**
   * The version that all rests on which the local store has of a key: value, refusal and load under way. NO_VERSION where
   * it has nothing but a load that has not asked AWS yet.
   */
  const restsOn = new LRUCache<string, string>({ max: options.maxEntries * 2 });
  const ids = new WeakMap<Value, string>();
  const inDoubt = new Map<string, { readonly current: Promise<Value>; next?: Promise<Value> }>();

  // Lists of the whole account belong to no API.
  const restApiOf = kind === 'restApis' ? () => '' : apiOf;
  const versionsOf = (key: string): string => versionsKey(link, restApiOf(key));
  const entryKeyOf = (key: string): string => link.key('entry', release, kind, key);
  const loadKeyOf = (key: string): string => link.key('load', kind, key);
  const idOf = (key: string): string => {
    const value = local.peek(key);
    return value === undefined ? '' : (ids.get(value) ?? '');
  };

  /** Its key says that this very release has written it. */
  const isOfThisRelease = (value: unknown): value is Value => typeof value === 'object' && value !== null;

  function decode(data: string): Value | undefined {
    try {
      const value: unknown = parse(data);
      return isOfThisRelease(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Makes the local store agree with what Redis has just said. */
  function agree(key: string, { version, entry }: Look): void {
    if (version === undefined) return;
    if (restsOn.get(key) !== version) {
      local.drop(key);
      restsOn.set(key, version);
    }
    if (entry?.data === undefined) return;
    const value = decode(entry.data);
    if (value === undefined) return;
    ids.set(value, entry.id);
    local.put(key, value, entry.ageMs);
  }

  /**
   * What is loaded from now on rests on this version, if there was none. Where there is none still, Redis was not asked
   * or has not answered: it rests on nothing, and is shown only as long as Redis says nothing.
   */
  function rest(key: string, version: string): void {
    if (restsOn.get(key) !== NO_VERSION) return;
    if (version === NO_VERSION) restsOn.delete(key);
    else restsOn.set(key, version);
  }

  async function lookOnce(key: string): Promise<Look> {
    return lookAt({
      restApiId: restApiOf(key),
      field,
      entryKey: entryKeyOf(key),
      known: () => idOf(key),
      seen: (look) => agree(key, look),
    });
  }

  /** What Redis says, with the local store in agreement; undefined where it says nothing. */
  async function look(key: string): Promise<Look | undefined> {
    if (!link.isUp()) return undefined;
    try {
      const seen = await lookOnce(key);
      // What was known when it was asked was forgotten by the answer.
      const isMissing = seen.entry !== undefined && idOf(key) !== seen.entry.id;
      const final = isMissing ? await lookOnce(key) : seen;
      return final.version === undefined ? undefined : final;
    } catch (error) {
      if (error instanceof RedisFailure) return undefined;
      throw error;
    }
  }

  /** The same, as soon as no write is under way; after a while in any case. */
  async function lookAfterWrite(key: string, hangUp: ReadPolicy['abortSignal']): Promise<Look | undefined> {
    const begin = performance.now();
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LAST_LOOK_MS, wait * 1.5)) {
      const seen = await look(key);
      if (seen?.isWriting !== true || performance.now() - begin > WRITE_PATIENCE_MS) return seen;
      await sleep(wait);
      if (hangUp?.().aborted === true) throw new CallAborted();
    }
  }

  /** What AWS says now, while nobody knows what a write has done: a load that begins after it was asked for. */
  function loadInDoubt(key: string, load: (load: Load) => Promise<Value>): Promise<Value> {
    const begin = (): Promise<Value> => {
      const current = load({ ...askedBySomebody, signal: new AbortController().signal });
      const running: { readonly current: Promise<Value>; next?: Promise<Value> } = { current };
      inDoubt.set(key, running);
      const end = () => {
        if (inDoubt.get(key) === running) inDoubt.delete(key);
      };
      current.then(end, end);
      return current;
    };
    const running = inDoubt.get(key);
    if (running === undefined) return begin();
    running.next ??= running.current.then(begin, begin);
    return running.next;
  }

  /** Loads for all processes: says so while it lasts, and stores what comes if no write has come between. */
  async function loadForAll(
    key: string,
    version: string,
    owner: string,
    asked: Load,
    load: (load: Load) => Promise<Value>,
  ): Promise<Value> {
    let isWanted = false;
    const renewal = setInterval(() => {
      link.run(RENEW_LOAD, [loadKeyOf(key), versionsOf(key)], [owner, LEASE_MS]).then(
        ([wanted]) => {
          isWanted ||= wanted === 1;
        },
        () => undefined,
      );
    }, LEASE_MS / 5).unref();
    const abandon = (refusal: string): void => {
      const args = [owner, refusal, Math.min(REFUSED_MS, ttlMs)];
      link.run(ABANDON_LOAD, [loadKeyOf(key)], args).catch(() => undefined);
    };
    const leave = (): void => {
      const keys = [loadKeyOf(key), versionsOf(key)];
      link.run(LEAVE_LOAD, keys, [owner, versionLifeMs]).catch(() => undefined);
    };
    try {
      const value = await load({ ...asked, urgency: () => (isWanted ? 'read' : asked.urgency()) });
      const id = link.nonce();
      ids.set(value, id);
      const keys = [versionsOf(key), entryKeyOf(key), loadKeyOf(key)];
      const args = [
        field,
        version,
        owner,
        id,
        stringify(inFull(value)),
        ttlMs + staleMs + ENTRY_GRACE_MS,
        versionLifeMs,
      ];
      // Redis may be full, or away: others ask by themselves then.
      link.run(STORE, keys, args).catch(leave);
      return value;
    } catch (error) {
      abandon(refusalOf(error));
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  /** One process loads, the others wait for what it brings. */
  async function loadOnce(key: string, asked: Load, load: (load: Load) => Promise<Value>): Promise<Value> {
    // Where nothing is stored, nobody else has anything of it.
    const owner = ttlMs === 0 ? '' : link.nonce();
    const known = idOf(key);
    const begin = performance.now();
    for (let wait = FIRST_LOOK_MS; ; wait *= 1.5) {
      if (asked.signal.aborted) throw new CallAborted();
      const isWanted = asked.urgency() === 'read';
      const keys = [versionsOf(key), entryKeyOf(key), loadKeyOf(key)];
      // What has come since it was asked for is new enough, whatever the TTL.
      const newEnough = Math.max(ttlMs, performance.now() - begin);
      const args = [field, link.nonce(), owner, LEASE_MS, isWanted ? 1 : 0, known, newEnough];
      const reply = await link.run(BEGIN_LOAD, keys, args).catch(() => [BEGUN.own, NO_VERSION]);
      const [answer, , refusal] = reply;
      const version = String(reply[1]);
      rest(key, version);
      if (answer === BEGUN.own) {
        const isShared = version !== NO_VERSION && owner !== '';
        return isShared ? loadForAll(key, version, owner, asked, load) : load(asked);
      }
      if (answer === BEGUN.refused) {
        const error = errorOf(refusal);
        if (error === undefined) return load(asked);
        throw error;
      }
      if (answer === BEGUN.value) {
        await look(key);
        const value = local.peek(key);
        return value !== undefined && idOf(key) !== known ? value : load(asked);
      }
      await pause(asked, isWanted ? Math.min(wait, LAST_LOOK_MS) : Math.min(wait, LAST_IDLE_LOOK_MS));
    }
  }

  /** What is stored for all at this moment, for a change of it to rest on; undefined where Redis does not say. */
  async function storedNow(key: string): Promise<Stored<Value> | undefined> {
    if (!link.isUp() || ttlMs === 0) return undefined;
    const wanted = { restApiId: restApiOf(key), field, entryKey: entryKeyOf(key) };
    const now = await lookAt({ ...wanted, known: () => '', seen: () => undefined }).catch(() => undefined);
    if (now?.version === undefined) return undefined;
    const value = now.entry?.data === undefined ? undefined : decode(now.entry.data);
    const entry = now.entry === undefined || value === undefined ? undefined : { ...now.entry, value };
    return { version: now.version, entry };
  }

  /** What replaces an entry, with the value that it is for. */
  function replace(
    key: string,
    { version, entry }: Stored<Value>,
    change: Change<Value>,
    by: 'read' | 'write',
  ) {
    if (entry === undefined) return undefined;
    const value = change(entry.value);
    const id = link.nonce();
    ids.set(value, id);
    const data = stringify(inFull(value));
    const readUnder = by === 'read' ? version : undefined;
    return { value, entryKey: entryKeyOf(key), readUnder, known: entry.id, id, data };
  }

  /**
   * Changes what is stored for all, and then what this process has of it: it may have less than all others until Redis
   * has answered, and never anything that rests on an older write.
   */
  async function settle(
    key: string,
    change: Change<Value>,
    before: Stored<Value> | undefined,
    by: 'read' | 'write',
  ): Promise<void> {
    const replacement = before === undefined ? undefined : replace(key, before, change, by);
    const rested = restsOn.get(key);
    const settled = await writes.settle(restApiOf(key), [field], replacement);
    if (settled === undefined) {
      await local.mutate(key, change);
      return;
    }
    // Whoever has looked meanwhile knows at least as much.
    if (restsOn.get(key) !== rested) return;
    local.drop(key);
    if (!settled.isStored || replacement === undefined) return;
    restsOn.set(key, settled.version);
    local.put(key, replacement.value, before?.entry?.ageMs ?? 0);
  }

  /** Stores for all what a write was answered with; where that cannot be, everybody asks again. */
  async function storeAnswer(key: string, value: Value): Promise<void> {
    const id = link.nonce();
    const data = stringify(inFull(value));
    const entry = { field, entryKey: entryKeyOf(key), id, data, lifeMs: ttlMs + staleMs + ENTRY_GRACE_MS };
    const rested = restsOn.get(key);
    const version = ttlMs === 0 || !link.isUp() ? undefined : await writes.storeAnswer(restApiOf(key), entry);
    const isAlone = version === undefined && (await writes.settle(restApiOf(key), [field])) === undefined;
    // Whoever has looked meanwhile knows at least as much.
    if (restsOn.get(key) !== rested) return;
    local.drop(key);
    if (isAlone) {
      // It is shown only as long as Redis says nothing.
      restsOn.delete(key);
      await local.set(key, value);
    } else if (version !== undefined) {
      ids.set(value, id);
      restsOn.set(key, version);
      local.put(key, value, 0);
    }
  }

  return {
    kind,
    // Redis must be asked.
    getFresh: () => undefined,
    async peekCached(key, policy) {
      const seen = await look(key);
      // What a write leaves of it is for `read` to wait for.
      return seen?.isWriting === true ? undefined : local.getFresh(key, policy);
    },
    isSent: (key) => local.isSent(key),
    async ageOf(key, value) {
      // As a read would look before it shows what this process has; what a write leaves of that is for the read to say.
      const seen = await look(key);
      return seen?.isWriting === true ? undefined : local.ageOf(key, value);
    },
    async get(key: string, policy: ReadPolicy, load) {
      const seen = await lookAfterWrite(key, policy.abortSignal);
      if (seen === undefined) {
        return local.get(key, policy, (asked) => {
          rest(key, NO_VERSION);
          return load(asked);
        });
      }
      if (seen.isWriting) {
        policy.observer?.read({ kind, outcome: 'miss' });
        return loadInDoubt(key, load);
      }
      return local.get(key, policy, (asked) => loadOnce(key, asked, load));
    },
    mutate: (key, change) =>
      writes.inOrder(restApiOf(key), async () => settle(key, change, await storedNow(key), 'write')),
    async pinVersion(key) {
      const before = await storedNow(key);
      return (change) => writes.inOrder(restApiOf(key), () => settle(key, change, before, 'read'));
    },
    set(key, value) {
      local.drop(key);
      return writes.inOrder(restApiOf(key), () => storeAnswer(key, value));
    },
    async invalidate(prefix) {
      const forgotten = local.invalidate(prefix);
      await writes.inOrder(restApiOf(prefix), async () => {
        await writes.settle(restApiOf(prefix), [field]);
      });
      await forgotten;
    },
  };
}

/** Of a load that nobody joins later. */
const askedBySomebody: Omit<Load, 'signal'> = { urgency: () => 'read', sent: () => undefined };

/** So long, or until somebody comes to wait. */
async function pause({ urgency }: Load, ms: number): Promise<void> {
  const wasIdle = urgency() !== 'read';
  for (let left = ms; left > 0; left -= LAST_LOOK_MS) {
    await sleep(Math.min(left, LAST_LOOK_MS));
    if (wasIdle && urgency() === 'read') return;
  }
}
