import type { Insertable, Selectable, Updateable } from 'kysely';
import type { DriftKind } from './drift-kind.ts';

/** Milliseconds since 1970. */
type Time = number;
/** 0 or 1: SQLite has no other. */
type Flag = 0 | 1;

/** The key of a stage. `target` is `<account>/<region>`. */
interface StageColumns {
  target: string;
  rest_api_id: string;
  stage_name: string;
}

/** A stage as it was last seen, with what the inventory filters and sorts by. */
export interface StagesTable extends StageColumns {
  /** AWS's stage as JSON, with fingerprints in place of the values of variables. */
  document: string;
  /** The values of variables and of a canary's overrides, encrypted; null without HISTORY_KEY. */
  secret_values: string | null;
  revision: string;
  observed_at: Time;
  /** When the call was sent whose answer is of `observed_at`; null: not known. */
  started_at: Time | null;
  /** When this revision was first seen; null: not known. */
  first_seen_at: Time | null;
  last_updated: Time;
  /** The API's name; '' until the API was listed. Its sort key orders bytes as code units. */
  api_name: string;
  api_name_key: string;
  deployment_id: string;
  canary_deployment_id: string | null;
  has_canary: Flag;
  has_access_log: Flag;
  has_web_acl: Flag;
  has_drift: DriftKind;
  tracing_enabled: Flag;
  cache_cluster_enabled: Flag;
  /** A bit for each code of StageFindingCode that has a finding. */
  findings: number;
  /** See tag-text.ts. */
  tags: string;
  /** The id of the last entry whose changes the next read of the stage settles. */
  open_entry: string | null;
}

export interface RestApisTable {
  target: string;
  rest_api_id: string;
  name: string;
  observed_at: Time;
}

/** A state that history or a baseline refers to. */
export interface StageRevisionsTable extends StageColumns {
  revision: string;
  document: string;
  secret_values: string | null;
}

/** A revision that another one has replaced without a difference: of dates, or of the status of the cluster. */
export interface EqualRevisionsTable extends StageColumns {
  revision: string;
  /** The last one that has replaced it. */
  same_as: string;
  replaced_at: Time;
}

export interface HistoryTable extends StageColumns {
  /** Unique, and in the order in which entries were written. */
  id: string;
  at: Time;
  source: string;
  outcome: string;
  by_subject: string | null;
  client: string | null;
  /** The ARN of the actor that CloudTrail names. */
  actor: string | null;
  mutation: string | null;
  /** StageFieldChange as JSON; values of variables are in `secret_values`. */
  changes: string;
  /** StagePatchOperation as JSON; values of variables are in `secret_values`. */
  patch_operations: string;
  /** Encrypted; null without HISTORY_KEY, or without variables. */
  secret_values: string | null;
  /** See part-bits.ts. */
  parts: number;
  /** Null: there was no stage; '': not known. */
  revision_before: string | null;
  /** Null: the stage was deleted; '': not known, the next read of the stage settles it. */
  revision_after: string | null;
  aws_request_id: string | null;
  /**
   * When a change of this gateway began: what was seen between then and `at` is part of it. Of an OBSERVED entry: when the
   * call was sent that saw it.
   */
  began_at: Time | null;
  /** What an entry of this gateway was concluded from, as JSON: see history/evidence.ts. */
  evidence: string | null;
}

export interface BaselinesTable extends StageColumns {
  revision: string;
  since: Time;
}

/** The last pass of the crawl over a target. */
export interface CrawledTargetsTable {
  target: string;
  rest_apis: number;
  ended_at: Time;
  complete: Flag;
  error: string | null;
}

/** Who may do what only one process does. */
export interface LeasesTable {
  name: string;
  owner: string;
  expires_at: Time;
}

export interface SettingsTable {
  name: string;
  value: string;
}

/** Events of CloudTrail that were received: repeated ones are known, and actors wait for their entries. */
export interface EventsTable {
  id: string;
  target: string;
  rest_api_id: string;
  stage_name: string | null;
  at: Time;
  received_at: Time;
  actor: string | null;
}

export interface Tables {
  stages: StagesTable;
  rest_apis: RestApisTable;
  stage_revisions: StageRevisionsTable;
  equal_revisions: EqualRevisionsTable;
  history: HistoryTable;
  baselines: BaselinesTable;
  crawled_targets: CrawledTargetsTable;
  leases: LeasesTable;
  settings: SettingsTable;
  events: EventsTable;
}

export type StageRow = Selectable<StagesTable>;
export type NewStageRow = Insertable<StagesTable>;
export type StageRowUpdate = Updateable<StagesTable>;
export type HistoryRow = Selectable<HistoryTable>;
