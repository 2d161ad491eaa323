import type { StageFindingCode } from '../../__generated__/types.ts';

type Optional<Value> = Value | null | undefined;

export interface TagFilter {
  readonly key: string;
  /** Absent: any value. */
  readonly value?: Optional<string>;
}

/**
 * What the inventory filters by, within given targets. A stage must satisfy every member that is not absent. A list is
 * any of its items, so that an empty one selects nothing; `tags` is all of its items, so that an empty one selects all.
 * Names take `*`; ids and tags are compared whole.
 */
export interface InventoryFilter {
  readonly restApiIds?: Optional<readonly string[]>;
  readonly restApiNames?: Optional<readonly string[]>;
  readonly stageNames?: Optional<readonly string[]>;
  readonly tags?: Optional<readonly TagFilter[]>;
  readonly findings?: Optional<readonly StageFindingCode[]>;
  readonly hasCanary?: Optional<boolean>;
  readonly hasAccessLog?: Optional<boolean>;
  readonly hasWebAcl?: Optional<boolean>;
  /** False includes stages without a baseline. */
  readonly hasDrift?: Optional<boolean>;
  readonly tracingEnabled?: Optional<boolean>;
  readonly cacheClusterEnabled?: Optional<boolean>;
  /** Later than this moment. */
  readonly updatedAfter?: Optional<Date>;
  /** Earlier than this moment. */
  readonly updatedBefore?: Optional<Date>;
}
