import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from './closing.ts';

/** Between a gateway and a Stage API. */
export interface CutOff {
  readonly url: string;
  /**
   * Lets so many writes through. Further ones are denied; with `executes`, the first of them is executed, and its answer is
   * lost.
   */
  allow(writes: number, executes?: boolean): void;
  /** Called after each write that was let through. */
  onWrite(listener: () => Promise<void>): void;
  /** How many writes were let through since `allow`. */
  writes(): number;
  close(): Promise<void>;
}

const denied = JSON.stringify({ message: 'User is not authorized' });

export async function startCutOff(upstream: string): Promise<CutOff> {
  let left = Infinity;
  let losesNext = false;
  let count = 0;
  let listener: () => Promise<void> = () => Promise.resolve();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer());
    async function answer(): Promise<void> {
      const isWrite = request.method !== 'GET';
      const isLost = isWrite && left === 0 && losesNext;
      if (isWrite && left === 0 && !isLost) {
        response.writeHead(403, {
          'content-type': 'application/json',
          'x-amzn-errortype': 'AccessDeniedException',
        });
        response.end(denied);
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const forwarded = await fetch(upstream + (request.url ?? ''), {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const body = Buffer.from(await forwarded.arrayBuffer());
      if (isWrite) {
        count += 1;
        await listener();
      }
      if (isLost) {
        losesNext = false;
        response.destroy();
        return;
      }
      if (isWrite) left -= 1;
      const type = forwarded.headers.get('x-amzn-errortype');
      response.writeHead(forwarded.status, {
        'content-type': 'application/json',
        'x-amzn-requestid': forwarded.headers.get('x-amzn-requestid') ?? '',
        ...(type === null ? {} : { 'x-amzn-errortype': type }),
      });
      response.end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    allow(writes, executes = false) {
      left = writes;
      losesNext = executes;
      count = 0;
    },
    onWrite(next) {
      listener = next;
    },
    writes: () => count,
    close: closeAfterwards(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  };
}
