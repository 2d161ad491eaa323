import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { originOf } from '../http/origin.ts';
import { pathOf } from '../http/path-of.ts';
import type { Logger } from '../logger.ts';
import { createMetrics, type Metrics, type MetricsOptions } from './metrics.ts';

export interface MetricsServer {
  readonly metrics: Metrics;
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface MetricsServerOptions extends MetricsOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
}

const answer = (response: ServerResponse, status: number, type: string, text: string): void =>
  void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the metrics listen on no port');
  return address.port;
}

/** Prometheus on a port of its own: who may ask GraphQL may not therefore see who else asks what. */
export async function startMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, logger } = options;
  const metrics = createMetrics(options);
  const server = createServer((request, response) => {
    if (pathOf(request.url ?? '') !== '/metrics' || request.method !== 'GET') {
      answer(response, 404, 'text/plain', 'There is nothing here: metrics are at /metrics.\n');
      return;
    }
    metrics.print().then(
      (text) => answer(response, 200, metrics.contentType, text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics cannot be printed');
        answer(response, 500, 'text/plain', 'Internal server error\n');
      },
    );
  });
  server.listen({ host, port });
  await once(server, 'listening');
  return {
    metrics,
    url: `${originOf(host, portOf(server))}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
