import type { PolicyAction } from './actions.ts';

/** Receives every refusal by policies. Its functions must be fast, and must not throw. */
export interface PolicyObserver {
  readonly forbade: (action: PolicyAction) => void;
}

export const noPolicyObserver: PolicyObserver = { forbade: () => undefined };
