import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const MEGABYTE = 1024 * 1024;

/** Answers everything with JSON that never ends, as fast as it is read. Keeps how much was sent for each request. */
export async function startEndless(status: number) {
  const sent: number[] = [];
  const chunk = Buffer.alloc(MEGABYTE, ' ');
  const server = createServer((request, response) => {
    request.resume();
    const index = sent.push(0) - 1;
    response.writeHead(status, { 'content-type': 'application/json' });
    const write = (): void => {
      let isRead = true;
      while (isRead && !response.destroyed) {
        isRead = response.write(chunk);
        sent[index] = (sent[index] ?? 0) + chunk.length;
      }
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sent,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
