import { afterEach, expect, test } from '@jest/globals';
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
async function countFound(gateway: Gateway, atLeast: number): Promise<number> {
  for (;;) {
    const { data } = await gateway.graphql<Found>(WITHOUT_AUTHORIZATION);
    if (data.stageInventory.totalCount >= atLeast) return data.stageInventory.totalCount;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('what another process has read of a deployment is in the inventory of each', async () => {
  together = await startTogether({ memory: { inventoryRate: 50 } });
  for (const gateway of together.gateways) expect(await countFound(gateway, 5)).toBe(5);
  // The stages and canaries serve six deployments: each is read once for all processes.
  expect(together.stageApi.calls().GetDeployment).toBeLessThanOrEqual(6);
});
