import type { Authenticate } from '../auth/authenticate.ts';
import type { DataSourceDependencies } from '../datasources/index.ts';
import type { ExplorerPage } from '../explorer/index.ts';
import type { ApolloOptions } from '../graphql/apollo.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import type { OverloadLimits } from '../http/access/overload.ts';
import type { AuditLog } from '../observability/audit/audit-log.ts';
import type { GatewayObserver } from '../observability/observer.ts';
import type { Tracing } from '../observability/traces/tracing.ts';
import type { Readiness } from './readiness.ts';

export interface ServerDependencies extends Omit<ApolloOptions, 'limits' | 'traces'> {
  /** Gets every change before the client gets its response. */
  readonly audit: AuditLog;
  readonly dataSources: Omit<DataSourceDependencies, 'maxCalls'>;
  readonly observer?: GatewayObserver | undefined;
  /** Adds hooks that start and end the spans of requests; undefined: no tracing. */
  readonly traceRequests?: Tracing['requests'] | undefined;
  readonly readiness: Readiness;
  readonly overload: OverloadLimits;
  /** How long a client may take to send a body, and to receive a response, plus time for their sizes. */
  readonly clientTimeoutMs?: number | undefined;
  /** The page that a browser gets at /graphql. */
  readonly explorer: ExplorerPage | 'off';
  /** Where the page's files are; by default where the build puts them. */
  readonly explorerPages?: URL | undefined;
  /** Origins whose pages may send operations from a browser. */
  readonly corsOrigins: readonly string[];
  /** Accepted values of `Host` besides loopback names and IP addresses; undefined: any host and any origin. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Undefined: no authentication, every caller has every permission. */
  readonly authenticate?: Authenticate | undefined;
  /** With secrets, only requests of a router that sends one of them are answered. */
  readonly routerSecrets?: readonly string[];
  /** Requests a minute of one caller; undefined: no limit. */
  readonly rateLimit?: number | undefined;
  readonly limits?: Limits;
  /** Proxies whose `X-Forwarded-For` is trusted, in the format of Fastify's `trustProxy`. */
  readonly trustProxy?: string | undefined;
}
