import { z } from 'zod';
import { unverified } from '../errors/unverified.ts';
import { type CacheClusterClock } from '../rules/cache-cluster.ts';
import { operationNames } from './routes.ts';

/** `realistic` is §8's "up to about 4 minutes" for a creation; nobody has measured the other two. */
const cacheClusterClocks = {
  instant: { createSeconds: 0, deleteSeconds: 0, flushSeconds: 0 },
  realistic: { createSeconds: 240, deleteSeconds: 120, flushSeconds: 20 },
} as const satisfies Record<string, CacheClusterClock>;

const seconds = z.number().min(0).max(86_400);

const faultSchema = z.strictObject({
  /** An operation's name, or `*` for all. */
  operation: z.string().refine((name) => name === '*' || operationNames.includes(name), 'not an operation'),
  /** `fail` answers with an error, `hang` never answers, `reset` cuts the connection. */
  action: z.enum(['fail', 'hang', 'reset']),
  /** Of `fail`: the answer. */
  status: z.int().min(400).max(599).optional(),
  code: z.string().regex(/^\w+$/).optional(),
  message: z.string().optional(),
  retryAfterSeconds: z.int().min(0).optional(),
  /** Carry the operation out first: the caller cannot know that it happened. */
  afterwards: z.boolean().optional(),
  /** How many calls it hits; all when left out. */
  times: z.int().min(1).optional(),
});

/** What the embedded Stage API can be made to do to teach its callers. Unknown members are refused. */
export const teachingModesSchema = z.strictObject({
  /** §9: 10 requests a second with a burst of 40, and the operations' own limits. */
  quota: z.boolean(),
  latencyMs: z.number().min(0).max(600_000),
  /** The share of writes, 0 to 1, that meet a concurrent modification (§10). */
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
  /** §4: without one, execution logging cannot be switched on. */
  cloudWatchLogsRole: z.boolean(),
});

type TeachingModes = Readonly<z.output<typeof teachingModesSchema>>;
export type Fault = TeachingModes['faults'][number];

/** Only some of the modes; the others stay as they are. */
export type TeachingModeChanges = {
  readonly [Mode in keyof TeachingModes]?: TeachingModes[Mode] | undefined;
};

/** Everything off: AWS on a good day. */
export const teachingModesOff: TeachingModes = {
  quota: false,
  latencyMs: 0,
  conflictRate: 0,
  faults: [],
  cacheClusterClock: 'instant',
  stagesPerApi: unverified.stagesPerApi,
  cloudWatchLogsRole: true,
};

export interface ModeSwitches {
  current(): TeachingModes;
  cacheClusterClock(): CacheClusterClock;
  /** Sets the given modes; throws a ZodError, and changes nothing, when one of them makes no sense. */
  configure(changes: TeachingModeChanges): void;
  /** The fault that hits this call, counted down. */
  takeFault(operation: string): Fault | undefined;
}

const withoutUndefined = (changes: TeachingModeChanges) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

export function createModeSwitches(initial: TeachingModeChanges): ModeSwitches {
  let modes = teachingModesOff;
  let left: number[] = [];
  const switches: ModeSwitches = {
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
    configure(changes) {
      const given = teachingModesSchema.partial().parse(withoutUndefined(changes));
      modes = teachingModesSchema.parse({ ...modes, ...given });
      if (given.faults) left = given.faults.map(({ times }) => times ?? Infinity);
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
  switches.configure(initial);
  return switches;
}
