import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { AwsCredentialIdentity, InitializeMiddleware } from '@smithy/types';
import { textOf } from '../../../untrusted/unknown-value.ts';
import { withinMs } from '../../time/time-limit.ts';

/** The provider of the credentials has not answered in time. */
export class CredentialsTimeout extends Error {
  override readonly name = 'CredentialsTimeout';
}

export interface CredentialsCache {
  /** The cached credentials, or new ones. `memoized` tells the SDK to keep no copy of its own. */
  readonly provide: (() => Promise<AwsCredentialIdentity>) & { readonly memoized: true };
  /** Credentials that were asked for before this moment, by `performance.now()`, are not used again. */
  readonly drop: (before: number) => void;
}

export interface CredentialsOptions {
  /** Asks the provider; calls must not depend on each other. */
  readonly ask: () => Promise<AwsCredentialIdentity>;
  /** How long an answer is waited for before the provider is asked again. */
  readonly timeoutMs: number;
}

/** As the SDK does: credentials are renewed so long before they expire, and used meanwhile. */
const RENEWAL_MS = 5 * 60_000;
/** Every request that hangs holds a connection: the next one comes later each time, but not later than this. */
const MAX_DELAY_MS = 60_000;

const lifeLeftMs = ({ expiration }: AwsCredentialIdentity): number =>
  expiration === undefined ? Infinity : expiration.getTime() - Date.now();

/**
 * Keeps credentials until they expire. A request for new ones that hangs is dropped, and the provider asked again; an
 * answer that comes late is taken all the same.
 */
export function createCredentialsCache({ ask, timeoutMs }: CredentialsOptions): CredentialsCache {
  const clock = (): number => performance.now();
  let cached: { readonly identity: AwsCredentialIdentity; readonly askedAt: number } | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;
  /** Requests in a row that no answer has come to. */
  let hanging = 0;
  let askAgainAt = -Infinity;
  let droppedBefore = -Infinity;

  const late = (): never => {
    throw new CredentialsTimeout(`no credentials within ${timeoutMs} ms`);
  };

  async function request(): Promise<AwsCredentialIdentity> {
    const askedAt = clock();
    if (askedAt < askAgainAt) return late();
    const answer = ask();
    answer.then(
      (identity) => {
        hanging = 0;
        const isNewest = cached === undefined || cached.askedAt < askedAt;
        if (isNewest && askedAt >= droppedBefore) cached = { identity, askedAt };
      },
      () => {
        hanging = 0;
      },
    );
    return withinMs(timeoutMs, answer, () => {
      askAgainAt = clock() + Math.min(MAX_DELAY_MS, timeoutMs * (2 ** hanging - 1));
      hanging += 1;
      return late();
    });
  }

  async function provide(): Promise<AwsCredentialIdentity> {
    const identity = cached?.identity;
    const leftMs = identity === undefined ? 0 : lifeLeftMs(identity);
    if (identity !== undefined && leftMs > RENEWAL_MS) return identity;
    pending ??= request().finally(() => {
      pending = undefined;
    });
    if (identity === undefined || leftMs <= 0) return pending;
    // Those that are cached are good until they expire.
    pending.catch(() => undefined);
    return identity;
  }

  return {
    provide: Object.assign(provide, { memoized: true } as const),
    drop(before) {
      droppedBefore = Math.max(droppedBefore, before);
      if (cached !== undefined && cached.askedAt < before) cached = undefined;
    },
  };
}

/** Exceptions by which AWS says that it does not know the credentials of a call, or no longer. */
const outdated = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]);

/** Drops the cached credentials when AWS says of a call that they are outdated. */
export function dropOutdated(client: APIGatewayClient, { drop }: CredentialsCache): void {
  const watch: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => async (args) => {
    const begun = performance.now();
    try {
      return await handle(args);
    } catch (error) {
      if (outdated.has(textOf(error, 'name') ?? '')) drop(begun);
      throw error;
    }
  };
  client.middlewareStack.add(watch, { name: 'dropOutdatedCredentials', step: 'initialize' });
}
