import { noPolicyObserver, type PolicyObserver } from '../auth/policies/observer.ts';
import { type CacheObserver, noCacheObserver } from '../cache/observer.ts';
import { noObserver, type UpstreamObserver } from '../upstream/calls/observer.ts';

export type OperationType = 'query' | 'mutation' | 'subscription' | 'unknown';

/** A finished GraphQL operation. */
export interface OperationDone {
  /** The name in the document; null if there is none, or no valid operation. */
  readonly name: string | null;
  readonly type: OperationType;
  /** `error`: no root field has data. `partial`: some have, or there are errors within. */
  readonly outcome: 'ok' | 'partial' | 'error';
  readonly durationMs: number;
  /** One code for each error. */
  readonly codes: readonly string[];
  /** What an admitted caller says it is; null: not said. */
  readonly client: string | null;
}

/** A finished field of the mutation type. */
export interface MutationDone {
  /** The field's name. */
  readonly mutation: string;
  /** `OK`, `DRY_RUN`, or an error code. */
  readonly outcome: string;
  /** The code of its first user error, if any. */
  readonly userError?: string | undefined;
}

/** Is called synchronously for what the gateway does: it must be quick and must not throw. */
export interface GatewayObserver extends UpstreamObserver, CacheObserver, PolicyObserver {
  readonly operated: (operation: OperationDone) => void;
  readonly changed: (mutation: MutationDone) => void;
  /** A request was refused with this code before GraphQL. `client`: as in OperationDone. */
  readonly failed: (code: string, client: string | null) => void;
  /** An HTTP request was answered with this status; 499: the client closed the connection before. */
  readonly answered: (status: number) => void;
  /** A request was refused: too many in flight, in all or of one caller, or the event loop is delayed. */
  readonly shed: (reason: 'requests' | 'caller' | 'event_loop') => void;
}

const nothing = (): void => undefined;

/** For a gateway without metrics. */
export const noGatewayObserver: GatewayObserver = {
  ...noObserver,
  ...noCacheObserver,
  ...noPolicyObserver,
  operated: nothing,
  failed: nothing,
  changed: nothing,
  answered: nothing,
  shed: nothing,
};
