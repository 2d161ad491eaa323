import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware, InitializeMiddleware } from '@smithy/types';
import { isObject, memberOf, textOf } from '../../../untrusted/unknown-value.ts';
import { Attempt, type ServerAddress } from './attempt.ts';

/** By the input of the next call. */
const beginning = new WeakMap<object, Attempt>();
/** By the headers of the request: the SDK passes on nothing else as far as the connection. */
const sending = new WeakMap<object, Attempt>();

/** The next call with this input belongs to this attempt. */
export function beginAttempt(input: object, attempt: Attempt): void {
  beginning.set(input, attempt);
}

/** The attempt that sends a request with these headers. */
export const attemptOf = (headers: object | undefined): Attempt | undefined =>
  headers === undefined ? undefined : sending.get(headers);

function serverOf(request: unknown): ServerAddress | undefined {
  const host = textOf(request, 'hostname');
  const port = memberOf(request, 'port');
  return host === undefined ? undefined : { host, port: typeof port === 'number' ? port : undefined };
}

/**
 * Checks whether an attempt may still be sent when its request is ready: signing takes time, and a process may be paused.
 * Attempts are found by the input: with options of a call the SDK would build its middleware again.
 */
export function guardAttempts(client: APIGatewayClient): void {
  const take: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const attempt = beginning.get(args.input);
    if (attempt === undefined) return handle(args);
    beginning.delete(args.input);
    // In the arguments: a call that was given up must not be sent under a later attempt with the same input.
    const withAttempt = { ...args, attempt };
    return handle(withAttempt);
  };
  const guard: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const attempt = memberOf(args, 'attempt');
    if (!(attempt instanceof Attempt)) return handle(args);
    attempt.beginSending(serverOf(args.request));
    const headers = memberOf(args.request, 'headers');
    if (isObject(headers)) sending.set(headers, attempt);
    return handle(args);
  };
  client.middlewareStack.add(take, { name: 'takeAttempt', step: 'initialize', priority: 'high' });
  // Only the connection and the request come later.
  client.middlewareStack.add(guard, { name: 'guardAttempt', step: 'deserialize', priority: 'low' });
}
