import { quote } from '../untrusted/quote.ts';
import type { Target } from './target.ts';

/** How an operation names a target: by account (or alias), by Region, by both, or not at all. */
export interface TargetReference {
  readonly account?: string | null | undefined;
  readonly region?: string | null | undefined;
}

/** Why a reference names no target, as a sentence. */
export interface UnknownTarget {
  readonly field: 'account' | 'region';
  readonly message: string;
}

export const isTarget = (found: Target | UnknownTarget): found is Target => 'partition' in found;

const MAX_LISTED = 20;

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - MAX_LISTED;
  return `${unique.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export const isOfAccount =
  (account: string) =>
  (target: Target): boolean =>
    target.account === account || target.alias === account;

/** What follows a name that is not known. */
function knownAccounts(targets: readonly Target[]): string {
  const names = listed(targets.map(({ account, alias }) => alias ?? account));
  return names === '' ? 'the caller may read no account' : `its accounts are: ${names}`;
}

/**
 * The target that a reference names. Account alone: home's Region if the account has it, else its only one. Region alone:
 * home's account. `targets` are those that the caller may read: a message names no other, nor a home beside them.
 */
export function findTarget(
  { account, region }: TargetReference,
  home: Target,
  targets: readonly Target[],
): Target | UnknownTarget {
  const isHome = account == null && region == null;
  if (isHome && targets.includes(home)) return home;
  const ofAccount = isHome ? [] : targets.filter(isOfAccount(account ?? home.account));
  if (ofAccount.length === 0) {
    const reason =
      account == null
        ? 'account is required: the caller may not read the home target'
        : `account ${quote(account)} is not known to this gateway`;
    return { field: 'account', message: `${reason}; ${knownAccounts(targets)}.` };
  }
  const regions = ofAccount.map((target) => target.region);
  const found = ofAccount.find((target) => target.region === (region ?? home.region));
  if (found !== undefined) return found;
  const [only, ...others] = ofAccount;
  if (region == null && only !== undefined && others.length === 0) return only;
  const [{ alias, account: digits }] = [only ?? home];
  const name = alias ?? digits;
  const message =
    region == null
      ? `region is required: the account ${name} has several: ${listed(regions)}.`
      : `region ${quote(region)} is not known for the account ${name}; its Regions are: ${listed(regions)}.`;
  return { field: 'region', message };
}
