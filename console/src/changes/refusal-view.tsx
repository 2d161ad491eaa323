import { useEffect, useRef } from 'react';
import type { Refusal } from './use-change.ts';

interface RefusalViewProps {
  readonly refusal: Refusal;
  readonly onPlanAgain: () => void;
}

/** Why a change was not made, and what can be done. */
export function RefusalView({ refusal, onPlanAgain }: RefusalViewProps) {
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
