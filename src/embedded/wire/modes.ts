import { z } from 'zod';
import { assumed } from '../errors/assumed.ts';
import type { CacheClusterClock } from '../rules/cache-cluster.ts';
import type { Quota } from '../rules/quota.ts';
import type { RandomSource } from '../rules/random-source.ts';
import { operationNames } from './routes.ts';

/**
 * `realistic` is docs/stage-api.md §8's "up to about 4 minutes" for a creation; the other two durations are assumed.
 */
const cacheClusterClocks = {
  instant: { createSeconds: 0, deleteSeconds: 0, flushSeconds: 0 },
  realistic: { createSeconds: 240, deleteSeconds: 120, flushSeconds: 20 },
} as const satisfies Record<string, CacheClusterClock>;

const seconds = z.number().min(0).max(86_400);

const instant = z.iso.datetime({ offset: true });
/** The state has no dates before 1970. */
const isClock = (text: string) =>
  text === 'system' || (instant.safeParse(text).success && Date.parse(text) >= 0);

const faultSchema = z.strictObject({
  /** An operation's name, or `*` for all. */
  operation: z.string().refine((name) => name === '*' || operationNames.includes(name), 'not an operation'),
  /** `fail` answers with an error, `hang` never answers, `reset` closes the connection. */
  action: z.enum(['fail', 'hang', 'reset']),
  /** These four describe the error of `fail`. */
  status: z.int().min(400).max(599).optional(),
  code: z.string().regex(/^\w+$/).optional(),
  message: z.string().optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  /** Execute the operation first, so that the caller cannot know whether it was executed. */
  afterwards: z.boolean().optional(),
  /** How many calls get the fault; all by default. */
  times: z.int().min(1).optional(),
});

/** Conditions that the embedded Stage API simulates, so that a client's handling of them can be tested. */
export const modesSchema = z.strictObject({
  /** §9: 10 requests a second with a burst of 40, and the operations' own limits. */
  quota: z.boolean(),
  latencyMs: z.number().min(0).max(600_000),
  /** The share of writes, 0 to 1, that fail because of a concurrent modification (§10). */
  conflictRate: z.number().min(0).max(1),
  faults: z.array(faultSchema),
  cacheClusterClock: z.union(
    [
      z.enum(['instant', 'realistic']),
      z.strictObject({ createSeconds: seconds, deleteSeconds: seconds, flushSeconds: seconds }),
    ],
    'must be instant, realistic, or the seconds of each step',
  ),
  /** §9: 10, which AWS raises on request. */
  stagesPerApi: z.int().min(0),
  /** §4: without a CloudWatch Logs role, execution logging cannot be enabled until UpdateAccount sets one. */
  cloudWatchLogsRole: z.boolean(),
  /** §1: APIs without methods, and methods without an integration, can be deployed. */
  lenient: z.boolean(),
  /** The account's CloudWatch role and client certificates must exist before a stage needs them. */
  strict: z.boolean(),
  /** The time of all dates: `system` for the current time, or a fixed one. */
  clock: z.string().refine(isClock, 'must be system, or a time such as 2026-01-01T00:00:00Z'),
  /** A number gives the same ids in every run. To set it starts the sequence of the ids again. */
  seed: z.union([z.literal('random'), z.int().min(0)], 'must be random, or a whole number'),
});

type ModeValues = Readonly<z.output<typeof modesSchema>>;
export type Fault = ModeValues['faults'][number];

/** The modes to change; the others keep their value. */
export type ModeChanges = {
  readonly [Mode in keyof ModeValues]?: ModeValues[Mode] | undefined;
};

const defaultModes: ModeValues = {
  quota: false,
  latencyMs: 0,
  conflictRate: 0,
  faults: [],
  cacheClusterClock: 'instant',
  stagesPerApi: assumed.stagesPerApi,
  cloudWatchLogsRole: true,
  lenient: false,
  strict: false,
  clock: 'system',
  seed: 'random',
};

export interface Modes {
  /** The current modes; `times` of a fault is the number of calls that are left. */
  current(): ModeValues;
  readonly cacheClusterClock: () => CacheClusterClock;
  /** Epoch milliseconds; undefined for the system's clock. */
  readonly fixedTime: () => number | undefined;
  /** Throws a ZodError, and changes nothing, if one of the changes is invalid. */
  readonly configure: (changes: ModeChanges) => void;
  /** Sets all modes to the defaults, or to those of the start. */
  reset(to: 'defaults' | 'start'): void;
  /** The first fault that applies to this call; counts it down. */
  takeFault(operation: string): Fault | undefined;
}

const withoutUndefined = (changes: object) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

/** Setting the quota mode refills its buckets. */
export function createModes(
  initial: ModeChanges,
  quota: Pick<Quota, 'reset'>,
  randomSource: Pick<RandomSource, 'restart'>,
): Modes {
  const atStart = modesSchema.strip().partial().parse(withoutUndefined(initial));
  let modes = defaultModes;
  let left: number[] = [];
  const modeControl: Modes = {
    current: () => ({
      ...modes,
      faults: modes.faults.flatMap((fault, i) => {
        const times = left[i] ?? 0;
        if (times <= 0) return [];
        return [fault.times === undefined ? fault : { ...fault, times }];
      }),
    }),
    cacheClusterClock() {
      const clock = modes.cacheClusterClock;
      return typeof clock === 'string' ? cacheClusterClocks[clock] : clock;
    },
    fixedTime: () => (modes.clock === 'system' ? undefined : Date.parse(modes.clock)),
    configure(changes) {
      const given = modesSchema.partial().parse(withoutUndefined(changes));
      modes = modesSchema.parse({ ...modes, ...given });
      if (given.faults) left = given.faults.map(({ times }) => times ?? Infinity);
      if (given.quota !== undefined) quota.reset();
      if (given.seed !== undefined) randomSource.restart(given.seed);
    },
    reset(to) {
      modeControl.configure({ ...defaultModes, ...(to === 'start' ? atStart : {}) });
    },
    takeFault(operation) {
      const hit = modes.faults.findIndex(
        (fault, i) => (left[i] ?? 0) > 0 && (fault.operation === '*' || fault.operation === operation),
      );
      if (hit === -1) return undefined;
      left[hit] = (left[hit] ?? 0) - 1;
      return modes.faults[hit];
    },
  };
  modeControl.reset('start');
  return modeControl;
}
