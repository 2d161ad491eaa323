import { type CacheObserver, noCacheObserver } from '../cache/observer.ts';
import { noObserver, type UpstreamObserver } from '../upstream/calls/observer.ts';

export type OperationType = 'query' | 'mutation' | 'subscription' | 'unknown';

/** A GraphQL operation that has been answered. */
export interface OperationDone {
  /** As the client wrote it; null: it has none, or was no operation at all. */
  readonly name: string | null;
  readonly type: OperationType;
  /** `error`: no root field was answered. `partial`: some were, or some had errors within. */
  readonly outcome: 'ok' | 'partial' | 'error';
  readonly durationMs: number;
  /** The codes of its errors, one for each. */
  readonly codes: readonly string[];
}

/** A field of the mutation type that was carried out, or not. */
export interface MutationDone {
  /** The field's name. */
  readonly mutation: string;
  /** `OK`, `DRY_RUN`, or the code of what stood in its way. */
  readonly outcome: string;
  /** The code of its first user error; undefined: it has none, or was an error of GraphQL. */
  readonly userError?: string | undefined;
}

/** Told what the gateway does, while it does it: it must be quick, and must not throw. */
export interface GatewayObserver extends UpstreamObserver, CacheObserver {
  readonly operated: (operation: OperationDone) => void;
  readonly changed: (mutation: MutationDone) => void;
  /** A request was refused with this code before it came to GraphQL. */
  readonly failed: (code: string) => void;
  /** An HTTP request was answered, GraphQL or not; with 499, it was given up by the client. */
  readonly answered: (status: number) => void;
  /** A request was turned away, because there were too many, of all or of one caller, or the event loop was late. */
  readonly shed: (reason: 'requests' | 'caller' | 'event_loop') => void;
}

const nothing = (): void => undefined;

/** For a gateway whose metrics nobody reads. */
export const noGatewayObserver: GatewayObserver = {
  ...noObserver,
  ...noCacheObserver,
  operated: nothing,
  failed: nothing,
  changed: nothing,
  answered: nothing,
  shed: nothing,
};
