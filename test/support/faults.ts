import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from './closing.ts';
import { listenLocally } from './local-server.ts';

/** How a scripted upstream answers one call. */
export type Act = (response: ServerResponse, request: IncomingMessage) => void;

/** One expected call, and how it is answered. */
export interface Step {
  /** Method and path, e.g. `PATCH /restapis/petstore01/stages/dev`. */
  readonly call: string;
  readonly act: Act;
}

export interface ScriptedUpstream {
  readonly url: string;
  /** Calls so far, as method and path. */
  calls(): readonly string[];
  /** Stops listening. Throws when the calls were not those of the script. */
  close(): Promise<void>;
}

const REQUEST_ID = 'scripted-request';

const respond =
  (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Act =>
  (response) => {
    response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': REQUEST_ID, ...headers });
    response.end(body);
  };

/** A response in AWS's format. */
export const answer = (status: number, body: unknown): Act =>
  respond(status, 'application/json', JSON.stringify(body));

/** An error in AWS's format (stage-api.md, section 1). */
export const exception = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Act =>
  respond(status, 'application/json', JSON.stringify({ message }), { 'x-amzn-errortype': code, ...headers });

/** An error page of a proxy or load balancer. */
export const html = (status: number): Act =>
  respond(status, 'text/html', `<html><body><h1>${status}</h1></body></html>`);

/** A status without a body. */
export const empty = (status: number): Act => respond(status, 'application/json', '');

/** Success with an incomplete body. */
export const cutOff: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"stageName":"de');
  setImmediate(() => response.destroy());
};

/** Success with a body that is not JSON. */
export const garbled: Act = respond(200, 'application/json', '{"stageName":');

export const hang: Act = () => undefined;

export const reset: Act = (response) => {
  response.destroy();
};

/** A stage without settings, as AWS returns it. */
export const plainStage = {
  stageName: 'dev',
  deploymentId: 'dep001',
  cacheClusterEnabled: false,
  cacheClusterStatus: 'NOT_AVAILABLE',
  methodSettings: {},
  tracingEnabled: false,
  createdDate: 1767693600,
  lastUpdatedDate: 1767693600,
};

/** An upstream for faults that the embedded Stage API cannot produce. It answers only the calls of its script. */
export async function startScriptedUpstream(script: readonly Step[]): Promise<ScriptedUpstream> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    const step = script[calls.length];
    calls.push(call);
    request.resume();
    if (step?.call === call) step.act(response, request);
    else exception(400, 'BadRequestException', `unscripted: ${call}`)(response, request);
  });
  const { url, close } = await listenLocally(server);
  return {
    url,
    calls: () => calls,
    async close() {
      await close();
      const planned = script.map(({ call }) => call);
      if (JSON.stringify(planned) !== JSON.stringify(calls)) {
        throw new Error(`scripted: ${planned.join(', ')}\ncalled: ${calls.join(', ')}`);
      }
    },
  };
}

/** The same step several times. */
export const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

/** Success with an endless body of single bytes. */
export const trickle: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};

/** An upstream with one fault until it is healed, which then answers every call with the same stage. */
export interface FailingUpstream {
  readonly url: string;
  heal(): Promise<void>;
  close(): Promise<void>;
}

export async function startFailingUpstream(fault: Act | 'refuse'): Promise<FailingUpstream> {
  let act: Act = fault === 'refuse' ? reset : fault;
  const server = createServer((request, response) => {
    request.resume();
    act(response, request);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const close = closeAfterwards(stop);
  const { port } = server.address() as AddressInfo;
  if (fault === 'refuse') await stop();
  return {
    url: `http://127.0.0.1:${port}`,
    async heal() {
      act = (response, request) => {
        const isList = request.url?.endsWith('/stages') === true;
        answer(200, isList ? { item: [plainStage] } : plainStage)(response, request);
      };
      if (fault === 'refuse') await listen(port);
    },
    close,
  };
}
