import { z } from 'zod';
import { documented, endpoint, oneOf, port } from './formats.ts';

export const stageApi = {
  STAGE_API: documented(
    oneOf('embedded', 'aws').optional(),
    'Which Stage API the gateway calls: `embedded` starts one in the same process, with sample data; `aws` ' +
      'calls Amazon API Gateway. Required in production. If it is not set but `AWS_ENDPOINT_URL_API_GATEWAY` ' +
      'or `AWS_ENDPOINT_URL` is, the default is `aws`.',
    { otherwise: '`embedded`' },
  ),
  TARGETS: documented(
    z.string().optional(),
    'Path of a YAML or JSON file that lists the targets, AWS accounts and Regions, that the gateway serves ' +
      '([many accounts](many-accounts.md)). It implies `STAGE_API=aws`. `SIGHUP` reads it again.',
    { otherwise: 'none: one account and Region, those of the AWS credentials' },
  ),
  ACCOUNT: documented(
    z
      .string()
      .regex(/^\d{12}$/, 'must be twelve digits')
      .optional(),
    'Account of the one target, without `TARGETS`: it is part of ids and ARNs. Not set: the credentials tell ' +
      'it, or one call of `sts:GetCallerIdentity`; `000000000000` for an endpoint that is not AWS.',
    { otherwise: 'the account of the credentials' },
  ),
  AWS_ENDPOINT_URL_API_GATEWAY: documented(
    endpoint.optional(),
    'Endpoint that the AWS SDK uses for API Gateway, for example `http://127.0.0.1:4001` for an embedded ' +
      'Stage API that runs separately.',
    { otherwise: 'the AWS endpoint of the Region' },
  ),
  AWS_ENDPOINT_URL: documented(
    endpoint.optional(),
    'The same, used if `AWS_ENDPOINT_URL_API_GATEWAY` is not set. Other AWS tools read it too.',
    { otherwise: 'the AWS endpoint of the Region' },
  ),
  EMBEDDED_PORT: documented(
    port.prefault('4001'),
    'Port of the embedded Stage API, with `STAGE_API=embedded`. `0`: any free port.',
  ),
  EMBEDDED_DATA: documented(
    z.string().optional(),
    'Path of a JSON file in which the embedded Stage API keeps its state. If the file does not exist, the ' +
      'first start uses the sample data. Without it, every start does.',
    { otherwise: 'none: state is in memory' },
  ),
};
