import { beforeAll, describe, expect, test } from '@jest/globals';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf, mutations } from '../support/mutations.ts';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

const SECRET = 'a-secret-of-the-routers';
const query = `{ services { team stages { stageName variables { name value redacted } } } }`;

let issuer: Issuer;
let supergraph: RunningSupergraph;
beforeAll(async () => {
  issuer = await startIssuer();
  supergraph = await runSupergraph({
    auth: issuer.options,
    routerSecrets: [SECRET],
    routerSecret: SECRET,
    // Composition sends a token too; any valid one, because the SDL needs no scope.
    introspectionHeaders: bearer(await issuer.token('')),
  });
});

const as = async <Data>(scope: string, operation: string, variables = {}) =>
  supergraph.graphql<Data>(operation, variables, bearer(await issuer.token(scope)));

interface Found {
  services: {
    team: string;
    stages: ({ variables: { value: string | null; redacted: boolean }[] } | null)[];
  }[];
}

describe('who asks, stagegraph learns through the supergraph', () => {
  test('a reader reads, and sees no value of a variable', async () => {
    const { data, errors } = await as<Found>('stages:read', query);
    expect(errors).toBeUndefined();
    const variables = data.services.flatMap(({ stages }) =>
      stages.flatMap((stage) => stage?.variables ?? []),
    );
    expect(variables.length).toBeGreaterThan(3);
    expect(variables.every(({ value, redacted }) => value === null && redacted)).toBe(true);
  });

  test('who may see the values, sees them', async () => {
    const { data } = await as<Found>('stages:read stages:variables', query);
    const [first] = data.services[2]?.stages[0]?.variables ?? [];
    expect(first).toEqual({ name: 'backend', value: 'petstore.example.com', redacted: false });
  });

  test('a reader changes nothing, and learns which scope is missing', async () => {
    const { data, errors } = await as('stages:read', documentOf('removeCanary'), {
      input: mutations.removeCanary.input,
    });
    expect(data).toEqual({ removeCanary: null });
    expect(errors).toMatchObject([
      { path: ['removeCanary'], extensions: { code: 'FORBIDDEN', serviceName: 'stagegraph' } },
    ]);
    expect(errors?.[0]?.message).toContain('stages:write');
  });

  test('without a token, a client gets the part of the other subgraph, and an error for ours', async () => {
    const { data, errors } = await supergraph.graphql<Found>(query);
    expect(data.services.map(({ team }) => team)).toEqual(['money', 'checkout', 'animals', 'animals']);
    expect(data.services.flatMap(({ stages }) => stages).every((stage) => stage === null)).toBe(true);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('A bearer token is required.'),
        extensions: { code: 'UNAUTHENTICATED', serviceName: 'stagegraph' },
      },
    ]);
  });
});

describe('by which program a stage was changed, its history says', () => {
  let remembering: RunningSupergraph;
  beforeAll(async () => {
    remembering = await runSupergraph({ routerSecrets: [SECRET], routerSecret: SECRET, memory: {} });
  });

  test.each([
    [
      'by the name that the client of the router has',
      { 'apollographql-client-name': 'deploy-page' },
      'deploy-page',
    ],
    ['by that of the router for others', {}, 'supergraph'],
  ])('%s', async (_, headers, client) => {
    const input = { restApiId: 'petstore01', stageName: 'staging', description: client };
    await remembering.graphql(documentOf('updateStage'), { input }, headers);
    const { data } = await remembering.graphql(
      '{ stage(restApiId: "petstore01", stageName: "staging") { history(first: 1) { nodes { client } } } }',
    );
    expect(data).toEqual({ stage: { history: { nodes: [{ client }] } } });
  });
});

describe('the router shows its secret', () => {
  test('which a client cannot: asked directly, stagegraph refuses even a good token', async () => {
    const { status } = await supergraph.stagegraph.graphql(
      query,
      {},
      { ...bearer(await issuer.token('stages:admin')), 'router-authorization': 'guessed' },
    );
    expect(status).toBe(401);
  });

  test('and what a client sends under its name does not go on', async () => {
    const { errors } = await supergraph.graphql(
      '{ stages(restApiId: "petstore01") { stageName } }',
      {},
      { ...bearer(await issuer.token('stages:read')), 'router-authorization': 'guessed' },
    );
    expect(errors).toBeUndefined();
  });
});
