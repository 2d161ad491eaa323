import { createServer } from 'node:http';
import type { Act } from './faults.ts';
import { listenLocally, type LocalServer } from './local-server.ts';

/** A request that waits for the test to answer it. */
export interface HeldRequest {
  /** Method and path. */
  readonly call: string;
  answer(act: Act): void;
}

export interface HeldUpstream extends LocalServer {
  /** The next request in the order of arrival. Waits for it. */
  next(): Promise<HeldRequest>;
  /** Requests so far, as method and path. */
  calls(): readonly string[];
}

/** An upstream that leaves every answer to the test, which so decides what is in flight at the same time. */
export async function startHeldUpstream(): Promise<HeldUpstream> {
  const calls: string[] = [];
  const arrived: HeldRequest[] = [];
  const waiting: ((request: HeldRequest) => void)[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    request.resume();
    const held = { call, answer: (act: Act) => act(response, request) };
    const next = waiting.shift();
    if (next === undefined) arrived.push(held);
    else next(held);
  });
  return {
    ...(await listenLocally(server)),
    calls: () => calls,
    next() {
      const first = arrived.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
  };
}
