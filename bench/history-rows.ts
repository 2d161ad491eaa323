import type { Insertable, Kysely } from 'kysely';
import type { StagePart } from '../src/__generated__/types.ts';
import { targetId } from '../src/fleet/target.ts';
import { partsColumn } from '../src/memory/database/part-bits.ts';
import type { HistoryTable, Tables } from '../src/memory/database/tables.ts';
import { targetsOf } from './inventory-rows.ts';

export const accounts = 25;
const rowsAtOnce = 500;
const minute = 60_000;
/** The newest entry; each older one comes a minute before. */
export const newestEntry = Date.UTC(2026, 0, 1);

const names = ['dev', 'test', 'prod'];
const parts: readonly StagePart[] = ['VARIABLES', 'METHOD_SETTINGS', 'DEPLOYMENT', 'TAGS'];
const rare = 50_000;

/** The nth entry before the newest. Most are of a few pipelines; one of each 50 000 has what nothing else has. */
function entryOf(n: number, target: string): Insertable<HistoryTable> {
  const isRare = n % rare === rare - 1;
  const isObserved = n % 5 === 0;
  const api = (n * 7919) % 5000;
  const changed = { part: isRare ? ('CLIENT_CERTIFICATE' as const) : (parts[n % parts.length] ?? 'TAGS') };
  const changes = parts.slice(0, 2).map((part) => ({
    ...{ part, kind: 'CHANGED', path: [part.toLowerCase(), `name-${n}`] },
    ...{ before: 'a value of some length', after: 'another value of some length', redacted: false },
  }));
  return {
    id: (1e9 - n).toString(16).padStart(32, '0'),
    at: newestEntry - n * minute,
    target,
    rest_api_id: `a${api.toString(36).padStart(9, '0')}`,
    stage_name: isRare ? 'blue-canary' : (names[n % names.length] ?? ''),
    source: isObserved ? 'OBSERVED' : 'GATEWAY',
    outcome: 'APPLIED',
    by_subject: isObserved ? null : isRare ? 'ada@example.com' : `pipeline-${n % 40}`,
    client: 'stagegraph-cli',
    actor: isObserved ? `arn:aws:sts::100000000000:assumed-role/terraform/session-${n % 40}` : null,
    mutation: isObserved ? null : 'updateStage',
    changes: JSON.stringify(changes),
    patch_operations: JSON.stringify(changes.map(({ path }) => ({ op: 'replace', path, value: 'value' }))),
    secret_values: null,
    parts: partsColumn([changed], [changed]),
    revision_before: `revision-${n - 1}`,
    revision_after: `revision-${n}`,
    aws_request_id: null,
    began_at: null,
    evidence: null,
  };
}

/** Fills the history with so many entries, of as many targets as those accounts have. */
export async function fillHistory(db: Kysely<Tables>, entries: number): Promise<void> {
  const targets = targetsOf({ accounts, apisPerTarget: 0 }).map(targetId);
  for (let last = entries; last > 0; last -= rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, last) }, (_, index) => {
      const n = last - 1 - index;
      return entryOf(n, targets[n % targets.length] ?? '');
    });
    await db.insertInto('history').values(rows).execute();
  }
}
