import { describe, expect, test } from '@jest/globals';
import { misspeltVariables } from '../../src/config/unknown-variables.ts';

describe('an unknown environment variable', () => {
  test.each([
    ['STAGEAPI', 'STAGE_API'],
    ['PROT', 'PORT'],
    ['stage_api', 'STAGE_API'],
    ['AUTH_JKWS_URL', 'AUTH_JWKS_URL'],
    ['UPSTREM_RATE', 'UPSTREAM_RATE'],
    ['AWS_REGOIN', 'AWS_REGION'],
  ])('%s is probably a typo of %s', (given, intended) => {
    expect(misspeltVariables({ [given]: 'any' })).toEqual([
      `${given} is not a variable of stagegraph and is ignored. Did you mean ${intended}?`,
    ]);
  });

  test.each([
    'PATH',
    'HOME',
    'HOSTNAME',
    'LOGNAME',
    'TERM',
    'SHELL',
    'PWD',
    'LANG',
    'AWS_PROFILE',
    'NODE_OPTIONS',
  ])('%s gets no warning: it is not similar to ours', (name) => {
    expect(misspeltVariables({ [name]: 'any' })).toEqual([]);
  });

  test('SHORTCUTS is told its new name', () => {
    expect(misspeltVariables({ SHORTCUTS: 'off' })).toEqual([
      'SHORTCUTS is not a variable of stagegraph and is ignored. Did you mean EXECUTION_CACHES?',
    ]);
  });

  test('gets no warning if the similar variable is set', () => {
    expect(misspeltVariables({ PROT: '1', PORT: '2' })).toEqual([]);
  });
});
