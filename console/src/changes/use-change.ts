import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import type { ProblemFragment, StageDetailsFragment } from '../__generated__/graphql.ts';
import { explain, problemsOf } from '../problem.ts';
import type { Answer, Guards, ChangeRequest } from './change-request.ts';

/** What would be done, as the gateway has answered to a dry run. */
export interface Preview {
  readonly request: ChangeRequest;
  /** The stage that was on the screen: the change is made to this revision, or not at all. */
  readonly stage: StageDetailsFragment;
  readonly answer: Answer;
}

/** Why it was not done. */
export type Refusal =
  | { readonly kind: 'failed'; readonly message: string }
  /** The stage has changed meanwhile; `stage` is what it is now, if the answer contains it. */
  | { readonly kind: 'stale'; readonly request: ChangeRequest; readonly stage: StageDetailsFragment | null };

const isStale = ({ code }: ProblemFragment): boolean => code === 'PRECONDITION_FAILED';
const requiresConfirm = ({ code }: ProblemFragment): boolean => code === 'CONFIRMATION_REQUIRED';

/** What is wrong with a change, as the gateway or the form says. */
export type Problem = Pick<ProblemFragment, 'message' | 'field'>;

/** The problems that belong to some fields of the input. */
export const problemsAt = (problems: readonly Problem[], ...fields: string[]): Problem[] =>
  problems.filter(({ field }) => field?.some((name) => fields.includes(name)) === true);

interface Outcomes {
  readonly onDone: (request: ChangeRequest) => void;
  readonly onStale: () => void;
}

/** A change in two steps: a dry run that shows the plan, then the same without dryRun. */
export function useChange({ onDone, onStale }: Outcomes) {
  const client = useApolloClient();
  const [preview, setPreview] = useState<Preview>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);

  async function attempt(
    request: ChangeRequest,
    { account, region, restApiId, stageName, revision }: StageDetailsFragment,
    how: Pick<Guards, 'dryRun' | 'confirm'>,
    plan?: string,
  ): Promise<Answer | undefined> {
    setBusy(true);
    setRefusal(undefined);
    setProblems([]);
    try {
      const guards = { account, region, restApiId, stageName, expectedRevision: revision, ...how };
      const answer = await request.send(client, guards, plan);
      if (answer.userErrors.some(isStale)) {
        setPreview(undefined);
        setRefusal({ kind: 'stale', request, stage: answer.stage });
        onStale();
        return undefined;
      }
      setProblems(answer.userErrors);
      return answer;
    } catch (error) {
      setRefusal({ kind: 'failed', message: explain(problemsOf(error)) });
      return undefined;
    } finally {
      setBusy(false);
    }
  }

  async function showPlan(request: ChangeRequest, stage: StageDetailsFragment): Promise<void> {
    setPreview(undefined);
    const answer = await attempt(request, stage, { dryRun: true });
    if (answer?.userErrors.length === 0) setPreview({ request, stage, answer });
  }

  async function apply({ request, stage, answer: planned }: Preview, confirm: string): Promise<void> {
    const answer = await attempt(
      request,
      stage,
      { dryRun: false, ...(confirm !== '' && { confirm }) },
      planned.plan,
    );
    if (answer === undefined || answer.userErrors.some(requiresConfirm)) return;
    if (answer.userErrors.length === 0) onDone(request);
    else setPreview(undefined);
  }

  /** Says what is wrong without asking the gateway. */
  function reject(message: string, field?: string): void {
    setRefusal(undefined);
    setProblems([{ message, field: field === undefined ? null : [field] }]);
  }

  return { preview, problems, refusal, busy, showPlan, apply, reject };
}

export type Change = ReturnType<typeof useChange>;
