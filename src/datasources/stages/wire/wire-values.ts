import { quote } from '../../../untrusted/quote.ts';
import { fixedNotation } from './fixed-notation.ts';
import { nameOf } from './wire-enums.ts';

/** The value of a patch operation's text, or the rule that the text breaks, as a sentence without its subject. */
type Decoded<Value> = { readonly value: Value } | { readonly problem: string };

/** How a type of values is written as the text of a patch operation, and how AWS reads it. */
export interface WireValue<Value> {
  readonly encode: (value: Value) => string;
  readonly decode: (text: string) => Decoded<Value>;
}

const listed = (names: readonly string[], text: string) => ({
  problem: `must be one of ${names.join(', ')}, not ${quote(text)}.`,
});

export const text: WireValue<string> = { encode: (value) => value, decode: (value) => ({ value }) };

export const boolean: WireValue<boolean> = {
  encode: String,
  decode: (given) =>
    given === 'true' || given === 'false' ? { value: given === 'true' } : listed(['true', 'false'], given),
};

/** One of a table's names, encoded by the table. */
export const oneOf = <Name extends string>(table: Readonly<Record<Name, string>>): WireValue<Name> => ({
  encode: (name) => table[name],
  decode(given) {
    const name = nameOf(table, given);
    return name === null ? listed(Object.values(table), given) : { value: name };
  },
});

/** A number as AWS reads it: digits, no exponent. */
const numberLike =
  (pattern: RegExp) =>
  (given: string): Decoded<number> =>
    pattern.test(given)
      ? { value: Number(given) }
      : { problem: `must be a number in fixed notation, not ${quote(given)}.` };

const MAX_INTEGER = 2 ** 31 - 1;

export const integer: WireValue<number> = {
  encode: String,
  decode(given) {
    const decoded = numberLike(/^-?\d{1,10}$/)(given);
    return 'value' in decoded && decoded.value > MAX_INTEGER
      ? { problem: `must be at most ${MAX_INTEGER}, not ${quote(given)}.` }
      : decoded;
  },
};

export const decimal: WireValue<number> = {
  encode: fixedNotation,
  decode: numberLike(/^-?\d{1,20}(\.\d{1,20})?$/),
};
