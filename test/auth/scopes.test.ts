import { beforeAll, describe, expect, test } from '@jest/globals';
import { isObjectType, parse } from 'graphql';
import { createSchema, printSchema } from '../../src/graphql/schema/schema.ts';
import { readScopeDeclarations } from '../../src/graphql/schema/scope-declarations.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf, allMutations, type MutationName, mutations } from '../support/mutations.ts';
import { type Running, run, sentPatches } from '../support/run.ts';

describe('the scopes that the schema declares', () => {
  const declarations = readScopeDeclarations(parse(printSchema({ auth: true })));

  test('cover every root field and every entity', () => {
    const schema = createSchema();
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {})
        .filter((name) => !name.startsWith('_'))
        .map((name) => `${type?.name ?? ''}.${name}`),
    );
    const entities = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && 'apollo' in type.extensions)
      .map(({ name }) => name);
    expect(roots.length).toBeGreaterThan(20);
    expect(entities.sort()).toEqual(['RestApi', 'RestApiDeployment', 'Stage']);
    // Routers do not see them; test/graph/nodes.test.ts has their scopes.
    const forClients = ['Query.node', 'Query.nodes'];
    expect([...declarations.keys(), ...forClients].sort()).toEqual(
      [...roots, ...entities, 'StageVariable.value'].sort(),
    );
  });

  test('are ordered: each includes the ones before it', () => {
    const read = [['stages:read'], ['stages:write'], ['stages:admin']];
    const write = [['stages:write'], ['stages:admin']];
    const wanted = (place: string): unknown => {
      if (place === 'StageVariable.value') return [['stages:variables']];
      if (place === 'Mutation.patchStage' || place === 'Mutation.deleteStage') return [['stages:admin']];
      return place.startsWith('Mutation.') ? write : read;
    };
    for (const [place, requirement] of declarations)
      expect([place, requirement]).toEqual([place, wanted(place)]);
  });

  test('are printed only for routers that enforce them', () => {
    expect(printSchema({ auth: true })).toContain('"@authenticated", ');
    expect(printSchema({ auth: true })).toContain('@requiresScopes(scopes: [["stages:variables"]])');
    expect(printSchema()).not.toMatch(/authenticated|requiresScopes/);
  });
});

describe('the permissions of a caller', () => {
  const audited: string[] = [];
  let issuer: Issuer;
  let gateway: Running;
  beforeAll(async () => {
    issuer = await startIssuer();
    const audit = (line: string) => audited.push(line);
    gateway = await run({ auth: issuer.options, isProtected: (name) => name === 'prod', audit });
  });

  test.each(allMutations)('$name is refused to a token without a subject', async (row) => {
    const before = gateway.stageApi.requests().length;
    const headers = bearer(await issuer.token('stages:admin', { sub: '' }));
    const { data, errors } = await gateway.graphql(documentOf(row.name), { input: row.input }, headers);
    expect(data).toEqual({ [row.name]: null });
    expect(errors).toMatchObject([
      {
        message: `Mutation.${row.name} needs a token that names its subject, in the claim sub, client_id or azp.`,
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(gateway.stageApi.requests()).toHaveLength(before);
    expect(JSON.parse(audited.at(-1) ?? '')).toMatchObject({
      mutation: row.name,
      subject: null,
      outcome: 'FORBIDDEN',
    });
  });

  test('a token with a client id may change stages; a token without a subject may only read', async () => {
    const change = documentOf('tagStage');
    const input = { ...mutations.tagStage.input, stageName: 'dev' };
    for (const claims of [{ client_id: 'pipeline' }, { azp: 'pipeline' }]) {
      const program = bearer(await issuer.token('stages:write', { sub: '', ...claims }));
      const { errors } = await gateway.graphql(change, { input }, program);
      expect(errors).toBeUndefined();
      expect(JSON.parse(audited.at(-1) ?? '')).toMatchObject({ subject: 'pipeline', outcome: 'OK' });
    }
    const nameless = bearer(await issuer.token('stages:read', { sub: '' }));
    const { data } = await gateway.graphql('{ restApis { nodes { name } } }', {}, nameless);
    expect(data).toMatchObject({ restApis: { nodes: expect.any(Array) as unknown } });
  });

  const as = async <Data>(scope: string, query: string, variables = {}) =>
    gateway.graphql<Data>(query, variables, bearer(await issuer.token(scope)));

  const tryAs = (scope: string, name: MutationName) =>
    as(scope, documentOf(name), { input: mutations[name].input });

  test.each(['stages:read', 'stages:write', 'stages:admin'])('%s is enough to read', async (scope) => {
    const { data, errors } = await as(scope, '{ stages(restApiId: "petstore01") { stageName } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ stages: [{}, {}, {}] });
  });

  test.each(['', 'openid', 'stages:variables', 'STAGES:READ', 'stages:readx'])(
    '"%s" is not, and AWS is not called',
    async (scope) => {
      const before = gateway.stageApi.requests().length;
      const { status, data, errors } = await as(
        scope,
        '{ stages(restApiId: "petstore01") { stageName } __typename }',
      );
      expect({ status, data }).toEqual({ status: 200, data: { stages: null, __typename: 'Query' } });
      expect(errors).toMatchObject([
        {
          message:
            'Query.stages needs a token with the scope "stages:read" or "stages:write" or "stages:admin".',
          path: ['stages'],
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
      expect(gateway.stageApi.requests()).toHaveLength(before);
    },
  );

  test.each([
    'stage(restApiId: "petstore01", stageName: "dev") { stageName }',
    'restApi(restApiId: "petstore01") { name }',
    'restApis { nodes { name } }',
  ])('"openid" is not enough for { %s }', async (field) => {
    const before = gateway.stageApi.requests().length;
    const { data, errors } = await as<Record<string, unknown>>('openid', `{ result: ${field} }`);
    expect(data).toEqual({ result: null });
    expect(errors).toMatchObject([{ path: ['result'], extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.stageApi.requests()).toHaveLength(before);
  });

  test('a router needs the same scopes for entities, each of which fails by itself', async () => {
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Stage { stageName } ... on RestApi { restApiId } }
    }`;
    const representations = [
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'dev' },
      { __typename: 'RestApi', restApiId: 'petstore01' },
    ];
    const closed = await as('', query, { representations });
    expect(closed.data).toEqual({ _entities: [null, null] });
    expect(closed.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const open = await as('stages:read', query, { representations });
    expect(open.data).toEqual({ _entities: [{ stageName: 'dev' }, { restApiId: 'petstore01' }] });
  });

  test.each(allMutations.map(({ name }) => name))('%s is forbidden to a reader', async (name) => {
    const before = gateway.stageApi.requests().length;
    const { errors, data } = await tryAs('stages:read stages:variables', name);
    expect(data).toEqual({ [name]: null });
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'FORBIDDEN' } }]);
    expect(gateway.stageApi.requests()).toHaveLength(before);
  });

  test.each(['patchStage', 'deleteStage'] as const)('%s is forbidden to a writer', async (name) => {
    const before = gateway.stageApi.requests().length;
    const { errors } = await tryAs('stages:write', name);
    expect(errors).toMatchObject([
      {
        message: `Mutation.${name} needs a token with the scope "stages:admin".`,
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(gateway.stageApi.requests()).toHaveLength(before);
  });

  test('a writer must confirm a change of a protected stage, an admin need not', async () => {
    const mutation = `mutation ($confirm: String) {
      updateStage(input: { restApiId: "petstore01", stageName: "prod", description: "x", confirm: $confirm }) {
        userErrors { code }
      }
    }`;
    const codes = async (scope: string, confirm?: string) =>
      (
        await as<{ updateStage: { userErrors: { code: string }[] } }>(scope, mutation, { confirm })
      ).data.updateStage.userErrors.map(({ code }) => code);
    expect(await codes('stages:write')).toEqual(['CONFIRMATION_REQUIRED']);
    expect(await codes('stages:write', 'prod')).toEqual([]);
    expect(await codes('stages:admin')).toEqual([]);
    expect(await codes('stages:admin', 'dev')).toEqual(['CONFIRMATION_REQUIRED']);
  });

  describe('values of variables', () => {
    const READ = `{
      stage(restApiId: "petstore01", stageName: "prod") {
        variables { name value redacted }
        canarySettings {
          stageVariableOverrides { name value redacted }
          effectiveVariables { name value redacted }
        }
      }
    }`;
    const SET = `mutation ($input: SetStageVariablesInput!) {
      setStageVariables(input: $input) {
        patchOperations { op path value }
        warnings { message }
        userErrors { code message }
        stage { variables { value redacted } }
      }
    }`;
    const input = {
      restApiId: 'petstore01',
      stageName: 'dev',
      set: [{ name: 'password', value: 'Swordfish1' }],
    };

    test('are visible with the scope', async () => {
      const { data, errors } = await as<Record<string, unknown>>('stages:read stages:variables', READ);
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toMatch(/"value":"[^"]+","redacted":false/);
      expect(JSON.stringify(data)).not.toMatch(/"redacted":true|"value":null/);
    });

    test.each(['stages:read', 'stages:admin'])('are hidden from %s in stages and canaries', async (scope) => {
      const { data, errors } = await as<{ stage: { variables: unknown[] } }>(scope, READ);
      expect(errors).toBeUndefined();
      expect(data.stage.variables.length).toBeGreaterThan(0);
      expect(JSON.stringify(data)).toContain('"stageVariableOverrides":[{"name"');
      expect(JSON.stringify(data)).not.toMatch(/"redacted":false|"value":"/);
    });

    test.each([true, false])('are hidden in patch operations (dry run: %s)', async (dryRun) => {
      const { data } = await as('stages:write', SET, { input: { ...input, dryRun } });
      expect(data).toMatchObject({
        setStageVariables: {
          patchOperations: [{ op: 'replace', path: '/variables/password', value: null }],
          userErrors: [],
        },
      });
      expect(JSON.stringify(data)).not.toContain('Swordfish1');
    });

    test('are hidden from an admin in the raw patch too; other values are visible', async () => {
      const { data } = await as('stages:admin', documentOf('patchStage'), {
        input: {
          restApiId: 'petstore01',
          stageName: 'dev',
          patchOperations: [
            { op: 'replace', path: '/variables/password', value: 'Swordfish2' },
            { op: 'replace', path: '/description', value: 'seen' },
          ],
        },
      });
      expect(data).toMatchObject({
        patchStage: {
          patchOperations: [
            { path: '/variables/password', value: null },
            { path: '/description', value: 'seen' },
          ],
        },
      });
      expect(JSON.stringify(data)).not.toContain('Swordfish2');
    });

    test('are not repeated in the error about them', async () => {
      const wrong = { ...input, set: [{ name: 'password', value: 'Sword$fish' }] };
      const { data } = await as('stages:write', SET, { input: wrong });
      expect(JSON.stringify(data)).toContain('The value of \\"password\\" must be');
      expect(JSON.stringify(data)).not.toContain('Sword$fish');
    });

    test('were sent to AWS unchanged', () => {
      expect(sentPatches(gateway)).toContainEqual([
        { op: 'replace', path: '/variables/password', value: 'Swordfish1' },
      ]);
    });
  });
});
