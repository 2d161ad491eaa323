import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, replaced, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const destinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-dev';
const format = '$context.requestId $context.status';

const gateway = useGateway();

const set = (input: object) =>
  mutate(
    gateway,
    'setAccessLogSettings',
    { ...dev, ...input },
    'stage { accessLogSettings { destinationArn format } }',
  );

describe('setAccessLogSettings', () => {
  test('sets destination and format in one call', async () => {
    const answer = await set({ format, destinationArn });
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [
        replaced('/accessLogSettings/destinationArn', destinationArn),
        replaced('/accessLogSettings/format', format),
      ],
      stage: { accessLogSettings: { destinationArn, format } },
    });
    expect(sentPatches(gateway)).toEqual([
      [
        { op: 'replace', path: '/accessLogSettings/destinationArn', value: destinationArn },
        { op: 'replace', path: '/accessLogSettings/format', value: format },
      ],
    ]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test.each([
    [{ destinationArn }, { destinationArn, format: null }],
    [{ format }, { destinationArn: null, format }],
  ])('sets only %j, and keeps the other', async (input, accessLogSettings) => {
    expect(await set(input)).toMatchObject({ userErrors: [], stage: { accessLogSettings } });
  });

  test('removes the `:*` from the ARN of a log group', async () => {
    const { patchOperations } = await set({ destinationArn: `${destinationArn}:*` });
    expect(patchOperations).toEqual([replaced('/accessLogSettings/destinationArn', destinationArn)]);
    expect(await stored(gateway, 'dev')).toMatchObject({ accessLogSettings: { destinationArn } });
  });

  test('accepts the extended request id instead of the request id', async () => {
    const extended = '$context.extendedRequestId $context.status';
    const answer = await set({ format: extended });
    expect(answer).toMatchObject({ userErrors: [], stage: { accessLogSettings: { format: extended } } });
  });

  test('accepts a Firehose stream, and a line break at the end of a format', async () => {
    const stream = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-dev';
    const { userErrors } = await set({ destinationArn: stream, format: `${format}\n` });
    expect(userErrors).toEqual([]);
  });

  const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
  const badArn = (arn: string) =>
    [
      { destinationArn: arn },
      must(
        ['destinationArn'],
        'destinationArn must be the ARN of a CloudWatch Logs log group',
        'amazon-apigateway-',
      ),
    ] as const;
  test.each<readonly [object, ...Refusal[]]>([
    [{}, must([], 'destinationArn or format is required')],
    [{ destinationArn: null }, must(['destinationArn'], 'cannot be null', 'whole access log')],
    [{ format: null }, must(['format'], 'cannot be null', 'whole access log')],
    badArn(''),
    badArn('petstore-dev'),
    badArn('arn:aws:s3:::petstore-dev'),
    badArn('arn:aws:logs:us-east-1:123456789012:log-group:a b'),
    badArn('arn:aws:firehose:us-east-1:123456789012:deliverystream/petstore'),
    [{ format: '' }, must(['format'], 'format must contain $context.requestId')],
    [{ format: '$context.status' }, must(['format'], 'format must contain $context.requestId')],
    [{ format: '{\n$context.requestId}' }, must(['format'], 'format must be a single line')],
    [{ format: `$context.requestId ${'x'.repeat(3072)}` }, must(['format'], 'format must be at most 3 KB')],
    [
      { destinationArn: 'nowhere', format: null },
      must(['destinationArn'], 'must be the ARN', '"nowhere"'),
      must(['format'], 'cannot be null'),
    ],
  ])('%# refuses invalid input, and sends nothing', (input, ...refusals) =>
    expectRefused(gateway, 'setAccessLogSettings', { ...dev, ...input }, refusals),
  );
});
