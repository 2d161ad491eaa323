import { describe, expect, it } from '@jest/globals';
import { badRequest, remove, replace, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const patch = (path: string, value: string) => stageApi.patch('petstore01', 'dev', replace(path, value));
const destination = (arn: string) => patch('/accessLogSettings/destinationArn', arn);
const format = (value: string) => patch('/accessLogSettings/format', value);
const logGroup = (name: string) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`;
const stream = (name: string) => `arn:aws:firehose:us-east-1:123456789012:deliverystream/${name}`;

describe('§7 Access logs', () => {
  it('take destination and format separately, and in any order', async () => {
    const first = await destination(logGroup('nobody/checks-that_it.exists'));
    expect(first.accessLogSettings).toEqual({ destinationArn: logGroup('nobody/checks-that_it.exists') });
    const second = await format('$context.requestId');
    expect(second.accessLogSettings).toEqual({ ...first.accessLogSettings, format: '$context.requestId' });
    await stageApi.patch('petstore01', 'dev', remove('/accessLogSettings'));
    const third = await format('$context.requestId');
    expect(third.accessLogSettings).toEqual({ format: '$context.requestId' });
  });

  it('are removed together, without an error if there are none', async () => {
    for (const stageName of ['prod', 'dev']) {
      const { $metadata, accessLogSettings } = await stageApi.patch(
        'petstore01',
        stageName,
        remove('/accessLogSettings'),
      );
      expect([$metadata.httpStatusCode, accessLogSettings]).toEqual([200, undefined]);
    }
  });

  it('refuse empty values, added or replaced', async () => {
    const empty = badRequest('Access Log value must not be empty');
    await expect(destination('')).rejects.toMatchObject(empty);
    await expect(format('')).rejects.toMatchObject(empty);
    await expect(
      stageApi.patch('petstore01', 'dev', { op: 'add', path: '/accessLogSettings/format', value: '' }),
    ).rejects.toMatchObject(empty);
  });

  it('refuse a log group with :* at its end', async () => {
    await expect(destination(logGroup('mine:*'))).rejects.toMatchObject(
      badRequest(
        "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': 'log-group:mine:*'",
      ),
    );
  });

  it('take only Firehose streams named after API Gateway', async () => {
    await expect(destination(stream('mine'))).rejects.toMatchObject(
      badRequest("Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'"),
    );
    await expect(destination(stream('amazon-apigateway-mine'))).resolves.toBeDefined();
  });

  it.each([
    'x',
    'arn:aws:s3:::bucket',
    'arn:aws:logs:us-east-1:1:other',
    'arn:aws:firehose:us-east-1:1:other/x',
  ])('reject the destination %s', async (arn) => {
    await expect(destination(arn)).rejects.toMatchObject(
      badRequest(
        'The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream',
      ),
    );
  });

  it('take a format of one line, with an optional line end', async () => {
    const oneLine = badRequest(
      'Access Log format must be single line, new line character is allowed only at end of the format',
    );
    await expect(format('{\n}')).rejects.toMatchObject(oneLine);
    await expect(format('a\n\n')).rejects.toMatchObject(oneLine);
    await expect(format('$context.requestId\n')).resolves.toBeDefined();
  });

  it('take a format of 3 KB, not more', async () => {
    const id = '$context.requestId ';
    await expect(format(id.padEnd(3072, 'x'))).resolves.toBeDefined();
    await expect(format(id.padEnd(3073, 'x'))).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('require one of the ids of the request in the format', async () => {
    await expect(format('$context.extendedRequestId $context.status')).resolves.toMatchObject({
      accessLogSettings: { format: '$context.extendedRequestId $context.status' },
    });
    await expect(format('$context.status')).rejects.toMatchObject(
      badRequest(
        "Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'",
      ),
    );
    await expect(
      stageApi.patch('petstore01', 'dev', { op: 'add', path: '/accessLogSettings/format', value: 'x' }),
    ).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});
