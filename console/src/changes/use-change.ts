import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import type { ProblemFragment, StageDetailsFragment } from '../__generated__/graphql.ts';
import { explain, problemsOf } from '../problem.ts';
import type { Answer, Guards, Wish } from './wish.ts';

/** What would be done, as the gateway has answered to a dry run. */
export interface Preview {
  readonly wish: Wish;
  /** The stage that was on the screen: the change is made to this revision, or not at all. */
  readonly stage: StageDetailsFragment;
  readonly answer: Answer;
}

/** Why it was not done. */
export type Refusal =
  | { readonly kind: 'failed'; readonly message: string }
  /** The stage has changed meanwhile; `stage` is what it is now, if the gateway has told. */
  | { readonly kind: 'stale'; readonly wish: Wish; readonly stage: StageDetailsFragment | null };

const isStale = ({ code }: ProblemFragment): boolean => code === 'PRECONDITION_FAILED';
const asksToConfirm = ({ code }: ProblemFragment): boolean => code === 'CONFIRMATION_REQUIRED';

/** What is wrong with a change, as the gateway or the form says. */
export type Problem = Pick<ProblemFragment, 'message' | 'field'>;

/** The problems that belong to some fields of the input. */
export const problemsAt = (problems: readonly Problem[], ...fields: string[]): Problem[] =>
  problems.filter(({ field }) => field?.some((name) => fields.includes(name)) === true);

interface Outcomes {
  readonly onDone: (wish: Wish) => void;
  readonly onStale: () => void;
}

/** A change in two steps: a dry run to look at, then the same in earnest. */
export function useChange({ onDone, onStale }: Outcomes) {
  const client = useApolloClient();
  const [preview, setPreview] = useState<Preview>();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [refusal, setRefusal] = useState<Refusal>();
  const [busy, setBusy] = useState(false);

  async function attempt(
    wish: Wish,
    { account, region, restApiId, stageName, revision }: StageDetailsFragment,
    how: Pick<Guards, 'dryRun' | 'confirm'>,
    plan?: string,
  ): Promise<Answer | undefined> {
    setBusy(true);
    setRefusal(undefined);
    setProblems([]);
    try {
      const guards = { account, region, restApiId, stageName, expectedRevision: revision, ...how };
      const answer = await wish.send(client, guards, plan);
      if (answer.userErrors.some(isStale)) {
        setPreview(undefined);
        setRefusal({ kind: 'stale', wish, stage: answer.stage });
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

  async function look(wish: Wish, stage: StageDetailsFragment): Promise<void> {
    setPreview(undefined);
    const answer = await attempt(wish, stage, { dryRun: true });
    if (answer?.userErrors.length === 0) setPreview({ wish, stage, answer });
  }

  async function apply({ wish, stage, answer: planned }: Preview, confirm: string): Promise<void> {
    const answer = await attempt(
      wish,
      stage,
      { dryRun: false, ...(confirm !== '' && { confirm }) },
      planned.plan,
    );
    if (answer === undefined || answer.userErrors.some(asksToConfirm)) return;
    if (answer.userErrors.length === 0) onDone(wish);
    else setPreview(undefined);
  }

  /** Says what is wrong without asking the gateway. */
  function reject(message: string, field?: string): void {
    setRefusal(undefined);
    setProblems([{ message, field: field === undefined ? null : [field] }]);
  }

  return { preview, problems, refusal, busy, look, apply, reject };
}

export type Change = ReturnType<typeof useChange>;
