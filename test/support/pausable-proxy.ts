import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can stand still, or break. */
export interface PausableProxy {
  readonly port: number;
  /** Nothing passes, in either direction, as for a process that is stopped. */
  pause(): void;
  resume(): void;
  /** From now on a connection stands still for ever when its client sends this text; undefined: none does. */
  swallowFrom(text: string | undefined): void;
  /** Breaks all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<PausableProxy> {
  const sockets = new Set<Socket>();
  let isPaused = false;
  let swallowed: string | undefined;
  const server = createServer((inner) => {
    const outer = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (from === inner && swallowed !== undefined && bytes.includes(swallowed))
          from.removeAllListeners('data');
        else to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isPaused) from.pause();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    pause() {
      isPaused = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      isPaused = false;
      for (const socket of sockets) socket.resume();
    },
    swallowFrom(text) {
      swallowed = text;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
