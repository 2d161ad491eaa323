import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Act } from './faults.ts';

/** A request that has arrived, and is answered when the test says so. */
export interface HeldRequest {
  /** Method and path. */
  readonly call: string;
  answer(act: Act): void;
}

export interface HeldUpstream {
  readonly url: string;
  /** The next request in the order of arrival, as soon as it is there. */
  next(): Promise<HeldRequest>;
  /** Requests so far, as method and path. */
  calls(): readonly string[];
  close(): Promise<void>;
}

/** An upstream that answers nothing by itself: the test decides what is under way at the same time. */
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    next() {
      const first = arrived.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
