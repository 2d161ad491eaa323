import type {
  StageFieldChange,
  StageFindingCode,
  StageHistoryOutcome,
  StageHistorySource,
  StageInventoryOrder,
  StagePart,
  StagePatchOperation,
  StageTagFilter,
} from '../../__generated__/types.ts';
import type { MutationName } from '../../auth/policies/actions.ts';
import type { Target } from '../../fleet/target.ts';
import type { DeployedMethods } from '../rest-apis/deployed-methods.ts';
import type { StageState } from '../stages/desired/stage-state.ts';
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

/** An entry of the history, with and without the values of variables. */
export interface HistoryEntry extends StageKey {
  readonly id: string;
  readonly at: Date;
  readonly source: StageHistorySource;
  readonly outcome: StageHistoryOutcome;
  /** `<account>/<region>` */
  readonly target: string;
  readonly by: string | null;
  readonly client: string | null;
  /** The ARN of the actor of another tool. */
  readonly actor: string | null;
  readonly mutation: string | null;
  /** Values of variables are redacted. */
  readonly changes: readonly StageFieldChange[];
  /** With the values that are stored. */
  readonly changesWithValues: readonly StageFieldChange[];
  readonly patchOperations: readonly StagePatchOperation[];
  readonly patchOperationsWithValues: readonly StagePatchOperation[];
  readonly revisionBefore: string | null;
  readonly revisionAfter: string | null;
  readonly awsRequestId: string | null;
}

/** A page of a list in the database. */
export interface MemoryPage<Item> {
  readonly items: readonly { readonly cursor: string; readonly item: Item }[];
  readonly hasNextPage: boolean;
}

export interface HistoryQuery {
  /** The targets that are searched: those that the caller may read, and has selected. */
  readonly targets: readonly string[];
  readonly restApiIds?: readonly string[] | null | undefined;
  /** May contain `*`. */
  readonly stageNames?: readonly string[] | null | undefined;
  readonly by?: readonly string[] | null | undefined;
  /** Whether `by` also selects actors of other tools. */
  readonly seesActors: boolean;
  readonly sources?: readonly StageHistorySource[] | null | undefined;
  readonly parts?: readonly StagePart[] | null | undefined;
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
  readonly first: number;
  readonly after: string | null;
}

export interface InventoryQuery {
  /** As for the history. */
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

/** A state of a stage in the past. */
export interface PastState {
  readonly state: StageState;
  /** The variables and overrides whose values are not stored. */
  readonly unknownVariables: ReadonlySet<string>;
  readonly unknownOverrides: ReadonlySet<string>;
}

export interface Baseline {
  readonly since: Date;
  /** What differs in the given stage; values of variables are redacted where they are not known. */
  readonly changes: readonly StageFieldChange[];
  /** The same with all values of variables redacted. */
  readonly redactedChanges: readonly StageFieldChange[];
}

/** A cursor that is none of the list. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** What the gateway remembers of stages. Reads and baselines throw STORAGE_UNAVAILABLE while the database is unavailable. */
export interface StageMemory {
  readonly observe: StageObserver;
  /** Whether the entry is written; false: it will be later. Takes at most 250 ms, and never throws. */
  readonly record: (change: RecordedChange) => Promise<boolean>;
  readonly history: (query: HistoryQuery) => Promise<MemoryPage<HistoryEntry>>;
  readonly inventory: (
    query: InventoryQuery,
    first: number,
    after: string | null,
  ) => Promise<MemoryPage<StageModel>>;
  readonly countStages: (query: InventoryQuery) => Promise<number>;
  readonly totals: (targets: readonly string[]) => Promise<readonly TargetTotals[]>;
  /** Undefined: the revision is not known. */
  readonly stateAt: (target: Target, key: StageKey, revision: string) => Promise<PastState | undefined>;
  /** Null: the stage has no baseline. */
  readonly baseline: (stage: StageModel) => Promise<Baseline | null>;
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
