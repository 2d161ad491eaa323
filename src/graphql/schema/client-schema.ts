import {
  buildASTSchema,
  type DirectiveDefinitionNode,
  type DocumentNode,
  Kind,
  printSchema,
  specifiedDirectives,
  visit,
} from 'graphql';
import { nameOfType } from './type-names.ts';

/** `@deprecated` and the others that every client knows. The rest is for routers and caches. */
const forClients = new Set(specifiedDirectives.map(({ name }) => name));

const argumentTypes = ({ arguments: args = [] }: DirectiveDefinitionNode): string[] =>
  args.map(({ type }) => nameOfType(type));

/** The SDL for clients and their compilers: no federation, and no directives for routers and caches. */
export function printClientSchema(sdl: DocumentNode): string {
  const ofDirectives = new Set(
    sdl.definitions.flatMap((each) => (each.kind === Kind.DIRECTIVE_DEFINITION ? argumentTypes(each) : [])),
  );
  const document = visit(sdl, {
    SchemaExtension: () => null,
    DirectiveDefinition: () => null,
    Directive: ({ name }) => (forClients.has(name.value) ? undefined : null),
    EnumTypeDefinition: ({ name }) => (ofDirectives.has(name.value) ? null : undefined),
  });
  return `${printSchema(buildASTSchema(document))}\n`;
}
