import { describe, expect, test } from '@jest/globals';
import { misspeltVariables } from '../../src/config/unknown-variables.ts';

describe('a variable of the environment', () => {
  test.each([
    ['STAGEAPI', 'STAGE_API'],
    ['PROT', 'PORT'],
    ['stage_api', 'STAGE_API'],
    ['AUTH_JKWS_URL', 'AUTH_JWKS_URL'],
    ['UPSTREM_RATE', 'UPSTREAM_RATE'],
    ['AWS_REGOIN', 'AWS_REGION'],
  ])('%s is taken for a slip, and %s is named', (given, meant) => {
    expect(misspeltVariables({ [given]: 'any' })).toEqual([
      `${given} is not a variable of stagegraph and is ignored. Did you mean ${meant}?`,
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
  ])('%s is not ours, and nothing is said of it', (name) => {
    expect(misspeltVariables({ [name]: 'any' })).toEqual([]);
  });

  test('nothing is said of it beside the one that it resembles', () => {
    expect(misspeltVariables({ PROT: '1', PORT: '2' })).toEqual([]);
  });
});
