import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { assumed } from '../errors/assumed.ts';
import { AwsException, badRequest, conflict, tooManyRequests, toException } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import type { Call, Context, Operation } from '../operations/operation.ts';
import type { Quota } from '../rules/quota.ts';
import { ClientDisconnected, parseBody, readBody } from './body.ts';
import type { CallLog, CallLogEntry } from './call-log.ts';
import { applyFault, type NoResponse } from './faults.ts';
import { writeJson } from './json.ts';
import type { Modes } from './modes.ts';
import { send, sendException } from './responses.ts';
import { findRoute, type OperationName, type Route, splitTarget } from './routes.ts';
import { checkSigned, isSignatureParameter } from './signature.ts';

export interface ApiDependencies {
  readonly operations: Readonly<Record<OperationName, Operation>>;
  readonly context: Context;
  readonly modes: Modes;
  readonly log: CallLog;
  readonly quota: Quota;
  /** Resolves when the state is on disk, or at once without a data file. */
  readonly save: () => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly commonHeaders: () => Record<string, string>;
  /** Called with the server's own errors; the client gets a generic 500. */
  readonly onProblem: (problem: unknown) => void;
}

interface Success {
  readonly status: number;
  /** JSON, undefined for an empty body. */
  readonly text: string | undefined;
}

/** The call log keeps a thousand bodies in memory, so it leaves out larger ones. */
const MAX_LOGGED_BODY_BYTES = 64 * 1024;

/** docs/stage-api.md §1: split on `/` first, then decode each segment. */
function decodePath(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw badRequest(assumed.malformedPath);
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
    throw new ClientDisconnected();
  });
}

type Received = Pick<Call, 'body' | 'parseDocument'>;

/** The body, or the error for an invalid one: the caller throws it after throttling and faults. */
async function receiveBody(
  request: IncomingMessage,
  { takesDocument }: Route,
  entry: CallLogEntry,
): Promise<Received | AwsException> {
  const hasBody = request.method !== 'GET' && request.method !== 'DELETE';
  const maxBytes = takesDocument ? assumed.maxDocumentBytes : assumed.maxBodyBytes;
  const bytes = hasBody ? await readBody(request, maxBytes) : Buffer.alloc(0);
  const log = (body: unknown) => {
    if (bytes.length > 0)
      entry.body = bytes.length > MAX_LOGGED_BODY_BYTES ? `(${bytes.length} bytes)` : body;
  };
  if (takesDocument) {
    const text = bytes.toString();
    log(text);
    // The YAML parser would be a tenth of the program's start: the first document loads it.
    const { parseDocument } = await import('./document.ts');
    return { body: {}, parseDocument: (error) => parseDocument(text, error) };
  }
  try {
    const body = parseBody(bytes);
    log(body);
    return { body, parseDocument: () => body };
  } catch (error) {
    if (error instanceof AwsException) return error;
    throw error;
  }
}

function sendOutcome(
  response: ServerResponse,
  outcome: Success | AwsException,
  headers: Record<string, string>,
) {
  if (outcome instanceof AwsException) sendException(response, outcome, headers);
  else send(response, outcome.status, headers, outcome.text);
}

/** Handles requests to the API; `closing` is aborted when the server closes. */
export function createApiHandler(dependencies: ApiDependencies, closing: AbortSignal) {
  const { operations, context, modes, log, quota, save, random, onProblem } = dependencies;

  async function execute(
    request: IncomingMessage,
    route: Route,
    query: URLSearchParams,
    entry: CallLogEntry,
  ): Promise<Success | NoResponse> {
    const isWrite = request.method !== 'GET';
    const received = await receiveBody(request, route, entry);
    const { quota: isThrottled, latencyMs, conflictRate } = modes.current();
    const retryAfter = isThrottled
      ? quota.take(route.name, received instanceof AwsException ? undefined : received.body, query)
      : undefined;
    if (latencyMs > 0) await wait(latencyMs, closing);
    if (retryAfter !== undefined) throw tooManyRequests(retryAfter);
    const fault = modes.takeFault(route.name);
    const early = applyFault(fault, false);
    if (early) return early;
    if (received instanceof AwsException) throw received;
    if (isWrite && random() < conflictRate) throw conflict(recorded.concurrentModification);
    const operation = operations[route.name];
    const result = operation(context, { label: (name) => route.labels.get(name) ?? '', query, ...received });
    const text = result && writeJson(result);
    if (isWrite) await save();
    return applyFault(fault, true) ?? { status: route.status, text };
  }

  function toOutcome(error: unknown): AwsException | NoResponse {
    if (error instanceof AwsException) return error;
    if (error instanceof ClientDisconnected) return 'hang';
    onProblem(error);
    return toException(assumed.internalFailure);
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let entry: CallLogEntry | undefined;
    let outcome: Success | NoResponse | AwsException;
    try {
      const target = splitTarget(request);
      const query = new URLSearchParams(target.query);
      checkSigned(request.headers.authorization, query);
      const route = findRoute(request.method ?? '', decodePath(target.path), query);
      if (!route) {
        entry = log.add('UnknownOperation', { method: request.method ?? '', path: target.path });
        throw toException(assumed.unknownRoute);
      }
      entry = log.add(route.name, paramsOf(route, query));
      outcome = await execute(request, route, query, entry);
    } catch (error) {
      outcome = toOutcome(error);
    }
    if (outcome === 'hang') return;
    if (outcome === 'reset') {
      request.socket.destroy();
      return;
    }
    if (entry) entry.status = outcome.status;
    sendOutcome(response, outcome, dependencies.commonHeaders());
  };
}
