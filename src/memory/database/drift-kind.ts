/** The column `has_drift`. */
export type DriftKind = typeof NO_DRIFT | typeof DRIFT | typeof DRIFT_OF_VALUES;

export const NO_DRIFT = 0;
/** Every reader of the stage sees it. */
export const DRIFT = 1;
/** Nothing but values of variables differs: only who may see them may know. */
export const DRIFT_OF_VALUES = 2;
