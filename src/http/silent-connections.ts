import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const SWEEP_EVERY_MS = 100;

/**
 * Closes, while the server stops, connections on which nothing was ever said: browsers and balancers open them in
 * advance, node does not count them as idle, and the stop would wait for them until its time is over.
 */
export function closeSilentConnections(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', (done) => {
    const sweep = setInterval(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
      app.server.closeIdleConnections();
    }, SWEEP_EVERY_MS);
    app.server.once('close', () => clearInterval(sweep));
    done();
  });
}
