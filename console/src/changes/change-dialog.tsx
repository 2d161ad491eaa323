import { useEffect, useId, useRef } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import type { DeploymentNames } from '../words/plan-line.ts';
import type { ChangeRequest } from './change-request.ts';
import type { Intent } from './intent.ts';
import { PlanView } from './plan-view.tsx';
import { RefusalView } from './refusal-view.tsx';
import { problemsAt, useChange, type Change, type Problem } from './use-change.ts';
import { useModal } from './use-modal.ts';

const textOf = (problems: readonly Problem[]): string => problems.map(({ message }) => message).join(' ');

interface IntentFormProps {
  readonly intent: Intent;
  readonly change: Change;
  readonly onRequest: (request: ChangeRequest) => void;
  readonly onCancel: () => void;
}

/** The form, if there is one. It keeps what was typed while the plan is shown. */
function IntentForm({ intent, change, ...handlers }: IntentFormProps) {
  if (!('form' in intent)) return null;
  const { preview, refusal, problems, busy, reject } = change;
  return (
    // Its own plan would be refused again once the stage has changed.
    <div hidden={preview !== undefined || refusal?.kind === 'stale'}>
      {intent.form({
        ...handlers,
        onProblem: reject,
        busy,
        problemOf: (...fields) => textOf(problemsAt(problems, ...fields)),
      })}
    </div>
  );
}

/** What is wrong, but for what the fields of the form say themselves. */
function OtherProblems({ intent, problems }: Pick<Change, 'problems'> & { readonly intent: Intent }) {
  const atFields = problemsAt(problems, ...('form' in intent ? intent.fields : []));
  const others = problems.filter((problem) => !atFields.includes(problem));
  if (others.length === 0) return null;
  return (
    <p role="alert" className="problem">
      {textOf(others)}
    </p>
  );
}

interface ChangeDialogProps {
  readonly intent: Intent;
  readonly stage: StageDetailsFragment;
  readonly names: DeploymentNames;
  readonly onClose: () => void;
  readonly onDone: (request: ChangeRequest) => void;
  /** The stage has changed since it was read. */
  readonly onStale: () => void;
}

/** A change: its form, its plan, and what came of it. */
export function ChangeDialog({ intent, stage, names, onClose, ...outcomes }: ChangeDialogProps) {
  const { dialog, heading, close } = useModal();
  const id = useId();
  const change = useChange({
    ...outcomes,
    onDone(request) {
      // Closed, it gives the focus back to where it came from.
      close();
      outcomes.onDone(request);
    },
  });
  // What was on the screen when it was opened, whatever is loaded meanwhile.
  const shown = useRef(stage);
  const { preview, refusal, busy } = change;
  const showPlan = (request: ChangeRequest) => void change.showPlan(request, shown.current);
  useEffect(() => {
    if ('request' in intent) showPlan(intent.request);
    // Once: the dialog is made anew for each intent.
  }, []);
  const planAgain = () => {
    if (refusal?.kind !== 'stale') return;
    // Where the answer does not contain the current stage, the page has read it meanwhile.
    shown.current = refusal.stage ?? stage;
    showPlan(refusal.request);
  };
  const hasButtons = preview !== undefined || ('form' in intent && refusal?.kind !== 'stale');
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && close()}
    >
      <div className="dialog">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {preview?.request.title ?? intent.title}
        </h2>
        <IntentForm intent={intent} change={change} onRequest={showPlan} onCancel={close} />
        {preview !== undefined && (
          <PlanView preview={preview} change={change} names={names} onCancel={close} />
        )}
        {busy && preview === undefined && <p role="status">Asking what would happen …</p>}
        {refusal !== undefined && <RefusalView refusal={refusal} onPlanAgain={planAgain} />}
        {preview === undefined && <OtherProblems intent={intent} problems={change.problems} />}
        {!hasButtons && (
          <p className="actions">
            <button type="button" onClick={close}>
              Close
            </button>
          </p>
        )}
      </div>
    </dialog>
  );
}
