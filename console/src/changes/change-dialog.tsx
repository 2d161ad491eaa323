import { useEffect, useId, useRef, type ReactNode } from 'react';
import type { StageDetailsFragment } from '../__generated__/graphql.ts';
import type { DeploymentNames } from '../words/plan-line.ts';
import { PlanView } from './plan-view.tsx';
import { problemsAt, useChange, type Refusal } from './use-change.ts';
import type { Wish } from './wish.ts';

/** The fields that forms show, by the names of the input. */
export type FormField =
  | 'percentTraffic'
  | 'deploymentId'
  | 'setVariableOverrides'
  | 'throttlingRateLimit'
  | 'throttlingBurstLimit'
  | 'set'
  | 'remove'
  /** Of a new variable. */
  | 'name';

interface FormProps {
  /** Looks at what the form says. */
  readonly onWish: (wish: Wish) => void;
  /** What the form says is no change yet: nothing is sent. */
  readonly onProblem: (message: string, field?: FormField) => void;
  readonly onCancel: () => void;
  readonly busy: boolean;
  /** What is wrong with a field. */
  readonly problemOf: (...fields: FormField[]) => string;
}

/** What a person wants to do: at once, or after filling in a form. */
export type Intent = { readonly title: string } & (
  | { readonly wish: Wish }
  | {
      readonly form: (props: FormProps) => ReactNode;
      /** The fields that say themselves what is wrong with them; the rest is said below the form. */
      readonly fields: readonly FormField[];
    }
);

interface ChangeDialogProps {
  readonly intent: Intent;
  readonly stage: StageDetailsFragment;
  readonly names: DeploymentNames;
  readonly onClose: () => void;
  readonly onDone: (wish: Wish) => void;
  /** The stage has changed since it was read. */
  readonly onStale: () => void;
  readonly onForbidden: (wish: Wish, reason: string) => void;
}

interface RefusalViewProps {
  readonly refusal: Refusal;
  readonly onPlanAgain: () => void;
}

function RefusalView({ refusal, onPlanAgain }: RefusalViewProps) {
  const again = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone.
  useEffect(() => again.current?.focus(), []);
  if (refusal.kind !== 'stale') {
    return (
      <p role="alert" className="problem">
        {refusal.message}
      </p>
    );
  }
  return (
    <div role="alert" className="stale">
      <p>
        <strong>This stage has changed since you opened it. Nothing was done.</strong> What you saw is not
        what the stage is now; the page has the new state.
      </p>
      <button ref={again} type="button" className="primary" onClick={onPlanAgain}>
        Plan again, from the stage as it is now
      </button>
    </div>
  );
}

/** A change: its form, its plan, and what came of it. */
export function ChangeDialog({ intent, stage, names, onClose, ...outcomes }: ChangeDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const change = useChange({
    ...outcomes,
    onDone(wish) {
      // Closed, it gives the focus back to where it came from.
      dialog.current?.close();
      outcomes.onDone(wish);
    },
  });
  // What was on the screen when it was opened, whatever is loaded meanwhile.
  const shown = useRef(stage);
  const { preview, problems, refusal, busy } = change;
  const look = (wish: Wish) => void change.look(wish, shown.current);
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
    if ('wish' in intent) look(intent.wish);
    // Once: the dialog is made anew for each intent.
  }, []);
  // What had the focus may be gone, as a button that was pressed: the focus stays in the dialog.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  });
  const atFields = problemsAt(problems, ...('form' in intent ? intent.fields : []));
  const others = problems.filter((problem) => !atFields.includes(problem));
  const isStale = refusal?.kind === 'stale';
  const planAgain = () => {
    if (refusal?.kind !== 'stale') return;
    // Where the gateway has not told what the stage is now, the page has read it meanwhile.
    shown.current = refusal.stage ?? stage;
    look(refusal.wish);
  };
  const isConfirming = preview !== undefined;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && dialog.current.close()}
    >
      <div className="dialog">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {preview?.wish.title ?? intent.title}
        </h2>
        {'form' in intent && (
          // It keeps what was typed while the plan is shown. Its own plan would be refused again once the stage has changed.
          <div hidden={preview !== undefined || isStale}>
            {intent.form({
              onWish: look,
              onProblem: change.reject,
              onCancel: () => dialog.current?.close(),
              busy,
              problemOf: (...fields) =>
                problemsAt(problems, ...fields)
                  .map(({ message }) => message)
                  .join(' '),
            })}
          </div>
        )}
        {preview !== undefined && (
          <PlanView
            preview={preview}
            change={change}
            names={names}
            onCancel={() => dialog.current?.close()}
          />
        )}
        {busy && preview === undefined && <p role="status">Asking what would happen …</p>}
        {refusal !== undefined && <RefusalView refusal={refusal} onPlanAgain={planAgain} />}
        {!isConfirming && others.length > 0 && (
          <p role="alert" className="problem">
            {others.map(({ message }) => message).join(' ')}
          </p>
        )}
        {preview === undefined && (isStale || 'wish' in intent) && (
          <p className="actions">
            <button type="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </p>
        )}
      </div>
    </dialog>
  );
}
