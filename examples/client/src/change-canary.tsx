import { useEffect, useRef, useState } from 'react';
import type { StageAndCanaryFragment } from './__generated__/graphql.ts';
import { problemsAt, useChange, type Preview, type UserError, type Wish } from './use-change.ts';

/** What a change would do, and what it has done. */
function saying(wish: Wish): { readonly before: string; readonly after: string } {
  switch (wish.kind) {
    case 'share': {
      const share = `${String(wish.percentTraffic)} % of the traffic`;
      return { before: `Give the canary ${share}`, after: `The canary gets ${share}.` };
    }
    case 'promote':
      return {
        before: 'Make the canary the stage’s own, and end it',
        after: 'What the canary had is the stage’s own now; the canary has ended.',
      };
    case 'abandon':
      return {
        before: 'End the canary: all traffic to the stage’s own deployment',
        after: 'The canary has ended.',
      };
  }
}

/** What is wrong with one field, next to it and tied to it, so that a screen reader says both. */
function Problems({ id, problems }: { id: string; problems: readonly UserError[] }) {
  return (
    <span id={id} className="problem" aria-live="polite">
      {problems.map(({ message }) => message).join(' ')}
    </span>
  );
}

interface DryRunProps {
  readonly preview: Preview;
  readonly userErrors: readonly UserError[];
  readonly busy: boolean;
  readonly onDoIt: (confirm: string) => void;
  readonly onCancel: () => void;
}

function DryRun({ preview, userErrors, busy, onDoIt, onCancel }: DryRunProps) {
  const [confirm, setConfirm] = useState('');
  const problems = problemsAt(userErrors, 'confirm');
  const form = useRef<HTMLFormElement>(null);
  // Who listens to the page, or uses the keyboard, is taken to what has come up.
  useEffect(() => form.current?.focus(), []);
  return (
    <form
      ref={form}
      tabIndex={-1}
      className="dry-run"
      aria-label="Dry run"
      onSubmit={(event) => {
        event.preventDefault();
        onDoIt(confirm);
      }}
    >
      <h3>{saying(preview.wish).before}: this would be sent</h3>
      <ol>
        {preview.patchOperations.map(({ op, path, value, from }) => (
          <li key={path}>
            <code>
              {op} {path} {from === null ? '' : `from ${from}`} {value === null ? '' : JSON.stringify(value)}
            </code>
          </li>
        ))}
      </ol>
      {preview.warnings.map(({ code, message }) => (
        <p key={code} className="warning">
          {message}
        </p>
      ))}
      {(problems.length > 0 || confirm !== '') && (
        <p>
          <label htmlFor="confirm">This stage is protected. Its name again</label>
          <input
            id="confirm"
            value={confirm}
            onChange={({ target }) => setConfirm(target.value)}
            aria-invalid={problems.length > 0}
            aria-describedby="confirm-problem"
            autoComplete="off"
          />
          <Problems id="confirm-problem" problems={problems} />
        </p>
      )}
      <p className="actions">
        <button className="primary" disabled={busy}>
          Do it
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** Move the share, promote, abandon: each is looked at first. */
export function ChangeCanary({ stage }: { stage: StageAndCanaryFragment }) {
  const change = useChange(stage);
  const [typed, setShare] = useState<string>();
  const { canarySettings: canary } = stage;
  const shareProblems = problemsAt(change.userErrors, 'percentTraffic');
  const atFields = [...shareProblems, ...problemsAt(change.userErrors, 'confirm')];
  const others = change.userErrors.filter((error) => !atFields.includes(error));
  const lookFirst = (wish: Wish) => void change.lookFirst(wish);

  // It outlives the canary, whose end it may be.
  const outcome = (
    <>
      {(others.length > 0 || change.failure !== undefined) && (
        <p role="alert" className="problem">
          {change.failure ?? others.map(({ message }) => message).join(' ')}
        </p>
      )}
      <p role="status">{change.done && saying(change.done).after}</p>
    </>
  );
  if (canary === null) return outcome;
  const share = typed ?? String(canary.percentTraffic);

  return (
    <section className="card" aria-labelledby="change">
      <h2 id="change">Change the canary</h2>
      <form
        className="share"
        onSubmit={(event) => {
          event.preventDefault();
          lookFirst({ kind: 'share', percentTraffic: Number(share) });
        }}
      >
        <label htmlFor="share">Share of the traffic, in percent</label>
        {/* The gateway knows what it takes, and says what is wrong: no second set of rules here. */}
        <input
          id="share"
          type="number"
          step="any"
          required
          value={share}
          onChange={({ target }) => setShare(target.value)}
          aria-invalid={shareProblems.length > 0}
          aria-describedby="share-problem"
        />
        <button disabled={change.busy}>Look first</button>
        <Problems id="share-problem" problems={shareProblems} />
      </form>
      <p className="actions">
        <button disabled={change.busy} onClick={() => lookFirst({ kind: 'promote' })}>
          Promote …
        </button>
        <button disabled={change.busy} onClick={() => lookFirst({ kind: 'abandon' })}>
          Abandon …
        </button>
      </p>
      {change.preview && (
        <DryRun
          preview={change.preview}
          userErrors={change.userErrors}
          busy={change.busy}
          onDoIt={(confirm) => change.preview && void change.doIt(change.preview, confirm)}
          onCancel={change.cancel}
        />
      )}
      {outcome}
    </section>
  );
}
