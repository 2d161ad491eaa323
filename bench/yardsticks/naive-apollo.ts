// Apollo Server over the SDK as a first afternoon leaves it: one GetStage for every stage that is asked for.
import { APIGatewayClient, GetStageCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { serve } from './apollo.ts';
import { stageView, toUpdateStage } from './stage-view.ts';

const client = new APIGatewayClient();

await serve(
  {
    get: async ({ restApiId, stageName }) =>
      stageView(await client.send(new GetStageCommand({ restApiId, stageName })), restApiId),
    setVariables: async (input) =>
      stageView(await client.send(new UpdateStageCommand(toUpdateStage(input))), input.restApiId),
  },
  Number(process.argv[2]),
);
