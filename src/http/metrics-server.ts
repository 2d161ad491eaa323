import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Logger } from '../app/logger.ts';
import { createMetrics, type MetricsOptions } from '../observability/metrics/metrics.ts';
import { pathOf } from '../untrusted/request-path.ts';
import { createHostCheck, isLoopback } from './access/hosts.ts';
import { originOf } from './connections/listen.ts';

export interface MetricsServerOptions extends MetricsOptions {
  readonly host: string;
  readonly port: number;
  /** Accepted values of `Host` besides loopback names and IP addresses; checked while it listens on loopback. */
  readonly allowedHosts?: readonly string[];
  readonly logger: Logger;
}

const answer = (response: ServerResponse, status: number, type: string, text: string): void =>
  void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);

/** Serves metrics to Prometheus on a separate port: clients of GraphQL must not see the operations of others. */
export async function startMetrics(options: MetricsServerOptions) {
  const { host, port, allowedHosts = [], logger } = options;
  const metrics = createMetrics(options);
  let refusalOf = createHostCheck(undefined);
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      answer(response, refusal.status, 'text/plain', `${refusal.message}\n`);
      return;
    }
    if (pathOf(request.url ?? '') !== '/metrics' || request.method !== 'GET') {
      answer(response, 404, 'text/plain', 'Not found. Metrics are at /metrics.\n');
      return;
    }
    metrics.print().then(
      (text) => answer(response, 200, metrics.contentType, text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics cannot be collected');
        answer(response, 500, 'text/plain', 'Internal server error\n');
      },
    );
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the metrics server has no TCP address');
  if (isLoopback(bound.address)) {
    refusalOf = createHostCheck({ allowedHosts: [host.toLowerCase(), ...allowedHosts], allowedOrigins: [] });
  }
  return {
    metrics,
    url: `${originOf(host, bound.port)}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export type MetricsServer = Awaited<ReturnType<typeof startMetrics>>;
