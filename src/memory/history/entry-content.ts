import type { StageFieldChange, StagePatchOperation } from '../../__generated__/types.ts';
import { changesWithoutValues, type GivenVariable } from '../../datasources/stages/desired/hidden-values.ts';
import { holdsVariableValue } from '../../upstream/calls/variable-values.ts';
import { partsColumn } from '../database/part-bits.ts';
import type { HistoryRow } from '../database/tables.ts';
import { keyText, type StageCodec, type StoredKey } from '../stages/index.ts';
import type { HistoryFieldChange, HistoryPatchOperation, HistorySource } from './history-entry.ts';

/** What an entry says, with the values that are known. */
export interface EntryContent {
  readonly changes: readonly HistoryFieldChange[];
  readonly patchOperations: readonly HistoryPatchOperation[];
  readonly given: readonly GivenVariable[];
}

export type ContentColumns = Pick<HistoryRow, 'changes' | 'patch_operations' | 'secret_values' | 'parts'>;

/** Values by the position of their change or operation. */
interface Secrets {
  readonly changes: Readonly<Record<string, HistoryFieldChange['known']>>;
  readonly operations: Readonly<Record<string, string | undefined>>;
}

/** Hides the values of variables, and keeps them beside. */
export const withKnownValues = (operations: readonly StagePatchOperation[]): HistoryPatchOperation[] =>
  operations.map(({ op, path, value, from }) => {
    if (value === null || !holdsVariableValue(path)) {
      return { op, path, value, from, redacted: false, known: undefined };
    }
    return { op, path, value: null, from, redacted: true, known: value };
  });

const knownOf = <Known>(list: readonly { readonly known: Known }[]) =>
  Object.fromEntries(list.flatMap(({ known }, position) => (known === undefined ? [] : [[position, known]])));

/** An entry's values cannot be read as those of another. */
const contextOf = (key: StoredKey, id: string): string => `${keyText(key)}#${id}`;

/** Everything but the values of variables, which are encrypted. */
export function contentColumns(
  codec: StageCodec,
  { id, source, ...key }: StoredKey & { readonly id: string; readonly source: HistorySource },
  { changes, patchOperations, given }: EntryContent,
): ContentColumns {
  const secrets = { changes: knownOf(changes), operations: knownOf(patchOperations) };
  const hasSecrets = Object.keys(secrets.changes).length + Object.keys(secrets.operations).length > 0;
  return {
    changes: JSON.stringify(changes.map(({ known, ...change }) => change)),
    patch_operations: JSON.stringify(patchOperations.map(({ known, ...operation }) => operation)),
    secret_values: hasSecrets ? codec.encrypt(JSON.stringify(secrets), contextOf(key, id)) : null,
    parts: partsColumn(changes, changesWithoutValues({ source, changes, given })),
  };
}

/** Only this file writes these columns: a list is one of what it has written. */
const isListOf = <Item>(value: unknown, name: keyof Item & string): value is Item[] =>
  Array.isArray(value) &&
  value.every((each: unknown) => typeof each === 'object' && each !== null && name in each);

function parseList<Item>(text: string, name: keyof Item & string): Item[] {
  const value: unknown = JSON.parse(text);
  if (!isListOf<Item>(value, name)) throw new Error(`a stored entry without a list of ${name}`);
  return value;
}

const isSecrets = (value: unknown): value is Secrets =>
  typeof value === 'object' && value !== null && 'changes' in value && 'operations' in value;

function readSecrets(codec: StageCodec, row: StoredKey & Pick<HistoryRow, 'id' | 'secret_values'>): Secrets {
  const text =
    row.secret_values === null ? undefined : codec.decrypt(row.secret_values, contextOf(row, row.id));
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return isSecrets(value) ? value : { changes: {}, operations: {} };
}

/** The paths of the operations that an entry has sent. */
export const pathsOf = ({ patch_operations }: Pick<HistoryRow, 'patch_operations'>): string[] =>
  parseList<StagePatchOperation>(patch_operations, 'op').map(({ path }) => path);

export function readContent(
  codec: StageCodec,
  row: StoredKey & Omit<ContentColumns, 'parts'> & Pick<HistoryRow, 'id'>,
): Omit<EntryContent, 'given'> {
  const secrets = readSecrets(codec, row);
  const changes = parseList<StageFieldChange>(row.changes, 'part');
  const operations = parseList<Omit<HistoryPatchOperation, 'known'>>(row.patch_operations, 'op');
  return {
    changes: changes.map((change, position) => ({ ...change, known: secrets.changes[position] })),
    patchOperations: operations.map((operation, position) => ({
      ...operation,
      known: secrets.operations[position],
    })),
  };
}
