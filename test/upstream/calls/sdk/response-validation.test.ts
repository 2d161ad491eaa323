import { beforeEach, describe, expect, test } from '@jest/globals';
import { MEGABYTE, startEndless } from '../../../support/endless.ts';
import { mutate } from '../../../support/mutations.ts';
import { startGateway } from '../../../support/run.ts';

/** What the gateway reads, and what the sockets of both sides hold beside it. */
const MOST_BYTES = 48 * MEGABYTE;

describe.each([200, 400, 500])('an answer without end, of status %i, is read up to a limit', (status) => {
  let upstream: Awaited<ReturnType<typeof startEndless>>;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeEach(async () => {
    upstream = await startEndless(status);
    gateway = await startGateway(upstream.url, { requestTimeoutMs: 15_000, deadlineMs: 60_000 });
  });
  const expectBounded = () => {
    expect(upstream.sent.length).toBeGreaterThan(0);
    expect(upstream.sent.filter((bytes) => bytes > MOST_BYTES)).toEqual([]);
  };

  test('then a query is told UPSTREAM_UNAVAILABLE', async () => {
    const { errors } = await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expectBounded();
  });

  test('then the outcome of a change is unknown', async () => {
    const { userErrors } = await mutate(gateway, 'createStage', {
      restApiId: 'petstore01',
      stageName: 'dev',
      deploymentId: 'dep001',
    });
    expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    expectBounded();
  });
});
