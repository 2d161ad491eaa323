import type { DocumentNode } from 'graphql';

export interface HiveOptions {
  readonly supergraphSdl: string;
  readonly routerSecret: string;
  /** By which program operations are planned: the one in JavaScript, or that of Hive Router, in Rust. */
  readonly planner: 'javascript' | 'rust';
}

/** Hive Gateway over HTTP. */
export function startHiveGateway(options: HiveOptions): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}>;

interface Service {
  readonly name: string;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/** What Cosmo has to say of a composition. */
export function composeAsCosmo(services: readonly Service[]): {
  readonly errors: readonly Error[];
  readonly warnings: readonly Error[];
};
