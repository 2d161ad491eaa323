import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { inventoryWorkloads, type InventoryWorkload, pageSize, times } from './inventory-queries.ts';
import { type Size, targetsOf } from './inventory-rows.ts';
import type { Workshop } from './processes.ts';
import { noBudget, type Server, startGateway, startStageApi } from './servers.ts';

const document = `
  query Inventory($where: StageInventoryFilter, $orderBy: StageInventoryOrder!, $first: Int!, $after: String) {
    stageInventory(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id account region restApiId stageName deploymentId tracingEnabled lastUpdatedDate observedAt }
    }
  }`;

const answer = z.object({
  data: z.object({
    stageInventory: z.object({
      totalCount: z.number(),
      pageInfo: z.object({ endCursor: z.string().nullable() }),
      nodes: z.array(z.object({ stageName: z.string() })),
    }),
  }),
});

async function ask({ url }: Server, variables: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  return answer.parse(await response.json()).data.stageInventory;
}

/** One account has two targets: one Region of it is one. */
const selectTargets = (size: Size, targets: number | undefined) =>
  targetsOf(size)
    .slice(0, targets ?? 0)
    .map(({ account, region }) => ({ accounts: [account], regions: [region] }))[0] ?? {};

async function measurePages(
  server: Server,
  size: Size,
  { name, where, orderBy = 'NAME', targets, pages = 0 }: InventoryWorkload,
  count: number,
) {
  const variables = { where: { ...where, ...selectTargets(size, targets) }, orderBy, first: pageSize };
  const before = pages === 0 ? undefined : await ask(server, { ...variables, first: pages * pageSize });
  const after = before?.pageInfo.endCursor;
  return times(name, count, async () => (await ask(server, { ...variables, after })).totalCount);
}

/** The same pages as clients get them: HTTP and GraphQL included, one request at a time; and the calls that they cost. */
export async function measureOverHttp(workshop: Workshop, databaseUrl: string, size: Size, count: number) {
  const stageApi = await startStageApi(workshop, 1);
  const file = join(workshop.directory, 'targets.json');
  const targets = targetsOf(size).map(({ account, region }) => ({
    account,
    regions: [region],
    endpoint: stageApi.url,
  }));
  await writeFile(file, JSON.stringify({ targets }));
  const env = { ...noBudget, TARGETS: file, DATABASE_URL: databaseUrl };
  const server = await startGateway(workshop, stageApi, { env });
  await stageApi.resetCalls();
  const pages = [];
  for (const workload of inventoryWorkloads) pages.push(await measurePages(server, size, workload, count));
  const calls = await stageApi.calls();
  await server.stop();
  await stageApi.stop();
  return { pages, calls };
}
