import fc from 'fast-check';
import {
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isNullableType,
} from 'graphql';
import { hostileTexts } from './whole-inputs.ts';

type Anything = fc.Arbitrary<unknown>;
type Example = Readonly<Record<string, unknown>> | undefined;

const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'aZ09~/%{}+-_.:$*"\\ \u0000\ud800'.split('')) }),
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1,
    0.5,
    100,
    101,
    3600,
    3601,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    2 ** 53,
    1e21,
    1e308,
    5e-324,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What is none of a type's values, mostly. */
const wrong: Anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 'true', '5', 5, -0.5, {}, [], [[]], { a: { b: [] } }, [
    null,
  ]),
  fc.jsonValue(),
);

const scalars = new Map<string, Anything>([
  ['Boolean', fc.boolean()],
  ['Int', number],
  ['Float', number],
]);

/** Anything of a type, and something else at times. */
function anyOf(type: GraphQLInputType): Anything {
  if (isNonNullType(type)) return anyOf(type.ofType);
  if (isListType(type))
    return fc.oneof({ weight: 6, arbitrary: fc.array(anyOf(type.ofType), { maxLength: 4 }) }, wrong);
  if (isInputObjectType(type)) return fc.oneof({ weight: 9, arbitrary: fieldsOf(type, undefined) }, wrong);
  const values = isEnumType(type)
    ? fc.constantFrom(...type.getValues().map(({ name }) => name), 'NONE_OF_THEM', 'get')
    : (scalars.get(getNamedType(type).name) ?? text);
  return fc.oneof({ weight: 12, arbitrary: values }, { weight: 2, arbitrary: fc.constant(null) }, wrong);
}

/** How many values an example holds: the more, the rarer one of them is broken, or none would ever be whole. */
const size = (example: unknown): number =>
  typeof example === 'object' && example !== null
    ? Object.values(example).reduce<number>((sum, value) => sum + size(value), 0)
    : 1;

/** Like an example, mostly. */
function like(type: GraphQLInputType, example: unknown, weight: number): Anything {
  const whole = isNonNullType(type) ? type.ofType : type;
  if (isListType(whole) && Array.isArray(example)) {
    const entries = example.map((entry) => like(whole.ofType, entry, weight));
    return fc.oneof({ weight, arbitrary: fc.tuple(...entries) }, anyOf(type));
  }
  if (isInputObjectType(whole) && example !== undefined)
    return fc.oneof({ weight, arbitrary: fieldsOf(whole, example as Example, weight) }, anyOf(type));
  return fc.oneof({ weight, arbitrary: fc.constant(example) }, anyOf(type));
}

/** A field that the input does not have: JSON leaves it out. */
const omitted = fc.constant(undefined);

/** An input of a type: close to the example where there is one, and with a field too many at times. */
function fieldsOf(type: GraphQLInputObjectType, example: Example, weight = 1): Anything {
  const fields = Object.values(type.getFields()).map((field): [string, Anything] => {
    const given = example?.[field.name];
    const value = given === undefined ? anyOf(field.type) : like(field.type, given, weight);
    if (example !== undefined && given === undefined)
      return [field.name, fc.oneof({ weight, arbitrary: omitted }, value)];
    const needed = !isNullableType(field.type) && field.defaultValue === undefined;
    return [field.name, fc.oneof({ weight: needed ? 30 : 4, arbitrary: value }, omitted)];
  });
  const known = fc.record(Object.fromEntries(fields));
  const more = fc.dictionary(
    fc.constantFrom('nothing', '__proto__', 'restApiIdd', 'constructor'),
    fc.jsonValue(),
    {
      minKeys: 1,
      maxKeys: 1,
    },
  );
  return fc.oneof(
    { weight: 15 + weight, arbitrary: known },
    fc.tuple(known, more).map(([some, others]) => ({ ...some, ...others })),
  );
}

/** Inputs of a mutation: most like one of the examples but for a value or two, some of the type's fields alone. */
export const inputsOf = (type: GraphQLInputObjectType, examples: readonly Example[]): Anything =>
  fc.oneof(...examples.map((example) => ({ weight: 6, arbitrary: fieldsOf(type, example, size(example)) })), {
    weight: 1,
    arbitrary: anyOf(type),
  });
