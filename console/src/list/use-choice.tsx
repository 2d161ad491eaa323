import { useState, type ReactNode } from 'react';
import { compareHref, type StageKey } from '../address.ts';
import type { Choosing } from './stage-rows.tsx';

/** Two stages to compare, and the bar that leads to their comparison. */
export function useChoice(): Choosing & { readonly bar: ReactNode } {
  const [chosen, setChosen] = useState<readonly { readonly id: string; readonly key: StageKey }[]>([]);
  const [one, other] = chosen;
  return {
    isChosen: (id) => chosen.some((each) => each.id === id),
    onChoose: (id, { account, region, restApiId, stageName }) => {
      const key = {
        restApiId,
        stageName,
        ...(account !== undefined && { account }),
        ...(region !== undefined && { region }),
      };
      setChosen(
        chosen.some((each) => each.id === id)
          ? chosen.filter((each) => each.id !== id)
          : [...chosen.slice(-1), { id, key }],
      );
    },
    bar: one !== undefined && (
      <p className="bar" role="status">
        {other === undefined ? (
          `${one.key.stageName} is chosen: choose another one to compare.`
        ) : (
          <a className="button primary" href={compareHref(one.key, other.key)}>
            Compare {one.key.stageName} with {other.key.stageName}
          </a>
        )}
      </p>
    ),
  };
}
