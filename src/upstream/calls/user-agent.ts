import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { BuildMiddleware } from '@smithy/types';
import type { TargetKey } from '../../fleet/target.ts';
import { isObject, memberOf, textOf } from '../../untrusted/unknown-value.ts';

/** The caller on whose behalf a call is made: the subject of its token, or its client name, which is not verified. */
export interface UpstreamCaller {
  readonly kind: 'subject' | 'client';
  readonly name: string;
}

const names = new WeakMap<object, string>();

const MAX_LENGTH = 100;

/** Other characters are not allowed in a token of a header (RFC 9110, section 5.6.2). */
const asToken = (name: string): string => name.slice(0, MAX_LENGTH).replaceAll(/[^\w!#$%&'*+.^`|~@:-]/g, '_');

/**
 * Names target and caller of the call with this input, and its id if it is to change something: the middleware belongs to the
 * client, and is shared by all calls.
 */
export function nameCaller(
  input: object,
  { account, region }: TargetKey,
  caller: UpstreamCaller | undefined,
  requestId: string | undefined,
): void {
  const parts = [
    `target/${account}:${region}`,
    ...(requestId === undefined ? [] : [`request/${requestId}`]),
    ...(caller === undefined ? [] : [`${caller.kind}/${asToken(caller.name)}`]),
  ];
  names.set(input, parts.join(' '));
}

/** Adds the gateway, the target and the caller to the user agent, which CloudTrail shows. */
export function addUserAgent(client: APIGatewayClient): void {
  const add: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
    const headers = memberOf(args.request, 'headers');
    const agent = textOf(headers, 'user-agent');
    const caller = names.get(args.input);
    if (isObject(headers) && agent !== undefined) {
      Reflect.set(headers, 'user-agent', `${agent} stagegraph${caller === undefined ? '' : ` ${caller}`}`);
    }
    return next(args);
  };
  client.middlewareStack.addRelativeTo(add, {
    name: 'addUserAgent',
    relation: 'after',
    toMiddleware: 'getUserAgentMiddleware',
  });
}
