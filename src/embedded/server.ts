import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseBody, readBody } from './body.ts';
import { type Pending } from './call-log.ts';
import { answerControl, controlPrefix, type Controlled } from './control.ts';
import {
  AwsException,
  badRequest,
  conflict,
  texts,
  tooManyRequests,
  unknownRoute,
  unsigned,
} from './errors.ts';
import { type JsonObject, writeJson } from './json.ts';
import { type World } from './operation.ts';
import { type Quota } from './quota.ts';
import { findRoute, type Route } from './routes.ts';
import { type Fault } from './teaching-modes.ts';
import { unverified } from './unverified.ts';

export interface ServerDependencies extends Controlled {
  readonly world: World;
  readonly quota: Quota;
  /** Resolves when a write is as durable as it gets. */
  readonly save: () => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Told of faults of the server's own; clients hear only that there was one. */
  readonly onProblem: (problem: unknown) => void;
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject | undefined;
}

/** Instead of an answer. */
type Silence = 'hang' | 'reset';

/** §1: what every answer carries, the good ones too. */
const identification = () => ({
  'x-amzn-RequestId': randomUUID(),
  'x-amz-apigw-id': randomBytes(11).toString('base64'),
});

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  text: string | undefined,
) {
  if (response.destroyed || response.headersSent) return;
  const length = text === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, {
    ...headers,
    ...length,
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text ?? '') }),
  });
  response.end(text);
}

function sendException(response: ServerResponse, error: AwsException, headers: Record<string, string>) {
  const retry: Record<string, string> =
    error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  const all = { ...headers, 'x-amzn-ErrorType': error.code, ...retry };
  send(response, error.status, all, writeJson({ message: error.message }));
}

/** §1: split on `/` first, decode each segment after. */
function decodePath(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw badRequest(unverified.malformedPath);
  }
}

function checkSigned({ headers: { authorization } }: IncomingMessage) {
  if (authorization === undefined || authorization === '') throw unsigned();
  const { code, message } = unverified.incompleteSignature;
  const parts = [/^AWS4-[\w-]+ /, /\bCredential=[^,\s]/, /\bSignedHeaders=[^,\s]/, /\bSignature=[^,\s]/];
  if (!parts.every((part) => part.test(authorization))) throw new AwsException(403, code, message);
}

const faultCodes: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'AccessDeniedException',
  404: 'NotFoundException',
  409: 'ConflictException',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailableException',
};

/** What a scripted fault answers with; ServiceUnavailable when nothing is said. */
function faultException({ status = 503, code, message, retryAfterSeconds }: Fault) {
  const name = code ?? faultCodes[status] ?? 'InternalServerErrorException';
  return new AwsException(status, name, message ?? `Scripted failure (${name})`, retryAfterSeconds);
}

function meet(fault: Fault | undefined, afterwards: boolean): Silence | undefined {
  if (!fault || (fault.afterwards ?? false) !== afterwards) return undefined;
  if (fault.action === 'fail') throw faultException(fault);
  return fault.action;
}

const splitTarget = (request: IncomingMessage) => {
  const target = request.url ?? '/';
  // A client that takes this server for a proxy sends the whole URL.
  const local = /^https?:\/\/[^/?]*(?<rest>.*)$/s.exec(target)?.groups?.rest ?? target;
  const mark = local.indexOf('?');
  return mark === -1
    ? { path: local, query: '' }
    : { path: local.slice(0, mark), query: local.slice(mark + 1) };
};

const paramsOf = (route: Route, query: URLSearchParams) =>
  Object.fromEntries([
    ...[...query.keys()].map((name) => [name, query.getAll(name).join(',')] as const),
    ...route.labels,
  ]);

async function perform(
  { world, modes, quota, random, save }: ServerDependencies,
  request: IncomingMessage,
  route: Route,
  query: URLSearchParams,
  pending: Pending,
): Promise<Answer | Silence> {
  const isWrite = request.method !== 'GET';
  const bytes =
    request.method === 'GET' || request.method === 'DELETE' ? Buffer.alloc(0) : await readBody(request);
  const { quota: limited, latencyMs, conflictRate } = modes.current();
  let body: JsonObject | AwsException;
  try {
    body = parseBody(bytes);
    pending.body(bytes.length === 0 ? undefined : body);
  } catch (error) {
    if (!(error instanceof AwsException)) throw error;
    body = error;
  }
  const retryAfter = limited ? quota.take(route.name, body) : undefined;
  if (latencyMs > 0) await delay(latencyMs);
  if (retryAfter !== undefined) throw tooManyRequests(retryAfter);
  const fault = modes.takeFault(route.name);
  const before = meet(fault, false);
  if (before) return before;
  if (body instanceof AwsException) throw body;
  if (isWrite && random() < conflictRate) throw conflict(texts.concurrentModification);
  const answer = route.operation(world, { label: (name) => route.labels.get(name) ?? '', query, body });
  if (isWrite) await save();
  return meet(fault, true) ?? { status: route.status, body: answer };
}

/** Answers one request of the API; throws what is to be answered as an error. */
async function answer(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  target: { path: string; query: string },
): Promise<{ outcome: Answer | Silence | AwsException; pending?: Pending }> {
  let pending: Pending | undefined;
  const withPending = () => (pending ? { pending } : {});
  try {
    checkSigned(request);
    const route = findRoute(request.method ?? '', decodePath(target.path));
    if (!route) throw unknownRoute();
    const query = new URLSearchParams(target.query);
    pending = dependencies.log.add(route.name, paramsOf(route, query));
    return { outcome: await perform(dependencies, request, route, query, pending), pending };
  } catch (error) {
    if (error instanceof AwsException) return { outcome: error, ...withPending() };
    dependencies.onProblem(error);
    const { code, message } = unverified.internalFailure;
    return { outcome: new AwsException(500, code, message), ...withPending() };
  }
}

async function serveApi(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { outcome, pending } = await answer(dependencies, request, splitTarget(request));
  const headers = identification();
  if (outcome === 'hang') return;
  if (outcome === 'reset') {
    request.socket.destroy();
    return;
  }
  pending?.answered(outcome.status);
  if (outcome instanceof AwsException) sendException(response, outcome, headers);
  else send(response, outcome.status, headers, outcome.body && writeJson(outcome.body));
}

async function serveControl(
  dependencies: ServerDependencies,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { path } = splitTarget(request);
  let bytes: Buffer;
  try {
    bytes = await readBody(request);
  } catch (error) {
    if (!(error instanceof AwsException)) return;
    send(response, error.status, {}, JSON.stringify({ error: error.message }));
    return;
  }
  const { status, body, allow } = answerControl(dependencies, request.method ?? '', path, () =>
    parseBody(bytes),
  );
  send(response, status, allow === undefined ? {} : { allow }, JSON.stringify(body));
}

const isControl = (path: string) => path === controlPrefix || path.startsWith(`${controlPrefix}/`);

/** The wire (§1): routing, signatures, bodies, headers and errors. Holds no state of its own. */
export function createStageApiServer(dependencies: ServerDependencies): Server {
  const server = createServer((request, response) => {
    const serve = isControl(splitTarget(request).path) ? serveControl : serveApi;
    serve(dependencies, request, response).catch((error: unknown) => {
      dependencies.onProblem(error);
      request.socket.destroy();
    });
  });
  // Longer than clients keep idle connections, so that it is they who close them.
  server.keepAliveTimeout = 75_000;
  server.on('clientError', (error, socket) => {
    if (!socket.writable) {
      socket.destroy(error);
      return;
    }
    const text = writeJson({ message: unverified.malformedRequest });
    const headers = {
      ...identification(),
      'x-amzn-ErrorType': 'BadRequestException',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${text}`);
  });
  return server;
}
