import { describe, expect, test } from '@jest/globals';
import { apiId, manyApis } from '../support/many-apis.ts';
import { run, type Running } from '../support/run.ts';

const FIND = `
  query Find($nameContains: String, $first: Int, $after: String) {
    restApis(nameContains: $nameContains, first: $first, after: $after) {
      nodes { restApiId name }
      edges { cursor node { restApiId } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      scanLimitReached
    }
  }`;

interface Found {
  restApis: {
    nodes: { restApiId: string; name: string }[];
    edges: { cursor: string }[];
    pageInfo: {
      hasNextPage: boolean;
      hasPreviousPage: boolean;
      startCursor: string | null;
      endCursor: string | null;
    };
    scanLimitReached: boolean;
  };
}

interface Search {
  readonly nameContains: string | null;
  readonly first?: number;
  readonly after?: string | null;
}

/** The names that a search finds, where it ends, and what it costs. */
async function find(gateway: Running, search: Search) {
  gateway.stageApi.resetCalls();
  const { data, errors } = await gateway.graphql<Found>(FIND, { ...search });
  expect(errors).toBeUndefined();
  const { nodes, pageInfo, scanLimitReached } = data.restApis;
  const { GetRestApis: calls = 0 } = gateway.stageApi.calls();
  return { names: nodes.map(({ name }) => name), pageInfo, scanLimitReached, calls };
}

/** Pages of a search until its end, each continued where the one before it ended. */
async function findAll(gateway: Running, search: Search) {
  const pages = [await find(gateway, search)];
  for (let page = pages[0]; page?.pageInfo.hasNextPage === true; page = pages.at(-1)) {
    pages.push(await find(gateway, { ...search, after: page.pageInfo.endCursor }));
  }
  return pages;
}

describe('restApis(nameContains:)', () => {
  test.each(['Petstore', 'petSTORE', 'tstor'])('finds "%s", capital letters or not', async (nameContains) => {
    const gateway = await run();
    const { names, pageInfo, scanLimitReached } = await find(gateway, { nameContains });
    expect({ names, scanLimitReached }).toEqual({ names: ['Petstore'], scanLimitReached: false });
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  test.each([null, ''])('%j is no condition: an ordinary page', async (nameContains) => {
    const gateway = await run({ stageApi: manyApis(30) });
    const { names, scanLimitReached, calls } = await find(gateway, { nameContains });
    expect(names).toHaveLength(25);
    expect({ scanLimitReached, calls }).toEqual({ scanLimitReached: false, calls: 1 });
  });

  test('reads pages of 500 until the end of the list', async () => {
    const gateway = await run({ stageApi: manyApis(1200) });
    expect(await find(gateway, { nameContains: 'API 119' })).toEqual({
      names: ['API 119', ...Array.from({ length: 10 }, (_, index) => `API ${1190 + index}`)],
      pageInfo: {
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: expect.any(String) as unknown,
        endCursor: expect.any(String) as unknown,
      },
      scanLimitReached: false,
      calls: 3,
    });
  });

  test('reads no further than the page needs', async () => {
    const gateway = await run({ stageApi: manyApis(1200) });
    const { names, pageInfo, scanLimitReached, calls } = await find(gateway, {
      nameContains: 'API',
      first: 10,
    });
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `API ${index}`));
    expect({ hasNextPage: pageInfo.hasNextPage, scanLimitReached, calls }).toEqual({
      hasNextPage: true,
      scanLimitReached: false,
      calls: 1,
    });
  });

  test('stops after five pages, says so, and goes on where it stopped', async () => {
    const gateway = await run({ stageApi: manyApis(2600) });
    const pages = await findAll(gateway, { nameContains: 'API 255' });
    expect(pages.map(({ names, scanLimitReached, calls }) => ({ names, scanLimitReached, calls }))).toEqual([
      { names: ['API 255'], scanLimitReached: true, calls: 5 },
      {
        names: Array.from({ length: 10 }, (_, index) => `API ${2550 + index}`),
        scanLimitReached: false,
        calls: 1,
      },
    ]);
    const nothing = await find(gateway, { nameContains: 'nothing' });
    expect(nothing).toMatchObject({
      names: [],
      pageInfo: { hasNextPage: true, startCursor: null, endCursor: expect.any(String) as unknown },
      scanLimitReached: true,
    });
  });

  test.each([1, 3, 7, 500])('pages of %d bring every match once, in order', async (first) => {
    const gateway = await run({ stageApi: manyApis(1100) });
    const pages = await findAll(gateway, { nameContains: '09', first });
    const expected = Array.from({ length: 1100 }, (_, index) => `API ${index}`).filter((name) =>
      name.includes('09'),
    );
    expect(pages.flatMap(({ names }) => names)).toEqual(expected);
    expect(pages.every(({ calls }) => calls <= 3)).toBe(true);
  });

  test('continues behind any of its edges', async () => {
    const gateway = await run({ stageApi: manyApis(20) });
    const { data } = await gateway.graphql<Found>(FIND, { nameContains: 'API 1' });
    const after = data.restApis.edges[1]?.cursor ?? '';
    expect((await find(gateway, { nameContains: 'API 1', first: 2, after })).names).toEqual([
      'API 11',
      'API 12',
    ]);
  });

  test('costs nothing while the pages are cached, whatever is searched next', async () => {
    const gateway = await run({ stageApi: manyApis(600), ttlMs: 60_000 });
    expect((await find(gateway, { nameContains: 'API 59' })).calls).toBe(2);
    expect(await find(gateway, { nameContains: 'API 58' })).toMatchObject({ calls: 0 });
  });

  test('shares its pages with the other fields of the operation', async () => {
    const gateway = await run({ stageApi: manyApis(3) });
    const api = (index: number) => `a${index}: restApi(restApiId: "${apiId(index)}") { name }`;
    await gateway.graphql(`{ restApis(nameContains: "API 1") { nodes { name } } ${api(0)} ${api(2)} }`);
    expect(gateway.stageApi.calls()).toEqual({ GetRestApis: 1 });
  });
});
