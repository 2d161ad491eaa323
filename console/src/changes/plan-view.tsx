import { useEffect, useId, useRef, useState } from 'react';
import { inheritedOn, linesOfChanges } from '../words/changes.ts';
import { inheritedFrom } from '../words/method-settings.ts';
import type { DeploymentNames, PlanLine } from '../words/plan-line.ts';
import { planOf } from '../words/plan.ts';
import type { Note } from './change-request.ts';
import { problemsAt, type Change, type Preview } from './use-change.ts';

function Value({ value }: { value: string | null }) {
  return value === null ? <span className="absent">none</span> : <span className="value">{value}</span>;
}

/** What changes, a line each: "Deployment v1.0 → v1.1". */
export function PlanLines({ lines }: { lines: readonly PlanLine[] }) {
  return (
    <ul className="plan">
      {lines.map(({ what, before, after }) => (
        <li key={what}>
          <span className="what">{what}</span>{' '}
          <span className="from-to">
            <Value value={before} /> <span aria-label="becomes">→</span> <Value value={after} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function linesOf({ stage, answer }: Preview, names: DeploymentNames): readonly PlanLine[] {
  const { changes } = answer;
  if (changes !== undefined) {
    return linesOfChanges(changes, names, inheritedOn('after', changes, inheritedFrom(stage.methodSettings)));
  }
  return planOf(answer.patchOperations ?? [], stage, names);
}

function Operations({ operations }: { operations: Preview['answer']['patchOperations'] }) {
  if (operations === undefined || operations.length === 0) return null;
  return (
    <details>
      <summary>Patch operations that AWS gets</summary>
      <ol className="operations">
        {operations.map(({ op, path, value, from }, index) => (
          <li key={index}>
            <code>
              {op} {path} {from === null ? '' : `from ${from}`} {value === null ? '' : JSON.stringify(value)}
            </code>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Notes({ notes }: { notes: readonly Note[] }) {
  return notes.map(({ text, isWarning }) => (
    <p key={text} className={isWarning === true ? 'warning' : undefined}>
      {text}
    </p>
  ));
}

interface PlanViewProps {
  readonly preview: Preview;
  readonly change: Change;
  readonly names: DeploymentNames;
  readonly onCancel: () => void;
}

/** The plan: what would be done, its warnings, and the button that does it. */
export function PlanView({ preview, change, names, onCancel }: PlanViewProps) {
  const [confirm, setConfirm] = useState('');
  const id = useId();
  const doIt = useRef<HTMLButtonElement>(null);
  const lines = linesOf(preview, names);
  const { request, answer, stage } = preview;
  const isEmpty = lines.length === 0 && request.says === undefined;
  const toConfirm = problemsAt(change.problems, 'confirm');
  const asks = toConfirm.length > 0 || confirm !== '';
  // Who uses the keyboard, or listens to the page, is taken to what has come up.
  useEffect(() => doIt.current?.focus(), []);
  return (
    <form
      aria-label="Plan"
      onSubmit={(event) => {
        event.preventDefault();
        void change.apply(preview, confirm);
      }}
    >
      <h3>{isEmpty ? 'Nothing would change' : 'This would happen'}</h3>
      {request.says !== undefined && <p>{request.says}</p>}
      <PlanLines lines={lines} />
      <Notes notes={request.notes ?? []} />
      {answer.warnings.map(({ code, message }) => (
        <p key={message} className="warning">
          <strong className="visually-hidden">Warning ({code}): </strong>
          {message}
        </p>
      ))}
      <Operations operations={answer.patchOperations} />
      {asks && (
        <p className="field">
          <label htmlFor={`${id}-confirm`}>This stage is protected. Type its name, {stage.stageName}</label>
          <input
            id={`${id}-confirm`}
            value={confirm}
            onChange={({ target }) => setConfirm(target.value)}
            aria-invalid={toConfirm.length > 0}
            aria-describedby={`${id}-problem`}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
          />
          <span id={`${id}-problem`} className="problem" role="alert">
            {toConfirm.map(({ message }) => message).join(' ')}
          </span>
        </p>
      )}
      <p className="actions">
        <button ref={doIt} className="primary" disabled={change.busy || isEmpty}>
          {change.busy ? 'Doing it …' : 'Do it'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
