import type { RedisCache } from './iam-token.ts';
import type { Credentials, SignIn } from './servers.ts';

/** A password that may be replaced while the process runs. */
export interface PasswordSignIn extends SignIn {
  replace(next: Credentials): void;
}

/** Signs in with a password that may be replaced while the process runs. */
export function createPasswordSignIn(initial: Credentials): PasswordSignIn {
  let current = initial;
  const listeners: (() => void)[] = [];
  return {
    current: () => Promise.resolve(current),
    onChange: (listener) => void listeners.push(listener),
    replace(next): void {
      current = next;
      for (const listener of listeners) listener();
    },
  };
}

/** By IAM, or with a password. */
export async function createSignIn(
  iam: RedisCache | undefined,
  credentials: Credentials,
): Promise<SignIn & Partial<PasswordSignIn>> {
  if (iam === undefined) return createPasswordSignIn(credentials);
  // Loaded only where it is needed.
  const { createIamSignIn } = await import('./iam-sign-in.ts');
  return createIamSignIn(iam, credentials.username ?? '');
}
