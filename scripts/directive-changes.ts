import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
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

const textOf = (requirement: Requirement | undefined): string =>
  requirement === undefined ? 'none' : JSON.stringify(requirement);

/** Whether a schema has a type or a field; scopes are declared on object types only. */
function has(schema: GraphQLSchema, place: string): boolean {
  const [typeName = '', fieldName] = place.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) && (fieldName === undefined || type.getFields()[fieldName] !== undefined);
}

/** Scopes that are needed now and were not: tokens that were sufficient no longer are. */
export function scopeChanges(
  before: DocumentNode,
  after: DocumentNode,
  schemaBefore: GraphQLSchema,
): string[] {
  const declared = readScopeDeclarations(before);
  // An SDL that was printed without scopes does not say which ones were needed.
  if (declared.size === 0) return [];
  return [...readScopeDeclarations(after)]
    .filter(([place, needed]) => has(schemaBefore, place) && isTighter(declared.get(place), needed))
    .map(
      ([place, needed]) =>
        `${place}.@requiresScopes: It changes from ${textOf(declared.get(place))} to ${textOf(needed)}`,
    );
}
