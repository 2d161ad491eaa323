import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { concatAST, type DocumentNode, type GraphQLSchema, parse, Source } from 'graphql';
import { resolvers } from './resolvers/index.ts';
import { freeUnlessPriced } from './schema-costs.ts';

/** Beside `src` and `dist` alike. */
const SCHEMA_FOLDER = new URL('../schema/', import.meta.url);

function readSdl(): DocumentNode[] {
  const files = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.graphql'));
  return files
    .sort()
    .map((name) => parse(new Source(readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'), `schema/${name}`)));
}

/** The SDL files and the resolver map as one executable subgraph. */
export const createSchema = (): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: freeUnlessPriced(concatAST(readSdl())), resolvers }]);

/** The subgraph's SDL, as routers compose it. */
export const printSchema = (): string => `${printSubgraphSchema(createSchema()).trim()}\n`;
