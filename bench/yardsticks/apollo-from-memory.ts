// Apollo Server that reads every REST API once and answers from memory ever after: what GraphQL itself costs.
import { APIGatewayClient, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { serve } from './apollo.ts';
import { type StageView, stageView } from './stage-view.ts';

const client = new APIGatewayClient();
const apis = new Map<string, Promise<ReadonlyMap<string, StageView>>>();

async function read(restApiId: string) {
  const { item = [] } = await client.send(new GetStagesCommand({ restApiId }));
  return new Map(item.map((stage) => [stage.stageName ?? '', stageView(stage, restApiId)]));
}

async function get({ restApiId, stageName }: { restApiId: string; stageName: string }) {
  let stages = apis.get(restApiId);
  if (stages === undefined) {
    stages = read(restApiId);
    apis.set(restApiId, stages);
  }
  return (await stages).get(stageName) ?? null;
}

await serve({ get, setVariables: () => Promise.reject(new Error('It only reads')) }, Number(process.argv[2]));
