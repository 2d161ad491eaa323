import { createServer } from 'node:http';
import { listenLocally } from './local-server.ts';

/** A span as OTLP/JSON has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events?: readonly { name: string }[];
  readonly status: { code?: number };
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: Pick<ReceivedSpan, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

/** The attributes of a span or a resource, as names and values. */
export const attributesOf = ({ attributes }: Pick<ReceivedSpan, 'attributes'>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** The OTLP/HTTP port of an OpenTelemetry collector. */
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
  });
  const exported = () => requests.map(({ body }) => JSON.parse(body.toString()) as Export);
  return {
    ...(await listenLocally(server)),
    requests,
    spans: (): readonly ReceivedSpan[] =>
      exported().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    resources: () => exported().flatMap(({ resourceSpans }) => resourceSpans.map(({ resource }) => resource)),
  };
}
