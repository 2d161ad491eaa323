import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { concatAST, type DocumentNode, type GraphQLSchema, parse, Source } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { defaultCostToZero } from './default-costs.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { isolateEntityErrors } from './entities.ts';
import { withoutHomeKeys } from './fleet-keys.ts';
import { recordMutations } from './record-mutations.ts';
import { readScopeDeclarations, withoutScopeDeclarations } from './scope-declarations.ts';

/** The same path from `src` and from `dist`. */
const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

export interface SchemaOptions {
  /** There are several targets: routers must not use the keys that mean the home target. */
  readonly fleet?: boolean;
}

function readSdl({ fleet = false }: SchemaOptions): DocumentNode {
  const files = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.graphql'));
  const sdl = concatAST(
    files
      .sort()
      .map((name) => parse(new Source(readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'), `schema/${name}`))),
  );
  return fleet ? withoutHomeKeys(sdl) : sdl;
}

const print = (schema: GraphQLSchema): string => `${printSubgraphSchema(schema).trim()}\n`;

/** The SDL files and the resolver map as one executable subgraph. `_service` returns the printed schema. */
export function createSchema(options: SchemaOptions = {}): GraphQLSchema {
  const sdl = readSdl(options);
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
export const printSchema = (options?: SchemaOptions): string => print(createSchema(options));

/** The same with `@authenticated` and `@requiresScopes`, for routers that enforce them. */
export const printSchemaWithScopes = (options: SchemaOptions = {}): string =>
  print(buildSubgraphSchema([{ typeDefs: defaultCostToZero(readSdl(options)) }]));
