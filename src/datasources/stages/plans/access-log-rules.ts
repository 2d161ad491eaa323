import { quote } from '../../../untrusted/quote.ts';

/** CloudFormation and DescribeLogGroups give log group ARNs with `:*` at the end, which AWS refuses here. */
export const withoutLogStreams = (arn: string): string => arn.replace(/:\*$/, '');

const LOG_GROUP = /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[A-Za-z0-9_\-/.]{1,512}$/;
const FIREHOSE = /^arn:[\w-]+:firehose:[\w-]+:\d{12}:deliverystream\/amazon-apigateway-[A-Za-z0-9_.-]{1,64}$/;

/** Source: stage-api.md, section 7. */
export function accessLogArnProblem(arn: string): string | undefined {
  const plain = withoutLogStreams(arn);
  if (LOG_GROUP.test(plain) || FIREHOSE.test(plain)) return undefined;
  return (
    'must be the ARN of a CloudWatch Logs log group (arn:aws:logs:…:log-group:name) or of a Kinesis Data Firehose ' +
    `stream whose name starts with amazon-apigateway-, not ${quote(arn)}.`
  );
}

const MAX_FORMAT_BYTES = 3 * 1024;

/** Source: stage-api.md, section 7. */
export function accessLogFormatProblem(format: string): string | undefined {
  const broken = [
    [/[\r\n]/.test(format.replace(/\n$/, '')), 'must be a single line; only its end may be a line break'],
    [
      !/\$context\.(?:requestId|extendedRequestId)(?![A-Za-z])/.test(format),
      'must contain $context.requestId or $context.extendedRequestId',
    ],
    [Buffer.byteLength(format) > MAX_FORMAT_BYTES, 'must be at most 3 KB'],
  ].flatMap(([isBroken, rule]) => (isBroken === true ? [rule] : []));
  return broken.length === 0 ? undefined : `${broken.join('; it ')}.`;
}
