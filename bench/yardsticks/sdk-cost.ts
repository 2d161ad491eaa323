// What a call costs without any server around it: CPU per call, one call after the other, in the ways that the
// arguments name. Prints {"name", "cpuMs", "ms"} a line.
import { Agent, get } from 'node:http';
import { APIGatewayClient, GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';

const [endpoint = '', restApiId = '', stageName = '', rounds = '', callsARound = ''] = process.argv.slice(2);

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const headers = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=any',
};

const readPlainly = (path: string) =>
  new Promise<unknown>((resolve, reject) => {
    get(`${endpoint}${path}`, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        resolve(body);
      });
    }).on('error', reject);
  });

/** What needs no file, no service and no rules to find out, and no repetition. */
const fixed = {
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 1,
};
/** The SDK prepares a copy of every answer for its log, also when its log goes nowhere. */
function withoutLog(client: APIGatewayClient) {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

const clients = {
  'the SDK as it comes': new APIGatewayClient(),
  '… all fixed, one attempt': new APIGatewayClient(fixed),
  '… and no log middleware': withoutLog(new APIGatewayClient(fixed)),
  '… and its middleware resolved once': withoutLog(new APIGatewayClient({ ...fixed, cacheMiddleware: true })),
};

const ways: Record<string, () => Promise<unknown>> = {
  'ten stages: node:http and JSON.parse': () => readPlainly(`/restapis/${restApiId}/stages`),
  'one stage: node:http and JSON.parse': () => readPlainly(`/restapis/${restApiId}/stages/${stageName}`),
};
for (const [name, client] of Object.entries(clients))
  ways[`ten stages: ${name}`] = () => client.send(new GetStagesCommand({ restApiId }));
ways['one stage: the SDK as it comes'] = () =>
  clients['the SDK as it comes'].send(new GetStageCommand({ restApiId, stageName }));

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

for (let round = -1; round < Number(rounds); round++)
  for (const [name, call] of Object.entries(ways)) {
    const [cpuBefore, before] = [cpuMs(), performance.now()];
    for (let i = 0; i < Number(callsARound); i++) await call();
    const calls = Number(callsARound);
    const measured = { name, cpuMs: (cpuMs() - cpuBefore) / calls, ms: (performance.now() - before) / calls };
    // The first round compiles.
    if (round >= 0) process.stdout.write(`${JSON.stringify(measured)}\n`);
  }
agent.destroy();
for (const client of Object.values(clients)) client.destroy();
