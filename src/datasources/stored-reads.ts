import type { Logger } from '../logger.ts';
import { overBudget } from '../upstream/budget.ts';
import type { Upstream, UpstreamSession } from '../upstream/index.ts';
import type { Send } from '../upstream/send.ts';
import type { Store } from '../upstream/store.ts';
import type { DeploymentModel } from './deployments.ts';
import type { Page } from './find-many.ts';
import type { RestApiDetails } from './rest-apis.ts';
import type { StageModel } from './stages/model.ts';

/** What the process knows of AWS, parsed once: one store for each kind of thing, keyed by ids. */
export interface Stores {
  /** All stages of an API. */
  readonly stages: Store<readonly StageModel[]>;
  /** Single stages, where IAM refuses the list. */
  readonly stage: Store<StageModel>;
  readonly deployment: Store<DeploymentModel>;
  readonly deployments: Store<Page<DeploymentModel>>;
  readonly restApi: Store<RestApiDetails>;
  readonly restApis: Store<Page<RestApiDetails>>;
}

/** The empty stores of a new process. */
export const createStores = ({ store }: Upstream): Stores => ({
  stages: store(),
  stage: store(),
  deployment: store(),
  deployments: store(),
  restApi: store(),
  restApis: store(),
});

/** A stored read of one request. */
export type ReadStored = <Value extends object>(
  store: Store<Value>,
  key: string,
  load: (send: Send) => Promise<Value>,
) => Promise<Value>;

/** How one request reads. */
export interface RequestReads {
  readonly logger: Logger;
  /** Past the stores: the client said `Cache-Control: no-cache`. */
  readonly fresh: boolean;
  /** The client has hung up. */
  readonly signal: AbortSignal;
}

/** A load may take longer than a request that came to wait for it late in its life. */
async function beforeDeadline<Value>(work: Promise<Value>, { deadline }: UpstreamSession): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(overBudget('read', 0)), deadline.timeLeftMs());
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads through the stores. A load is made on behalf of everybody who waits for it: it has a deadline and a line in the
 * log of its own, and takes its turn as a call of the request that began it.
 */
export const createReadStored =
  (upstream: Upstream, session: UpstreamSession, { logger, fresh, signal }: RequestReads): ReadStored =>
  (store, key, load) =>
    beforeDeadline(
      store.read(key, { fresh, signal }, (loading) => {
        const options = { logger, priority: loading.urgency, caller: session, signal: loading.signal };
        return load(upstream.session(options).send);
      }),
      session,
    );
