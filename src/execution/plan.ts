import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLString,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { Path } from 'graphql/jsutils/Path.js';
import { looksAtRightsOnly } from '../auth/by-rights.ts';
import { Entity } from '../entities.ts';
import { isObject, memberOf } from '../unknown-value.ts';
import { argumentsOf } from './arguments.ts';
import type { Fragments } from './fragments.ts';
import { join, type Written } from './written.ts';

/**
 * Something that a plan does not do: an error, a null where none may be, a value of an odd kind. graphql-js executes the
 * operation then, from the start: it alone words errors.
 */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** One execution. */
export interface Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
}

/** Writes an operation's data as JSON. */
export type Plan = (run: Run) => Written;

/** A value of some type, as JSON. */
type WriteValue = (value: unknown, run: Run, path: Path | undefined) => Written;

/** The same where it is pure: it depends on nothing but the value, and the rights that the plan is for. */
type WriteText = (value: unknown, run: Run) => string;

interface ValuePlan {
  readonly write: WriteValue;
  /** Where it is pure: the same. */
  readonly text: WriteText | undefined;
  /** How many leaves it shows. */
  readonly size: number;
}

/** A field's value, for a parent. */
interface FieldPlan extends ValuePlan {
  /** `"name":` */
  readonly prefix: string;
}

/** A plan that is pure. */
interface Pure {
  readonly text: WriteText;
}

const isPure = <Some extends ValuePlan>(plan: Some): plan is Some & Pure => plan.text !== undefined;

/** A pure plan of which there is but the text. */
const pure = (text: WriteText, size: number) => ({ write: text, text, size });

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

export interface PlanOptions {
  readonly schema: GraphQLSchema;
  readonly resolverOf: (field: GraphQLField<unknown, unknown>) => Resolver | undefined;
  /** Where pieces are kept; undefined: nowhere. */
  readonly fragments: Fragments | undefined;
  /** Told of every field that the plan comes to hold. */
  readonly countField: () => void;
  readonly operation: OperationDefinitionNode;
  readonly definitions: Record<string, FragmentDefinitionNode>;
  /** What `@skip` and `@include` depend on must be the same in every run, and so must be the caller's rights. */
  readonly variables: Record<string, unknown>;
}

/** Text that is shorter is written faster than it is found. */
const WORTH_KEEPING = 5;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof memberOf(value, 'then') === 'function';

/** Writes a value that is there, or one that comes. */
const whenThere = (value: unknown, write: WriteValue, run: Run, path: Path | undefined): Written =>
  isPromise(value)
    ? Promise.resolve(value).then((settled) => write(settled, run, path))
    : write(value, run, path);

const sizeOf = (fields: readonly FieldPlan[]): number => fields.reduce((sum, { size }) => sum + size, 0);

/** With commas between them. */
const prefixed = <Field extends FieldPlan>(fields: readonly Field[]): Field[] =>
  fields.map((field, index) => (index === 0 ? field : { ...field, prefix: `,${field.prefix}` }));

/** Writes all of these. */
function writeFields(open: string, close: string, fields: readonly FieldPlan[]): WriteValue {
  const all = prefixed(fields);
  return (parent, run, path) =>
    join(open, close, (add) => {
      for (const { prefix, write } of all) add(prefix, write(parent, run, path));
    });
}

/** The same of pure ones. */
function writeTexts(open: string, close: string, fields: readonly (FieldPlan & Pure)[]): WriteText {
  const all = prefixed(fields);
  return (parent, run) => {
    let written = open;
    for (const { prefix, text } of all) written += prefix + text(parent, run);
    return written + close;
  };
}

function member(parent: unknown, name: string): unknown {
  const value = memberOf(parent, name);
  if (typeof value === 'function' || isPromise(value)) throw new NotPlain();
  return value;
}

/** Compiles an operation that is valid for the schema; undefined where a plan does not do all of it. */
export function compile(options: PlanOptions): Plan | undefined {
  const { schema, resolverOf, fragments, countField, operation, definitions, variables } = options;
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || root == null) return undefined;

  function leafPlan(type: GraphQLLeafType): ValuePlan {
    const write: WriteText = (value) => {
      if (typeof value === 'string' && type === GraphQLString) return JSON.stringify(value);
      const text: unknown = JSON.stringify(type.serialize(value) ?? undefined);
      if (typeof text !== 'string') throw new NotPlain();
      return text;
    };
    return pure(write, 1);
  }

  function listPlan(itemType: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
    const item = valuePlan(itemType, nodes);
    const itemsOf = (value: unknown): readonly unknown[] => {
      if (!Array.isArray(value)) throw new NotPlain();
      return value;
    };
    if (isPure(item)) {
      const text: WriteText = (value, run) => {
        let written = '[';
        for (const one of itemsOf(value)) {
          if (isPromise(one)) throw new NotPlain();
          written += (written === '[' ? '' : ',') + item.text(one, run);
        }
        return `${written}]`;
      };
      return pure(text, item.size);
    }
    const write: WriteValue = (value, run, path) => {
      const items = itemsOf(value);
      // Where one fails at once nobody waits for the others.
      for (const one of items) if (isPromise(one)) Promise.resolve(one).catch(() => undefined);
      return join('[', ']', (add) => {
        for (const [key, one] of items.entries()) {
          const at = { prev: path, key, typename: undefined };
          add(key === 0 ? '' : ',', whenThere(one, item.write, run, at));
        }
      });
    };
    return { write, text: undefined, size: item.size };
  }

  /** Neighbouring fields that depend on nothing but the parent are written once for each parent. */
  function keptTogether(fields: readonly (FieldPlan & Pure)[]): FieldPlan {
    const size = sizeOf(fields);
    const writeAll = writeTexts('', '', fields);
    if (fragments === undefined || size < WORTH_KEEPING) return { prefix: '', ...pure(writeAll, size) };
    const kept = fragments.kept();
    const text: WriteText = (parent, run) => {
      if (typeof parent !== 'object' || parent === null) return writeAll(parent, run);
      return kept.find(parent) ?? kept.keep(parent, writeAll(parent, run));
    };
    return { prefix: '', ...pure(text, size) };
  }

  function groupPure(fields: readonly FieldPlan[]): FieldPlan[] {
    const groups: FieldPlan[] = [];
    let together: (FieldPlan & Pure)[] = [];
    const close = () => {
      if (together.length > 0) groups.push(keptTogether(together));
      together = [];
    };
    for (const field of fields) {
      if (isPure(field)) together.push(field);
      else {
        close();
        groups.push(field);
      }
    }
    close();
    return groups;
  }

  function objectPlan(type: GraphQLObjectType, nodes: readonly FieldNode[]): ValuePlan {
    if (type.isTypeOf != null) throw new NotPlain();
    return selectionPlan(type, collectSubfields(schema, definitions, variables, type, nodes));
  }

  function selectionPlan(
    type: GraphQLObjectType,
    selected: ReadonlyMap<string, readonly FieldNode[]>,
  ): ValuePlan {
    const fields = [...selected].map(([key, fieldNodes]) => fieldPlan(type, key, fieldNodes));
    const groups = groupPure(fields);
    const size = sizeOf(fields);
    const plainObject = (value: unknown): unknown => {
      if (value instanceof Error || (typeof value !== 'object' && value !== undefined)) throw new NotPlain();
      return value;
    };
    if (groups.every(isPure)) {
      const writeAll = writeTexts('{', '}', groups);
      return pure((value, run) => writeAll(plainObject(value), run), size);
    }
    const writeGroups = writeFields('{', '}', groups);
    const write: WriteValue = (value, run, path) => writeGroups(plainObject(value), run, path);
    return { write, text: undefined, size };
  }

  function entityOf(value: unknown): Entity {
    if (value instanceof Entity) return value;
    const typeName = memberOf(value, '__typename');
    if (typeof typeName !== 'string' || !isObject(value)) throw new NotPlain();
    return new Entity(typeName, value);
  }

  function abstractPlan(type: GraphQLAbstractType, nodes: readonly FieldNode[]): ValuePlan {
    const plans = new Map(
      schema.getPossibleTypes(type).map((possible) => [possible.name, objectPlan(possible, nodes)]),
    );
    const write: WriteValue = (value, run, path) => {
      const { typeName, object } = entityOf(value);
      const plan = plans.get(typeName);
      if (plan === undefined) throw new NotPlain();
      return plan.write(object, run, path);
    };
    return { write, text: undefined, size: 1 };
  }

  function compositePlan(type: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
    if (isLeafType(type)) return leafPlan(type);
    if (isListType(type)) return listPlan(type.ofType, nodes);
    if (isNonNullType(type)) throw new NotPlain();
    return isObjectType(type) ? objectPlan(type, nodes) : abstractPlan(type, nodes);
  }

  function valuePlan(type: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
    const isNullable = !isNonNullType(type);
    const plan = compositePlan(isNonNullType(type) ? type.ofType : type, nodes);
    const nothing = (): string => {
      if (isNullable) return 'null';
      throw new NotPlain();
    };
    const isThere = (value: unknown): boolean => value !== null && value !== undefined;
    if (isPure(plan)) {
      return pure((value, run) => (isThere(value) ? plan.text(value, run) : nothing()), plan.size);
    }
    const write: WriteValue = (value, run, path) =>
      isThere(value) ? plan.write(value, run, path) : nothing();
    return { ...plan, write };
  }

  function fieldPlan(
    parentType: GraphQLObjectType,
    key: string,
    fieldNodes: readonly FieldNode[],
  ): FieldPlan {
    countField();
    const [node] = fieldNodes;
    const prefix = `${JSON.stringify(key)}:`;
    if (node === undefined) throw new NotPlain();
    if (node.name.value === '__typename') {
      const name = JSON.stringify(parentType.name);
      return { prefix, ...pure(() => name, 1) };
    }
    const field = parentType.getFields()[node.name.value];
    if (field === undefined) throw new NotPlain();
    const value = valuePlan(field.type, fieldNodes);
    const resolver = resolverOf(field);
    if (resolver === undefined) {
      if (isPure(value)) {
        return { prefix, ...pure((parent, run) => value.text(member(parent, field.name), run), value.size) };
      }
      const write: WriteValue = (parent, run, path) =>
        value.write(member(parent, field.name), run, { prev: path, key, typename: parentType.name });
      return { prefix, write, text: undefined, size: value.size };
    }
    return resolvedField({ parentType, key, fieldNodes, node, field, resolver, value, prefix });
  }

  interface Resolved {
    readonly parentType: GraphQLObjectType;
    readonly key: string;
    readonly fieldNodes: readonly FieldNode[];
    readonly node: FieldNode;
    readonly field: GraphQLField<unknown, unknown>;
    readonly resolver: Resolver;
    readonly value: ValuePlan;
    readonly prefix: string;
  }

  function resolvedField(resolved: Resolved): FieldPlan {
    const { parentType, key, fieldNodes, node, field, resolver, value, prefix } = resolved;
    const infoOf = (path: Path, run: Run): GraphQLResolveInfo => ({
      fieldName: field.name,
      fieldNodes,
      returnType: field.type,
      parentType,
      path,
      schema,
      fragments: definitions,
      rootValue: undefined,
      operation,
      variableValues: run.variables,
    });
    const argsOf = argumentsOf(field, node, variables);
    const resolve = (parent: unknown, run: Run, path: Path): unknown =>
      resolver(parent, argsOf(run.variables), run.context, infoOf(path, run));
    if (isPure(value) && field.args.length === 0 && looksAtRightsOnly(resolver)) {
      const text: WriteText = (parent, run) => {
        const result = resolve(parent, run, { prev: undefined, key, typename: parentType.name });
        if (isPromise(result)) throw new NotPlain();
        return value.text(result, run);
      };
      return { prefix, ...pure(text, value.size) };
    }
    const write: WriteValue = (parent, run, above) => {
      const path = { prev: above, key, typename: parentType.name };
      return whenThere(resolve(parent, run, path), value.write, run, path);
    };
    return { prefix, write, text: undefined, size: value.size };
  }

  try {
    const fields = collectFields(schema, definitions, variables, root, operation.selectionSet);
    const data = selectionPlan(root, fields);
    return (run) => data.write(undefined, run, undefined);
  } catch {
    // Not plain, or wrong: graphql-js words it.
    return undefined;
  }
}
