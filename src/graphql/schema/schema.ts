import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { concatAST, type DocumentNode, type GraphQLSchema, parse, Source } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { printClientSchema } from './client-schema.ts';
import { defaultCostToZero } from './default-costs.ts';
import { enforceScopes } from './enforce-scopes.ts';
import { isolateEntityErrors } from './entities.ts';
import { withoutHomeKeys } from './fleet-keys.ts';
import { recordMutations } from './record-mutations.ts';
import { readScopeDeclarations, withoutScopeDeclarations } from './scope-declarations.ts';

/** The same path from `src` and from `dist`. */
const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

/** A supergraph has a `Node` of its own, which resolves the entities of all subgraphs. */
const NOT_FOR_ROUTERS = 'node.graphql';

export interface SchemaOptions {
  /** There are several targets: routers must not use the keys that mean the home target. */
  readonly fleet?: boolean;
}

interface PrintOptions extends SchemaOptions {
  /** With `@authenticated` and `@requiresScopes`, for routers that enforce them. */
  readonly auth?: boolean;
}

function readSdl({ fleet = false }: SchemaOptions, leftOut?: string): DocumentNode {
  const files = readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.graphql') && name !== leftOut);
  const sdl = concatAST(
    files
      .sort()
      .map((name) => parse(new Source(readFileSync(new URL(name, SCHEMA_FOLDER), 'utf8'), `schema/${name}`))),
  );
  return fleet ? withoutHomeKeys(sdl) : sdl;
}

/** The subgraph's SDL, for composition. */
export function printSchema({ auth = false, ...options }: PrintOptions = {}): string {
  const sdl = readSdl(options, NOT_FOR_ROUTERS);
  const typeDefs = defaultCostToZero(auth ? sdl : withoutScopeDeclarations(sdl));
  return `${printSubgraphSchema(buildSubgraphSchema([{ typeDefs }])).trim()}\n`;
}

/** The SDL for clients that send operations to the gateway itself. */
export const printSchemaForClients = (): string => printClientSchema(readSdl({}));

/** The SDL files and the resolver map as one executable subgraph. `_service` returns the SDL for routers. */
export function createSchema(options: SchemaOptions = {}): GraphQLSchema {
  const sdl = readSdl(options);
  let printed: string | undefined;
  const _service = () => ({ sdl: (printed ??= printSchema(options)) });
  const schema = buildSubgraphSchema([
    {
      typeDefs: defaultCostToZero(withoutScopeDeclarations(sdl)),
      resolvers: { ...resolvers, Query: { ...resolvers.Query, _service } },
    },
  ]);
  enforceScopes(schema, readScopeDeclarations(sdl));
  return isolateEntityErrors(recordMutations(schema));
}
