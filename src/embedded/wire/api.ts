import { type IncomingMessage, type ServerResponse } from 'node:http';
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
import { type CallLog, type Pending } from './call-log.ts';
import { meetFault, type Silence } from './faults.ts';
import { type JsonObject, writeJson } from './json.ts';
import { type Modes } from './modes.ts';
import { identification, send, sendException } from './responses.ts';
import { findRoute, type OperationName, type Route, splitTarget } from './routes.ts';
import { checkSigned, isSignatureParameter } from './signature.ts';

export interface ApiDependencies {
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly world: World;
  readonly modes: Modes;
  readonly log: CallLog;
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
  /** JSON, undefined for an empty body. */
  readonly text: string | undefined;
}

/** The log keeps a thousand bodies in memory: none of them much larger than any that makes sense. */
const loggedBytes = 64 * 1024;

/** §1: split on `/` first, decode each segment after. */
function decodePath(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw badRequest(unverified.malformedPath);
  }
}

const paramsOf = (route: Route, query: URLSearchParams) =>
  Object.fromEntries([
    ...[...query.keys()]
      .filter((name) => !isSignatureParameter(name))
      .map((name) => [name, query.getAll(name).join(',')] as const),
    ...route.labels,
  ]);

async function wait(milliseconds: number, closing: AbortSignal) {
  await delay(milliseconds, undefined, { signal: closing }).catch(() => {
    throw new ClientGone();
  });
}

/** The body, or the error that it deserves; faults and throttling come before that error. */
async function receiveBody(request: IncomingMessage, pending: Pending): Promise<JsonObject | AwsException> {
  const hasBody = request.method !== 'GET' && request.method !== 'DELETE';
  const bytes = hasBody ? await readBody(request) : Buffer.alloc(0);
  try {
    const body = parseBody(bytes);
    if (bytes.length > 0) pending.body(bytes.length > loggedBytes ? `(${bytes.length} bytes)` : body);
    return body;
  } catch (error) {
    if (error instanceof AwsException) return error;
    throw error;
  }
}

/** Answers requests of the API; `closing` is aborted when the server closes. */
export function createApiHandler(dependencies: ApiDependencies, closing: AbortSignal) {
  const { operations, world, modes, log, quota, save, random, onProblem } = dependencies;

  async function perform(
    request: IncomingMessage,
    route: Route,
    query: URLSearchParams,
    pending: Pending,
  ): Promise<Answer | Silence> {
    const isWrite = request.method !== 'GET';
    const body = await receiveBody(request, pending);
    const { quota: limited, latencyMs, conflictRate } = modes.current();
    const retryAfter = limited ? quota.take(route.name, body) : undefined;
    if (latencyMs > 0) await wait(latencyMs, closing);
    if (retryAfter !== undefined) throw tooManyRequests(retryAfter);
    const fault = modes.takeFault(route.name);
    const before = meetFault(fault, false);
    if (before) return before;
    if (body instanceof AwsException) throw body;
    if (isWrite && random() < conflictRate) throw conflict(recorded.concurrentModification);
    const operation = operations[route.name];
    const answer = operation(world, { label: (name) => route.labels.get(name) ?? '', query, body });
    const text = answer && writeJson(answer);
    if (isWrite) await save();
    return meetFault(fault, true) ?? { status: route.status, text };
  }

  function toOutcome(error: unknown): AwsException | Silence {
    if (error instanceof AwsException) return error;
    if (error instanceof ClientGone) return 'hang';
    onProblem(error);
    return new AwsException(500, unverified.internalFailure.code, unverified.internalFailure.message);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let pending: Pending | undefined;
    let outcome: Answer | Silence | AwsException;
    try {
      const target = splitTarget(request);
      const query = new URLSearchParams(target.query);
      checkSigned(request.headers.authorization, query);
      const route = findRoute(request.method ?? '', decodePath(target.path), query);
      if (!route) throw unknownRoute();
      pending = log.add(route.name, paramsOf(route, query));
      outcome = await perform(request, route, query, pending);
    } catch (error) {
      outcome = toOutcome(error);
    }
    if (outcome === 'hang') return;
    if (outcome === 'reset') {
      request.socket.destroy();
      return;
    }
    pending?.answered(outcome.status);
    const headers = identification();
    if (outcome instanceof AwsException) sendException(response, outcome, headers);
    else send(response, outcome.status, headers, outcome.text);
  };
}
