import { beforeAll, describe, expect, test } from '@jest/globals';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { allMutations, documentOf } from '../support/mutations.ts';
import { run, type Running } from '../support/run.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});

const QUERY = '{ stage(restApiId: "petstore01", stageName: "prod") { permittedMutations } }';
const ofStages = allMutations.map(({ name }) => name).filter((name) => name !== 'createStage');
const ofAdmins = ['deleteStage', 'patchStage'];

interface Answer {
  readonly stage: { readonly permittedMutations: readonly string[] };
}
type Headers = Readonly<Record<string, string>>;

async function permitted(gateway: Running, headers: Headers = {}): Promise<readonly string[]> {
  const { data, errors } = await gateway.graphql<Answer>(QUERY, {}, headers);
  expect(errors).toBeUndefined();
  return data.stage.permittedMutations;
}

/** The mutations whose dry run is not FORBIDDEN. */
async function permittedByDryRuns(gateway: Running, headers: Headers): Promise<string[]> {
  const permittedNames: string[] = [];
  for (const { name, input } of allMutations) {
    const variables = { input: { ...input, dryRun: true } };
    const { errors = [] } = await gateway.graphql(documentOf(name), variables, headers);
    const isForbidden = errors.some(({ extensions }) => extensions.code === 'FORBIDDEN');
    if (name !== 'createStage' && !isForbidden) permittedNames.push(name);
  }
  return permittedNames.sort();
}

describe('Stage.permittedMutations', () => {
  test('is every mutation but createStage without authentication, sorted, and costs no call', async () => {
    const gateway = await run();
    expect(await permitted(gateway)).toEqual(ofStages.toSorted());
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  describe.each([
    ['without policies', {}],
    [
      'with policies',
      {
        policies: `permit(principal, action in [Action::"read", Action::"readVariables"], resource);
       permit(principal, action in [Action::"write", Action::"admin"], resource);
       forbid(principal, action == Action::"promoteCanary", resource);
       forbid(principal, action == Action::"patchStage", resource) when {
         principal.hasTag("groups") && principal.getTag("groups").contains("careful") };`,
      },
    ],
  ])('%s', (_, options) => {
    let gateway: Running;
    beforeAll(async () => {
      gateway = await run({ auth: issuer.options, memory: {}, ttlMs: 60_000, ...options });
    });

    test.each([
      ['stages:read', []],
      ['stages:write', []],
      ['stages:admin', []],
      ['stages:admin', ['careful']],
    ])('is what dry runs say of a caller with %s in the groups %j', async (scope, groups) => {
      const headers = bearer(await issuer.token(scope, { groups }));
      expect(await permitted(gateway, headers)).toEqual(await permittedByDryRuns(gateway, headers));
    });
  });

  test('is empty for who may only read, and for a token without a subject; no other gets their answer', async () => {
    const gateway = await run({ auth: issuer.options, ttlMs: 60_000 });
    const headersOf = async (scope: string, claims = {}) => bearer(await issuer.token(scope, claims));
    const callers = [
      { headers: await headersOf('stages:admin'), expected: ofStages },
      { headers: await headersOf('stages:admin', { sub: undefined }), expected: [] },
      { headers: await headersOf('stages:read'), expected: [] },
      {
        headers: await headersOf('stages:write'),
        expected: ofStages.filter((name) => !ofAdmins.includes(name)),
      },
    ];
    for (const { headers, expected } of [...callers, ...callers.toReversed()]) {
      expect(await permitted(gateway, headers)).toEqual(expected.toSorted());
    }
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('follows the tags of the stage, and leaves the dry runs to the audit log', async () => {
    const audited: string[] = [];
    const gateway = await run({
      auth: issuer.options,
      audit: (line) => audited.push(line),
      policies: `
        permit(principal, action == Action::"read", resource);
        permit(principal, action == Action::"tagStage", resource);
        permit(principal, action == Action::"flushStageCache", resource) when {
          resource.hasTag("team") && resource.getTag("team") == "pets" };`,
    });
    const headers = bearer(await issuer.token('stages:write'));
    const tag = async (team: string) => {
      const input = { restApiId: 'petstore01', stageName: 'prod', tags: [{ key: 'team', value: team }] };
      await gateway.graphql(documentOf('tagStage'), { input }, headers);
    };
    await tag('cats');
    expect(await permitted(gateway, headers)).toEqual(['tagStage']);
    await tag('pets');
    expect(await permitted(gateway, headers)).toEqual(['flushStageCache', 'tagStage']);
    expect(audited).toHaveLength(2);
  });
});
