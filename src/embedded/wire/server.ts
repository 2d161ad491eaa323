import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AwsException,
  badRequest,
  conflict,
  tooManyRequests,
  unknownRoute,
} from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { type Operation, type World } from '../operations/operation.ts';
import { type Quota } from '../rules/quota.ts';
import { ClientGone, parseBody, readBody } from './body.ts';
import { type Pending } from './call-log.ts';
import { answerControl, controlPrefix, type Controlled } from './control.ts';
import { meetFault, type Silence } from './faults.ts';
import { createHostCheck } from './host-check.ts';
import { type JsonObject, writeJson } from './json.ts';
import { identification, refuseRaw, send, sendException } from './responses.ts';
import { findRoute, type OperationName, type Route } from './routes.ts';
import { checkSigned, isSignatureParameter } from './signature.ts';

interface ServerDependencies extends Controlled {
  /** Further values of `Host` that are answered, also `*.suffix`. */
  readonly allowedHosts: readonly string[];
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly world: World;
  readonly quota: Quota;
  /** Resolves when a write is as durable as it gets. */
  readonly save: () => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Told of faults of the server's own; clients hear only that there was one. */
  readonly onProblem: (problem: unknown) => void;
}

interface Running extends ServerDependencies {
  /** Aborted when the server closes: nobody is left to wait for. */
  readonly closing: AbortSignal;
}

interface Answer {
  readonly status: number;
  /** JSON, undefined for an empty body. */
  readonly text: string | undefined;
}

/** §1: split on `/` first, decode each segment after. */
function decodePath(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw badRequest(unverified.malformedPath);
  }
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
    ...[...query.keys()]
      .filter((name) => !isSignatureParameter(name))
      .map((name) => [name, query.getAll(name).join(',')] as const),
    ...route.labels,
  ]);

/** The log keeps a thousand bodies in memory: none of them much larger than any that makes sense. */
const loggedBytes = 64 * 1024;

async function wait(milliseconds: number, closing: AbortSignal) {
  await delay(milliseconds, undefined, { signal: closing }).catch(() => {
    throw new ClientGone();
  });
}

async function perform(
  { operations, world, modes, quota, random, save, closing }: Running,
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
    if (bytes.length > 0) pending.body(bytes.length > loggedBytes ? `(${bytes.length} bytes)` : body);
  } catch (error) {
    if (!(error instanceof AwsException)) throw error;
    body = error;
  }
  const retryAfter = limited ? quota.take(route.name, body) : undefined;
  if (latencyMs > 0) await wait(latencyMs, closing);
  if (retryAfter !== undefined) throw tooManyRequests(retryAfter);
  const fault = modes.takeFault(route.name);
  const before = meetFault(fault, false);
  if (before) return before;
  if (body instanceof AwsException) throw body;
  if (isWrite && random() < conflictRate) throw conflict(recorded.concurrentModification);
  const answer = operations[route.name](world, {
    label: (name) => route.labels.get(name) ?? '',
    query,
    body,
  });
  const text = answer && writeJson(answer);
  if (isWrite) await save();
  return meetFault(fault, true) ?? { status: route.status, text };
}

/** Answers one request of the API; throws what is to be answered as an error. */
async function answer(
  dependencies: Running,
  request: IncomingMessage,
  target: { path: string; query: string },
): Promise<{ outcome: Answer | Silence | AwsException; pending?: Pending }> {
  let pending: Pending | undefined;
  const withPending = () => (pending ? { pending } : {});
  try {
    const query = new URLSearchParams(target.query);
    checkSigned(request.headers.authorization, query);
    const route = findRoute(request.method ?? '', decodePath(target.path), query);
    if (!route) throw unknownRoute();
    pending = dependencies.log.add(route.name, paramsOf(route, query));
    return { outcome: await perform(dependencies, request, route, query, pending), pending };
  } catch (error) {
    if (error instanceof AwsException) return { outcome: error, ...withPending() };
    if (error instanceof ClientGone) return { outcome: 'hang' };
    dependencies.onProblem(error);
    const { code, message } = unverified.internalFailure;
    return { outcome: new AwsException(500, code, message), ...withPending() };
  }
}

async function serveApi(dependencies: Running, request: IncomingMessage, response: ServerResponse) {
  const { outcome, pending } = await answer(dependencies, request, splitTarget(request));
  const headers = identification();
  if (outcome === 'hang') return;
  if (outcome === 'reset') {
    request.socket.destroy();
    return;
  }
  pending?.answered(outcome.status);
  if (outcome instanceof AwsException) sendException(response, outcome, headers);
  else send(response, outcome.status, headers, outcome.text);
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
  const closing = new AbortController();
  // Every answer that waits listens to it.
  setMaxListeners(0, closing.signal);
  const running: Running = { ...dependencies, closing: closing.signal };
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const control = isControl(splitTarget(request).path);
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      if (control) send(response, refusal.status, {}, JSON.stringify({ error: refusal.message }));
      else sendException(response, refusal, identification());
      return;
    }
    const answered = control
      ? serveControl(running, request, response)
      : serveApi(running, request, response);
    answered.catch((error: unknown) => {
      dependencies.onProblem(error);
      request.socket.destroy();
    });
  };
  const server = createServer({ requireHostHeader: false }, serve);
  const refusalOf = createHostCheck(server, dependencies.allowedHosts);
  // Longer than clients keep idle connections, so that it is they who close them.
  server.keepAliveTimeout = 75_000;
  server.on('close', () => closing.abort());
  server.on('checkExpectation', serve);
  server.on('connect', (_request, socket) => refuseRaw(socket));
  server.on('clientError', (error, socket) => {
    if (socket.writable) refuseRaw(socket);
    else socket.destroy(error);
  });
  return server;
}
