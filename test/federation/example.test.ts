import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { composeServices } from '@apollo/composition';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { startProcess } from '../support/gateway-process.ts';
import { graphqlAt } from '../support/run.ts';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

const folder = new URL('../../examples/supergraph/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('examples/supergraph', () => {
  describe('README.md', () => {
    let supergraph: RunningSupergraph;
    beforeAll(async () => {
      supergraph = await runSupergraph();
    });

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

  describe('the command', () => {
    const ports = ['port', 'catalogue-port', 'stagegraph-port'];
    const isGone = (url: string): Promise<boolean> =>
      fetch(url).then(
        () => false,
        () => true,
      );

    test('starts all three, and ends them', async () => {
      const anyPorts = ports.flatMap((name) => [`--${name}`, '0']);
      const command = startProcess({}, anyPorts, 'examples/supergraph/run.ts');
      const [, url = ''] = await command.said(/^supergraph: +(\S+)$/m);
      const [, stagegraph = ''] = await command.said(/^stagegraph: +(\S+) \(for the router only\)$/m);
      await command.said(/Try \(Ctrl-C stops all three\)/);

      const crossing = await graphqlAt(url)('{ services { id stages { stageName } } }');
      expect(crossing.errors).toBeUndefined();
      const failing = await graphqlAt(url)('{ stages(restApiId: "nosuchapi0") { stageName } }');
      expect(failing.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      expect(JSON.stringify(failing.errors)).not.toContain('node_modules');
      expect((await fetch(stagegraph)).status).toBe(401);

      command.process.kill('SIGINT');
      expect(await command.exited).toBe(0);
      for (const one of [url, stagegraph]) while (!(await isGone(one)));
    }, 60_000);

    test('says which port is taken, and ends', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const command = startProcess(
        {},
        ['--stagegraph-port', '0', '--catalogue-port', String(port)],
        'examples/supergraph/run.ts',
      );
      expect(await command.exited).toBe(1);
      expect(command.output()).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
      taken.close();
    }, 60_000);
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
    expect(propagated).toEqual(
      expect.arrayContaining(['authorization', 'x-request-id', 'cache-control', 'apollographql-client-name']),
    );
    expect(rules.flatMap(({ insert }) => insert?.name ?? [])).toEqual(['router-authorization']);
  });
});
