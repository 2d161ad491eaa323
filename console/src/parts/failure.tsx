import { explain, problemsOf } from '../problem.ts';

interface FailureProps {
  readonly error: unknown;
  readonly what: string;
  readonly onRetry?: () => void;
}

/** What could not be loaded, and why. */
export function Failure({ error, what, onRetry }: FailureProps) {
  return (
    <p role="alert" className="problem">
      {what}: {explain(problemsOf(error))}{' '}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Load again
        </button>
      )}
    </p>
  );
}
