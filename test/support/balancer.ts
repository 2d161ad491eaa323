import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from './closing.ts';

/** A load balancer as platforms have them: asks for health, takes turns, keeps connections, and tries nothing twice. */
export interface Balancer {
  readonly url: string;
  /** Adds a backend; resolves when the first probe finds it ready. */
  readonly add: (origin: string) => Promise<void>;
  readonly remove: (origin: string) => void;
  readonly close: () => Promise<void>;
}

const PROBE_EVERY_MS = 100;

export async function startBalancer(): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Map<string, boolean>();
  let turn = 0;

  async function probe(origin: string): Promise<void> {
    const healthy = await fetch(new URL('/readyz', origin)).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready.has(origin)) ready.set(origin, healthy);
  }
  const probes = setInterval(() => void Promise.all([...ready.keys()].map(probe)), PROBE_EVERY_MS);

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const origins = [...ready].filter(([, healthy]) => healthy).map(([origin]) => origin);
    const origin = origins[turn++ % origins.length];
    if (origin === undefined) return void outgoing.writeHead(502).end('no backend');
    const { method, headers, url } = incoming;
    const onward = request(new URL(url ?? '/', origin), { method, headers, agent }, (answer) => {
      const { connection, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, rest);
      answer.pipe(outgoing);
    });
    onward.on('error', (error) => outgoing.writeHead(502).end(`${origin}: ${error.message}`));
    incoming.pipe(onward);
  }

  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async add(origin) {
      ready.set(origin, false);
      while (ready.get(origin) !== true) await probe(origin);
    },
    remove: (origin) => void ready.delete(origin),
    close: closeAfterwards(async () => {
      clearInterval(probes);
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    }),
  };
}
