import { assumed } from '../errors/assumed.ts';
import { serialization, validation } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** Typed access to the members of a request body; null counts as absent (docs/stage-api.md §1). */
export interface Members {
  string(name: string): string | undefined;
  requiredString(name: string): string;
  enumeration<T extends string>(name: string, values: readonly T[]): T | undefined;
  /** Returns the first value for a missing or invalid one; readInput throws before it is used. */
  requiredEnumeration<T extends string>(name: string, values: readonly [T, ...T[]]): T;
  boolean(name: string): boolean | undefined;
  double(name: string): number | undefined;
  /** 32 bits; AWS truncates fractions. */
  integer(name: string): number | undefined;
  strings(name: string): string[] | undefined;
  /** One violation for the whole list, as recorded for CreateRestApi. */
  enumerations<T extends string>(name: string, values: readonly T[]): T[] | undefined;
  stringMap(name: string): Readonly<Record<string, string>> | undefined;
  booleanMap(name: string): Readonly<Record<string, boolean>> | undefined;
  requiredStringMap(name: string): Readonly<Record<string, string>>;
  structure<T>(name: string, read: (members: Members) => T): T | undefined;
  requiredStructure<T>(name: string, read: (members: Members) => T): T;
  structures<T>(name: string, read: (members: Members) => T): T[];
}

type Scalar = 'String' | 'Boolean' | 'Double' | 'Integer';

/** The Java class names in the messages of AWS's deserializer (§1). */
const classOf = (value: unknown) => {
  if (typeof value === 'boolean') return 'class java.lang.Boolean';
  if (typeof value === 'number') return 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber';
  return 'class java.lang.String';
};

function wrongType(value: unknown, wanted: Scalar) {
  if (Array.isArray(value)) return serialization(assumed.listFound);
  if (typeof value === 'object') return serialization(assumed.structureFound);
  return serialization(assumed.wrongType(classOf(value), wanted));
}

const toString = (value: unknown) => {
  if (typeof value === 'string') return value;
  throw wrongType(value, 'String');
};
const toBoolean = (value: unknown) => {
  if (typeof value === 'boolean') return value;
  throw wrongType(value, 'Boolean');
};
const toNumber = (value: unknown, wanted: Scalar) => {
  // JSON.parse turns 1e999 into Infinity.
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongType(value, wanted);
};
const toInteger = (value: unknown) => {
  const integer = Math.trunc(toNumber(value, 'Integer'));
  if (integer < -(2 ** 31) || integer > 2 ** 31 - 1) throw wrongType(value, 'Integer');
  return integer;
};
const toObject = (value: unknown): JsonObject => {
  if (isJsonObject(value)) return value;
  throw serialization(Array.isArray(value) ? assumed.listFound : assumed.structureExpected(classOf(value)));
};
const toMap = <T>(value: unknown, convert: (item: unknown) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(toObject(value)).flatMap(([key, item]) => (item === null ? [] : [[key, convert(item)]])),
  );
const toList = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw serialization(
    isJsonObject(value) ? assumed.structureFound : assumed.structureExpected(classOf(value)),
  );
};

function createMembers(object: JsonObject, at: string, violations: string[]): Members {
  const read = <T>(name: string, convert: (value: unknown) => T): T | undefined => {
    const value = Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
    return value === undefined ? undefined : convert(value);
  };
  const required = <T>(name: string, value: T | undefined, fallback: T): T => {
    if (value === undefined) violations.push(assumed.missingMember(`${at}.${name}`));
    return value ?? fallback;
  };
  const nested = (value: unknown, where: string) => createMembers(toObject(value), where, violations);

  const members: Members = {
    string: (name) => read(name, toString),
    requiredString: (name) => required(name, members.string(name), ''),
    enumeration(name, values) {
      const given = members.string(name);
      const known = values.find((value) => value === given);
      if (given !== undefined && known === undefined)
        violations.push(recorded.notInEnum(given, `${at}.${name}`, values));
      return known;
    },
    requiredEnumeration(name, values) {
      members.requiredString(name);
      return members.enumeration(name, values) ?? values[0];
    },
    boolean: (name) => read(name, toBoolean),
    double: (name) => read(name, (value) => toNumber(value, 'Double')),
    integer: (name) => read(name, toInteger),
    strings: (name) => read(name, (value) => toList(value).map(toString)),
    enumerations(name, values) {
      const given = members.strings(name);
      const known = given?.flatMap((item) => values.find((value) => value === item) ?? []);
      if (given && given.length !== known?.length)
        violations.push(recorded.listNotInEnum(given, `${at}.${name}`, values));
      return known;
    },
    stringMap: (name) => read(name, (value) => toMap(value, toString)),
    booleanMap: (name) => read(name, (value) => toMap(value, toBoolean)),
    requiredStringMap: (name) => required(name, members.stringMap(name), {}),
    structure: (name, readStructure) => read(name, (value) => readStructure(nested(value, `${at}.${name}`))),
    requiredStructure(name, readStructure) {
      const given = members.structure(name, readStructure);
      if (given !== undefined) return given;
      violations.push(assumed.missingMember(`${at}.${name}`));
      // Its own members are not reported.
      return readStructure(createMembers({}, '', []));
    },
    structures: (name, readStructure) =>
      read(name, toList)?.map((value, index) =>
        readStructure(nested(value ?? {}, `${at}.${name}.${index + 1}.member`)),
      ) ?? [],
  };
  return members;
}

/**
 * Reads a body as the input of an operation (§1). A wrong JSON type throws a SerializationException at once; enum
 * values and missing members are collected into one ValidationException, with those of labels at the end. Both precede
 * the business rules.
 */
export function readInput<T>(
  body: JsonObject,
  inputName: string,
  read: (members: Members) => T,
  labelViolations: readonly string[] = [],
): T {
  const violations: string[] = [];
  const input = read(createMembers(body, inputName, violations));
  violations.push(...labelViolations);
  if (violations.length > 0) throw validation(violations);
  return input;
}

/** A query parameter with an enum; an unknown value is a violation, named without the input (§1). */
export function readEnumParameter<T extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly T[],
): T | undefined {
  const given = query.get(name) ?? undefined;
  const known = values.find((value) => value === given);
  if (given !== undefined && known === undefined) throw validation([recorded.notInEnum(given, name, values)]);
  return known;
}
