import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { nameProblem, requireNames } from '../../../src/datasources/inputs/names.ts';

describe('a name that becomes part of a URL', () => {
  test.each(['a', 'petstore01', 'my-stage_2', 'x'.repeat(128)])('may be %j', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });

  test.each(['', '.', '..', 'a/b', 'a b', 'a\n', '\u0000', '%2e', 'é', '$default', 'x'.repeat(129)])(
    'may not be %j',
    (name) => {
      expect(nameProblem(name)).toMatch(/^must be 1 to 128 letters.*not "/);
    },
  );

  test('is refused together with all other invalid names', () => {
    const names = () => requireNames({ restApiId: '..', stageName: 'ok', deploymentId: '' });
    expect(names).toThrow(GraphQLError);
    expect(names).toThrow(/^restApiId must be .* not "\.\."\. deploymentId must be .* not ""\.$/);
  });

  test('may be omitted', () => {
    expect(() => requireNames({ restApiId: 'petstore01', deploymentId: undefined })).not.toThrow();
  });
});
