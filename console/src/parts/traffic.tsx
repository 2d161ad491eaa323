import { percent } from '../words/values.ts';

interface TrafficProps {
  readonly share: number;
  readonly own: string;
  readonly canary: string;
}

/** The shares of stage and canary as a bar; the words beside it say the same. */
export function TrafficBar({ share }: Pick<TrafficProps, 'share'>) {
  return (
    <div className="traffic-bar" aria-hidden="true">
      <div style={{ width: `${String(share)}%` }} />
    </div>
  );
}

export function Traffic({ share, own, canary }: TrafficProps) {
  return (
    <div className="traffic">
      <TrafficBar share={share} />
      <p>
        <span className="of-stage">
          <strong>{percent(100 - share)}</strong> {own}
        </span>
        <span className="of-canary">
          <strong>{percent(share)}</strong> {canary} <span className="badge canary">canary</span>
        </span>
      </p>
    </div>
  );
}
