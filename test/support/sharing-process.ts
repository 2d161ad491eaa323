import type { ChildProcess } from 'node:child_process';
import { openToAws, startProcess } from './gateway-process.ts';

/** A gateway that is a process of its own, and shares a Redis with others. */
export interface SharingProcess {
  readonly child: ChildProcess;
  /** All that it has written until now. */
  readonly output: () => string;
  /** Sends an operation; gives the answer's text. */
  readonly ask: (query: string) => Promise<string>;
}

/** Starts one; `killAll` ends it. */
export async function startSharing(
  redisUrl: string,
  endpoint: string,
  env: Record<string, string> = {},
): Promise<SharingProcess> {
  const gateway = startProcess({
    PORT: '0',
    ...openToAws,
    RATE_LIMIT: 'off',
    AWS_ENDPOINT_URL_API_GATEWAY: endpoint,
    REDIS_URL: redisUrl,
    REDIS_TIMEOUT_SECONDS: '5',
    ...env,
  });
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  return {
    child: gateway.process,
    output: gateway.output,
    async ask(query) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.text();
    },
  };
}

export const readProd = '{ stage(restApiId: "petstore01", stageName: "prod") { description } }';
export const describeProd = (description: string): string =>
  `mutation { updateStage(input: { restApiId: "petstore01", stageName: "prod", description: "${description}" }) { userErrors { code } } }`;
