import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';

/** What `extensions.validationErrorCode` says of an error that is about a limit; formatError makes it the code. */
export const OPERATION_TOO_LARGE = 'OPERATION_TOO_LARGE';

/** How large a selection set is, with the fragments in it where they are used. */
interface Size {
  /** Fields at this level. */
  readonly fields: number;
  /** Levels, this one included. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** The longest of the selection sets as they are written. */
  readonly selections: number;
}

const NOTHING: Size = { fields: 0, depth: 0, aliases: 0, directives: 0, selections: 0 };

/** Introspection nests deep by nature; graphql-js keeps it from nesting without end. */
const isIntrospection = (name: string): boolean => name === '__schema' || name === '__type';

/**
 * Measures selection sets. Every fragment is measured once, however often it is used: a document that grows
 * exponentially when its fragments are written out is measured in linear time.
 */
function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const known = new Map<string, Size>();

  function ofFragment(name: string): Size {
    const found = known.get(name);
    if (found !== undefined) return found;
    // A fragment within itself is refused by another rule; here it must only come to an end.
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? NOTHING : measure(fragment.selectionSet);
    known.set(name, size);
    return size;
  }

  function measure({ selections }: SelectionSetNode): Size {
    const total = { ...NOTHING, selections: selections.length };
    const take = (inner: Size): void => {
      total.aliases += inner.aliases;
      total.directives += inner.directives;
      total.selections = Math.max(total.selections, inner.selections);
    };
    for (const selection of selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const { name, alias, selectionSet } = selection;
        const inner = selectionSet === undefined ? NOTHING : measure(selectionSet);
        total.fields += 1;
        if (alias !== undefined) total.aliases += 1;
        total.depth = Math.max(total.depth, isIntrospection(name.value) ? 1 : inner.depth + 1);
        take(inner);
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? measure(selection.selectionSet)
            : ofFragment(selection.name.value);
        total.fields += inner.fields;
        total.depth = Math.max(total.depth, inner.depth);
        take(inner);
      }
    }
    return total;
  }
  return measure;
}

/** Everything in a document that is more than it may be. */
function excesses(document: DocumentNode, limits: Limits): [LimitName, number][] {
  const fragments = fragmentDefinitions(document);
  const measure = createMeasure(fragments);
  const found = new Map<LimitName, number>([['fragments', fragments.size]]);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure(definition.selectionSet);
    const counts: [LimitName, number][] = [
      ['rootFields', size.fields],
      ['mutations', definition.operation === OperationTypeNode.MUTATION ? size.fields : 0],
      ['depth', size.depth],
      ['aliases', size.aliases],
      ['selections', size.selections],
      ['directives', size.directives + (definition.directives?.length ?? 0)],
    ];
    for (const [name, count] of counts) found.set(name, Math.max(found.get(name) ?? 0, count));
  }
  return [...found].filter(([name, count]) => count > limits[name]);
}

/** The limits of a document as a validation rule: nothing of an operation that is too large is executed. */
export const operationLimits =
  (limits: Limits) =>
  (context: ValidationContext): ASTVisitor => ({
    Document(document) {
      for (const [name, count] of excesses(document, limits)) {
        const extensions = { validationErrorCode: OPERATION_TOO_LARGE };
        context.reportError(new GraphQLError(tooLarge(name, limits, count), { extensions }));
      }
    },
  });
