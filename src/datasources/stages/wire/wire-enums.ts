import type * as sdl from '../../../__generated__/types.ts';

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
} as const satisfies Record<sdl.StageCacheClusterSize, string>;

export const cacheClusterStatuses = {
  CREATE_IN_PROGRESS: 'CREATE_IN_PROGRESS',
  AVAILABLE: 'AVAILABLE',
  DELETE_IN_PROGRESS: 'DELETE_IN_PROGRESS',
  NOT_AVAILABLE: 'NOT_AVAILABLE',
  FLUSH_IN_PROGRESS: 'FLUSH_IN_PROGRESS',
} as const satisfies { [Name in sdl.StageCacheClusterStatus]: Name };

export const loggingLevels = {
  OFF: 'OFF',
  ERROR: 'ERROR',
  INFO: 'INFO',
} as const satisfies { [Name in sdl.StageLoggingLevel]: Name };

export const unauthorizedStrategies = {
  FAIL_WITH_403: 'FAIL_WITH_403',
  SUCCEED_WITH_RESPONSE_HEADER: 'SUCCEED_WITH_RESPONSE_HEADER',
  SUCCEED_WITHOUT_RESPONSE_HEADER: 'SUCCEED_WITHOUT_RESPONSE_HEADER',
} as const satisfies { [Name in sdl.UnauthorizedCacheControlHeaderStrategy]: Name };

/** The names of a table, in order. */
export function namesOf<Table extends object>(table: Table): (keyof Table & string)[] {
  const isName = (key: string): key is keyof Table & string => Object.hasOwn(table, key);
  return Object.keys(table).filter(isName);
}

/** The schema's name of AWS's value; null if AWS omits it, or has added it since. */
export const nameOf = <Name extends string>(
  table: Readonly<Record<Name, string>>,
  wire: string | undefined,
): Name | null => namesOf(table).find((name) => table[name] === wire) ?? null;
