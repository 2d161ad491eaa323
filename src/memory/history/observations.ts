import type { StageKey, StageModel } from '../../datasources/stages/wire/model.ts';
import type { TargetKey } from '../../fleet/target.ts';

/** What is seen of an API in a list of APIs. */
export interface ObservedApi {
  readonly restApiId: string;
  readonly name: string;
}

/** When the call was sent that saw something, and when it was answered. */
interface Seen {
  readonly target: TargetKey;
  readonly startedAt: Date;
  readonly observedAt: Date;
}

/** Something that a call has seen. A failure that proves nothing, as ACCESS_DENIED, is none. */
export type Observation = Seen &
  (
    | { readonly kind: 'stages'; readonly restApiId: string; readonly stages: readonly StageModel[] }
    | { readonly kind: 'stage'; readonly stage: StageModel }
    | ({ readonly kind: 'missingStage' } & StageKey)
    | { readonly kind: 'missingApi'; readonly restApiId: string }
    | { readonly kind: 'apis'; readonly apis: readonly ObservedApi[] }
    /** The end of a complete listing, which started at `startedAt`: the target has no other APIs. */
    | { readonly kind: 'allApis'; readonly restApiIds: ReadonlySet<string> }
  );
