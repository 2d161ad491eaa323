import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { BuildMiddleware } from '@smithy/types';

/** The caller on whose behalf a call is made: the subject of its token, or its client name, which is not verified. */
export interface UpstreamCaller {
  readonly kind: 'subject' | 'client';
  readonly name: string;
}

const names = new WeakMap<object, string>();

const MAX_LENGTH = 100;

/** Other characters are not allowed in a token of a header (RFC 9110, section 5.6.2). */
const asToken = (name: string): string => name.slice(0, MAX_LENGTH).replaceAll(/[^\w!#$%&'*+.^`|~@:-]/g, '_');

/** Names the caller of the call with this input: the middleware belongs to the client, and is shared by all calls. */
export function nameCaller(input: object, caller: UpstreamCaller): void {
  names.set(input, `${caller.kind}/${asToken(caller.name)}`);
}

const headersOf = (request: unknown): Record<string, string> | undefined => {
  const isRequest = (value: unknown): value is { headers: Record<string, string> } =>
    typeof value === 'object' && value !== null && 'headers' in value;
  return isRequest(request) ? request.headers : undefined;
};

/** Adds the gateway and its caller to the user agent, which CloudTrail shows. */
export function addUserAgent(client: APIGatewayClient): void {
  const add: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
    const headers = headersOf(args.request);
    const agent = headers?.['user-agent'];
    const caller = names.get(args.input);
    if (headers !== undefined && agent !== undefined) {
      headers['user-agent'] = [agent, 'stagegraph', ...(caller === undefined ? [] : [caller])].join(' ');
    }
    return next(args);
  };
  client.middlewareStack.addRelativeTo(add, {
    name: 'addUserAgent',
    relation: 'after',
    toMiddleware: 'getUserAgentMiddleware',
  });
}
