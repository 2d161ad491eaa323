import { describe, expect, test } from '@jest/globals';
import { stateAfter, testsNothing } from '../../../../src/datasources/stages/plans/canary-state.ts';
import { type PatchOperation, remove, replace } from '../../../../src/datasources/stages/plans/patch-plan.ts';
import { promotion } from '../../../../src/datasources/stages/plans/plan-canary.ts';
import { stageWith } from '../../../support/stages.ts';

const plain = stageWith();
const canary = {
  deploymentId: 'dep002',
  percentTraffic: 10,
  stageVariableOverrides: { color: 'blue' },
};
const split = stageWith({ canarySettings: canary });
const overrides = (...names: string[]) => names.map((name) => expect.objectContaining({ name }));

const after = (operations: readonly PatchOperation[], stage = split) => {
  const { deploymentId, canarySettings } = stateAfter(stage, operations);
  return { deploymentId, canarySettings };
};

describe('what a stage serves', () => {
  test('after a write to a canary that does not exist: a new one, of its own deployment', () => {
    expect(after([replace('/canarySettings/percentTraffic', '5.0')], plain)).toEqual({
      deploymentId: 'dep001',
      canarySettings: { deploymentId: 'dep001', percentTraffic: 5, stageVariableOverrides: [] },
    });
  });

  test('after writes to its canary', () => {
    const operations = [
      replace('/canarySettings/deploymentId', 'dep003'),
      replace('/canarySettings/percentTraffic', '050.0'),
      replace('/canarySettings/stageVariableOverrides/shape', 'round'),
      replace('/canarySettings/useStageCache', 'true'),
      remove('/canarySettings/stageVariableOverrides/color'),
    ];
    expect(after(operations).canarySettings).toMatchObject({
      deploymentId: 'dep003',
      percentTraffic: 50,
      stageVariableOverrides: overrides('shape'),
    });
  });

  test('after a promotion: the deployment of the canary', () => {
    expect(after(promotion)).toMatchObject({
      deploymentId: 'dep002',
      canarySettings: { deploymentId: 'dep002', percentTraffic: 0 },
    });
    expect(after([...promotion, remove('/canarySettings')])).toEqual({
      deploymentId: 'dep002',
      canarySettings: null,
    });
    expect(after(promotion.slice(0, 1), plain)).toMatchObject({
      deploymentId: 'dep001',
      canarySettings: null,
    });
  });

  test('after a change of its deployment, and of what does not decide it', () => {
    const operations = [
      replace('/description', 'x'),
      replace('/deploymentId', 'dep009'),
      remove('/variables/a'),
    ];
    expect(after(operations)).toMatchObject({
      deploymentId: 'dep009',
      canarySettings: { deploymentId: 'dep002' },
    });
  });

  test('keeps a share that AWS would refuse', () => {
    expect(after([replace('/canarySettings/percentTraffic', 'much')])).toMatchObject({
      canarySettings: { percentTraffic: 10 },
    });
  });
});

describe('a canary tests nothing', () => {
  test.each([
    ['without one', plain, false],
    ['of another deployment', split, false],
    ['of the same deployment', stageWith({ canarySettings: { deploymentId: 'dep001' } }), true],
    [
      'of the same deployment, with overrides, whatever their values',
      stageWith({
        variables: { color: 'blue' },
        canarySettings: { deploymentId: 'dep001', stageVariableOverrides: { color: 'blue' } },
      }),
      false,
    ],
  ])('%s: %s', (_, stage, expected) => {
    expect(testsNothing(stage)).toBe(expected);
  });
});
