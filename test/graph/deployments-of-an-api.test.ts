import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { run, type Running } from '../support/run.ts';

const created = 1_767_600_000;

/** An API with `count` deployments, in an order that is not that of their dates. Two have one date. */
const withDeployments = (count: number, more: readonly { id: string; createdDate: number }[] = []) => ({
  state: {
    format: 'embedded-stage-api' as const,
    version: 1 as const,
    restApis: [
      {
        id: 'api0000001',
        name: 'API',
        createdDate: created,
        rootResourceId: 'root000001',
        deployments: [
          ...Array.from({ length: count }, (_, index) => ({
            id: `dep${String(index).padStart(4, '0')}`,
            createdDate: created + Math.floor(((index * 7) % count) / 2),
          })),
          ...more,
        ],
        stages: [],
      },
    ],
  },
});

const LIST = `
  query List($newestFirst: Boolean, $first: Int, $after: String) {
    restApi(restApiId: "api0000001") {
      id
      deployments(newestFirst: $newestFirst, first: $first, after: $after) {
        nodes { deploymentId createdDate }
        pageInfo { hasNextPage hasPreviousPage endCursor }
        scanLimitReached
      }
    }
  }`;

interface Listed {
  restApi: {
    deployments: {
      nodes: { deploymentId: string; createdDate: string }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
      scanLimitReached: boolean;
    };
  };
}

interface Page {
  readonly newestFirst?: boolean | null;
  readonly first?: number;
  readonly after?: string | null;
}

async function list(gateway: Running, page: Page) {
  gateway.stageApi.resetCalls();
  const { data, errors } = await gateway.graphql<Listed>(LIST, { ...page });
  expect(errors).toBeUndefined();
  const { GetDeployments: calls = 0 } = gateway.stageApi.calls();
  return { ...data.restApi.deployments, calls };
}

async function listAll(gateway: Running, page: Page) {
  const pages = [await list(gateway, page)];
  for (let last = pages[0]; last?.pageInfo.hasNextPage === true; last = pages.at(-1)) {
    pages.push(await list(gateway, { ...page, after: last.pageInfo.endCursor }));
  }
  return pages;
}

type Node = Listed['restApi']['deployments']['nodes'][number];
const newestFirst = (nodes: readonly Node[]): Node[] =>
  nodes.toSorted(
    (a, b) => b.createdDate.localeCompare(a.createdDate) || a.deploymentId.localeCompare(b.deploymentId),
  );

describe('deployments(newestFirst:)', () => {
  let gateway: Running;
  let all: readonly Node[];
  beforeAll(async () => {
    gateway = await run({ stageApi: withDeployments(1201) });
    all = (await listAll(gateway, { first: 500 })).flatMap(({ nodes }) => nodes);
  });

  test.each([
    ['omitted', {}],
    ['null', { newestFirst: null }],
    ['false', { newestFirst: false }],
  ])('%s: the order of AWS, in one call', async (_, page) => {
    const { nodes, scanLimitReached, calls } = await list(gateway, { ...page, first: 5 });
    expect(nodes).toEqual(all.slice(0, 5));
    expect({ scanLimitReached, calls }).toEqual({ scanLimitReached: false, calls: 1 });
  });

  test('true: the newest of all, for which all are read', async () => {
    const { nodes, pageInfo, scanLimitReached, calls } = await list(gateway, {
      newestFirst: true,
      first: 10,
    });
    expect(nodes).toEqual(newestFirst(all).slice(0, 10));
    expect(nodes).not.toEqual(all.slice(0, 10));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect({ scanLimitReached, calls }).toEqual({ scanLimitReached: false, calls: 3 });
  });

  test.each([499, 500, 101])('pages of %d bring every deployment once, from the newest on', async (first) => {
    const pages = await listAll(gateway, { newestFirst: true, first });
    expect(pages.flatMap(({ nodes }) => nodes)).toEqual(newestFirst(all));
    expect(pages.at(-1)).toMatchObject({ pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  test('a deployment that is created between two pages moves no other', async () => {
    const changing = await run({ stageApi: withDeployments(20) });
    const before = await listAll(changing, { newestFirst: true });
    const first = await list(changing, { newestFirst: true, first: 5 });
    const newest = { id: 'newest', createdDate: created + 1000 };
    await changing.stageApi.load(withDeployments(20, [newest]).state);
    const second = await list(changing, { newestFirst: true, first: 5, after: first.pageInfo.endCursor });
    expect(second.nodes).toEqual(before[0]?.nodes.slice(5, 10));
    const again = await list(changing, { newestFirst: true, first: 1 });
    expect(again.nodes).toMatchObject([{ deploymentId: 'newest' }]);
  });

  test('of more than 2500 are sorted in parts, and the response says so', async () => {
    const huge = await run({ stageApi: withDeployments(2600) });
    const listed = (await listAll(huge, { first: 500 })).flatMap(({ nodes }) => nodes);
    const pages = await listAll(huge, { newestFirst: true, first: 500 });
    expect(pages.flatMap(({ nodes }) => nodes)).toEqual([
      ...newestFirst(listed.slice(0, 2500)),
      ...newestFirst(listed.slice(2500)),
    ]);
    expect(pages.map(({ scanLimitReached, calls }) => [scanLimitReached, calls])).toEqual([
      ...Array.from({ length: 5 }, () => [true, 5]),
      [false, 1],
    ]);
  });

  test('has cursors of its own: those of the other order are refused', async () => {
    const inOrder = await list(gateway, { first: 2 });
    const newest = await list(gateway, { newestFirst: true, first: 2 });
    for (const page of [
      { newestFirst: true, after: inOrder.pageInfo.endCursor },
      { newestFirst: false, after: newest.pageInfo.endCursor },
    ]) {
      const { errors } = await gateway.graphql(LIST, page);
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(/^after must be a cursor of this list/),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ]);
    }
  });
});

describe('the stages that serve something', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run();
  });
  beforeEach(() => gateway.stageApi.resetCalls());

  test.each([
    ['hasCanary: true', ['prod']],
    ['hasCanary: false', ['dev', 'staging']],
    ['hasCanary: null', ['dev', 'prod', 'staging']],
  ])('stages(%s)', async (argument, names) => {
    const { data } = await gateway.graphql<{ restApi: { stages: { stageName: string }[] } }>(
      `{ restApi(restApiId: "petstore01") { stages(${argument}) { stageName } } }`,
    );
    expect(data.restApi.stages.map(({ stageName }) => stageName)).toEqual(names);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('canaryStages are those whose canary serves the deployment, stages the others, in one call', async () => {
    const { data } = await gateway.graphql(`{
      restApi(restApiId: "petstore01") {
        deployments { nodes { deploymentId stages { stageName } canaryStages { stageName } } }
      }
    }`);
    const [dev, staging, prod] = ['dev', 'staging', 'prod'].map((stageName) => ({ stageName }));
    expect(data).toEqual({
      restApi: {
        deployments: {
          nodes: [
            { deploymentId: 'dep001', stages: [prod], canaryStages: [] },
            { deploymentId: 'dep002', stages: [staging], canaryStages: [prod] },
            { deploymentId: 'dep003', stages: [dev], canaryStages: [] },
          ],
        },
      },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetRestApi: 1, GetDeployments: 1, GetStages: 1 });
  });
});
