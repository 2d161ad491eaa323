import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { createSchema, printSchema } from '../../../src/graphql/schema/schema.ts';

const federationTypes = new Set([
  '_Any',
  '_Entity',
  '_Service',
  '_FieldSet',
  'link__Purpose',
  'link__Import',
]);

const ownTypes = Object.values(createSchema().getTypeMap()).filter(
  (type) =>
    !isIntrospectionType(type) &&
    !isSpecifiedScalarType(type) &&
    !federationTypes.has(type.name) &&
    !type.name.startsWith('federation__'),
);

/** Every place of a type that a reader of the Sandbox can point at, with its description. */
function places(type: GraphQLNamedType): [string, string | null | undefined][] {
  const own: [string, string | null | undefined] = [type.name, type.description];
  if (isEnumType(type)) {
    return [
      own,
      ...type
        .getValues()
        .map((value) => [`${type.name}.${value.name}`, value.description] as [string, string]),
    ];
  }
  if (isInputObjectType(type)) {
    return [
      own,
      ...Object.values(type.getFields()).map(
        (field) => [`${type.name}.${field.name}`, field.description] as [string, string],
      ),
    ];
  }
  if (!isObjectType(type)) return [own];
  const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
  return [
    own,
    ...fields.flatMap((field): [string, string | null | undefined][] => [
      [`${type.name}.${field.name}`, field.description],
      ...field.args.map((argument): [string, string | null | undefined] => [
        `${type.name}.${field.name}(${argument.name}:)`,
        argument.description,
      ]),
    ]),
  ];
}

describe('the schema', () => {
  test('every type has one name, in the SDL and in introspection', () => {
    const names = Object.entries(createSchema().getTypeMap());
    expect(names.map(([name]) => name)).toEqual(names.map(([, type]) => type.name));
  });

  test('describes everything', () => {
    const undescribed = ownTypes.flatMap(places).flatMap(([place, text]) => (text ? [] : [place]));
    expect(ownTypes.length).toBeGreaterThan(50);
    expect(undescribed).toEqual([]);
  });

  test('is committed as it is printed: run "npm run schema:update" after a change of schema/', () => {
    const committed = readFileSync(new URL('../../../docs/subgraph.graphql', import.meta.url), 'utf8');
    expect(printSchema()).toBe(committed);
  });
});
