import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { BuildMiddleware } from '@smithy/types';

/** On whose behalf a call is made: who a token says it is, or what a program calls itself, which proves nothing. */
export interface UpstreamCaller {
  readonly kind: 'subject' | 'client';
  readonly name: string;
}

const names = new WeakMap<object, string>();

const MAX_LENGTH = 100;

/** As a token of a header may be written (RFC 9110, section 5.6.2). */
const asToken = (name: string): string => name.slice(0, MAX_LENGTH).replaceAll(/[^\w!#$%&'*+.^`|~@:-]/g, '_');

/** Says on whose behalf a call is made, by its input: the middleware is the client's, and made once. */
export function nameCaller(input: object, caller: UpstreamCaller): void {
  names.set(input, `${caller.kind}/${asToken(caller.name)}`);
}

const headersOf = (request: unknown): Record<string, string> | undefined => {
  const isRequest = (value: unknown): value is { headers: Record<string, string> } =>
    typeof value === 'object' && value !== null && 'headers' in value;
  return isRequest(request) ? request.headers : undefined;
};

/** Puts the gateway, and on whose behalf it calls, into the user agent: CloudTrail shows it. */
export function sayCaller(client: APIGatewayClient): void {
  const say: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
    const headers = headersOf(args.request);
    const agent = headers?.['user-agent'];
    const caller = names.get(args.input);
    if (headers !== undefined && agent !== undefined) {
      headers['user-agent'] = [agent, 'stagegraph', ...(caller === undefined ? [] : [caller])].join(' ');
    }
    return next(args);
  };
  client.middlewareStack.addRelativeTo(say, {
    name: 'sayCaller',
    relation: 'after',
    toMiddleware: 'getUserAgentMiddleware',
  });
}
