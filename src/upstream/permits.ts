import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware, InitializeMiddleware } from '@smithy/types';
import { memberOf } from '../unknown-value.ts';
import type { Permit } from './fence.ts';

/** Of the call that is about to be made with an input. */
const needed = new WeakMap<object, Permit>();

/** The next call with this input goes out only where the permit still holds then. */
export function needPermit(input: object, permit: Permit): void {
  needed.set(input, permit);
}

/** Goes with its call: one that was given up may still go out, and must not under the permit of a later attempt. */
class PermitOfCall {
  readonly permit: Permit;

  constructor(permit: Permit) {
    this.permit = permit;
  }
}

/**
 * Asks permits in the moment in which a request goes out: signing it takes time, and a process may be paused. By the input:
 * with any options of a call the SDK puts a command's middleware together anew, and forgets what it has kept.
 */
export function checkPermits(client: APIGatewayClient): void {
  const take: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const permit = needed.get(args.input);
    if (permit === undefined) return handle(args);
    needed.delete(args.input);
    const permitted = { ...args, permit: new PermitOfCall(permit) };
    return handle(permitted);
  };
  const check: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (handle) => (args) => {
    const asked = memberOf(args, 'permit');
    if (asked instanceof PermitOfCall) asked.permit.assertTimely();
    return handle(args);
  };
  client.middlewareStack.add(take, { name: 'takePermit', step: 'initialize', priority: 'high' });
  // Nothing comes after it but the request.
  client.middlewareStack.add(check, { name: 'checkPermit', step: 'deserialize', priority: 'low' });
}
