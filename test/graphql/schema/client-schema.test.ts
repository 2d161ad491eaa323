import { describe, expect, test } from '@jest/globals';
import { buildSchema, isInterfaceType, isObjectType } from 'graphql';
import { createSchema, printSchema, printSchemaForClients } from '../../../src/graphql/schema/schema.ts';

const sdl = printSchemaForClients();
const schema = buildSchema(sdl);

describe('the schema for clients', () => {
  test('has nothing that is for routers and caches', () => {
    expect(sdl).not.toMatch(
      /@(?!deprecated|oneOf|specifiedBy)\w|^directive |_Entity|_Service|CacheControlScope/m,
    );
  });

  test('has all that the gateway executes, except what routers ask for', () => {
    const executed = createSchema();
    const fieldsOf = (from: typeof schema) =>
      Object.values(from.getTypeMap())
        .filter((type) => !/^_|^link__|^federation__/.test(type.name))
        .filter((type) => isObjectType(type) || isInterfaceType(type))
        .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
        .filter((place) => !/\._(?:entities|service)$/.test(place))
        .sort();
    expect(fieldsOf(schema).length).toBeGreaterThan(200);
    expect(fieldsOf(schema)).toEqual(fieldsOf(executed));
  });

  test('describes the codes of errors, which no field returns', () => {
    expect(schema.getType('StagegraphErrorCode')?.description).toBeTruthy();
  });

  test('has Node on what has an id and can be read by it; the SDL for routers has it nowhere', () => {
    const node = schema.getType('Node');
    expect(
      isInterfaceType(node) &&
        schema
          .getPossibleTypes(node)
          .map(({ name }) => name)
          .sort(),
    ).toEqual(['RestApi', 'RestApiDeployment', 'Stage']);
    for (const auth of [false, true]) expect(printSchema({ auth })).not.toMatch(/\bNode\b(?!s)|\bnodes?\(/);
  });
});
