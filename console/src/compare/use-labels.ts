import type { StageKey } from '../address.ts';
import { useTargets } from '../parts/use-targets.ts';

/** What the stages of a comparison are called. */
export interface Labels {
  readonly one: string;
  readonly other: string;
}

/** The names of two stages, with what else tells them apart: the API, and the account with its Region. */
export function useLabels(one: StageKey, other: StageKey): Labels {
  const { home, place } = useTargets();
  const first = { account: one.account ?? home?.account, region: one.region ?? home?.region };
  // Without a target of its own the other one is of the same as the first.
  const second = { account: other.account ?? first.account, region: other.region ?? first.region };
  const isSameApi = one.restApiId === other.restApiId;
  const isSameTarget = first.account === second.account && first.region === second.region;
  const label = ({ stageName, restApiId }: StageKey, { account, region }: typeof first) => {
    const isPlaceShown = !isSameTarget && account !== undefined && region !== undefined;
    return [
      stageName,
      isSameApi ? '' : ` of ${restApiId}`,
      isPlaceShown ? ` in ${place({ account, region })}` : '',
    ].join('');
  };
  return { one: label(one, first), other: label(other, second) };
}
