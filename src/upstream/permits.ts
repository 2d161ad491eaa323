import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware } from '@smithy/types';
import type { Permit } from './fence.ts';

const permits = new WeakMap<object, Permit>();

/** The next call with this input goes out only where the permit still holds then. */
export function needPermit(input: object, permit: Permit): void {
  permits.set(input, permit);
}

/**
 * Asks permits in the moment in which a request goes out: signing it takes time, and a process may be paused. By the input:
 * with any options of a call the SDK puts a command's middleware together anew, and forgets what it has kept.
 */
export function checkPermits(client: APIGatewayClient): void {
  const check: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
    permits.get(args.input)?.assertTimely();
    return next(args);
  };
  // Nothing comes after it but the request.
  client.middlewareStack.add(check, { name: 'checkPermits', step: 'deserialize', priority: 'low' });
}
