import { describe, expect, test } from '@jest/globals';
import {
  accessLogArnProblem,
  accessLogFormatProblem,
  withoutLogStreams,
} from '../../../../src/datasources/stages/plans/access-log-rules.ts';

const logs = 'arn:aws:logs:us-east-1:123456789012:log-group';
const firehose = 'arn:aws:firehose:us-east-1:123456789012:deliverystream';

describe('the destination of the access log', () => {
  test.each([
    `${logs}:petstore-prod`,
    `${logs}:/aws/api.gateway/My_Log-1`,
    `${logs}:petstore-prod:*`,
    'arn:aws-cn:logs:cn-north-1:123456789012:log-group:x',
    'arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:x',
    `${firehose}/amazon-apigateway-petstore`,
  ])('may be %s', (arn) => {
    expect(accessLogArnProblem(arn)).toBeUndefined();
  });

  test.each([
    '',
    'petstore-prod',
    `${logs}:`,
    `${logs}:a b`,
    `${logs}:a:*:*`,
    `${logs}:a:log-stream:b`,
    `${logs}:${'x'.repeat(513)}`,
    `${firehose}/petstore`,
    `${firehose}/amazon-apigateway-`,
    `${firehose}/Amazon-apigateway-x`,
    'arn:aws:s3:::bucket',
    'arn:aws:kinesis:us-east-1:123456789012:stream/amazon-apigateway-x',
    'arn:aws:logs:us-east-1:12345:log-group:x',
    ` ${logs}:x`,
    `${logs}:x\n`,
  ])('refuses %j', (arn) => {
    expect(accessLogArnProblem(arn)).toMatch(
      /^must be the ARN of a CloudWatch Logs log group .*amazon-apigateway-/,
    );
  });

  test("drops only the `:*` at the end of CloudFormation's log group ARNs", () => {
    expect(withoutLogStreams(`${logs}:a:*`)).toBe(`${logs}:a`);
    expect(withoutLogStreams(`${logs}:a`)).toBe(`${logs}:a`);
  });
});

describe('the format of the access log', () => {
  test.each([
    '$context.requestId',
    '{"id":"$context.requestId","status":"$context.status"}',
    '$context.requestId\n',
    '$context.extendedRequestId',
    '{"id":"$context.extendedRequestId"}',
    '$context.requestIdentity $context.extendedRequestId $context.status',
    `$context.requestId ${'x'.repeat(3072 - 19)}`,
  ])('%# is valid: one line with the request id', (format) => {
    expect(accessLogFormatProblem(format)).toBeUndefined();
  });

  test.each([
    ['', 'must contain $context.requestId or $context.extendedRequestId.'],
    ['$context.status', 'must contain $context.requestId or $context.extendedRequestId.'],
    ['$context.requestIdentity', 'must contain $context.requestId or $context.extendedRequestId.'],
    ['$context.extendedRequestIds', 'must contain $context.requestId or $context.extendedRequestId.'],
    ['extendedRequestId', 'must contain $context.requestId or $context.extendedRequestId.'],
    ['{\n"id":"$context.requestId"}', 'must be a single line; only its end may be a line break.'],
    ['$context.requestId\r$context.status', 'must be a single line; only its end may be a line break.'],
    ['$context.requestId\n\n', 'must be a single line; only its end may be a line break.'],
    [`$context.requestId ${'x'.repeat(3072 - 18)}`, 'must be at most 3 KB.'],
    [`$context.requestId${'é'.repeat(1528)}`, 'must be at most 3 KB.'],
  ])('%# is refused with the rule that it breaks', (format, rule) => {
    expect(accessLogFormatProblem(format)).toBe(rule);
  });
});
