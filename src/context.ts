import type { DataSources } from './datasources/index.ts';
import type { Logger } from './logger.ts';

/** What every resolver of one request has at hand. */
export interface Context {
  /** Says the request's id in every line. */
  readonly logger: Logger;
  readonly dataSources: DataSources;
}
