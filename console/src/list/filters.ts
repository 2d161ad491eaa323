import type {
  InventoryQueryVariables,
  StageFindingCode,
  StageInventoryFilter,
  StageInventoryOrder,
} from '../__generated__/graphql.ts';
import { findingWords } from '../words/findings.ts';

/** A filter that is on, off or not given. */
const switches = {
  canary: 'hasCanary',
  accessLog: 'hasAccessLog',
  webAcl: 'hasWebAcl',
  drift: 'hasDrift',
  tracing: 'tracingEnabled',
  cache: 'cacheClusterEnabled',
} as const satisfies Readonly<Record<string, keyof StageInventoryFilter>>;

export type Switch = keyof typeof switches;
export const switchWords: Readonly<Record<Switch, string>> = {
  canary: 'Canary',
  accessLog: 'Access log',
  webAcl: 'Web ACL',
  drift: 'Drift',
  tracing: 'Tracing',
  cache: 'Cache cluster',
};

/** Names are case-sensitive: what is typed is looked for as it is, in lower case, in upper case and as a name. */
function patterns(text: string): string[] {
  const lower = text.toLowerCase();
  const forms = [text, lower, text.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)];
  return [...new Set(forms)].map((form) => `*${form}*`);
}

/** As AWS makes the ids of REST APIs. */
export const API_ID = /^[a-z0-9]{10}$/;

const isFinding = (text: string): text is StageFindingCode => text in findingWords;
export const orders = {
  NAME: 'Name',
  LAST_UPDATED_DESC: 'Last changed first',
  LAST_UPDATED_ASC: 'Longest unchanged first',
} as const satisfies Readonly<Record<StageInventoryOrder, string>>;
const isOrder = (text: string): text is StageInventoryOrder => text in orders;

const switchNames = (names: object): Switch[] =>
  Object.keys(names).filter((name): name is Switch => name in switches);
export const allSwitches = switchNames(switches);

/** The filters that an address may have. */
export const filterNames = [
  'restApis',
  'stages',
  'account',
  'region',
  'finding',
  'tag',
  'days',
  'order',
  ...allSwitches,
];

/** Stages of a page. */
export const PAGE = 50;

const DAY_MS = 86_400_000;

interface InventoryQuestion {
  readonly byName: InventoryQueryVariables;
  /** The same with an API's id, if what is looked for may be one. */
  readonly byId: InventoryQueryVariables | undefined;
}

/** What is asked of the inventory, out of the address. Days count from midnight, so that the question stays the same. */
export function inventoryVariables(given: URLSearchParams, now: Date): InventoryQuestion {
  const get = (name: string): string => given.get(name) ?? '';
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const [key = '', ...value] = get('tag').split('=');
  const where: StageInventoryFilter = {
    ...(get('stages') !== '' && { stageNames: patterns(get('stages')) }),
    ...(get('account') !== '' && { accounts: [get('account')] }),
    ...(get('region') !== '' && { regions: [get('region')] }),
    ...(isFinding(get('finding')) && { findings: [get('finding')].filter(isFinding) }),
    ...(key !== '' && { tags: [{ key, ...(value.length > 0 && { value: value.join('=') }) }] }),
    ...(Number(get('days')) > 0 && {
      updatedAfter: new Date(midnight - Number(get('days')) * DAY_MS).toISOString(),
    }),
    ...Object.fromEntries(
      allSwitches
        .filter((name) => get(name) === 'yes' || get(name) === 'no')
        .map((name) => [switches[name], get(name) === 'yes']),
    ),
  };
  const order = get('order');
  const rest = { orderBy: isOrder(order) ? order : 'NAME', first: PAGE } as const;
  const api = get('restApis').trim();
  return {
    byName: { where: { ...where, ...(api !== '' && { restApiNames: patterns(api) }) }, ...rest },
    byId: API_ID.test(api) ? { where: { ...where, restApiIds: [api] }, ...rest } : undefined,
  };
}

/** Questions that people ask often: a click each. */
export const questions: readonly {
  readonly text: string;
  readonly given: Readonly<Record<string, string>>;
}[] = [
  { text: 'With a canary', given: { canary: 'yes' } },
  { text: 'Drifted', given: { drift: 'yes' } },
  { text: 'Without access log', given: { accessLog: 'no' } },
  { text: 'Without throttle', given: { finding: 'THROTTLING_OFF' } },
  { text: 'Open to everyone', given: { finding: 'NO_AUTHORIZATION' } },
  { text: 'Changed this week', given: { days: '7', order: 'LAST_UPDATED_DESC' } },
];
