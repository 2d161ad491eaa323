import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { AwsCredentialIdentity, InitializeMiddleware } from '@smithy/types';
import { textOf } from '../../../untrusted/unknown-value.ts';
import { withinMs } from '../../time/time-limit.ts';

/** The credential provider has not answered in time. */
export class CredentialsTimeout extends Error {
  override readonly name = 'CredentialsTimeout';
}

/** Where the credentials of a client come from. */
export interface CredentialsSource {
  /** The cached credentials, or new ones. `memoized` tells the SDK not to cache them as well. */
  readonly provide: (() => Promise<AwsCredentialIdentity>) & { readonly memoized: true };
  /** Credentials that were requested before this moment, by `performance.now()`, are not used again. */
  readonly invalidate: (before: number) => void;
}

/** Names a function of credentials as one that needs no cache. */
export const memoized = (provide: () => Promise<AwsCredentialIdentity>): CredentialsSource['provide'] =>
  Object.assign(provide, { memoized: true } as const);

/** As in the SDK: credentials are renewed so long before they expire, and used meanwhile. */
const RENEWAL_MS = 5 * 60_000;
/** Each request without an answer holds a connection: the delay before the next one doubles up to this. */
const MAX_DELAY_MS = 60_000;

const lifeLeftMs = ({ expiration }: AwsCredentialIdentity): number =>
  expiration === undefined ? Infinity : expiration.getTime() - Date.now();

/**
 * Caches credentials until they expire. When the provider does not answer it is asked again; a late answer is still
 * used. One request must not wait for another.
 */
export function createCredentialsCache(
  request: () => Promise<AwsCredentialIdentity>,
  timeoutMs: number,
): CredentialsSource {
  const clock = (): number => performance.now();
  let cached: { readonly identity: AwsCredentialIdentity; readonly requestedAt: number } | undefined;
  let pending: Promise<AwsCredentialIdentity> | undefined;
  /** Consecutive requests without an answer. */
  let unanswered = 0;
  let nextRequestAt = -Infinity;
  let invalidBefore = -Infinity;

  const throwTimeout = (): never => {
    throw new CredentialsTimeout(`no credentials within ${timeoutMs} ms`);
  };

  async function renew(): Promise<AwsCredentialIdentity> {
    const requestedAt = clock();
    if (requestedAt < nextRequestAt) return throwTimeout();
    const answer = request();
    answer.then(
      (identity) => {
        unanswered = 0;
        const isNewest = cached === undefined || cached.requestedAt < requestedAt;
        if (isNewest && requestedAt >= invalidBefore) cached = { identity, requestedAt };
      },
      () => {
        unanswered = 0;
      },
    );
    return withinMs(timeoutMs, answer, () => {
      nextRequestAt = clock() + Math.min(MAX_DELAY_MS, timeoutMs * (2 ** unanswered - 1));
      unanswered += 1;
      return throwTimeout();
    });
  }

  async function provide(): Promise<AwsCredentialIdentity> {
    const identity = cached?.identity;
    const leftMs = identity === undefined ? 0 : lifeLeftMs(identity);
    if (identity !== undefined && leftMs > RENEWAL_MS) return identity;
    pending ??= renew().finally(() => {
      pending = undefined;
    });
    if (identity === undefined || leftMs <= 0) return pending;
    // The cached ones are valid until they expire.
    pending.catch(() => undefined);
    return identity;
  }

  return {
    provide: memoized(provide),
    invalidate: (before: number): void => {
      invalidBefore = Math.max(invalidBefore, before);
      if (cached !== undefined && cached.requestedAt < before) cached = undefined;
    },
  };
}

/** Exceptions for credentials that AWS does not accept, or no longer. */
const outdated = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]);

/** Whether AWS has rejected the credentials of a call. */
export const isOutdated = (error: unknown): boolean => outdated.has(textOf(error, 'name') ?? '');

/** Invalidates the cached credentials when AWS rejects them. */
export function invalidateOutdated(client: APIGatewayClient, { invalidate }: CredentialsSource): void {
  const watch: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => async (args) => {
    const begin = performance.now();
    try {
      return await handle(args);
    } catch (error) {
      if (isOutdated(error)) invalidate(begin);
      throw error;
    }
  };
  client.middlewareStack.add(watch, { name: 'invalidateOutdatedCredentials', step: 'initialize' });
}
