import { createServer } from 'node:http';
import { listenLocally } from './local-server.ts';

export const MEGABYTE = 1024 * 1024;

/** Answers every request with endless JSON, as fast as it is read. `sent` has the bytes of each response. */
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
  return { ...(await listenLocally(server)), sent };
}
