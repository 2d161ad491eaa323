import { afterEach, expect, test } from '@jest/globals';
import { poll } from '../support/polling.ts';
import type { Gateway } from '../support/run.ts';
import { startTogether, type Together } from '../support/together.ts';

let together: Together;
afterEach(async () => {
  await together.close();
});

interface Found {
  readonly stageInventory: { readonly totalCount: number };
}
const WITHOUT_AUTHORIZATION = '{ stageInventory(where: { findings: [NO_AUTHORIZATION] }) { totalCount } }';

/** The stages of which a process has found that: first it has to look at all deployments. */
const countFound = (gateway: Gateway, atLeast: number): Promise<number> =>
  poll(async () => {
    const { data } = await gateway.graphql<Found>(WITHOUT_AUTHORIZATION);
    const { totalCount } = data.stageInventory;
    return totalCount >= atLeast ? totalCount : undefined;
  }, 20);

test('what another process has read of a deployment is in the inventory of each', async () => {
  together = await startTogether({ memory: { inventoryRate: 50 } });
  for (const gateway of together.gateways) expect(await countFound(gateway, 5)).toBe(5);
  // The stages and canaries serve six deployments: each is read once for all processes.
  expect(together.stageApi.calls().GetDeployment).toBeLessThanOrEqual(6);
});
