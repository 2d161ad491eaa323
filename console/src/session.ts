import { useSyncExternalStore } from 'react';

/** Who asks. It lives in memory only: a reload forgets it. */
interface Session {
  readonly token: string | undefined;
  /** Why the gateway asks for a token, or for another one. Undefined: it does not. */
  readonly refusal: string | undefined;
}

let session: Session = { token: undefined, refusal: undefined };
const listeners = new Set<() => void>();

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export const bearerToken = (): string | undefined => session.token;
export const signIn = (token: string): void => become({ token, refusal: undefined });
export const signOut = (): void => become({ token: undefined, refusal: undefined });
export const refuse = (refusal: string): void => {
  if (session.refusal === undefined) become({ ...session, refusal });
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSession = (): Session => useSyncExternalStore(subscribe, () => session);
