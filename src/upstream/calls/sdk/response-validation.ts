import type { APIGatewayClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-api-gateway';
import type { DeserializeMiddleware } from '@smithy/types';
import { UpstreamError } from '../../../errors/upstream-error.ts';
import { readBounded } from '../../../untrusted/bounded-body.ts';
import { isObject, memberOf, textOf } from '../../../untrusted/unknown-value.ts';
import { answerProblem } from './response-schemas.ts';

/** More than the largest answer of AWS's: a page of 500 APIs with the largest policy and tags is about 14 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const isStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  isObject(body) && Symbol.asyncIterator in body;

/** What is wrong with the body of a success. The SDK takes the empty one, and JSON of any form, for an answer. */
function problemOf(operation: string, input: object, body: Buffer): string | undefined {
  let json: unknown;
  try {
    json = body.length === 0 ? undefined : JSON.parse(body.toString());
  } catch {
    return 'the answer is no JSON';
  }
  return answerProblem(operation, input, json);
}

const isSuccess = (response: object): boolean => {
  const status = memberOf(response, 'statusCode');
  return typeof status === 'number' && status < 300;
};

/**
 * Reads answers for the SDK, up to a limit, and lets no success through that does not carry what was asked for: as a
 * broken answer it is repeated, logged and told like all others, and nothing of it is stored.
 */
export function checkAnswers(client: APIGatewayClient): void {
  const check: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (handle, { commandName = '' }) =>
    async (args) => {
      const result = await handle(args);
      const { response } = result;
      const stream = memberOf(response, 'body');
      if (!isObject(response) || !isStream(stream)) return result;
      const operation = commandName.replace(/Command$/, '');
      const body = await readBounded(stream, MAX_ANSWER_BYTES);
      const problem =
        body === undefined
          ? `the answer has more than ${MAX_ANSWER_BYTES} bytes`
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
  client.middlewareStack.add(check, { name: 'checkAnswer', step: 'deserialize', priority: 'low' });
}
