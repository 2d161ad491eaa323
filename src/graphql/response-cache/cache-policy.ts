import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
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
  type OperationDefinitionNode,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { oncePer } from '../../memoize/once-per.ts';
import { conditionKey, conditionsOf, fragmentDefinitions, type Fragments } from '../documents/index.ts';

/** How caches between the gateway and the client may store a response. */
export interface CachePolicy {
  readonly maxAgeSeconds: number;
  /** Only the client's own cache may store it. */
  readonly isPrivate: boolean;
}

export interface Query {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
}

interface Hint {
  /** Undefined: as its parent. */
  readonly maxAge: number | undefined;
  readonly isPrivate: boolean;
}

/** One `@cacheControl`; an omitted argument is undefined. */
interface Annotation {
  readonly maxAge?: number | undefined;
  readonly isPrivate?: boolean | undefined;
  readonly inherits?: boolean;
}

/** The most recently used combinations of `@skip` and `@include` of one document. */
const MAX_POLICIES_OF_DOCUMENT = 16;

type Variables = Readonly<Record<string, unknown>>;
type Annotated = GraphQLNamedType | GraphQLField<unknown, unknown>;

function annotationOf(directive: GraphQLDirective, { astNode }: Annotated): Annotation {
  const { maxAge, scope, inheritMaxAge } = (astNode && getDirectiveValues(directive, astNode)) ?? {};
  const isPrivate = scope === undefined ? undefined : scope === 'PRIVATE';
  if (inheritMaxAge === true) return { isPrivate, inherits: true };
  return { maxAge: typeof maxAge === 'number' ? maxAge : undefined, isPrivate };
}

/** The hint of each field of the schema, by Apollo Server's rules. */
function createHints(schema: GraphQLSchema) {
  const directive = schema.getDirective('cacheControl');
  if (directive == null) throw new Error('The schema does not define @cacheControl.');
  const annotate = (place: Annotated): Annotation => annotationOf(directive, place);
  const known = new Map<object, Hint>();

  /** `_Entity` has no annotation; as in @apollo/subgraph, its members' apply. */
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

const isIncluded = (node: SelectionNode, variables: Variables): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;

/**
 * The cache policy of a query: the shortest time and the narrowest scope of all fields that it selects. Undefined: its
 * response may not be stored.
 *
 * Apollo Server's cache-control plugin computes the same while fields resolve. A compiled plan calls no field's hooks, so
 * the plugin would give it no policy; and it wraps every resolver. A test compares both.
 */
export function createCachePolicies(schema: GraphQLSchema): (query: Query) => CachePolicy | undefined {
  const hintOf = createHints(schema);
  const root = schema.getQueryType();

  function compute(
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Variables,
  ): CachePolicy | undefined {
    let maxAgeSeconds = Infinity;
    let isPrivate = false;
    // A field's hint does not depend on where it is selected: one visit of each fragment is enough.
    const visited = new Set<FragmentDefinitionNode>();

    function visitSelections(node: OperationDefinitionNode | FragmentDefinitionNode): void {
      const types = new TypeInfo(schema);
      const visitor: ASTVisitor = {
        Field(selected) {
          const field = types.getFieldDef();
          if (!isIncluded(selected, variables)) return false;
          if (field == null || field.name === '__typename') return undefined;
          const hint = hintOf(field, types.getParentType() === root);
          maxAgeSeconds = Math.min(maxAgeSeconds, hint.maxAge ?? Infinity);
          isPrivate ||= hint.isPrivate;
          return undefined;
        },
        InlineFragment: (inline) => (isIncluded(inline, variables) ? undefined : false),
        FragmentSpread(spread) {
          const fragment = fragments.get(spread.name.value);
          if (fragment === undefined || visited.has(fragment) || !isIncluded(spread, variables)) return;
          visited.add(fragment);
          visitSelections(fragment);
        },
      };
      visit(node, visitWithTypeInfo(types, visitor));
    }

    visitSelections(operation);
    return maxAgeSeconds > 0 && maxAgeSeconds < Infinity ? { maxAgeSeconds, isPrivate } : undefined;
  }

  type Policies = LRUCache<string, { readonly policy: CachePolicy | undefined }>;
  const policiesOf = oncePer<DocumentNode, Policies>(() => new LRUCache({ max: MAX_POLICIES_OF_DOCUMENT }));

  return ({ document, operation, variables }) => {
    const conditions = conditionsOf(document);
    const coerced =
      conditions.length === 0
        ? {}
        : getVariableValues(schema, operation.variableDefinitions ?? [], variables).coerced;
    // Invalid variables: the response is an error.
    if (coerced === undefined) return undefined;
    const policies = policiesOf(document);
    const key = conditionKey(operation, conditions, coerced);
    const cached = policies.get(key) ?? {
      policy: compute(operation, fragmentDefinitions(document), coerced),
    };
    policies.set(key, cached);
    return cached.policy;
  };
}
