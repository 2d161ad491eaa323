import { type GraphQLLeafType, GraphQLString } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import { memberOf } from '../../untrusted/unknown-value.ts';
import type { CreateFragmentCache } from './fragment-cache.ts';
import { joinJson, type JsonText } from './json-text.ts';

/**
 * Thrown for all that a plan does not do: an error, a null for a non-null type, an unusual value. graphql-js then executes
 * the operation from the start; it alone creates errors.
 */
export class Bailout extends Error {
  override readonly name = 'Bailout';
}

/** One execution. */
export interface Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
}

/** Serializes a value of one type. */
export type Write = (value: unknown, run: Run, path: Path | undefined) => JsonText;

/** The same for pure plans: the result depends only on the value, and on the permissions that the plan is compiled for. */
export type WritePure = (value: unknown, run: Run) => string;

export interface ValuePlan {
  readonly write: Write;
  /** Undefined if the plan is not pure. */
  readonly writePure: WritePure | undefined;
  readonly size: number;
}

/** Serializes a field of a parent. */
export interface FieldPlan extends ValuePlan {
  /** `"name":` */
  readonly prefix: string;
}

interface Pure {
  readonly writePure: WritePure;
}

export const isPure = <Kind extends ValuePlan>(plan: Kind): plan is Kind & Pure =>
  plan.writePure !== undefined;

export const purePlan = (writePure: WritePure, size: number) => ({ write: writePure, writePure, size });

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof memberOf(value, 'then') === 'function';

/** Serializes a value, or what a promise resolves to. */
export const mapMaybePromise = (value: unknown, write: Write, run: Run, path: Path | undefined): JsonText =>
  isPromise(value)
    ? Promise.resolve(value).then((resolved) => write(resolved, run, path))
    : write(value, run, path);

const sizeOf = (fields: readonly FieldPlan[]): number => fields.reduce((sum, { size }) => sum + size, 0);

const withCommas = <Field extends FieldPlan>(fields: readonly Field[]): Field[] =>
  fields.map((field, index) => (index === 0 ? field : { ...field, prefix: `,${field.prefix}` }));

function writePureFields(open: string, close: string, fields: readonly (FieldPlan & Pure)[]): WritePure {
  const all = withCommas(fields);
  return (parent, run) => {
    let json = open;
    for (const { prefix, writePure } of all) json += prefix + writePure(parent, run);
    return json + close;
  };
}

/** The value of a field without a resolver. Methods and promises are left to graphql-js. */
export function memberValue(parent: unknown, name: string): unknown {
  const value = memberOf(parent, name);
  if (typeof value === 'function' || isPromise(value)) throw new Bailout();
  return value;
}

export function leafPlan(type: GraphQLLeafType): ValuePlan {
  const write: WritePure = (value) => {
    if (typeof value === 'string' && type === GraphQLString) return JSON.stringify(value);
    const json: unknown = JSON.stringify(type.serialize(value) ?? undefined);
    if (typeof json !== 'string') throw new Bailout();
    return json;
  };
  return purePlan(write, 1);
}

function itemsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Bailout();
  return value;
}

export function listPlan(item: ValuePlan): ValuePlan {
  if (isPure(item)) {
    const writePure: WritePure = (value, run) => {
      let json = '[';
      for (const one of itemsOf(value)) {
        if (isPromise(one)) throw new Bailout();
        json += (json === '[' ? '' : ',') + item.writePure(one, run);
      }
      return `${json}]`;
    };
    return purePlan(writePure, item.size);
  }
  const write: Write = (value, run, path) => {
    const items = itemsOf(value);
    // If one item throws, nothing awaits the others: a rejection would be unhandled.
    for (const one of items) if (isPromise(one)) Promise.resolve(one).catch(() => undefined);
    return joinJson('[', ']', (add) => {
      for (const [key, one] of items.entries()) {
        const itemPath = { prev: path, key, typename: undefined };
        add(key === 0 ? '' : ',', mapMaybePromise(one, item.write, run, itemPath));
      }
    });
  };
  return { write, writePure: undefined, size: item.size };
}

/** Writing fewer leaves is faster than a look-up. */
const MIN_CACHED_SIZE = 5;

/** Adjacent pure fields, as one field. Their JSON is cached by the parent. */
function groupPlan(
  fields: readonly (FieldPlan & Pure)[],
  createFragmentCache: CreateFragmentCache | undefined,
): FieldPlan {
  const size = sizeOf(fields);
  const writeAll = writePureFields('', '', fields);
  if (createFragmentCache === undefined || size < MIN_CACHED_SIZE) {
    return { prefix: '', ...purePlan(writeAll, size) };
  }
  const cache = createFragmentCache();
  const writePure: WritePure = (parent, run) => {
    if (typeof parent !== 'object' || parent === null) return writeAll(parent, run);
    return cache.get(parent) ?? cache.set(parent, writeAll(parent, run));
  };
  return { prefix: '', ...purePlan(writePure, size) };
}

function groupPureFields(
  fields: readonly FieldPlan[],
  createFragmentCache: CreateFragmentCache | undefined,
): FieldPlan[] {
  const groups: FieldPlan[] = [];
  let group: (FieldPlan & Pure)[] = [];
  const closeGroup = () => {
    if (group.length > 0) groups.push(groupPlan(group, createFragmentCache));
    group = [];
  };
  for (const field of fields) {
    if (isPure(field)) group.push(field);
    else {
      closeGroup();
      groups.push(field);
    }
  }
  closeGroup();
  return groups;
}

function objectValue(value: unknown): unknown {
  if (value instanceof Error || (typeof value !== 'object' && value !== undefined)) throw new Bailout();
  return value;
}

/** An object with these fields. */
export function fieldsPlan(
  fields: readonly FieldPlan[],
  createFragmentCache: CreateFragmentCache | undefined,
): ValuePlan {
  const groups = groupPureFields(fields, createFragmentCache);
  const size = sizeOf(fields);
  if (groups.every(isPure)) {
    const writeAll = writePureFields('{', '}', groups);
    return purePlan((value, run) => writeAll(objectValue(value), run), size);
  }
  const all = withCommas(groups);
  const write: Write = (value, run, path) => {
    const parent = objectValue(value);
    return joinJson('{', '}', (add) => {
      for (const field of all) add(field.prefix, field.write(parent, run, path));
    });
  };
  return { write, writePure: undefined, size };
}

/** A value that may be missing: null if the type is nullable, else a bailout. */
export function nullable(plan: ValuePlan, isNullable: boolean): ValuePlan {
  const writeNull = (): string => {
    if (isNullable) return 'null';
    throw new Bailout();
  };
  const isMissing = (value: unknown): boolean => value === null || value === undefined;
  if (isPure(plan)) {
    return purePlan((value, run) => (isMissing(value) ? writeNull() : plan.writePure(value, run)), plan.size);
  }
  const write: Write = (value, run, path) => (isMissing(value) ? writeNull() : plan.write(value, run, path));
  return { ...plan, write };
}
