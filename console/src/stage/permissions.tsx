import { useState } from 'react';
import { Section } from '../parts/section.tsx';
import { inPagesWords, mutationWords } from '../words/graph-names.ts';
import { useStageOnScreen } from './stage-context.ts';
import { actions } from './use-permissions.ts';

function summaryOf(refused: number, isComplete: boolean): string {
  if (refused === actions.length) return 'You may look at this stage, and change nothing.';
  if (!isComplete)
    return refused === 0 ? 'You may change this stage.' : 'You may change this stage, but not all of it:';
  return refused === 0 ? 'Each change that this page offers is permitted.' : 'Some changes are permitted:';
}

/** What scopes and policies let the caller do here, as dry runs have told. */
export function PermissionsSection() {
  const { permissions } = useStageOnScreen();
  const { refusals, isComplete, checkAll } = permissions;
  const [busy, setBusy] = useState(false);
  const refused = actions.filter((action) => refusals?.[action] !== undefined);
  const check = () => {
    setBusy(true);
    void checkAll().finally(() => setBusy(false));
  };
  return (
    <Section
      title="What you may do"
      actions={
        refusals !== undefined &&
        !isComplete && (
          <button disabled={busy} onClick={check}>
            Check each change
          </button>
        )
      }
    >
      {refusals === undefined && <p role="status">Asking …</p>}
      {refusals !== undefined && <p>{summaryOf(refused.length, isComplete)}</p>}
      <ul className="permissions">
        {refused.map((action) => (
          <li key={action}>
            <span className="badge low">no</span> {mutationWords[action]}
            <span className="hint">{inPagesWords(refusals?.[action] ?? '')}</span>
          </li>
        ))}
        {isComplete &&
          actions
            .filter((action) => !refused.includes(action))
            .map((action) => (
              <li key={action}>
                <span className="badge ok">yes</span> {mutationWords[action]}
              </li>
            ))}
      </ul>
    </Section>
  );
}
