import type { DataSources } from './datasources/index.ts';

/** What every resolver of one request has at hand. */
export interface Context {
  readonly requestId: string;
  readonly dataSources: DataSources;
}
