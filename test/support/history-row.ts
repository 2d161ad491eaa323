import type { HistoryTable } from '../../src/memory/database/tables.ts';

/** An entry of a change of which nothing is known but that it was made. */
export const blankEntry = {
  source: 'OBSERVED',
  outcome: 'APPLIED',
  by_subject: null,
  client: null,
  actor: null,
  mutation: null,
  changes: '[]',
  patch_operations: '[]',
  secret_values: null,
  parts: 0,
  revision_before: null,
  revision_after: null,
  aws_request_id: null,
  began_at: null,
  evidence: null,
} as const satisfies Omit<HistoryTable, 'id' | 'at' | 'target' | 'rest_api_id' | 'stage_name'>;
