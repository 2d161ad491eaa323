import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import type { Account } from '../state/account.ts';
import { omitEmpty } from './omit-empty.ts';
import type { PatchOperation } from './patch.ts';
import { parseBurst, parseRate } from './value-parsers.ts';

type Write = (account: Account, value: string) => Account;

/** Roles are not simulated: each ARN of a role can be assumed, and `""` removes the role. */
function writeRole(account: Account, value: string): Account {
  if (value !== '' && !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(value))
    throw badRequest(recorded.roleUnusable);
  return { ...account, cloudwatchRoleArn: omitEmpty(value) };
}

const throttling = (account: Account, changes: Partial<Account['throttleSettings']>): Account => ({
  ...account,
  throttleSettings: { ...account.throttleSettings, ...changes },
});

function addFeature(account: Account, feature: string): Account {
  if (feature !== 'UsagePlans') throw badRequest(assumed.feature(feature));
  return account.features.includes(feature)
    ? account
    : { ...account, features: [...account.features, feature] };
}

function removeFeature(account: Account, feature: string): Account {
  if (account.features.includes(feature)) throw badRequest(assumed.usagePlansFixed);
  throw badRequest(assumed.feature(feature));
}

/** By operation and path. A Map, because an object also has `constructor`. */
const writes: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['replace /cloudwatchRoleArn', writeRole],
  ['remove /cloudwatchRoleArn', (account) => writeRole(account, '')],
  [
    'replace /throttleSettings/burstLimit',
    (account, value) =>
      throttling(account, {
        burstLimit: notNegative('/throttleSettings/burstLimit', value, parseBurst),
      }),
  ],
  [
    'replace /throttleSettings/rateLimit',
    (account, value) =>
      throttling(account, { rateLimit: notNegative('/throttleSettings/rateLimit', value, parseRate) }),
  ],
  ['add /features', addFeature],
  ['remove /features', removeFeature],
]);

/** An account has no `-1` for unlimited. */
function notNegative(path: string, value: string, parse: (path: string, value: string) => number): number {
  const number = parse(path, value);
  if (number < 0) throw badRequest(assumed.patchValue(path, value, 'at least 0'));
  return number;
}

/** Applies the operations in list order. Throws at the first invalid one. */
export const applyAccountPatch = (account: Account, operations: readonly PatchOperation[]): Account =>
  operations.reduce((patched, { op, path = assumed.missingPath, value }) => {
    const write = writes.get(`${op} ${path}`);
    if (write) return write(patched, value ?? '');
    const paths = [...writes.keys()].flatMap((key) => (key.startsWith('replace ') ? [key.slice(8)] : []));
    throw badRequest(
      op === 'replace' ? recorded.unsupportedPatchPath(path, paths) : recorded.unsupportedPatchOp(op, path),
    );
  }, account);
