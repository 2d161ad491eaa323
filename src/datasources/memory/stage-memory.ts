import type { StageInventoryOrder } from '../../__generated__/types.ts';
import type { MutationName } from '../../auth/policies/actions.ts';
import type { Target, TargetKey } from '../../fleet/target.ts';
import type {
  Drift,
  GatewayChange,
  HistoryFilter,
  HistoryPage,
  PastState,
  RecordOutcome,
  StageAddress,
} from '../../memory/history/index.ts';
import type { InventoryFilter, InventoryTarget } from '../../memory/inventory/index.ts';
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
export interface RecordedChange extends Omit<GatewayChange, keyof StageAddress> {
  readonly target: Target;
  readonly key: StageKey;
  readonly mutation: MutationName;
}

/** A page of the inventory. */
export interface StoredStages {
  readonly edges: { readonly cursor: string; readonly node: StageModel }[];
  readonly hasNextPage: boolean;
  /** Of all pages. */
  readonly totalCount: () => Promise<number>;
}

export interface InventoryQuery extends InventoryFilter {
  /** `<account>/<region>` of those that the caller may read and has selected. */
  readonly targets: readonly string[];
  /** Those of which the caller sees values of variables. */
  readonly valuesOf: readonly string[];
  readonly orderBy: StageInventoryOrder;
  /** Whether `totalCount` is wanted. */
  readonly counts: boolean;
}

/** What the gateway remembers of stages. Reads and baselines throw STORAGE_UNAVAILABLE while the database is unavailable. */
export interface StageMemory {
  readonly observe: StageObserver;
  /** An id for a call that is to change something, by which its event is known; undefined until the database was reached. */
  readonly newRequestId: (target: TargetKey) => string | undefined;
  /** What has become of the entry. Takes at most 250 ms, and never throws. */
  readonly record: (change: RecordedChange) => Promise<RecordOutcome>;
  readonly history: (query: HistoryFilter, first: number, after: string | null) => Promise<HistoryPage>;
  readonly inventory: (query: InventoryQuery, first: number, after: string | null) => Promise<StoredStages>;
  readonly totals: (targets: readonly string[]) => Promise<readonly InventoryTarget[]>;
  /** Undefined: the revision is not known. `now`: the values of today. */
  readonly stateAt: (
    target: Target,
    key: StageKey,
    revision: string,
  ) => Promise<((now: StageValues) => PastState) | undefined>;
  /** Undefined: the stage has no baseline. */
  readonly drift: (stage: StageModel) => Promise<Drift | undefined>;
  readonly recordBaseline: (change: BaselineChange & { readonly stage: StageModel }) => Promise<void>;
  readonly removeBaseline: (change: BaselineChange) => Promise<void>;
}

/** Who records or removes a baseline of which stage. */
export type BaselineChange = Pick<RecordedChange, 'target' | 'key' | 'mutation' | 'by' | 'client'>;
