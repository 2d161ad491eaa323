import type { HistoryOutcome } from './gateway-change.ts';

/** A stage's revision; null: there is no stage; undefined: not known. */
export type State = string | null | undefined;

/** A read that saw a stage, or that it is missing. */
export interface Sighting {
  /** Of its entry, if there is something to say. */
  readonly id: string;
  /** When the read was sent, and when it was answered. */
  readonly began: number;
  readonly at: number;
  /** What its entry says that was before; undefined: it has none yet. */
  readonly before: State;
  readonly after: string | null;
}

/** A change of this gateway. */
export interface Change {
  readonly id: string;
  readonly began: number;
  readonly at: number;
  /** What it was before, as far as the change itself knew. */
  readonly before: State;
  /** Undefined: open. The next read tells. */
  readonly after: State;
  readonly outcome: HistoryOutcome;
  /** A bit for each part that its mutation can change, and for the stage's existence. */
  readonly touches: number;
  /** Whether it gave a value to a variable. */
  readonly givesValues: boolean;
}

/** What an entry says of the states before and after it. */
export interface Link {
  readonly id: string;
  readonly source: 'GATEWAY' | 'OBSERVED';
  readonly outcome: HistoryOutcome;
  readonly began: number;
  readonly at: number;
  readonly before: State;
  readonly after: State;
  /** What it changed, where several entries share one difference: the two states, and a bit for each part. */
  readonly share: { readonly from: State; readonly to: State; readonly parts: number } | undefined;
  readonly settled: Resolution | undefined;
}

/** How an open change was closed: what becomes known later may say otherwise. */
export interface Resolution {
  /** The outcome that the change had until then. */
  readonly outcome: HistoryOutcome;
  /** The read that saw a difference; null: the next change has overwritten it unread. */
  readonly read: { readonly began: number; readonly at: number; readonly after: string | null } | null;
}

/** What is known of the states. */
export interface StateFacts {
  readonly lastUpdated: (revision: string) => number;
  /** A bit for each part that differs; of a stage that comes or goes, only that of its existence. */
  readonly differingParts: (before: string | null, after: string | null) => number;
}

export interface Timeline {
  readonly links: readonly Link[];
  /** The ids of the entries that the next read settles. */
  readonly open: readonly string[];
  readonly state: State;
  /** When `state` was seen; undefined: before the first of the sightings and changes. */
  readonly seen: { readonly began: number; readonly at: number } | undefined;
}

/** Where a timeline starts. */
export interface Start {
  readonly state: State;
  /** The last moment at which it was known. */
  readonly at: number;
}
