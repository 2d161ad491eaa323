import { describe, expect, test } from '@jest/globals';
import { redactMessage, withoutVariables } from '../../../src/upstream/calls/variable-values.ts';

const input = {
  restApiId: 'petstore01',
  variables: { password: 'Swordfish', empty: '' },
  canarySettings: { percentTraffic: 5, stageVariableOverrides: { password: 'Marlin' } },
  patchOperations: [
    { op: 'replace', path: '/variables/password', value: 'Tuna' },
    { op: 'replace', path: '/canarySettings/stageVariableOverrides/password', value: 'Cod' },
    { op: 'replace', path: '/description', value: 'seen' },
  ],
};

describe('the values of variables in a call', () => {
  test('are redacted; all other members stay', () => {
    expect(withoutVariables(input)).toEqual({
      restApiId: 'petstore01',
      variables: { password: '[redacted]', empty: '' },
      canarySettings: { percentTraffic: 5, stageVariableOverrides: { password: '[redacted]' } },
      patchOperations: [
        { op: 'replace', path: '/variables/password', value: '[redacted]' },
        { op: 'replace', path: '/canarySettings/stageVariableOverrides/password', value: '[redacted]' },
        { op: 'replace', path: '/description', value: 'seen' },
      ],
    });
  });

  test.each(['Swordfish', 'Marlin', 'Tuna', 'Cod'])(
    'are withheld with the message that quotes them: %s',
    (value) => {
      expect(redactMessage(`Invalid value: ${value}.`, input)).toBe(
        '(withheld: it contains the value of a variable)',
      );
    },
  );

  test('do not affect other messages, which are cut to a length for the log', () => {
    expect(redactMessage('Invalid stage identifier specified', input)).toBe(
      'Invalid stage identifier specified',
    );
    expect(redactMessage('x'.repeat(1e6), input)).toHaveLength(2000);
  });

  test('may be many and in every word of the message: it does not grow', () => {
    const variables = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`v${index}`, 'e']));
    expect(redactMessage('Invalid stage identifier specified', { variables })).toHaveLength(47);
  });
});
