import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

const folder = new URL('../../examples/supergraph/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('examples/supergraph', () => {
  describe('README.md', () => {
    let supergraph: RunningSupergraph;
    beforeAll(async () => {
      supergraph = await runSupergraph();
    });
    afterAll(() => supergraph.close());

    const examples = [
      ...read('README.md').matchAll(/-d '(?<body>\{.*\})'\n```\n\n```json\n(?<answer>[^`]*)```/g),
    ].map(({ groups = {} }) => [
      (JSON.parse(groups.body ?? '') as { query: string }).query,
      JSON.parse(groups.answer ?? '') as object,
    ]);

    test('shows three operations', () => {
      expect(examples).toHaveLength(3);
    });

    test.each(examples)('%s is answered as it says', async (query, answer) => {
      const { data } = await supergraph.graphql(query as string);
      const shown = JSON.parse(JSON.stringify(data), (key, value: unknown) =>
        key === 'message' ? '…' : value,
      ) as object;
      expect({ data: shown }).toEqual(answer);
    });
  });

  test('supergraph.yaml names schemas that compose', () => {
    const { subgraphs } = parseYaml(read('supergraph.yaml')) as {
      subgraphs: Record<string, { routing_url: string; schema: { file: string } }>;
    };
    const services = Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => ({
      name,
      url,
      typeDefs: parse(read(schema.file)),
    }));
    expect(services.map(({ name }) => name)).toEqual(['stagegraph', 'catalogue']);
    expect(composeServices(services).errors).toBeUndefined();
  });

  interface Rules {
    headers: {
      all: { request: Rule[] };
      subgraphs: { stagegraph: { request: Rule[] } };
    };
  }
  interface Rule {
    propagate?: { named: string | string[] };
    insert?: { name: string };
  }

  test.each(['router.yaml', 'hive-router.yaml'])('%s sends stagegraph what it asks for', (name) => {
    const { headers } = parseYaml(read(name)) as Rules;
    const rules = [...headers.all.request, ...headers.subgraphs.stagegraph.request];
    const propagated = rules.flatMap(({ propagate }) => propagate?.named ?? []);
    expect(propagated).toEqual(expect.arrayContaining(['authorization', 'x-request-id', 'cache-control']));
    expect(rules.flatMap(({ insert }) => insert?.name ?? [])).toEqual(['router-authorization']);
  });
});
