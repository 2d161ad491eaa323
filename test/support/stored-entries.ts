import type { Kysely } from 'kysely';
import type { Tables } from '../../src/memory/database/tables.ts';

/** An entry of the history whose change is told by the description that it set. */
export interface StoredEntry {
  readonly source: string;
  readonly outcome: string;
  readonly description: string;
}

interface Change {
  readonly path: readonly string[];
  readonly after: string | null;
}

interface Operation {
  readonly path: string;
  readonly value: string | null;
}

/** The entries of one API, or of all, oldest first. What was before a change of the gateway need not be known: it has what was sent. */
export async function storedEntries(db: Kysely<Tables>, restApiId?: string): Promise<StoredEntry[]> {
  const all = db.selectFrom('history').select(['source', 'outcome', 'changes', 'patch_operations']);
  const some = restApiId === undefined ? all : all.where('rest_api_id', '=', restApiId);
  const rows = await some.orderBy('at').orderBy('id').execute();
  return rows.map(({ source, outcome, changes, patch_operations }) => {
    const sent = (JSON.parse(patch_operations) as Operation[]).find(({ path }) => path === '/description');
    const seen = (JSON.parse(changes) as Change[]).find(({ path }) => path[0] === 'description');
    return { source, outcome, description: sent?.value ?? seen?.after ?? '' };
  });
}

/**
 * What is wrong with the entries, as sentences: each change that was acknowledged has exactly one, of the gateway; each other
 * change has one at most.
 */
export function wrongEntries(entries: readonly StoredEntry[], acknowledged: Iterable<string>): string[] {
  const sources = new Map<string, string[]>();
  for (const { source, outcome, description } of entries) {
    sources.set(description, [...(sources.get(description) ?? []), `${source} ${outcome}`]);
  }
  const missing = [...acknowledged]
    .filter((description) => sources.get(description)?.join() !== 'GATEWAY APPLIED')
    .map(
      (description) =>
        `"${description}" was acknowledged, and is ${sources.get(description)?.join() ?? 'lost'}`,
    );
  const doubled = [...sources]
    .filter(([, of]) => of.length > 1)
    .map(([description, of]) => `"${description}" stands ${of.length} times: ${of.join()}`);
  return [...missing, ...doubled];
}
