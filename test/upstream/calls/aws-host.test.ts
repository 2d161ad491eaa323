import { expect, test } from '@jest/globals';
import { isAwsUrl } from '../../../src/upstream/calls/aws-host.ts';

test.each([
  ['https://apigateway.us-east-1.amazonaws.com', true],
  ['https://vpce-0123.apigateway.eu-central-1.vpce.amazonaws.com/', true],
  ['https://apigateway.cn-north-1.amazonaws.com.cn', true],
  ['https://apigateway.us-east-1.api.aws.', true],
  ['http://127.0.0.1:4001', false],
  ['https://amazonaws.com.example.com', false],
  ['https://notamazonaws.com', false],
  ['embedded', false],
])('%s is of AWS: %s', (url, expected) => {
  expect(isAwsUrl(url)).toBe(expected);
});
