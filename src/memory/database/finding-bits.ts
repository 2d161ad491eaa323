import type { StageFindingCode } from '../../__generated__/types.ts';

/** What each bit of the stored column means: a code keeps its position for ever, and a new code takes the next one. */
const positions = {
  ACCESS_LOG_OFF: 0,
  EXECUTION_LOG_OFF: 1,
  DATA_TRACE_ON: 2,
  TRACING_OFF: 3,
  NO_WEB_ACL: 4,
  THROTTLING_OFF: 5,
  ALL_TRAFFIC_BLOCKED: 6,
  CACHE_NOT_ENCRYPTED: 7,
  CACHE_WITHOUT_CLUSTER: 8,
  CLUSTER_WITHOUT_CACHE: 9,
  ORPHANED_SETTING: 10,
  DEAD_KEY: 11,
  CANARY_OF_ITSELF: 12,
  CANARY_WITHOUT_TRAFFIC: 13,
  PROMOTES_OLDER_DEPLOYMENT: 14,
  NO_AUTHORIZATION: 15,
} as const satisfies Record<StageFindingCode, number>;

/** The column `findings`: a bit for each code. */
export const findingBits = (codes: readonly StageFindingCode[]): number =>
  codes.reduce((sum, code) => sum | (1 << positions[code]), 0);
