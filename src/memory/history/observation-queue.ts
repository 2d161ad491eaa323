import { withinMs } from '../../upstream/time/time-limit.ts';
import { backOff } from '../database/back-off.ts';
import { DatabaseUnavailable } from '../database/unavailable.ts';
import { createEntryIds } from './entry-id.ts';
import type { GatewayChange, IdentifiedChange } from './gateway-change.ts';
import type { History } from './history.ts';
import type { Observation } from './observations.ts';
import { createWaitingObservations } from './waiting-observations.ts';

export interface QueueOptions {
  readonly history: Pick<History, 'observe' | 'record'>;
  /** A write was dropped: it can never succeed, or too many wait. */
  readonly failed: (error: unknown) => void;
  /** How many observations may wait, and how many changes. */
  readonly maxObservations?: number;
  readonly maxChanges?: number;
  /** How large they may be, each of the two, as JSON. */
  readonly maxBytes?: number;
  /** How long a change waits for its entry. */
  readonly changeMs?: number;
  /** Waits after so many failures in a row; ends early when it is aborted. Never rejects. */
  readonly pause?: (failures: number, signal: AbortSignal) => Promise<void>;
}

/** What has become of the entry of a change: stored; it will be, if the process lives so long; it never will be. */
export type RecordOutcome = 'STORED' | 'PENDING' | 'LOST';

/** With what is being written. */
export interface QueueState {
  /** APIs of which something waits. */
  readonly apis: number;
  readonly changes: number;
  readonly droppedObservations: number;
  readonly droppedChanges: number;
}

export interface ObservationQueue {
  /** Never waits and never throws. */
  readonly observe: (observation: Observation) => void;
  /** Never throws. */
  readonly record: (change: GatewayChange) => Promise<RecordOutcome>;
  /** Writes what waits now; false: the database is not available, and some of it still waits. */
  readonly flush: () => Promise<boolean>;
  readonly state: () => QueueState;
  /** Ends the writer after the write in progress. */
  readonly close: () => void;
}

const MAX_OBSERVATIONS = 10_000;
const MAX_CHANGES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
const CHANGE_MS = 250;

/** How many changes and APIs wait. */
interface Waiting {
  changes: number;
  apis: number;
}

/** Waits for what was there when it began: more may come all the time. */
interface Flush {
  readonly left: Waiting;
  readonly end: (written: boolean) => void;
}

interface WaitingChange {
  readonly change: IdentifiedChange;
  readonly bytes: number;
  readonly settle: (outcome: RecordOutcome) => void;
}

/**
 * Writes what was seen and changed, one after the other: changes first, because clients wait for them. While the database
 * is not available, everything waits here.
 */
// One closure: what waits, and the writer that takes it.
// eslint-disable-next-line max-lines-per-function
export function createObservationQueue(options: QueueOptions): ObservationQueue {
  const { history, failed, maxChanges = MAX_CHANGES, maxBytes = MAX_BYTES } = options;
  const { maxObservations = MAX_OBSERVATIONS, changeMs = CHANGE_MS, pause = backOff } = options;
  const observations = createWaitingObservations({ maxObservations, maxBytes });
  const changes: WaitingChange[] = [];
  const newId = createEntryIds(Date.now);
  let changeBytes = 0;
  let droppedChanges = 0;
  let failures = 0;
  let wake = new AbortController();
  let isRunning = false;
  let isClosed = false;
  let isFull = false;
  let inProgress: keyof Waiting | undefined;
  let flushes: Flush[] = [];

  /** With the write in progress. */
  function waiting(): Waiting {
    const all = { changes: changes.length, apis: observations.size() };
    if (inProgress !== undefined) all[inProgress] += 1;
    return all;
  }

  const isEmpty = (): boolean => changes.length === 0 && observations.size() === 0;

  /** After a failure it is something else's turn: what fails for ever must not keep all others waiting. */
  function takeChange(): WaitingChange | undefined {
    const isTurn = failures % 2 === 0 || observations.size() === 0;
    return isTurn ? changes.shift() : undefined;
  }

  async function writeObservations(batch: readonly Observation[]): Promise<void> {
    for (const [position, observation] of batch.entries()) {
      try {
        await history.observe(observation);
      } catch (error) {
        const rest = batch.slice(error instanceof DatabaseUnavailable ? position : position + 1);
        observations.restore(rest);
        throw error;
      }
    }
  }

  async function writeChange(next: WaitingChange): Promise<void> {
    try {
      await history.record(next.change);
      changeBytes -= next.bytes;
      next.settle('STORED');
    } catch (error) {
      if (error instanceof DatabaseUnavailable) changes.push(next);
      else {
        changeBytes -= next.bytes;
        droppedChanges += 1;
        next.settle('LOST');
      }
      throw error;
    }
  }

  async function writeNext(): Promise<void> {
    const change = takeChange();
    const kind = change === undefined ? 'apis' : 'changes';
    inProgress = kind;
    try {
      if (change === undefined) await writeObservations(observations.take() ?? []);
      else await writeChange(change);
      failures = 0;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) failures += 1;
      else {
        failures = 0;
        failed(error);
      }
    }
    inProgress = undefined;
    if (failures > 0) endFlushes(() => true, false);
    else countFor(kind);
  }

  function endFlushes(isEnded: (flush: Flush) => boolean, written: boolean): void {
    const ended = flushes.filter(isEnded);
    flushes = flushes.filter((flush) => !ended.includes(flush));
    for (const { end } of ended) end(written);
  }

  function countFor(kind: keyof Waiting): void {
    for (const { left } of flushes) left[kind] -= 1;
    endFlushes(({ left }) => left.changes <= 0 && left.apis <= 0, true);
  }

  async function run(): Promise<void> {
    while (!isEmpty() && !isClosed) {
      await writeNext();
      if (failures === 0) continue;
      wake = new AbortController();
      await pause(failures, wake.signal);
    }
  }

  function start(): void {
    if (isRunning || isClosed) return;
    isRunning = true;
    void run().finally(() => {
      isRunning = false;
      if (isEmpty() || isClosed) endFlushes(() => true, isEmpty());
      else start();
    });
  }

  return {
    observe(observation) {
      observations.add(observation);
      start();
    },
    record(change) {
      const bytes = JSON.stringify(change).length;
      if (changes.length >= maxChanges || changeBytes + bytes > maxBytes || isClosed) {
        droppedChanges += 1;
        if (!isFull)
          failed(new Error('too many changes wait for the database: the entries of further ones are lost'));
        isFull = true;
        return Promise.resolve('LOST');
      }
      isFull = false;
      changeBytes += bytes;
      const outcome = new Promise<RecordOutcome>((settle) => {
        changes.push({ change: { ...change, id: newId() }, bytes, settle });
      });
      start();
      return withinMs(changeMs, outcome, () => 'PENDING');
    },
    async flush() {
      if (!isRunning && (isEmpty() || isClosed)) return isEmpty();
      const left = waiting();
      const ended = new Promise<boolean>((end) => {
        flushes.push({ left, end });
      });
      start();
      wake.abort();
      return ended;
    },
    state: () => ({
      ...waiting(),
      droppedObservations: observations.dropped(),
      droppedChanges,
    }),
    close() {
      isClosed = true;
      wake.abort();
    },
  };
}
