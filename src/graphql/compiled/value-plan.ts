import { type GraphQLLeafType, GraphQLString } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import { memberOf } from '../../untrusted/unknown-value.ts';
import type { Fragments } from './fragments.ts';
import { join, type Written } from './written.ts';

/**
 * Something that a plan does not do: an error, a null where none may be, a value of an odd kind. graphql-js executes the
 * operation then, from the start: it alone words errors.
 */
export class Bailout extends Error {
  override readonly name = 'NotPlain';
}

/** One execution. */
export interface Run {
  readonly context: unknown;
  readonly variables: Record<string, unknown>;
}

/** A value of some type, as JSON. */
export type WriteValue = (value: unknown, run: Run, path: Path | undefined) => Written;

/** The same where it is pure: it depends on nothing but the value, and the rights that the plan is for. */
export type WriteText = (value: unknown, run: Run) => string;

export interface ValuePlan {
  readonly write: WriteValue;
  /** Where it is pure: the same. */
  readonly text: WriteText | undefined;
  /** How many leaves it shows. */
  readonly size: number;
}

/** A field's value, for a parent. */
export interface FieldPlan extends ValuePlan {
  /** `"name":` */
  readonly prefix: string;
}

/** A plan that is pure. */
interface Pure {
  readonly text: WriteText;
}

export const isPure = <Some extends ValuePlan>(plan: Some): plan is Some & Pure => plan.text !== undefined;

/** A pure plan of which there is but the text. */
export const pure = (text: WriteText, size: number) => ({ write: text, text, size });

/** Text that is shorter is written faster than it is found. */
const WORTH_KEEPING = 5;

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof memberOf(value, 'then') === 'function';

/** Writes a value that is there, or one that comes. */
export const mapMaybePromise = (
  value: unknown,
  write: WriteValue,
  run: Run,
  path: Path | undefined,
): Written =>
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

/** What a field without a resolver shows of its parent; methods and promises are not plain. */
export function member(parent: unknown, name: string): unknown {
  const value = memberOf(parent, name);
  if (typeof value === 'function' || isPromise(value)) throw new Bailout();
  return value;
}

/** Of a leaf of this type. */
export function leafPlan(type: GraphQLLeafType): ValuePlan {
  const write: WriteText = (value) => {
    if (typeof value === 'string' && type === GraphQLString) return JSON.stringify(value);
    const text: unknown = JSON.stringify(type.serialize(value) ?? undefined);
    if (typeof text !== 'string') throw new Bailout();
    return text;
  };
  return pure(write, 1);
}

/** Of a list of such values. */
export function listPlan(item: ValuePlan): ValuePlan {
  const itemsOf = (value: unknown): readonly unknown[] => {
    if (!Array.isArray(value)) throw new Bailout();
    return value;
  };
  if (isPure(item)) {
    const text: WriteText = (value, run) => {
      let written = '[';
      for (const one of itemsOf(value)) {
        if (isPromise(one)) throw new Bailout();
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
        add(key === 0 ? '' : ',', mapMaybePromise(one, item.write, run, at));
      }
    });
  };
  return { write, text: undefined, size: item.size };
}

/** Neighbouring fields that depend on nothing but the parent are written once for each parent. */
function keptTogether(fields: readonly (FieldPlan & Pure)[], fragments: Fragments | undefined): FieldPlan {
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

function groupPure(fields: readonly FieldPlan[], fragments: Fragments | undefined): FieldPlan[] {
  const groups: FieldPlan[] = [];
  let together: (FieldPlan & Pure)[] = [];
  const close = () => {
    if (together.length > 0) groups.push(keptTogether(together, fragments));
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

function plainObject(value: unknown): unknown {
  if (value instanceof Error || (typeof value !== 'object' && value !== undefined)) throw new Bailout();
  return value;
}

/** Of an object with these fields; its pieces are kept in `fragments`. */
export function fieldsPlan(fields: readonly FieldPlan[], fragments: Fragments | undefined): ValuePlan {
  const groups = groupPure(fields, fragments);
  const size = sizeOf(fields);
  if (groups.every(isPure)) {
    const writeAll = writeTexts('{', '}', groups);
    return pure((value, run) => writeAll(plainObject(value), run), size);
  }
  const writeGroups = writeFields('{', '}', groups);
  const write: WriteValue = (value, run, path) => writeGroups(plainObject(value), run, path);
  return { write, text: undefined, size };
}

/** The same of a value that may be missing: null where the type allows it, else not plain. */
export function nullable(plan: ValuePlan, isNullable: boolean): ValuePlan {
  const nothing = (): string => {
    if (isNullable) return 'null';
    throw new Bailout();
  };
  const isThere = (value: unknown): boolean => value !== null && value !== undefined;
  if (isPure(plan)) {
    return pure((value, run) => (isThere(value) ? plan.text(value, run) : nothing()), plan.size);
  }
  const write: WriteValue = (value, run, path) => (isThere(value) ? plan.write(value, run, path) : nothing());
  return { ...plan, write };
}
