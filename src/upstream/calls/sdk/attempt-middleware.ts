import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware, InitializeMiddleware } from '@smithy/types';
import { isObject, memberOf } from '../../../untrusted/unknown-value.ts';
import { Attempt } from './attempt.ts';

/** By the input of the call that is about to be made. */
const beginning = new WeakMap<object, Attempt>();
/** By the headers of the request: all that the SDK passes on as far as to the connection. */
const sending = new WeakMap<object, Attempt>();

/** The next call with this input is this attempt. */
export function beginAttempt(input: object, attempt: Attempt): void {
  beginning.set(input, attempt);
}

/** The attempt that sends a request with these headers. */
export const attemptOf = (headers: object | undefined): Attempt | undefined =>
  headers === undefined ? undefined : sending.get(headers);

/**
 * Asks an attempt whether it may still be sent when its request is ready: signing it takes time, and a process may be
 * paused. By the input: with any options of a call the SDK puts a command's middleware together anew, and forgets what it
 * has kept.
 */
export function checkPermits(client: APIGatewayClient): void {
  const take: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const attempt = beginning.get(args.input);
    if (attempt === undefined) return handle(args);
    beginning.delete(args.input);
    // Goes with its call: one that was given up must not go out under a later attempt with the same input.
    const withAttempt = { ...args, attempt };
    return handle(withAttempt);
  };
  const check: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const attempt = memberOf(args, 'attempt');
    if (!(attempt instanceof Attempt)) return handle(args);
    attempt.beginSending();
    const headers = memberOf(args.request, 'headers');
    if (isObject(headers)) sending.set(headers, attempt);
    return handle(args);
  };
  client.middlewareStack.add(take, { name: 'takePermit', step: 'initialize', priority: 'high' });
  // Nothing comes after it but the connection and the request.
  client.middlewareStack.add(check, { name: 'checkPermit', step: 'deserialize', priority: 'low' });
}
