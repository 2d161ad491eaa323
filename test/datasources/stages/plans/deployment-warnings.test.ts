import { describe, expect, test } from '@jest/globals';
import type { DeployedMethods } from '../../../../src/datasources/rest-apis/deployed-methods.ts';
import { stateAfter } from '../../../../src/datasources/stages/plans/canary-state.ts';
import {
  deploymentsOf,
  deploymentWarningsOf,
} from '../../../../src/datasources/stages/plans/deployment-warnings.ts';
import { type PatchOperation, remove, replace } from '../../../../src/datasources/stages/plans/patch-plan.ts';
import { promotion } from '../../../../src/datasources/stages/plans/plan-canary.ts';
import type { StageModel } from '../../../../src/datasources/stages/wire/model.ts';
import { deploymentWith, open, signed, withKey } from '../../../support/deployments.ts';
import { stageWith } from '../../../support/stages.ts';

const first = deploymentWith(
  { '/pets': { GET: open, POST: signed }, '/pets/{petId}': { GET: open } },
  'dep001',
  1,
);
const second = deploymentWith({ '/pets': { GET: open, POST: open }, '/toys': { ANY: open } }, 'dep002', 2);

const plain = stageWith();
const split = stageWith({ canarySettings: { deploymentId: 'dep002', percentTraffic: 10 } });

interface Options {
  readonly stage?: StageModel;
  readonly before?: StageModel;
  readonly known?: readonly DeployedMethods[];
}

const contextOf = (
  operations: readonly PatchOperation[],
  stage: StageModel,
  known: StageModel | undefined,
) => ({ operations, before: known, known, stage, after: stateAfter(stage, operations) });

function warnings(operations: readonly PatchOperation[], options: Options = {}) {
  const { stage = plain, known = [first, second] } = options;
  return deploymentWarningsOf(
    contextOf(operations, stage, options.before ?? stage),
    new Map(known.map((deployment) => [deployment.deploymentId, deployment])),
  );
}
const codes = (...args: Parameters<typeof warnings>): string[] => warnings(...args).map(({ code }) => code);
const throttle = (key: string) => replace(`/${key}/throttling/rateLimit`, '5.0');

describe('settings of a method that the deployment does not have', () => {
  test.each<[string, string[], string[]]>([
    ['a method that it has', ['~1pets/GET'], []],
    ['the default entry', ['*/*'], []],
    ['a dead key, which has a warning of its own', ['pets/GET', '~1nope/ANY'], []],
    ['a path that it has not', ['~1pets~1{id}/GET'], ['NO_SUCH_METHOD']],
    ['a verb that it has not', ['~1pets/PUT'], ['NO_SUCH_METHOD']],
    ['two verbs of a path', ['~1nope/PUT', '~1nope/GET'], ['NO_SUCH_METHOD']],
    ['two paths', ['~1nope/PUT', '~1nada/GET'], ['NO_SUCH_METHOD', 'NO_SUCH_METHOD']],
  ])('%s: %j', (_, keys, expected) => {
    expect(codes(keys.map(throttle))).toEqual(expected);
  });

  test('a removal is no setting', () => {
    expect(codes([remove('/~1nope/GET')])).toEqual([]);
  });

  test('ANY reaches the verbs that there are', () => {
    const verbs = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
    expect(codes(verbs.map((verb) => throttle(`~1pets/${verb}`)))).toEqual([]);
    expect(codes(verbs.map((verb) => throttle(`~1nope/${verb}`)))).toEqual(['NO_SUCH_METHOD']);
  });

  test('proposes the nearest path, and names the methods of a path that it has', () => {
    expect(warnings([throttle('~1pets~1{id}/GET')])[0]?.message).toMatch(
      /Did you mean "\/pets\/\{petId\}"\?$/,
    );
    expect(warnings([throttle('~1pets/PUT')], { stage: split })[0]?.message).toMatch(
      /PUT \/pets.*\/pets has GET, POST\.$/,
    );
    expect(warnings([throttle('~1some~1thing~1else/PUT')])[0]?.message).not.toContain('Did you mean');
  });

  test('proposes paths for the first missing ones only: it compares them with all others', () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `~1pets${name}/GET`);
    const messages = warnings(keys.map(throttle)).map(({ message }) => message.includes('Did you mean'));
    expect(messages).toEqual([true, true, true, true, true, false]);
  });

  test('the canary counts as well', () => {
    expect(codes([throttle('~1toys/GET')])).toEqual(['NO_SUCH_METHOD']);
    expect(codes([throttle('~1toys/GET')], { stage: split })).toEqual([]);
  });

  test('what is not known has no warning', () => {
    expect(codes([throttle('~1nope/GET')], { stage: split, known: [first] })).toEqual([]);
  });

  test('it is the deployment that the same change sets', () => {
    const operations = [replace('/deploymentId', 'dep002'), throttle('~1toys/GET')];
    expect(codes(operations)).not.toContain('NO_SUCH_METHOD');
  });
});

describe('another deployment', () => {
  test('that lacks methods, or needs less authorization', () => {
    expect(warnings([replace('/deploymentId', 'dep002')])).toEqual([
      { code: 'METHODS_REMOVED', message: expect.stringContaining('GET /pets/{petId}') },
      { code: 'AUTHORIZATION_WEAKENED', message: expect.stringContaining('POST /pets') },
    ]);
  });

  test('that is older, by a promotion', () => {
    const stage = stageWith({ deploymentId: 'dep002', canarySettings: { deploymentId: 'dep001' } });
    expect(codes(promotion, { stage })).toEqual(['PROMOTES_OLDER_DEPLOYMENT', 'METHODS_REMOVED']);
    // Whoever names the deployment knows which one it is.
    expect(codes([replace('/deploymentId', 'dep001')], { stage })).toEqual(['METHODS_REMOVED']);
  });

  test('that is newer, by a promotion', () => {
    expect(codes(promotion, { stage: split })).not.toContain('PROMOTES_OLDER_DEPLOYMENT');
  });

  test('is seen from the answer to the change, too', () => {
    const after = stageWith({ deploymentId: 'dep002' });
    expect(codes([replace('/deploymentId', 'dep002')], { stage: after, before: plain })).toHaveLength(2);
  });

  test('without a known stage or deployment before: no warning', () => {
    const operations = [replace('/deploymentId', 'dep002')];
    const context = contextOf(operations, plain, undefined);
    expect(deploymentWarningsOf(context, new Map([[second.deploymentId, second]]))).toEqual([]);
    expect(codes(operations, { known: [second] })).toEqual([]);
  });

  test.each([
    ['NONE instead of IAM', signed, open, true],
    ['no key any more', withKey, open, true],
    ['IAM instead of a key', withKey, signed, false],
    ['a key instead of IAM', signed, withKey, true],
    ['another authorizer', signed, { authorizationType: 'CUSTOM', apiKeyRequired: false }, false],
    ['a key more', open, withKey, false],
    ['an unknown type before', { apiKeyRequired: false }, open, false],
    ['an unknown type after, and no key', withKey, { apiKeyRequired: false }, true],
  ])('weakens authorization: %s: %s', (_, one, other, isWeaker) => {
    const known = [
      deploymentWith({ '/a': { GET: one } }, 'dep001'),
      deploymentWith({ '/a': { GET: other } }, 'dep002'),
    ];
    const expected = isWeaker ? ['AUTHORIZATION_WEAKENED'] : [];
    expect(codes([replace('/deploymentId', 'dep002')], { known })).toEqual(expected);
  });
});

describe('the deployments to look at', () => {
  test.each<[string, PatchOperation[], typeof plain, string[]]>([
    ['a description', [replace('/description', 'x')], split, []],
    ['the default entry', [throttle('*/*')], split, []],
    ['a removal', [remove('/~1pets/GET')], split, []],
    ['settings', [throttle('~1pets/GET')], plain, ['dep001']],
    ['settings beside a canary', [throttle('~1pets/GET')], split, ['dep001', 'dep002']],
    ['a promotion', promotion, split, ['dep001', 'dep002']],
    ['the deployment that it has', [replace('/deploymentId', 'dep001')], plain, []],
  ])('for %s', (_, operations, stage, expected) => {
    expect([...deploymentsOf(contextOf(operations, stage, stage))]).toEqual(expected);
  });
});
