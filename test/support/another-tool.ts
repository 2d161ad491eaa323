import { APIGatewayClient, UpdateStageCommand } from '@aws-sdk/client-api-gateway';

interface StageApi {
  readonly url: string;
}

/** A client of a Stage API that is not the gateway. */
export const anotherTool = ({ url }: StageApi): APIGatewayClient =>
  new APIGatewayClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'other', secretAccessKey: 'other' },
  });

/** Changes the stage `prod` without the gateway, as another tool does. */
export const changeElsewhere = (stageApi: StageApi, value: string, path = '/description') =>
  anotherTool(stageApi).send(
    new UpdateStageCommand({
      restApiId: 'petstore01',
      stageName: 'prod',
      patchOperations: [{ op: 'replace', path, value }],
    }),
  );
