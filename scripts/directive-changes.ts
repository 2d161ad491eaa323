import {
  type ConstDirectiveNode,
  type DirectiveNode,
  getNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  valueFromASTUntyped,
} from 'graphql';
import { readScopeDeclarations, type Requirement } from '../src/graphql/schema/scope-declarations.ts';

/** A field, an argument or an input field, as far as routers limit operations by it. */
interface Weighed {
  /** What demand control reckons with: its own weight, else that of its type. */
  readonly weight: number;
  readonly listSize: string;
}

interface Annotated {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
}

const directiveOf = ({ astNode }: Annotated, name: string): DirectiveNode | undefined =>
  astNode?.directives?.find((directive) => directive.name.value === name);

function weightOf(element: Annotated): number | undefined {
  const weight = directiveOf(element, 'cost')?.arguments?.find(({ name }) => name.value === 'weight')?.value;
  return weight === undefined ? undefined : Number(valueFromASTUntyped(weight));
}

function weighed(schema: GraphQLSchema): ReadonlyMap<string, Weighed> {
  const found = new Map<string, Weighed>();
  const add = (place: string, element: Annotated, type: Annotated): void => {
    const listSize = directiveOf(element, 'listSize');
    found.set(place, {
      weight: weightOf(element) ?? weightOf(type) ?? 0,
      listSize: listSize === undefined ? 'none' : print(listSize),
    });
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        add(`${type.name}.${field.name}`, field, getNamedType(field.type));
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, field, getNamedType(field.type));
        for (const argument of field.args)
          add(`${type.name}.${field.name}.${argument.name}`, argument, getNamedType(argument.type));
      }
    }
  }
  return found;
}

/** Costs that rise and lists that are reckoned otherwise: a router's demand control may refuse what it passed before. */
export function costChanges(before: GraphQLSchema, after: GraphQLSchema): string[] {
  const now = weighed(after);
  return [...weighed(before)].flatMap(([place, { weight, listSize }]) => {
    const next = now.get(place);
    if (next === undefined) return [];
    return [
      ...(next.weight > weight ? [`${place}.@cost: The weight rises from ${weight} to ${next.weight}`] : []),
      ...(next.listSize === listSize
        ? []
        : [`${place}.@listSize: It changes from ${listSize} to ${next.listSize}`]),
    ];
  });
}

/** Whether a caller whose scopes were enough may lack one now. */
const isTighter = (before: Requirement | undefined, after: Requirement | undefined): boolean =>
  after !== undefined &&
  (before ?? [[]]).some((had) => !after.some((needed) => needed.every((scope) => had.includes(scope))));

/** Scopes that are needed now and were not: tokens that were sufficient no longer are. */
export function scopeChanges(before: string, after: string): string[] {
  const declared = readScopeDeclarations(parse(before));
  // An SDL that was printed without scopes does not say which ones were needed.
  if (declared.size === 0) return [];
  const isThere = placesOf(before);
  return [...readScopeDeclarations(parse(after))]
    .filter(([place, needed]) => isThere.has(place) && isTighter(declared.get(place), needed))
    .map(
      ([place, needed]) =>
        `${place}.@requiresScopes: It changes from ${textOf(declared.get(place))} to ${textOf(needed)}`,
    );
}

const textOf = (requirement: Requirement | undefined): string =>
  requirement === undefined ? 'none' : JSON.stringify(requirement);

/** The types and fields of an SDL, as scopes are declared on them. */
function placesOf(sdl: string): ReadonlySet<string> {
  return new Set(
    parse(sdl).definitions.flatMap((type) => {
      if (!('name' in type) || type.name === undefined) return [];
      const { value: name } = type.name;
      const fields = 'fields' in type && type.fields !== undefined ? type.fields : [];
      return [name, ...fields.map((field) => `${name}.${field.name.value}`)];
    }),
  );
}
