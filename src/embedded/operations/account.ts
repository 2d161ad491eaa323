import { applyAccountPatch } from '../rules/account.ts';
import type { Operation } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';

/** There is one account, whatever the access key. */
export const getAccount: Operation = (context) => context.store.account;

export const updateAccount: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateAccountInput');
  context.store.account = applyAccountPatch(context.store.account, operations);
  return context.store.account;
};
