import type { StageFindingCode } from '../__generated__/graphql.ts';

/** One entry for each code: one that the schema gets does not compile without its words. */
export const findingWords: Readonly<Record<StageFindingCode, string>> = {
  NO_AUTHORIZATION: 'No authorization',
  THROTTLING_OFF: 'No throttle',
  ALL_TRAFFIC_BLOCKED: 'All traffic blocked',
  DATA_TRACE_ON: 'Full requests in the log',
  ACCESS_LOG_OFF: 'No access log',
  EXECUTION_LOG_OFF: 'No execution log',
  TRACING_OFF: 'No tracing',
  NO_WEB_ACL: 'No web ACL',
  CACHE_NOT_ENCRYPTED: 'Cache not encrypted',
  CACHE_WITHOUT_CLUSTER: 'Cache without cluster',
  CLUSTER_WITHOUT_CACHE: 'Cluster without cache',
  ORPHANED_SETTING: 'Setting without method',
  DEAD_KEY: 'Dead key',
  CANARY_OF_ITSELF: 'Canary of itself',
  CANARY_WITHOUT_TRAFFIC: 'Canary without traffic',
  PROMOTES_OLDER_DEPLOYMENT: 'Canary is older',
};
