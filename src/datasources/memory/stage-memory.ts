import type {
  StageFindingCode,
  StageHistoryOutcome,
  StageInventoryOrder,
  StagePatchOperation,
  StageTagFilter,
} from '../../__generated__/types.ts';
import type { MutationName } from '../../auth/policies/actions.ts';
import type { Target } from '../../fleet/target.ts';
import type { Drift, HistoryFilter, HistoryPage, PastState } from '../../memory/history/index.ts';
import type { StageValues } from '../../memory/stages/index.ts';
import type { DeployedMethods } from '../rest-apis/deployed-methods.ts';
import type { StageKey, StageModel } from '../stages/wire/model.ts';

/** An API as a list of APIs has it. */
export interface ListedApi {
  readonly restApiId: string;
  readonly name: string;
}

/** Told what AWS answers. Its functions never wait and never throw. `startedAt`: before the call was sent. */
export interface StageObserver {
  /** All stages of an API. */
  readonly stages: (
    target: Target,
    restApiId: string,
    stages: readonly StageModel[],
    startedAt: Date,
  ) => void;
  readonly stage: (target: Target, stage: StageModel, startedAt: Date) => void;
  readonly missingStage: (target: Target, key: StageKey, startedAt: Date) => void;
  readonly missingApi: (target: Target, restApiId: string, startedAt: Date) => void;
  readonly restApis: (target: Target, apis: readonly ListedApi[], startedAt: Date) => void;
  readonly methods: (
    target: Target,
    restApiId: string,
    deploymentId: string,
    methods: DeployedMethods,
  ) => void;
}

/** A change that this gateway has sent. */
export interface RecordedChange {
  readonly target: Target;
  readonly key: StageKey;
  readonly mutation: MutationName;
  readonly by: string | null;
  readonly client: string | null;
  readonly outcome: StageHistoryOutcome;
  readonly beganAt: Date;
  readonly endedAt: Date;
  /** Null: it did not exist. Undefined: it was not read. */
  readonly before: StageModel | null | undefined;
  /** Null: it does not exist any more. Undefined: AWS did not say; the next read tells. */
  readonly after: StageModel | null | undefined;
  readonly patchOperations: readonly StagePatchOperation[];
  readonly awsRequestId: string | null;
}

/** A page of the inventory. */
export interface StoredStages {
  readonly edges: { readonly cursor: string; readonly node: StageModel }[];
  readonly hasNextPage: boolean;
  /** Of all pages; it is counted when it is called. */
  readonly totalCount: () => Promise<number>;
}

export interface InventoryQuery {
  /** `<account>/<region>` of those that the caller may read and has selected. */
  readonly targets: readonly string[];
  readonly restApiIds?: readonly string[] | null | undefined;
  readonly restApiNames?: readonly string[] | null | undefined;
  readonly stageNames?: readonly string[] | null | undefined;
  readonly tags?: readonly StageTagFilter[] | null | undefined;
  readonly findings?: readonly StageFindingCode[] | null | undefined;
  readonly hasCanary?: boolean | null | undefined;
  readonly hasAccessLog?: boolean | null | undefined;
  readonly hasWebAcl?: boolean | null | undefined;
  readonly hasDrift?: boolean | null | undefined;
  readonly tracingEnabled?: boolean | null | undefined;
  readonly cacheClusterEnabled?: boolean | null | undefined;
  readonly updatedAfter?: Date | null | undefined;
  readonly updatedBefore?: Date | null | undefined;
  readonly orderBy: StageInventoryOrder;
}

/** How much of a target is known. */
export interface TargetTotals {
  readonly target: string;
  readonly restApis: number;
  readonly stages: number;
  readonly complete: boolean;
  readonly oldest: Date | null;
  readonly error: string | null;
}

/** What the gateway remembers of stages. Reads and baselines throw STORAGE_UNAVAILABLE while the database is unavailable. */
export interface StageMemory {
  readonly observe: StageObserver;
  /** Whether the entry is written; false: it will be later. Takes at most 250 ms, and never throws. */
  readonly record: (change: RecordedChange) => Promise<boolean>;
  readonly history: (query: HistoryFilter, first: number, after: string | null) => Promise<HistoryPage>;
  readonly inventory: (query: InventoryQuery, first: number, after: string | null) => Promise<StoredStages>;
  readonly totals: (targets: readonly string[]) => Promise<readonly TargetTotals[]>;
  /** Undefined: the revision is not known. `now`: the values of today. */
  readonly stateAt: (
    target: Target,
    key: StageKey,
    revision: string,
    now: StageValues,
  ) => Promise<PastState | undefined>;
  /** Undefined: the stage has no baseline. */
  readonly drift: (stage: StageModel) => Promise<Drift | undefined>;
  readonly recordBaseline: (change: BaselineChange & { readonly stage: StageModel }) => Promise<void>;
  readonly removeBaseline: (change: BaselineChange) => Promise<void>;
}

/** Who records or removes a baseline of which stage. */
export interface BaselineChange {
  readonly target: Target;
  readonly key: StageKey;
  readonly mutation: MutationName;
  readonly by: string | null;
  readonly client: string | null;
}
