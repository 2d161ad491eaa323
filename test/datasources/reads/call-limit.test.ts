import { describe, expect, test } from '@jest/globals';
import { manyApis } from '../../support/many-apis.ts';
import { type GatewayOptions, type Running, run } from '../../support/run.ts';

let gateway: Running;

const start = async (options: GatewayOptions = {}) => {
  gateway = await run({ ttlMs: 60_000, ...options, stageApi: manyApis(170) });
};

interface Apis {
  readonly restApis: { readonly nodes: readonly { readonly stages: unknown }[] };
}
const query = (of: string) => `query ($first: Int!) { restApis(first: $first) { nodes { ${of} } } }`;
const ask = (first: number, of = 'stages { stageName }') => gateway.graphql<Apis>(query(of), { first });
const messagesOf = (errors: readonly { readonly message: string }[] | undefined) => [
  ...new Set(errors?.map(({ message }) => message)),
];

describe('a page of APIs whose stages need more calls than one operation may make', () => {
  test('is refused once the page is read, with the `first` that fits', async () => {
    await start();
    const { data, errors } = await ask(150);
    expect(gateway.stageApi.calls()).toEqual({ GetRestApis: 1 });
    expect(data.restApis.nodes).toHaveLength(150);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'OPERATION_TOO_LARGE' } });
    expect(messagesOf(errors)).toEqual([
      'The operation needs 151 calls to AWS; the limit is 100. Ask for less at once: "first: 99" fits.',
    ]);
    expect((await ask(99)).errors).toBeUndefined();
  });

  test('counts all fields of each API', async () => {
    await start();
    const both = 'stages { stageName } deployments { nodes { deploymentId } }';
    const { errors } = await ask(60, both);
    expect(messagesOf(errors)).toEqual([
      'The operation needs 121 calls to AWS; the limit is 100. Ask for less at once: "first: 49" fits.',
    ]);
    expect((await ask(49, both)).errors).toBeUndefined();
  });

  test('is answered if enough of it is cached', async () => {
    await start();
    await ask(99);
    const { data, errors } = await ask(150);
    expect(errors).toBeUndefined();
    expect(data.restApis.nodes.every(({ stages }) => stages !== null)).toBe(true);
  });

  test('returns what is cached even if the rest is refused', async () => {
    await start();
    await ask(60);
    const { data, errors } = await ask(170);
    const shown = data.restApis.nodes.filter(({ stages }) => stages !== null);
    expect({ shown: shown.length, errors: errors?.length }).toEqual({ shown: 60, errors: 110 });
  });

  test('refreshes stale values only with the calls that are left', async () => {
    await start({ ttlMs: 1, staleMs: 60_000 });
    await ask(95);
    gateway.stageApi.resetCalls();
    expect((await ask(115)).errors).toBeUndefined();
    expect(gateway.stageApi.calls().GetStages ?? 0).toBeLessThan(100);
  });

  test('is answered with stale values while they may be served', async () => {
    await start({ ttlMs: 1, staleMs: 60_000 });
    await ask(80);
    await gateway.graphql(
      'query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on RestApi { stages { stageName } } } }',
      {
        ids: Array.from({ length: 90 }, (_, index) => ({
          __typename: 'RestApi',
          restApiId: `api${String(index + 80).padStart(7, '0')}`,
        })),
      },
    );
    gateway.stageApi.resetCalls();
    const { data, errors } = await ask(170);
    expect(errors).toBeUndefined();
    expect(data.restApis.nodes.every(({ stages }) => stages !== null)).toBe(true);
    expect(gateway.stageApi.calls().GetStages ?? 0).toBeLessThan(100);
  });
});
