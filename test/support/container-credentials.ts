import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ContainerCredentials {
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  readonly url: string;
  /** How often it was asked. */
  asked(): number;
  close(): void;
}

/** Answers with credentials that are good for so long. */
export function giveCredentials(response: ServerResponse, accessKeyId: string, lifeMs: number): void {
  const Expiration = new Date(Date.now() + lifeMs).toISOString();
  const keys = { AccessKeyId: accessKeyId, SecretAccessKey: 'secret', Token: 'token' };
  response.end(JSON.stringify({ ...keys, Expiration }));
}

/** What gives a container its credentials. `act` is told how often it was asked before. */
export async function startContainerCredentials(
  act: (response: ServerResponse, before: number) => void,
): Promise<ContainerCredentials> {
  let asked = 0;
  const server = createServer((_, response) => {
    act(response, asked);
    asked += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
