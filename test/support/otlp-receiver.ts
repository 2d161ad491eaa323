import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from './closing.ts';

/** A span as OTLP/JSON has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { key: string; value: { stringValue?: string; intValue?: number } }[];
  readonly events?: readonly { name: string }[];
  readonly status: { code?: number };
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: Pick<ReceivedSpan, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

/** What an OpenTelemetry collector is on its OTLP/HTTP port. */
export async function startOtlpReceiver() {
  const requests: { readonly path: string; readonly type: string; readonly body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const type = request.headers['content-type'] ?? '';
      requests.push({ path: request.url ?? '', type, body: Buffer.concat(chunks) });
      response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const exported = () => requests.map(({ body }) => JSON.parse(body.toString()) as Export);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: (): readonly ReceivedSpan[] =>
      exported().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    resources: () => exported().flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => resource)),
    close: closeAfterwards(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }),
  };
}
