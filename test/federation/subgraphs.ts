import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { printSchema } from '../../src/graphql/schema/schema.ts';

const catalogue = readFileSync(
  new URL('../../examples/supergraph/catalogue.graphql', import.meta.url),
  'utf8',
);

/** Our printed schema, and the one of the service catalogue, as composition takes them. */
export const subgraphs = (ours = printSchema()) => [
  { name: 'stagegraph', url: 'http://stagegraph.example.com/graphql', typeDefs: parse(ours) },
  { name: 'catalogue', url: 'http://catalogue.example.com/graphql', typeDefs: parse(catalogue) },
];
