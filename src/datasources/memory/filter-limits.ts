import type { StageHistoryFilter, StageInventoryFilter, StageTagFilter } from '../../__generated__/types.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import { quote } from '../../untrusted/quote.ts';
import { namesOf } from '../stages/wire/wire-enums.ts';

type Filter = StageHistoryFilter & StageInventoryFilter;
type Lists = {
  readonly [
    Member in keyof Filter as NonNullable<Filter[Member]> extends readonly unknown[] ? Member : never
  ]-?: NonNullable<Filter[Member]>;
};

/** How many entries a list may have, and how many characters each: more than AWS's names have. */
interface Limit {
  readonly entries: number;
  readonly characters: number;
}

const exact: Limit = { entries: 1000, characters: 256 };
/** Each costs a comparison with each row. */
const patterns: Limit = { entries: 100, characters: 256 };

/** A list without a limit does not compile. */
const limits: { readonly [Member in keyof Lists]: Limit } = {
  accounts: exact,
  regions: exact,
  restApiIds: exact,
  restApiNames: { ...patterns, characters: 1024 },
  stageNames: patterns,
  // ARNs of actors.
  by: { ...patterns, characters: 2048 },
  tags: patterns,
  findings: patterns,
  sources: patterns,
  parts: patterns,
};

const textsOf = (entry: string | StageTagFilter): (readonly [member: string, text: string])[] =>
  typeof entry === 'string'
    ? [['', entry]]
    : [['.key', entry.key], ...(entry.value == null ? [] : [['.value', entry.value] as const])];

function checkList(
  field: string,
  list: readonly (string | StageTagFilter)[],
  { entries, characters }: Limit,
): void {
  if (list.length > entries) {
    throw gatewayError(
      'BAD_USER_INPUT',
      `where.${field} has ${list.length} entries; the limit is ${entries}.`,
    );
  }
  for (const [position, entry] of list.entries()) {
    for (const [member, text] of textsOf(entry)) {
      if (text.length <= characters) continue;
      throw gatewayError(
        'BAD_USER_INPUT',
        `where.${field}[${position}]${member} has ${text.length} characters; the limit is ${characters}: ${quote(text)}.`,
      );
    }
  }
}

/** Throws BAD_USER_INPUT for a list that is too long, or has an entry that is. */
export function checkFilter(where: Partial<Filter> | null | undefined): void {
  for (const field of namesOf(limits)) {
    const list = where?.[field];
    if (list != null) checkList(field, list, limits[field]);
  }
}
