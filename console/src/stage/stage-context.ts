import { createContext, use } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import { isPermitted, type Action } from '../changes/change-request.ts';
import type { Intent } from '../changes/intent.ts';
import type { DeploymentNames } from '../words/plan-line.ts';

/** What all parts of a stage's page share. */
export interface StageOnScreen {
  readonly stage: StageDetailsFragment;
  readonly names: DeploymentNames;
  /** Begins a change. */
  readonly begin: (intent: Intent) => void;
}

export const StageContext = createContext<StageOnScreen | undefined>(undefined);

export function useStageOnScreen(): StageOnScreen {
  const shared = use(StageContext);
  if (shared === undefined) throw new Error('This is a part of the page of a stage.');
  return shared;
}

/** Whether a change may be offered: what would be refused is not. */
export function useOffers(): (action: Action) => boolean {
  const { stage } = useStageOnScreen();
  return (action) => isPermitted(stage, action);
}
