import type {
  StageCacheClusterSize,
  StageCacheClusterStatus,
  StageLoggingLevel,
  UnauthorizedCacheControlHeaderStrategy,
} from '../../../__generated__/types.ts';

/** AWS's name of each size. GraphQL names cannot start with a digit. */
export const cacheClusterSizes = {
  SIZE_0_5_GB: '0.5',
  SIZE_1_6_GB: '1.6',
  SIZE_6_1_GB: '6.1',
  SIZE_13_5_GB: '13.5',
  SIZE_28_4_GB: '28.4',
  SIZE_58_2_GB: '58.2',
  SIZE_118_GB: '118',
  SIZE_237_GB: '237',
} as const satisfies Record<StageCacheClusterSize, string>;

export const cacheClusterStatuses = {
  CREATE_IN_PROGRESS: 'CREATE_IN_PROGRESS',
  AVAILABLE: 'AVAILABLE',
  DELETE_IN_PROGRESS: 'DELETE_IN_PROGRESS',
  NOT_AVAILABLE: 'NOT_AVAILABLE',
  FLUSH_IN_PROGRESS: 'FLUSH_IN_PROGRESS',
} as const satisfies { [Name in StageCacheClusterStatus]: Name };

export const loggingLevels = {
  OFF: 'OFF',
  ERROR: 'ERROR',
  INFO: 'INFO',
} as const satisfies { [Name in StageLoggingLevel]: Name };

export const unauthorizedStrategies = {
  FAIL_WITH_403: 'FAIL_WITH_403',
  SUCCEED_WITH_RESPONSE_HEADER: 'SUCCEED_WITH_RESPONSE_HEADER',
  SUCCEED_WITHOUT_RESPONSE_HEADER: 'SUCCEED_WITHOUT_RESPONSE_HEADER',
} as const satisfies { [Name in UnauthorizedCacheControlHeaderStrategy]: Name };

const isNameIn = <Name extends string>(table: Readonly<Record<Name, string>>, name: string): name is Name =>
  Object.hasOwn(table, name);

/** The schema's name of AWS's value; null if AWS omits it, or has added it since. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, string>>,
  wire: string | undefined,
): Name | null {
  const name = Object.keys(table).find((key) => isNameIn(table, key) && table[key] === wire);
  return name !== undefined && isNameIn(table, name) ? name : null;
}
