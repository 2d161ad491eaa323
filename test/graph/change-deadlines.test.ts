import { describe, expect, test } from '@jest/globals';
import { answer, plainStage } from '../support/faults.ts';
import { type HeldUpstream, startHeldUpstream } from '../support/held.ts';
import { documentOf, mutate } from '../support/mutations.ts';
import { type Gateway, startGateway } from '../support/run.ts';

let upstream: HeldUpstream;
let gateway: Gateway;

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const path = '/restapis/petstore01/stages/dev';
const lostAtLock = {
  code: 'CONFLICT',
  retryable: true,
  message: 'Another change to this API is in progress. Nothing was changed; retry.',
};
const changedStage = { ...plainStage, description: 'Changed' };

/** The revision of the plain stage. */
async function revision(): Promise<string> {
  const asked = gateway.graphql<{ stage: { revision: string } }>(
    '{ stage(restApiId: "petstore01", stageName: "dev") { revision } }',
  );
  (await upstream.next()).answer(answer(200, { item: [plainStage] }));
  return (await asked).data.stage.revision;
}

describe('a change that timed out while it waited for other changes to the API', () => {
  test('does not let later changes overtake earlier ones', async () => {
    upstream = await startHeldUpstream();
    gateway = await startGateway(upstream.url, { requestTimeoutMs: 1500, deadlineMs: 1500 });
    const expectedRevision = await revision();
    const change = () => mutate(gateway, 'updateStage', { ...dev, description: 'Changed', expectedRevision });

    // Its second change has little time left when it waits for the lock.
    const shortOfTime = gateway.graphql<Record<string, { userErrors: object[] }>>(`mutation {
      other: updateStage(input: { restApiId: "orders0002", stageName: "dev", description: "x" }) {
        userErrors { code }
      }
      same: updateStage(input: { restApiId: "petstore01", stageName: "staging", description: "x" }) {
        userErrors { code retryable message }
      }
    }`);
    const ofAnotherApi = await upstream.next();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const first = change();
    const read = await upstream.next();
    ofAnotherApi.answer(answer(200, plainStage));
    expect((await shortOfTime).data.same?.userErrors).toEqual([lostAtLock]);

    const second = change();
    // Once this later request is answered, the second change is waiting for the lock.
    await gateway.graphql('{ __typename }');
    read.answer(answer(200, plainStage));
    const write = await upstream.next();
    expect(write.call).toBe(`PATCH ${path}`);
    write.answer(answer(200, changedStage));
    expect((await first).userErrors).toEqual([]);
    (await upstream.next()).answer(answer(200, changedStage));
    expect((await second).userErrors).toEqual([expect.objectContaining({ code: 'PRECONDITION_FAILED' })]);
    expect(upstream.calls().slice(2)).toEqual([`GET ${path}`, `PATCH ${path}`, `GET ${path}`]);
  });
});

describe('a change that is not sent because no time is left for its answer', () => {
  const times = { requestTimeoutMs: 1200, deadlineMs: 1200 };
  const almostAll = () => new Promise((resolve) => setTimeout(resolve, 850));

  test('answers CONFLICT, retryable, if the wait for the lock took the time', async () => {
    upstream = await startHeldUpstream();
    gateway = await startGateway(upstream.url, times);
    const first = mutate(gateway, 'updateStage', { ...dev, description: 'x' });
    const write = await upstream.next();
    const second = mutate(gateway, 'updateStage', { ...dev, description: 'y' });
    await gateway.graphql('{ __typename }');
    await almostAll();
    write.answer(answer(200, plainStage));
    expect((await first).userErrors).toEqual([]);
    expect((await second).userErrors).toEqual([expect.objectContaining(lostAtLock)]);
    expect(upstream.calls()).toHaveLength(1);
  });

  test('answers UPSTREAM_TIMEOUT if a slow AWS took the time', async () => {
    upstream = await startHeldUpstream();
    gateway = await startGateway(upstream.url, times);
    const expectedRevision = await revision();
    const input = { ...dev, description: 'x', expectedRevision };
    const change = gateway.graphql(documentOf('updateStage'), { input });
    const read = await upstream.next();
    await almostAll();
    read.answer(answer(200, plainStage));
    const { errors } = await change;
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(upstream.calls()).toHaveLength(2);
  });
});
