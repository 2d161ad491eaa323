import type { Expression, Kysely } from 'kysely';
import type { TargetKey } from '../../fleet/target.ts';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';

/** A page of a target's APIs. */
export interface ListedApis {
  readonly restApiIds: readonly string[];
  /** Where the next page starts; undefined on the last one. */
  readonly position: string | undefined;
}

/** A stage, as far as the crawl looks at it. */
export interface ListedStage {
  readonly deploymentId: string;
  readonly canaryDeploymentId?: string | null | undefined;
}

/**
 * All that the crawl knows of AWS. Each call is one that counts against the rate, and reports to the history what it has
 * read. On `signal` the crawl no longer waits for it.
 */
export interface CrawlCalls {
  /** GetRestApis with AWS's largest page. */
  readonly listApis: (
    target: TargetKey,
    position: string | undefined,
    signal: AbortSignal,
  ) => Promise<ListedApis>;
  /** GetStages. A failure NOT_FOUND says that the API is gone. */
  readonly listStages: (
    target: TargetKey,
    restApiId: string,
    signal: AbortSignal,
  ) => Promise<readonly ListedStage[]>;
  /** GetDeployment with its methods. */
  readonly describeDeployment: (
    target: TargetKey,
    restApiId: string,
    deploymentId: string,
    signal: AbortSignal,
  ) => Promise<unknown>;
}

/** What costs no call. */
export interface CrawlMemory {
  /** Whether the methods of a deployment are known already. The crawl itself remembers those that it has described. */
  readonly isDescribed?: (target: TargetKey, restApiId: string, deploymentId: string) => boolean;
  /**
   * After a complete listing, which began at `startedAt`: removes the target's other APIs with their stages, but for what
   * was seen since then.
   */
  readonly keepApis: (target: TargetKey, restApiIds: ReadonlySet<string>, startedAt: Date) => Promise<void>;
}

/** Time, as tests inject it. */
export interface CrawlTime {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since any moment, which no correction of the clock changes. */
  readonly monotonic: () => number;
  /** Resolves early when the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How a pass over a target has ended. */
export interface Pass {
  readonly restApis: number;
  /** Every API was listed without an error. */
  readonly complete: boolean;
  /** A sentence for clients, without anything that they must not learn; null if it is complete. */
  readonly error: string | null;
}

/** What the crawl tells of itself. */
export interface CrawlObserver {
  /** Whether this process is the one that crawls. */
  readonly leads?: (isLeader: boolean) => void;
  /** A pass over a target has ended. */
  readonly passed?: (target: TargetKey, pass: Pass) => void;
  /** A call failed, or the database did. For the log. */
  readonly failed?: (what: string, error: unknown) => void;
}

export interface CrawlOptions extends CrawlCalls, CrawlMemory {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /** A name that no other process has. */
  readonly owner: string;
  /** The targets now: those that come or go are followed at the next pass. */
  readonly targets: () => readonly TargetKey[];
  /** Calls for each account. */
  readonly ratePerSecond: number;
  /** From the end of a pass over an account to the next. Deployments are described meanwhile. */
  readonly intervalMs: number;
  /** A call that takes longer has failed. */
  readonly callTimeoutMs?: number;
  readonly time?: CrawlTime;
  /** The database's time in milliseconds, as SQL. */
  readonly databaseTime?: Expression<number>;
  readonly observer?: CrawlObserver;
}

export interface Crawl {
  /** Ends the crawl and lets another process take over at once. Resolves when nothing of it runs. */
  readonly close: () => Promise<void>;
}
