import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { concatAST, type DocumentNode, type GraphQLSchema, parse, Source } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { defaultCostToZero } from './default-costs.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { isolateEntityErrors } from './entities.ts';
import { recordMutations } from './record-mutations.ts';
import { readScopeDeclarations, withoutScopeDeclarations } from './scope-declarations.ts';

/** The same path from `src` and from `dist`. */
const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

function readSdl(): DocumentNode {
  const files = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.graphql'));
  return concatAST(
    files
      .sort()
      .map((name) => parse(new Source(readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'), `schema/${name}`))),
  );
}

const print = (schema: GraphQLSchema): string => `${printSubgraphSchema(schema).trim()}\n`;

/** The SDL files and the resolver map as one executable subgraph. `_service` returns the printed schema. */
export function createSchema(): GraphQLSchema {
  const sdl = readSdl();
  let printed: string | undefined;
  const _service = () => ({ sdl: (printed ??= print(schema)) });
  const schema: GraphQLSchema = buildSubgraphSchema([
    {
      typeDefs: defaultCostToZero(withoutScopeDeclarations(sdl)),
      resolvers: { ...resolvers, Query: { ...resolvers.Query, _service } },
    },
  ]);
  enforceScopes(schema, readScopeDeclarations(sdl));
  return isolateEntityErrors(recordMutations(schema));
}

/** The subgraph's SDL, for composition. */
export const printSchema = (): string => print(createSchema());

/** The same with `@authenticated` and `@requiresScopes`, for routers that enforce them. */
export const printSchemaWithScopes = (): string =>
  print(buildSubgraphSchema([{ typeDefs: defaultCostToZero(readSdl()) }]));
