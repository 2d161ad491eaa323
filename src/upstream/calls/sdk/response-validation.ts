import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware } from '@smithy/types';
import { UpstreamError } from '../../../errors/upstream-error.ts';
import { readBounded } from '../../../untrusted/bounded-body.ts';
import { isObject, memberOf, textOf } from '../../../untrusted/unknown-value.ts';
import { responseProblem } from './response-schemas.ts';

/** More than AWS's largest response: a page of 500 APIs with the largest policies and tags is about 14 MB. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  isObject(body) && Symbol.asyncIterator in body;

/** The problem of a success's body. The SDK accepts an empty one, and any JSON. */
function problemOf(operation: string, input: object, body: Buffer): string | undefined {
  let json: unknown;
  try {
    json = body.length === 0 ? undefined : JSON.parse(body.toString());
  } catch {
    return 'the response is not JSON';
  }
  return responseProblem(operation, input, json);
}

const isSuccess = (response: object): boolean => {
  const status = memberOf(response, 'statusCode');
  return typeof status === 'number' && status < 300;
};

/**
 * Reads responses for the SDK, up to a limit. A success without the requested content fails as BROKEN: it is retried,
 * logged and reported, and nothing of it is cached.
 */
export function validateResponses(client: APIGatewayClient): void {
  const validate: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (handle, { commandName = '' }) =>
    async (args) => {
      const result = await handle(args);
      const { response } = result;
      const stream = memberOf(response, 'body');
      if (!isObject(response) || !isStream(stream)) return result;
      const operation = commandName.replace(/Command$/, '');
      const body = await readBounded(stream, MAX_RESPONSE_BYTES);
      const problem =
        body === undefined
          ? `the response has more than ${MAX_RESPONSE_BYTES} bytes`
          : isSuccess(response)
            ? problemOf(operation, args.input, body)
            : undefined;
      if (problem !== undefined) {
        throw new UpstreamError({
          failure: 'BROKEN',
          operation,
          awsMessage: problem,
          requestId: textOf(memberOf(response, 'headers'), 'x-amzn-requestid'),
          retryAfterSeconds: undefined,
          cause: undefined,
        });
      }
      Reflect.set(response, 'body', body);
      return result;
    };
  client.middlewareStack.add(validate, { name: 'validateResponse', step: 'deserialize', priority: 'low' });
}
