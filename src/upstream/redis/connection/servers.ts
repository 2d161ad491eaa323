/** A server, or a Sentinel. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a process signs in with. */
export interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** `auto`: the first server that answers is asked. */
export type RedisMode = 'auto' | 'single' | 'cluster' | 'sentinel';

/** Where Redis is. */
export interface RedisServers {
  readonly mode: RedisMode;
  /** Of the server, of some servers of the cluster, or of some Sentinels. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly tls: boolean;
  /** A cluster has only 0. */
  readonly database: number;
  /** The name of the primary at the Sentinels, and how the process signs in to these. */
  readonly sentinel: (Credentials & { readonly primary: string }) | undefined;
  /** Other addresses than those that a cluster gives, e.g. behind proxies. */
  readonly natMap?: Readonly<Record<string, Address>> | undefined;
}

/** How the process signs in to the servers. */
export interface SignIn {
  /** What a new connection uses from now on. */
  readonly current: () => Promise<Credentials>;
  /** So often connections sign in again, because what they have signed in with ends. */
  readonly renewMs?: number;
  /** Calls the listener when there is something new to sign in with. */
  readonly onChange: (listener: () => void) => void;
}
