// What a call costs without any server around it: CPU per call, one call after the other, in the ways that the
// arguments name. Prints {"name", "cpuMs", "ms"} a line.
import { Agent, get } from 'node:http';
import { APIGatewayClient, GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { NodeHttpHandler } from '@smithy/node-http-handler';

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

const asItComes = new APIGatewayClient();
const tuned = new APIGatewayClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: 1,
  requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 10 }) }),
});

const ways: Record<string, () => Promise<unknown>> = {
  'ten stages, node:http and JSON.parse': () => readPlainly(`/restapis/${restApiId}/stages`),
  'one stage, node:http and JSON.parse': () => readPlainly(`/restapis/${restApiId}/stages/${stageName}`),
  'ten stages, the SDK as it comes': () => asItComes.send(new GetStagesCommand({ restApiId })),
  'one stage, the SDK as it comes': () => asItComes.send(new GetStageCommand({ restApiId, stageName })),
  'ten stages, the SDK tuned': () => tuned.send(new GetStagesCommand({ restApiId })),
  'one stage, the SDK tuned': () => tuned.send(new GetStageCommand({ restApiId, stageName })),
};

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
asItComes.destroy();
tuned.destroy();
