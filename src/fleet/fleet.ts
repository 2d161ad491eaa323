import type { StageTargetBudget } from '../__generated__/types.ts';
import type { Logger } from '../app/logger.ts';
import type { TargetCache } from '../cache/index.ts';
import type { Upstream } from '../upstream/index.ts';
import type { SharingState } from '../upstream/redis/index.ts';
import type { Target } from './target.ts';

/** A target with its client, its locks and its part of the caches. */
export interface ConnectedTarget {
  readonly target: Target;
  readonly upstream: Upstream;
  readonly cache: TargetCache;
  /** Whether changes of stages of this name require `confirm`. */
  readonly isProtected: (stageName: string) => boolean;
}

/** The targets at one moment. A request keeps those that it began with. */
export interface Targets {
  readonly home: Target;
  /** Home among them. */
  readonly all: readonly Target[];
  /** Connects when it is first called for a target. */
  readonly connect: (target: Target) => ConnectedTarget;
  /** The target's rate limiter at this moment; it connects nothing. */
  readonly budget: (target: Target) => StageTargetBudget;
}

/** A rate limiter at this moment, with the account that it is for, and the Region if it is for one only. */
export interface ObservedLimiter extends StageTargetBudget {
  readonly account: string;
  readonly region: string | undefined;
  readonly queued: Readonly<Record<string, number>>;
}

/** All targets of the process. */
export interface Fleet {
  /** How long entries of the caches are fresh; 0: nothing is stored. */
  readonly ttlMs: number;
  /** A promise while the account of the only target is not known. It never rejects: what then fails is the target. */
  readonly targets: (logger: Logger) => Targets | Promise<Targets>;
  /** The other name of an account; undefined if it has none. */
  readonly aliasOf: (account: string) => string | undefined;
  /** Changes whenever the targets change: responses of other generations are not served. */
  readonly generation: () => number;
  /** What must work before the gateway is ready. None of the checks makes a call to the control plane. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** How many of the connected targets have no credentials. They do not keep the gateway from being ready. */
  readonly failingTargets: () => Promise<number>;
  readonly limiters: () => readonly ObservedLimiter[];
  /** Undefined without Redis. */
  readonly sharing: (() => SharingState) | undefined;
  readonly close: () => Promise<void>;
}
