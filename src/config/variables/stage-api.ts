import { z } from 'zod';
import { endpoint, manual, port } from './formats.ts';

export const stageApi = {
  STAGE_API: z
    .enum(['embedded', 'aws'], { error: 'must be embedded or aws' })
    .optional()
    .register(manual, {
      otherwise: '`embedded`',
      meaning:
        'Which Stage API the gateway calls: `embedded` starts one in the same process, with sample data; `aws` ' +
        'calls Amazon API Gateway. Required in production. If it is not set but `AWS_ENDPOINT_URL_API_GATEWAY` ' +
        'or `AWS_ENDPOINT_URL` is, the default is `aws`.',
    }),
  AWS_ENDPOINT_URL_API_GATEWAY: endpoint.optional().register(manual, {
    otherwise: 'the AWS endpoint of the Region',
    meaning:
      'Endpoint that the AWS SDK uses for API Gateway, for example `http://127.0.0.1:4001` for an embedded ' +
      'Stage API that runs separately.',
  }),
  AWS_ENDPOINT_URL: endpoint.optional().register(manual, {
    otherwise: 'the AWS endpoint of the Region',
    meaning: 'The same, used if `AWS_ENDPOINT_URL_API_GATEWAY` is not set. Other AWS tools read it too.',
  }),
  EMBEDDED_PORT: port.prefault('4001').register(manual, {
    meaning: 'Port of the embedded Stage API, with `STAGE_API=embedded`. `0`: any free port.',
  }),
  EMBEDDED_DATA: z
    .string()
    .optional()
    .register(manual, {
      otherwise: 'none: state is in memory',
      meaning:
        'Path of a JSON file in which the embedded Stage API keeps its state. If the file does not exist, ' +
        'the first start uses the sample data. Without it, every start does.',
    }),
};
