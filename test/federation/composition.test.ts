import { composeServices as composeAsApollo } from '@apollo/composition';
import { describe, expect, test } from '@jest/globals';
import { composeServices as composeAsHive } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { subgraphs } from './subgraphs.ts';

const KEYS = [
  ['Stage', 'id'],
  ['Stage', 'restApiId stageName'],
  ['RestApi', 'id'],
  ['RestApi', 'restApiId'],
  ['RestApiDeployment', 'id'],
  ['RestApiDeployment', 'restApiId deploymentId'],
] as const;

describe('the printed schema', () => {
  test('composes with a neighbour as Apollo composes, without a hint but for what no field returns', () => {
    const { supergraphSdl, errors, hints = [] } = composeAsApollo(subgraphs());
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('https://specs.apollo.dev/join/v0.5');
    // What `@cacheControl` is made of, and the codes of `extensions`: they are there to be read.
    expect(hints.map(({ message }) => message)).toEqual([
      expect.stringContaining('Enum type "CacheControlScope" is defined but unused.'),
      expect.stringContaining('Enum type "StagegraphErrorCode" is defined but unused.'),
    ]);
  });

  test('composes with a neighbour as Hive composes', () => {
    const { supergraphSdl, errors } = composeAsHive(subgraphs());
    expect(errors).toBeUndefined();
    expect(supergraphSdl).toContain('type Stage');
  });

  test.each([
    ['the default SDL', printSchema()],
    ['the SDL with scopes', printSchema({ auth: true })],
  ])('%s composes in both beside a neighbour that has hints for caches, too', (_, ours) => {
    const typeDefs = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      enum CacheControlScope { PUBLIC PRIVATE }
      directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
        on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
      type Query { favourite: Stage @cacheControl(maxAge: 60) }
      type Stage @key(fields: "id") @cacheControl(maxAge: 60, scope: PUBLIC) { id: ID! likes: Int }`);
    const services = [...subgraphs(ours), { name: 'neighbour', url: 'http://n/', typeDefs }];
    for (const { errors, supergraphSdl } of [composeAsApollo(services), composeAsHive(services)]) {
      expect(errors).toBeUndefined();
      expect(supergraphSdl).toContain('likes');
      // Each subgraph sends its own headers: the directive concerns no other subgraph.
      expect(supergraphSdl).not.toContain('@cacheControl');
    }
  });

  test.each([
    [
      'shares PageInfo',
      'type Likes { pageInfo: PageInfo! } type PageInfo @shareable { hasNextPage: Boolean! }',
    ],
    [
      'computes with our fields (@requires)',
      'type Stage @key(fields: "id") { id: ID! deploymentId: ID! @external age: Int @requires(fields: "deploymentId") }',
    ],
    [
      'brings one of our fields with it (@provides)',
      `extend type Query { favourite: Stage @provides(fields: "stageName") }
      type Stage @key(fields: "id") { id: ID! stageName: String! @external }`,
    ],
    [
      'takes one of our fields over (@override)',
      'type Stage @key(fields: "id") { id: ID! description: String @override(from: "stagegraph") }',
    ],
    [
      'keeps to itself what it adds (@inaccessible)',
      'type Stage @key(fields: "id") { id: ID! likes: Int @inaccessible }',
    ],
    [
      'refers to a stage within a key of its own (composite @key)',
      `type Note @key(fields: "stage { restApiId stageName }") { stage: Stage! text: String }
      type Stage @key(fields: "restApiId stageName") { restApiId: ID! stageName: String! }`,
    ],
  ])('composes in both with a neighbour that %s', (_, neighbours) => {
    const typeDefs = parse(`
      extend schema @link(
        url: "https://specs.apollo.dev/federation/v2.3"
        import: ["@key", "@external", "@requires", "@provides", "@override", "@inaccessible", "@shareable"]
      )
      type Query { likes: Int }
      ${neighbours}`);
    const services = [...subgraphs(), { name: 'neighbour', url: 'http://n/', typeDefs }];
    expect(composeAsApollo(services).errors).toBeUndefined();
    expect(composeAsHive(services).errors).toBeUndefined();
  });

  test.each(KEYS)('%s can be reached by { %s }', (type, fields) => {
    const key = new RegExp(`type ${type}\\b[^{]*@key\\(fields: "${fields}"\\)`);
    expect(printSchema()).toMatch(key);
  });

  test('asks routers to enforce nothing: @apollo/gateway would refuse to serve it', () => {
    const { supergraphSdl } = composeAsApollo(subgraphs());
    expect(supergraphSdl).not.toContain('for: SECURITY');
  });

  test.each(KEYS)('a neighbour may refer to %s by { %s } alone', (type, fields) => {
    const members = fields.split(' ').map((name) => `${name}: ${name === 'stageName' ? 'String' : 'ID'}!`);
    const neighbour = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { favourite: ${type} }
      type ${type} @key(fields: "${fields}", resolvable: false) { ${members.join(' ')} }`);
    const [ours] = subgraphs();
    const services = [...(ours ? [ours] : []), { name: 'neighbour', url: 'http://n/', typeDefs: neighbour }];
    expect(composeAsApollo(services).errors).toBeUndefined();
  });
});
