import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterwards } from './closing.ts';

/** How a scripted upstream answers one call. */
export type Act = (response: ServerResponse, request: IncomingMessage) => void;

/** One call that is to come, and what becomes of it. */
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

/** An answer as AWS gives it. */
export const answer = (status: number, body: unknown): Act =>
  respond(status, 'application/json', JSON.stringify(body));

/** An error as AWS words it (stage-api.md, section 1). */
export const exception = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Act =>
  respond(status, 'application/json', JSON.stringify({ message }), { 'x-amzn-errortype': code, ...headers });

/** What proxies and load balancers say in AWS's stead. */
export const html = (status: number): Act =>
  respond(status, 'text/html', `<html><body><h1>${status}</h1></body></html>`);

/** A status, and nothing else. */
export const empty = (status: number): Act => respond(status, 'application/json', '');

/** Success, and a body that ends in the middle. */
export const cutOff: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"stageName":"de');
  setImmediate(() => response.destroy());
};

/** Success, and a body that is no JSON. */
export const garbled: Act = respond(200, 'application/json', '{"stageName":');

export const hang: Act = () => undefined;

export const reset: Act = (response) => {
  response.destroy();
};

/** A stage as AWS answers with it when nothing was set. */
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

/** An upstream for faults that the embedded Stage API cannot make. It knows nothing but its script. */
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = closeAfterwards(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    async close() {
      await stop();
      const planned = script.map(({ call }) => call);
      if (JSON.stringify(planned) !== JSON.stringify(calls)) {
        throw new Error(`scripted: ${planned.join(', ')}\ncalled: ${calls.join(', ')}`);
      }
    },
  };
}

/** The same call answered in the same way several times. */
export const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

/** Success, and a body of which a byte comes now and then, without end. */
export const trickle: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
};

/** An upstream that fails in one way until it is healed, and then answers everything with the same stage. */
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
