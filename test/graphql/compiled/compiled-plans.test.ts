import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { compiledQueries } from '../../../src/graphql/compiled/index.ts';
import type { Context } from '../../../src/graphql/context.ts';
import { executionCachesNamed } from '../../../src/graphql/execution-caches.ts';
import { combineHooks } from '../../../src/graphql/hooks/combine-hooks.ts';
import { type Running, run } from '../../support/run.ts';

describe('two operations of a document with variables of the same name and different types', () => {
  const document = `
    query Flags($a: Boolean!, $b: Boolean!, $c: Boolean!) {
      stage(restApiId: "petstore01", stageName: "prod") {
        stageName @skip(if: $a) description @skip(if: $b) tracingEnabled @skip(if: $c)
      }
    }
    query Texts($a: String!, $b: Boolean!, $c: String!) {
      stage(restApiId: "petstore01", stageName: "prod") { stageName @skip(if: $b) description }
      missing: stage(restApiId: "petstore01", stageName: "nothere") {
        methodSetting(resourcePath: $a, httpMethod: GET) { key }
        effectiveMethodSetting(resourcePath: $c, httpMethod: GET) { source }
      }
    }`;
  let gateway: Running;
  let plain: Running;
  beforeAll(async () => {
    gateway = await run({ ttlMs: 60_000, cacheHints: true });
    plain = await run({ executionCaches: executionCachesNamed([]) });
  });

  const ask = async ({ url }: Running, variables: Record<string, unknown>): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, operationName: 'Texts', variables }),
    });
    return response.text();
  };

  test('never share a plan, whatever the values are', async () => {
    const skipped = { a: '/x false', b: true, c: '/y' };
    const shown = { a: '/x', b: false, c: 'true /y' };
    for (let time = 0; time < 3; time++) {
      expect(await ask(gateway, skipped)).not.toContain('stageName');
      expect(await ask(gateway, shown)).toContain('"stageName":"prod"');
    }
    expect(await ask(gateway, skipped)).toBe(await ask(plain, skipped));
    expect(await ask(gateway, shown)).toBe(await ask(plain, shown));
  });
});

describe('the bound on compiled plans', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 990 }, (_, index) => [
      `field${index}`,
      { type: GraphQLString, resolve: () => 'here' },
    ]),
  );
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
  const large = `{ ${Object.keys(fields).join(' ')} }`;
  let executions = 0;
  let apollo: ApolloServer<Context>;
  beforeAll(async () => {
    apollo = new ApolloServer<Context>({
      schema,
      plugins: [
        combineHooks([compiledQueries(schema, { cachesFragments: true, permissionsOf: () => '' })]),
        {
          requestDidStart: () =>
            Promise.resolve({
              executionDidStart() {
                executions += 1;
                return Promise.resolve();
              },
            }),
        },
      ],
    });
    await apollo.start();
  });
  afterAll(() => apollo.stop());

  /** Whether graphql-js executes a query: it has no plan. */
  async function isExecuted(
    query: string,
    named: { readonly operationName?: string } = {},
  ): Promise<boolean> {
    const before = executions;
    await apollo.executeOperation({ query, ...named }, { contextValue: {} as Context });
    return executions > before;
  }

  test('evicts the least recently used plans, and compiles new ones', async () => {
    const dashboard = '{ field1 field2 }';
    expect(await isExecuted(dashboard)).toBe(true);
    await isExecuted(dashboard);
    for (let index = 0; index < 110; index++) {
      const query = `query Q${index} ${large}`;
      await isExecuted(query);
      await isExecuted(query);
      expect(await isExecuted(dashboard)).toBe(false);
    }
    const later = large.replace('field0', '');
    await isExecuted(later);
    await isExecuted(later);
    expect(await isExecuted(later)).toBe(false);
  });

  test('counts the operations of one document separately', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `query Q${index} { field${index} }`).join('\n');
    for (let index = 0; index < 30; index++) {
      const named = { operationName: `Q${index}` };
      await isExecuted(many, named);
      await isExecuted(many, named);
      expect(await isExecuted(many, named)).toBe(false);
    }
  });
});

test('a value of an interface is compiled by the name of its type, which the gateway knows without graphql-js', async () => {
  let resolved = 0;
  const id = { type: GraphQLString };
  const node = new GraphQLInterfaceType({
    name: 'Node',
    fields: { id },
    resolveType() {
      resolved += 1;
      return 'Thing';
    },
  });
  const thing = new GraphQLObjectType({ name: 'Thing', interfaces: [node], fields: { id } });
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { node: { type: node, resolve: () => ({ id: '1' }) } },
  });
  const schema = new GraphQLSchema({ query, types: [thing] });
  const compiled = compiledQueries(schema, {
    cachesFragments: true,
    permissionsOf: () => '',
    typeNameOf: () => 'Thing',
  });
  const apollo = new ApolloServer<Context>({ schema, plugins: [combineHooks([compiled])] });
  await apollo.start();
  const answers = [];
  for (let time = 0; time < 3; time++) {
    const { body } = await apollo.executeOperation(
      { query: '{ node { __typename id } }' },
      { contextValue: {} as Context },
    );
    answers.push(JSON.stringify(body));
  }
  await apollo.stop();
  expect(answers).toEqual(
    answers.map(() => expect.stringContaining('{"__typename":"Thing","id":"1"}') as unknown),
  );
  // The first request is executed; the others have a plan.
  expect(resolved).toBe(1);
});
