import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  type GraphQLCompositeType,
  type GraphQLDirective,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNamedType,
  getVariableValues,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { conditionsOf, conditionKey } from '../documents/conditions.ts';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';

/** For how long and by whom an answer may be kept on its way, as far as what is asked for says it. */
export interface CachePolicy {
  readonly maxAgeSeconds: number;
  /** Only by a cache that is the client's own. */
  readonly isPrivate: boolean;
}

/** A query, as its document and its variables have it. */
export interface AskedFor {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Of a field, or of a type. */
interface Hint {
  /** Undefined: as long as what it is a part of. */
  readonly maxAge: number | undefined;
  readonly isPrivate: boolean;
}

/** What `@cacheControl` says somewhere; what it leaves out is undefined. */
interface Annotation {
  readonly maxAge?: number | undefined;
  readonly isPrivate?: boolean | undefined;
  readonly inherits?: boolean;
}

/** So many ways of one document are kept, those that were used last. */
const MAX_POLICIES_OF_DOCUMENT = 16;

type Variables = Readonly<Record<string, unknown>>;

const isIncluded = (node: SelectionNode, variables: Variables): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;

type Annotated = GraphQLNamedType | GraphQLField<unknown, unknown>;

function annotationOf(directive: GraphQLDirective, { astNode }: Annotated): Annotation {
  const { maxAge, scope, inheritMaxAge } = (astNode && getDirectiveValues(directive, astNode)) ?? {};
  const isPrivate = scope === undefined ? undefined : scope === 'PRIVATE';
  if (inheritMaxAge === true) return { isPrivate, inherits: true };
  return { maxAge: typeof maxAge === 'number' ? maxAge : undefined, isPrivate };
}

/** The hint of each field of the schema, by the rules of Apollo's cache control. */
function createHints(schema: GraphQLSchema) {
  const directive = schema.getDirective('cacheControl');
  if (directive == null) throw new Error('the schema has no @cacheControl');
  const annotate = (place: Annotated): Annotation => annotationOf(directive, place);
  const known = new Map<object, Hint>();

  /** References have a union that says nothing itself: its members do, as @apollo/subgraph has it. */
  function ofType(type: GraphQLNamedType): Annotation {
    if (!isUnionType(type)) return annotate(type);
    const members = type.getTypes().map(annotate);
    return {
      maxAge: Math.min(...members.map(({ maxAge = 0 }) => maxAge)),
      isPrivate: members.some(({ isPrivate }) => isPrivate),
    };
  }

  function hintOf(field: GraphQLField<unknown, unknown>, isRoot: boolean): Hint {
    const type = getNamedType(field.type);
    const ofTarget = isCompositeType(type) ? ofType(type) : {};
    const own = annotate(field);
    const maxAge = own.maxAge ?? ofTarget.maxAge;
    const inherits = !isCompositeType(type) || ofTarget.inherits === true || own.inherits === true;
    return {
      maxAge: maxAge ?? (inherits && !isRoot ? undefined : 0),
      isPrivate: own.isPrivate ?? ofTarget.isPrivate ?? false,
    };
  }

  return (field: GraphQLField<unknown, unknown>, isRoot: boolean): Hint => {
    const hint = known.get(field) ?? hintOf(field, isRoot);
    known.set(field, hint);
    return hint;
  };
}

/**
 * What may be kept of answers, by what is asked for: the shortest time and the narrowest scope of all fields that the
 * document selects, whether or not they are in the answer. Undefined where nothing may be.
 */
export function createCachePolicies(schema: GraphQLSchema): (asked: AskedFor) => CachePolicy | undefined {
  const hintOf = createHints(schema);
  const root = schema.getQueryType();

  function workOut(
    { selectionSet }: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Variables,
  ): CachePolicy | undefined {
    let maxAgeSeconds = Infinity;
    let isPrivate = false;
    // What a field says depends on nothing around it: once is enough.
    const seen = new Set<string>();

    function visitField(name: string, type: GraphQLCompositeType): GraphQLNamedType | undefined {
      if (name === '__typename') return undefined;
      const field = isUnionType(type) ? undefined : type.getFields()[name];
      // The schema's own description says nothing of how long it holds.
      const hint = field === undefined ? { maxAge: 0, isPrivate: false } : hintOf(field, type === root);
      maxAgeSeconds = Math.min(maxAgeSeconds, hint.maxAge ?? Infinity);
      isPrivate ||= hint.isPrivate;
      return field && getNamedType(field.type);
    }

    function visit(selectionSet: SelectionSetNode | undefined, type: GraphQLNamedType | undefined): void {
      if (selectionSet === undefined || !isCompositeType(type)) return;
      for (const selection of selectionSet.selections) {
        if (!isIncluded(selection, variables)) continue;
        if (selection.kind === Kind.FIELD) {
          visit(selection.selectionSet, visitField(selection.name.value, type));
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const { typeCondition } = selection;
          visit(selection.selectionSet, typeCondition ? schema.getType(typeCondition.name.value) : type);
        } else if (!seen.has(selection.name.value)) {
          seen.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          visit(fragment?.selectionSet, fragment && schema.getType(fragment.typeCondition.name.value));
        }
      }
    }

    visit(selectionSet, root ?? undefined);
    return maxAgeSeconds > 0 && maxAgeSeconds < Infinity ? { maxAgeSeconds, isPrivate } : undefined;
  }

  // Apollo keeps the documents, and bounds them.
  const documents = new WeakMap<
    DocumentNode,
    {
      readonly conditions: readonly string[];
      readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
      readonly policies: LRUCache<string, { readonly policy: CachePolicy | undefined }>;
    }
  >();

  return ({ document, operation, variables }) => {
    const known = documents.get(document) ?? {
      conditions: conditionsOf(document),
      fragments: fragmentDefinitions(document),
      policies: new LRUCache({ max: MAX_POLICIES_OF_DOCUMENT }),
    };
    documents.set(document, known);
    const { conditions, fragments, policies } = known;
    const coerced =
      conditions.length === 0
        ? {}
        : getVariableValues(schema, operation.variableDefinitions ?? [], variables).coerced;
    // Variables that do not fit have made the answer an error.
    if (coerced === undefined) return undefined;
    const way = conditionKey(operation, conditions, coerced);
    const kept = policies.get(way) ?? { policy: workOut(operation, fragments, coerced) };
    policies.set(way, kept);
    return kept.policy;
  };
}
