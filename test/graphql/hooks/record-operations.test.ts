import { expect, test } from '@jest/globals';
import { outcomeOf } from '../../../src/graphql/hooks/record-operations.ts';

const at = (...path: (string | number)[]) => ({ message: 'failed', path });

test.each([
  ['ok', { stage: null, __typename: 'Query' }, []],
  ['error', null, [at('stage')]],
  ['error', undefined, [{ message: 'does not fit the schema' }]],
  ['error', { stage: null }, [at('stage')]],
  ['error', { a: null, b: null, __typename: 'Query' }, [at('a'), at('b')]],
  ['error', { _entities: [null, null] }, [at('_entities', 0), at('_entities', 1)]],
  ['partial', { a: null, b: { stageName: 'dev' } }, [at('a')]],
  ['partial', { a: null, thereIsNone: null }, [at('a')]],
  ['partial', { restApi: { stages: null } }, [at('restApi', 'stages')]],
  ['partial', { _entities: [null, {}] }, [at('_entities', 0)]],
] as const)('the outcome is %s for %j with the errors %j', (outcome, data, errors) => {
  expect(outcomeOf(data, errors)).toBe(outcome);
});
