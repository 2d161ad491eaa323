import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { fragmentDefinitions, type Fragments } from '../documents/index.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';

/** `extensions.validationErrorCode` of an exceeded limit; formatError makes it the code. */
export const OPERATION_TOO_LARGE = 'OPERATION_TOO_LARGE';

/** The size of a selection set, its fragments expanded. */
interface Size {
  readonly fields: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** The length of the longest selection set, its fragments not expanded. */
  readonly selections: number;
}

const EMPTY: Size = { fields: 0, depth: 0, aliases: 0, directives: 0, selections: 0 };

/** Introspection queries are deep; graphql-js limits their recursion. */
const isIntrospection = (name: string): boolean => name === '__schema' || name === '__type';

/** Each fragment is measured once: a document whose fragments expand exponentially takes linear time. */
function createMeasure(fragments: Fragments) {
  const known = new Map<string, Size>();

  function ofFragment(name: string): Size {
    const measured = known.get(name);
    if (measured !== undefined) return measured;
    // Another rule refuses a fragment that contains itself; the recursion must end here.
    known.set(name, EMPTY);
    const fragment = fragments.get(name);
    const size = fragment === undefined ? EMPTY : measure(fragment.selectionSet);
    known.set(name, size);
    return size;
  }

  function sizeWithin(selection: SelectionNode): Size {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    return selection.selectionSet === undefined ? EMPTY : measure(selection.selectionSet);
  }

  function measure({ selections }: SelectionSetNode): Size {
    const total = { ...EMPTY, selections: selections.length };
    for (const selection of selections) {
      const inner = sizeWithin(selection);
      total.aliases += inner.aliases;
      total.directives += inner.directives + (selection.directives?.length ?? 0);
      total.selections = Math.max(total.selections, inner.selections);
      if (selection.kind === Kind.FIELD) {
        total.fields += 1;
        if (selection.alias !== undefined) total.aliases += 1;
        const depth = isIntrospection(selection.name.value) ? 1 : inner.depth + 1;
        total.depth = Math.max(total.depth, depth);
      } else {
        total.fields += inner.fields;
        total.depth = Math.max(total.depth, inner.depth);
      }
    }
    return total;
  }
  return measure;
}

function exceededLimits(document: DocumentNode, limits: Limits): [LimitName, number][] {
  const fragments = fragmentDefinitions(document);
  const measure = createMeasure(fragments);
  const largest = new Map<LimitName, number>([['fragments', fragments.size]]);
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
    for (const [name, count] of counts) largest.set(name, Math.max(largest.get(name) ?? 0, count));
  }
  return [...largest].filter(([name, count]) => count > limits[name]);
}

/** The limits of a document, as a validation rule: an operation that exceeds one is not executed. */
export const operationLimits =
  (limits: Limits) =>
  (context: ValidationContext): ASTVisitor => ({
    Document(document) {
      for (const [name, count] of exceededLimits(document, limits)) {
        const extensions = { validationErrorCode: OPERATION_TOO_LARGE };
        context.reportError(new GraphQLError(tooLarge(name, limits, count), { extensions }));
      }
    },
  });
