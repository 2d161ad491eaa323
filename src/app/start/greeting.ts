import type { DestinationStream } from 'pino';
import type { Config } from '../../config/config.ts';

export interface Addresses {
  readonly url: string;
  readonly metrics: string | undefined;
  readonly embedded: string | undefined;
}

const EXPLORERS = {
  sandbox: '\nOpen it in a browser for the Apollo Sandbox; offline, open /explorer/graphiql.',
  graphiql: '\nOpen it in a browser for GraphiQL; the Apollo Sandbox is at /explorer/sandbox.',
};

const FIRST_QUERY = `
Try:

  curl -s URL -H 'content-type: application/json' \\
    -d '{"query":"{ stage(restApiId: \\"petstore01\\", stageName: \\"prod\\") { deploymentId canarySettings { percentTraffic } } }"}'
`;

function contentsOf({ stageApi }: Config): string {
  if (stageApi.kind === 'aws' || stageApi.dataFile === undefined) return ' with sample data';
  return `, its state in ${stageApi.dataFile}`;
}

/** Shows a developer the addresses of all servers, and a first query. */
export function greet(
  config: Config,
  output: DestinationStream,
  { url, metrics, embedded }: Addresses,
): void {
  const print = (text: string): void => output.write(`${text}\n`);
  if (embedded !== undefined) print(`Embedded Stage API${contentsOf(config)}: ${embedded}`);
  if (metrics !== undefined) print(`Metrics: ${metrics}`);
  print(`GraphQL gateway: ${url}`);
  if (config.console) print(`Console: ${new URL('/', url).href}`);
  if (config.explorer !== 'off') print(EXPLORERS[config.explorer]);
  if (embedded !== undefined) print(FIRST_QUERY.replace('URL', url));
}
