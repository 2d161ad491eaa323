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
  test('are not told; all else is', () => {
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

  test.each(['Swordfish', 'Marlin', 'Tuna', 'Cod'])('withhold a message that quotes one: %s', (value) => {
    expect(redactMessage(`Invalid value: ${value}.`, input)).toBe(
      '(withheld: the value of a variable is in it)',
    );
  });

  test('let other messages pass, as far as a log wants them', () => {
    expect(redactMessage('Invalid stage identifier specified', input)).toBe(
      'Invalid stage identifier specified',
    );
    expect(redactMessage('x'.repeat(1e6), input)).toHaveLength(2000);
  });

  test('are many, and each found in the message, and the message does not grow', () => {
    const variables = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`v${index}`, 'e']));
    expect(redactMessage('Invalid stage identifier specified', { variables })).toHaveLength(44);
  });
});
