import type { StageKey } from '../address.ts';
import { useTargets } from '../parts/use-targets.ts';

/** What the stages of a comparison are called. */
export interface Labels {
  readonly one: string;
  readonly other: string;
}

/** The names of two stages, with what else tells them apart: the API, and the account with its Region. */
export function useLabels(one: StageKey, other: StageKey): Labels {
  const { place } = useTargets();
  const placeOf = ({ account = '', region = '' }: StageKey) => place({ account, region });
  // Without a target of its own the other one is of the same as the first.
  const target = { ...one, ...other };
  const isSameApi = one.restApiId === other.restApiId;
  const isSameTarget = one.account === target.account && one.region === target.region;
  const label = (stage: StageKey, from: StageKey) =>
    [
      stage.stageName,
      isSameApi ? '' : ` of ${stage.restApiId}`,
      isSameTarget ? '' : ` in ${placeOf(from)}`,
    ].join('');
  return { one: label(one, one), other: label(other, target) };
}
