import type { Permit } from '../../locks/fence.ts';

/** Where a request goes. */
export interface ServerAddress {
  readonly host: string;
  /** Undefined: the default of the protocol. */
  readonly port: number | undefined;
}

/**
 * One attempt at a call while the SDK works on it. Credentials, the signature and the connection take time: an attempt
 * that was given up meanwhile must not be sent.
 */
export class Attempt {
  readonly #permit: Permit | undefined;
  readonly #controller = new AbortController();
  /** Aborted when the attempt is given up. */
  readonly signal: AbortSignal = this.#controller.signal;
  #mayHaveBeenSent = false;
  #server: ServerAddress | undefined;

  /** Without a permit it may be sent until it is given up. */
  constructor(permit?: Permit) {
    this.#permit = permit;
  }

  /** Whether AWS may have received any of it. */
  get mayHaveBeenSent(): boolean {
    return this.#mayHaveBeenSent;
  }

  /** Known when the request is ready. */
  get server(): ServerAddress | undefined {
    return this.#server;
  }

  giveUp(): void {
    this.#controller.abort();
  }

  /** Called immediately before the request is sent. Throws where it must not be sent. */
  beginSending(server?: ServerAddress): void {
    this.#server ??= server;
    this.signal.throwIfAborted();
    this.#permit?.assertLeaseValid();
    this.#mayHaveBeenSent = true;
  }

  /** There is no connection yet: `beginSending` is called again when there is one. */
  awaitConnection(): void {
    this.#mayHaveBeenSent = false;
  }
}
