import { useSyncExternalStore } from 'react';

/** A stage, as the address names it. Without account and Region it is one of the home target. */
export interface StageKey {
  readonly account?: string;
  readonly region?: string;
  readonly restApiId: string;
  readonly stageName: string;
}

/** What is shown, by the part of the address after `#`: it can be sent to a colleague, and `back` works. */
export interface Address {
  readonly path: string;
  readonly given: URLSearchParams;
}

const parse = (hash: string): Address => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  return { path: path === '' ? '/' : path, given: new URLSearchParams(query) };
};

export const hrefOf = (path: string, given: Readonly<Record<string, string | undefined>> = {}): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  return `#${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
};

export const stageParameters = ({ account, region, restApiId, stageName }: StageKey) => ({
  account,
  region,
  restApi: restApiId,
  stage: stageName,
});

export const stageHref = (key: StageKey): string => hrefOf('/stage', stageParameters(key));

/** The other stage of a comparison has parameters of its own. */
const others = { account: 'withAccount', region: 'withRegion', restApi: 'withRestApi', stage: 'withStage' };

export const compareHref = (one: StageKey, other: StageKey): string => {
  const { account, region, restApi, stage } = stageParameters(other);
  return hrefOf('/compare', {
    ...stageParameters(one),
    [others.account]: account,
    [others.region]: region,
    [others.restApi]: restApi,
    [others.stage]: stage,
  });
};

/** The stage that the address names, or the other one of a comparison. */
export function stageOf(given: URLSearchParams, which: 'one' | 'other' = 'one'): StageKey | undefined {
  const get = (name: keyof typeof others) => given.get(which === 'one' ? name : others[name]) ?? undefined;
  const account = get('account');
  const region = get('region');
  const restApiId = get('restApi');
  const stageName = get('stage');
  if (restApiId === undefined || stageName === undefined) return undefined;
  return {
    restApiId,
    stageName,
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}

const subscribe = (listener: () => void) => {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
};

export const useAddress = (): Address => parse(useSyncExternalStore(subscribe, () => location.hash));

export function go(href: string): void {
  location.hash = href;
}
