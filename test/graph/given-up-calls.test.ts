import dns from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { inAwsEnvironment } from '../support/aws-environment.ts';
import { documentOf, mutate } from '../support/mutations.ts';
import { type Gateway, startGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const readDev = '{ stage(restApiId: "petstore01", stageName: "dev") { description } }';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const close of closers.splice(0).reverse()) await close();
});

async function startStageApi(): Promise<EmbeddedStageApi> {
  const stageApi = await startEmbeddedStageApi();
  closers.push(() => stageApi.close());
  return stageApi;
}

async function start(...options: Parameters<typeof startGateway>): Promise<Gateway> {
  const gateway = await startGateway(...options);
  closers.push(() => gateway.close());
  return gateway;
}

/** Something that does not happen before the test lets it. */
function heldBack() {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen };
}

/** The URL of a container's credentials, which are answered when something has happened. */
async function startCredentials(happened: Promise<void>): Promise<string> {
  const endpoint = createServer((_, response) => {
    const keys = { AccessKeyId: 'AKIA', SecretAccessKey: 'x', Token: 'y' };
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    void happened.then(() => response.end(JSON.stringify({ ...keys, Expiration })));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    endpoint.closeAllConnections();
    endpoint.close();
  });
  return `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
}

/** A name that is found when something has happened. */
function findSlowly(slowName: string, happened: Promise<void>): void {
  const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void;
  const slowly = (name: string, ...rest: unknown[]): void => {
    if (name === slowName) void happened.then(() => lookup('127.0.0.1', ...rest));
    else lookup(name, ...rest);
  };
  jest.spyOn(dns, 'lookup').mockImplementation(slowly);
}

/** A change and a read that come to nothing in time, and then a change that does. */
async function giveUpThenChange(gateway: Gateway, happen: () => void): Promise<void> {
  await gateway.graphql(documentOf('updateStage'), { input: { ...dev, description: 'given up' } });
  await gateway.graphql(readDev);
  happen();
  // Whatever waited for it goes on.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { userErrors } = await mutate(gateway, 'updateStage', { ...dev, description: 'acknowledged' });
  expect(userErrors).toEqual([]);
}

describe('a call that was given up is not sent later', () => {
  test('when the credentials are there at last', async () => {
    const { happened, happen } = heldBack();
    const stageApi = await startStageApi();
    const url = await startCredentials(happened);
    closers.push(inAwsEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url }));
    const times = { requestTimeoutMs: 120, deadlineMs: 300 };
    const gateway = await start(stageApi.url, { ...times, credentials: false });
    await giveUpThenChange(gateway, happen);
    expect(stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('when the connection is there at last', async () => {
    const { happened, happen } = heldBack();
    findSlowly('stage-api.test', happened);
    const stageApi = await startStageApi();
    // The time of the operation is over before that of the attempt.
    const times = { requestTimeoutMs: 3000, deadlineMs: 600 };
    const gateway = await start(stageApi.url.replace('127.0.0.1', 'stage-api.test'), times);
    await giveUpThenChange(gateway, happen);
    expect(stageApi.calls()).toEqual({ UpdateStage: 1 });
  });
});
