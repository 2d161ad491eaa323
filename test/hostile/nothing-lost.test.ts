import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { openToAws, startProcess } from '../support/gateway-process.ts';
import { posted } from '../support/hostile.ts';
import { documentOf, everyMutation, mutate, stored } from '../support/mutations.ts';
import { until } from '../support/polling.ts';
import { run, type Running } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

/** The state without dates. */
const without = (state: Record<string, unknown> | undefined) =>
  state && { ...state, createdDate: undefined, lastUpdatedDate: undefined };
const stateOf = async (gateway: Running, stageName: string) => without(await stored(gateway, stageName));

/** The id of a new deployment is random. */
const withoutNewIds = (state: object | undefined, name: string): unknown =>
  JSON.parse(
    JSON.stringify(state ?? null, (key, value: unknown) =>
      name === 'createRestApiDeployment' && key === 'deploymentId' ? undefined : value,
    ),
  );

describe('a client that aborts during a change', () => {
  test.each(everyMutation)('neither cancels nor repeats it: $name', async ({ name, input, calls }) => {
    const gateway = await run();
    gateway.stageApi.configure({ latencyMs: 100 });
    const write = Object.keys(calls).at(-1);
    const isInFlight = () => gateway.stageApi.requests().some(({ operation }) => operation === write);

    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(posted(JSON.stringify({ query: documentOf(name), variables: { input } })));
    await until(isInFlight);
    socket.destroy();
    await until(() => gateway.stageApi.requests().every(({ status }) => status !== 0));
    const after = await stateOf(gateway, input.stageName);
    // Closing waits for requests in flight.
    await gateway.close();

    const answered = gateway.stageApi.requests().map(({ status }) => status);
    expect(gateway.stageApi.calls()).toEqual(calls);
    expect(answered.every((status) => status >= 200 && status < 300)).toBe(true);
    const undisturbed = await run();
    const { userErrors } = await mutate(undisturbed, name, input);
    expect(userErrors).toEqual([]);
    const expected = await stateOf(undisturbed, input.stageName);
    await undisturbed.close();
    expect(withoutNewIds(after, name)).toEqual(withoutNewIds(expected, name));
  });
});

describe('a process that gets SIGTERM', () => {
  test('during changes finishes and answers all that it has accepted, each once', async () => {
    const stageApi = await startStageApi({ latencyMs: 300 });
    const gateway = startProcess({
      ...openToAws,
      AWS_ENDPOINT_URL: stageApi.url,
      PORT: '0',
      HOST: '127.0.0.1',
      UPSTREAM_RATE: '100',
      UPSTREAM_BURST: '100',
    });
    const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
    const targets = ['dev', 'staging', 'prod'].flatMap((stageName) =>
      ['first', 'second'].map((name) => ({ stageName, name })),
    );
    const change = async ({ stageName, name }: (typeof targets)[number]) => {
      const input = { restApiId: 'petstore01', stageName, set: [{ name, value: 'set' }] };
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: documentOf('setStageVariables'), variables: { input } }),
      });
      return (await response.json()) as { data: { setStageVariables: { userErrors: unknown[] } } };
    };
    const answers = targets.map(change);
    // The changes are of one API: one is in flight and the others wait for its lock.
    await until(() => stageApi.requests().length >= 2);
    gateway.process.kill('SIGTERM');

    for (const { data } of await Promise.all(answers)) expect(data.setStageVariables.userErrors).toEqual([]);
    expect(await gateway.exited).toBe(0);
    expect(stageApi.calls()).toEqual({ UpdateStage: targets.length });
    const state = (await (await fetch(`${stageApi.url}/_embedded/state`)).json()) as {
      restApis: { id: string; stages: { stageName: string; variables?: Record<string, string> }[] }[];
    };
    const stages = state.restApis.find(({ id }) => id === 'petstore01')?.stages ?? [];
    expect(stages.map(({ variables }) => [variables?.first, variables?.second])).toEqual(
      stages.map(() => ['set', 'set']),
    );
    const lines = gateway.output().split('\n');
    expect(
      lines.filter((line) => line.includes('"log":"audit"') && line.includes('"outcome":"OK"')),
    ).toHaveLength(targets.length);
    await stageApi.close();
  }, 60_000);
});
