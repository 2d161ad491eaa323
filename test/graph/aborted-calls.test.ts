import dns from 'node:dns';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { inAwsEnvironment } from '../support/aws-environment.ts';
import { closeAfterwards } from '../support/closing.ts';
import { giveCredentials, startContainerCredentials } from '../support/container-credentials.ts';
import { documentOf, mutate } from '../support/mutations.ts';
import { type Gateway, startGateway } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const readDev = '{ stage(restApiId: "petstore01", stageName: "dev") { description } }';

afterEach(() => {
  jest.restoreAllMocks();
});

/** An event that the test triggers. */
function heldBack() {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen };
}

/** A host name that is resolved after an event. */
function findSlowly(slowName: string, happened: Promise<void>): void {
  const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void;
  const slowly = (name: string, ...rest: unknown[]): void => {
    if (name === slowName) void happened.then(() => lookup('127.0.0.1', ...rest));
    else lookup(name, ...rest);
  };
  jest.spyOn(dns, 'lookup').mockImplementation(slowly);
}

/** A change and a read that time out, and then a change that succeeds. */
async function giveUpThenChange(gateway: Gateway, happen: () => void): Promise<void> {
  await Promise.all([
    gateway.graphql(documentOf('updateStage'), { input: { ...dev, description: 'aborted' } }),
    gateway.graphql(readDev),
  ]);
  happen();
  // Everything that waited for it continues.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { userErrors } = await mutate(gateway, 'updateStage', { ...dev, description: 'acknowledged' });
  expect(userErrors).toEqual([]);
}

describe('an aborted call is not sent later', () => {
  test('once the credentials arrive', async () => {
    const { happened, happen } = heldBack();
    const stageApi = await startStageApi();
    const credentials = await startContainerCredentials((response) => {
      void happened.then(() => giveCredentials(response, 'AKIA', 3_600_000));
    });
    closeAfterwards(() => credentials.close());
    closeAfterwards(inAwsEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url }));
    const times = { requestTimeoutMs: 1000, deadlineMs: 1200 };
    const gateway = await startGateway(stageApi.url, { ...times, credentials: false });
    await giveUpThenChange(gateway, happen);
    expect(stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('once the connection is established', async () => {
    const { happened, happen } = heldBack();
    findSlowly('stage-api.test', happened);
    const stageApi = await startStageApi({ allowedHosts: ['stage-api.test'] });
    // The operation's deadline ends before the attempt's.
    const times = { requestTimeoutMs: 3000, deadlineMs: 1200 };
    const gateway = await startGateway(stageApi.url.replace('127.0.0.1', 'stage-api.test'), times);
    await giveUpThenChange(gateway, happen);
    expect(stageApi.calls()).toEqual({ UpdateStage: 1 });
  });
});

describe('a change that was not sent does not have an unknown outcome', () => {
  const unavailable = { errors: ['UPSTREAM_UNAVAILABLE'], data: { updateStage: null } };

  async function changeAt(url: string) {
    const gateway = await startGateway(url, { requestTimeoutMs: 400, deadlineMs: 900 });
    const input = { ...dev, description: 'x' };
    const { errors = [], data } = await gateway.graphql(documentOf('updateStage'), { input });
    return { errors: errors.map(({ extensions }) => extensions.code), data };
  }

  test.each<[string, (socket: Socket) => void]>([
    ['never comes', () => undefined],
    ['breaks off', (socket) => socket.destroy()],
    ['is answered with something else', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('if the TLS handshake %s', async (_, act) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => act(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closeAfterwards(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await changeAt(`https://127.0.0.1:${port}`)).toEqual(unavailable);
  });

  test('if the host name of the Stage API is not resolved in time', async () => {
    findSlowly('stage-api.test', new Promise(() => undefined));
    expect(await changeAt('http://stage-api.test:1')).toEqual(unavailable);
  });
});
