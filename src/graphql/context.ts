import type { Logger } from '../app/logger.ts';
import type { Caller } from '../auth/caller.ts';
import type { Dependencies } from '../cache/dependencies.ts';
import type { DataSources } from '../datasources/index.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import type { RequestRecord } from '../observability/request-record.ts';
import type { PartialErrors } from './hooks/partial-errors.ts';
import type { CacheableResponse } from './response-cache/cacheable-responses.ts';

/** What the resolvers and hooks of one request share. */
export interface Context {
  readonly requestId: string;
  readonly logger: Logger;
  /** The request's name, outcome and cost, for the log and the metrics. */
  readonly record: RequestRecord;
  readonly audit: AuditLog;
  readonly caller: Caller;
  /** The trusted document that the request names; undefined: it sends a text, or the hash of an automatic one. */
  readonly trustedText: string | undefined;
  readonly dataSources: DataSources;
  /** Errors of fields that have a value nevertheless. */
  readonly partialErrors: PartialErrors;
  /** The cached values that the response depends on; undefined if it depends on anything else, or on nothing. */
  readonly dependencies: () => Dependencies | undefined;
  readonly reportCacheable: (response: CacheableResponse) => void;
}
