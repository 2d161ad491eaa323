import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { concatAST, type DocumentNode, type GraphQLSchema, parse, Source } from 'graphql';
import { resolveEntitiesApart } from './entities.ts';
import { resolvers } from './resolvers/index.ts';
import { freeUnlessPriced } from './schema-costs.ts';
import { recordMutations } from './telemetry/mutations.ts';

/** Beside `src` and `dist` alike. */
const SCHEMA_FOLDER = new URL('../schema/', import.meta.url);

function readSdl(): DocumentNode[] {
  const files = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.graphql'));
  return files
    .sort()
    .map((name) => parse(new Source(readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'), `schema/${name}`)));
}

/** What of a schema is ours, without the definitions that federation adds. */
const print = (schema: GraphQLSchema): string => `${printSubgraphSchema(schema).trim()}\n`;

/** The SDL files and the resolver map as one executable subgraph. Routers that ask it for its SDL get what we print. */
export function createSchema(): GraphQLSchema {
  let sdl: string | undefined;
  const _service = () => ({ sdl: (sdl ??= print(schema)) });
  const schema: GraphQLSchema = resolveEntitiesApart(
    recordMutations(
      buildSubgraphSchema([
        {
          typeDefs: freeUnlessPriced(concatAST(readSdl())),
          resolvers: { ...resolvers, Query: { ...resolvers.Query, _service } },
        },
      ]),
    ),
  );
  return schema;
}

/** The subgraph's SDL, as routers compose it. */
export const printSchema = (): string => print(createSchema());
