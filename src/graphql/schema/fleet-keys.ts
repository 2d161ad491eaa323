import { type ConstDirectiveNode, type DocumentNode, Kind, parseConstValue, visit } from 'graphql';

/** Keys that name the target themselves. */
const NAMES_TARGET = /^id$|\baccount\b/;

const fieldsOf = ({ arguments: args = [] }: ConstDirectiveNode): string => {
  const value = args.find(({ name }) => name.value === 'fields')?.value;
  return value?.kind === Kind.STRING ? value.value : '';
};

const unresolvable = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'resolvable' },
  value: parseConstValue('false'),
} as const;

/**
 * Marks the keys that always mean the home target as not resolvable. Of two keys that a neighbour has the fields for,
 * routers choose the shorter one: a reference by account and Region would be resolved in the home target without an error.
 */
export const withoutHomeKeys = (sdl: DocumentNode): DocumentNode =>
  visit(sdl, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      directives: (type.directives ?? []).map((directive) =>
        directive.name.value !== 'key' || NAMES_TARGET.test(fieldsOf(directive))
          ? directive
          : { ...directive, arguments: [...(directive.arguments ?? []), unresolvable] },
      ),
    }),
  });
