import { expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { createSchema } from '../../../src/graphql/schema/schema.ts';
import { isPureResolver } from '../../../src/resolvers/pure-resolver.ts';
import { StageVariable } from '../../../src/resolvers/stage.ts';

const schema = createSchema();

function resolverOf(typeName: string, field: string): object {
  const type = schema.getType(typeName);
  const resolve = isObjectType(type) ? type.getFields()[field]?.resolve : undefined;
  if (resolve === undefined) throw new Error(`${typeName}.${field} has no resolver`);
  return resolve;
}

test('a guarded resolver is as pure as what it guards, so that its results are kept with those of its parent', () => {
  const guarded = resolverOf('StageVariable', 'value');
  expect(guarded).not.toBe(StageVariable.value);
  expect(isPureResolver(guarded)).toBe(true);
  expect(isPureResolver(resolverOf('Query', 'stage'))).toBe(false);
});
