import type { Logger } from '../app/logger.ts';
import type { Caller } from '../auth/caller.ts';
import type { DataSources } from '../datasources/index.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import type { RequestRecord } from '../observability/request-record.ts';
import type { CachePolicy } from './response-cache/cache-policy.ts';

/** What every resolver of one request has at hand. */
export interface Context {
  readonly requestId: string;
  /** Says the request's id in every line. */
  readonly logger: Logger;
  /** What the request is and costs, for the log and the metrics. */
  readonly record: RequestRecord;
  /** Told of every change. */
  readonly audit: AuditLog;
  readonly caller: Caller;
  readonly dataSources: DataSources;
  /** A query was answered without an error, from its data sources and nothing else. */
  readonly succeeded: (operationName: string | null) => void;
  /** Caches may keep the answer so, as long as what it rests on is current. */
  readonly cacheable: (policy: CachePolicy) => void;
}
