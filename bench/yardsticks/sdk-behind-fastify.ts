// The plain SDK behind Fastify, with the fewest calls that can be: the least that any gateway over the SDK costs.
import { APIGatewayClient, GetStagesCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { fastify } from 'fastify';
import { type SetVariables, type StageKey, stageView, toUpdateStage } from './stage-view.ts';

const client = new APIGatewayClient();

async function readApi(restApiId: string) {
  const { item = [] } = await client.send(new GetStagesCommand({ restApiId }));
  return [restApiId, new Map(item.map((stage) => [stage.stageName, stage]))] as const;
}

const app = fastify();

app.post<{ Body: StageKey[] }>('/stages', async ({ body }) => {
  const apis = new Map(await Promise.all([...new Set(body.map(({ restApiId }) => restApiId))].map(readApi)));
  return body.map(({ restApiId, stageName }) => {
    const stage = apis.get(restApiId)?.get(stageName);
    return stage === undefined ? null : stageView(stage, restApiId);
  });
});

app.patch<{ Body: SetVariables }>('/variables', async ({ body }) => [
  stageView(await client.send(new UpdateStageCommand(toUpdateStage(body))), body.restApiId),
]);

await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
