import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readConfig } from '../../../src/config/config.ts';
import { printSchema } from '../../../src/graphql/schema/schema.ts';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { documentOf, mutations } from '../../support/mutations.ts';
import { type GatewayOptions, run, type Running } from '../../support/run.ts';

const HOUR_MS = 3_600_000;
const SANDBOX = 'https://studio.apollographql.com';
const SECRET = 'a-secret-of-the-routers';

let gateway: Running;
const start = async (options: GatewayOptions = {}): Promise<void> => {
  gateway = await run({ cacheHints: true, ttlMs: HOUR_MS, ...options });
};

async function ask(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const answer = await gateway.graphql(query, { ...variables }, headers);
  const [cacheControl, vary] = ['cache-control', 'vary'].map((name) => answer.headers.get(name));
  return { ...answer, cacheControl, vary };
}
const hintFor = async (...question: Parameters<typeof ask>) => (await ask(...question)).cacheControl;

const stage = (selection: string): string =>
  `{ stage(restApiId: "petstore01", stageName: "prod") { stageName ${selection} } }`;

describe('the Cache-Control header', () => {
  test('is no-store by default', async () => {
    await start({ cacheHints: readConfig({}).cacheHints });
    expect(await ask(stage(''))).toMatchObject({ cacheControl: 'no-store', vary: null });
  });

  test.each([
    [stage('observedAt deploymentId restApi { name } deployment { description } invokeUrl')],
    [stage('canarySettings { percentTraffic deployment { createdDate } }')],
    [stage('effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) { source throttlingRateLimit }')],
    ['{ stages(restApiId: "petstore01") { methodSettings { key cachingEnabled } } }'],
    ['{ restApis { edges { cursor node { name stages { stageName } } } pageInfo { hasNextPage } } }'],
    ['{ restApi(restApiId: "petstore01") { deployments(first: 2) { nodes { stages { stageName } } } } }'],
    ['{ stage(restApiId: "petstore01", stageName: "gone") { stageName } }'],
  ])('%s: public, for the seconds that the schema declares', async (query) => {
    await start();
    for (let time = 0; time < 4; time++) {
      expect(await ask(query)).toMatchObject({
        errors: undefined,
        cacheControl: 'max-age=5, public',
        vary: 'Accept',
      });
    }
  });

  test.each([
    ['variables { name }'],
    ['canarySettings { stageVariableOverrides { name } }'],
    ['canarySettings { effectiveVariables { value } }'],
    ['accessLogSettings { destinationArn }'],
    ['tags { key }'],
    ['restApi { tags { value } }'],
    ['arn'],
    ['webAclArn'],
    ['clientCertificateId'],
    ['revision'],
    ['...Secret } } fragment Secret on Stage { ... on Stage { hidden: revision'],
  ])('%s: private, because it may be secret', async (selection) => {
    await start();
    for (let time = 0; time < 4; time++) expect(await hintFor(stage(selection))).toBe('max-age=5, private');
  });

  test.each([
    ['{ __typename }'],
    ['{ _service { sdl } }'],
    [`{ __schema { queryType { name } } ${stage('').slice(1)}`],
    // A null with an error, and a null that is not cached.
    ['{ stages(restApiId: "nosuchapi0") { stageName } }'],
    ['{ a: stages(restApiId: "nosuchapi0") { stageName } b: stages(restApiId: "petstore01") { stageName } }'],
    ['{ restApi(restApiId: "nosuchapi0") { name } }'],
    ['{ nothing }'],
    ['{'],
    [
      'query ($c: Boolean = true) { stages(restApiId: "petstore01") @include(if: $c) { stageName } __typename }',
    ],
  ])('%s: no-store', async (query) => {
    await start();
    const variables = query.includes('$c') ? { c: false } : {};
    for (let time = 0; time < 4; time++) expect(await hintFor(query, variables)).toBe('no-store');
  });

  test('of a mutation is no-store', async () => {
    await start();
    const { input } = mutations.setMethodSetting;
    expect(await ask(documentOf('setMethodSetting', 'stage { stageName }'), { input })).toMatchObject({
      errors: undefined,
      cacheControl: 'no-store',
    });
  });

  test('depends on @skip and @include', async () => {
    await start();
    const query = `query ($all: Boolean! = false, $none: Boolean! = false) {
      stage(restApiId: "petstore01", stageName: "prod") @skip(if: $none) {
        stageName
        ...Variables @include(if: $all)
      }
      restApis { pageInfo { hasNextPage } }
    }
    fragment Variables on Stage { variables { value } }`;
    for (let time = 0; time < 3; time++) {
      expect(await hintFor(query)).toBe('max-age=5, public');
      expect(await hintFor(query, { all: true })).toBe('max-age=5, private');
      expect(await hintFor(query, { all: true, none: true })).toBe('max-age=5, public');
      expect(await hintFor(query, { all: false })).toBe('max-age=5, public');
    }
  });

  test('has the default TTL of the cache as its default', async () => {
    await start();
    const seconds = [...printSchema().matchAll(/@cacheControl\(maxAge: (\d+)/g)].map(([, text]) =>
      Number(text),
    );
    expect(new Set(seconds)).toEqual(new Set([readConfig({}).cacheTtlMs / 1000, 0]));
  });
});

describe('the Cache-Control header for a request', () => {
  test('by a router for entities: the types declare the policy', async () => {
    await start();
    const query = `query ($representations: [_Any!]!, $all: Boolean = false) {
      _entities(representations: $representations) {
        ... on Stage { deploymentId variables @include(if: $all) { value } }
        ... on RestApi { name }
      }
    }`;
    const representations = [
      { __typename: 'Stage', restApiId: 'petstore01', stageName: 'prod' },
      { __typename: 'RestApi', restApiId: 'petstore01' },
    ];
    expect(await hintFor(query, { representations })).toBe('max-age=5, public');
    expect(await hintFor(query, { representations, all: true })).toBe('max-age=5, private');
    // No value was read: nothing is known of its age.
    expect(await hintFor(query, { representations: [{ __typename: 'Stage', id: '' }] })).toBe('no-store');
  });

  test('with a token is never public', async () => {
    const issuer = await startIssuer();
    await start({ auth: issuer.options });
    try {
      const headers = bearer(await issuer.token('stages:read'));
      for (let time = 0; time < 4; time++) {
        expect(await ask(stage(''), {}, headers)).toMatchObject({
          cacheControl: 'max-age=5, private',
          vary: 'Accept, Authorization',
        });
      }
      expect(await ask(stage(''))).toMatchObject({ status: 401, cacheControl: 'no-store' });
      const unscoped = bearer(await issuer.token(''));
      expect(await hintFor(stage(''), {}, unscoped)).toBe('no-store');
    } finally {
      await issuer.close();
    }
  });

  test('with a router secret varies by the secret, and is no-store for a trace', async () => {
    await start({ routerSecrets: [SECRET] });
    const headers = { 'router-authorization': SECRET };
    expect(await ask(stage(''), {}, headers)).toMatchObject({
      cacheControl: 'max-age=5, public',
      vary: 'Accept, router-authorization',
    });
    const asking = { ...headers, 'apollo-federation-include-trace': 'ftv1' };
    expect(await hintFor(stage(''), {}, asking)).toBe('no-store');
  });

  test('by a page of another origin varies by origin', async () => {
    await start({ corsOrigins: [SANDBOX] });
    for (let time = 0; time < 4; time++) {
      expect(await ask(stage(''), {}, { origin: SANDBOX })).toMatchObject({
        cacheControl: 'max-age=5, public',
        vary: 'Origin, Accept',
      });
    }
  });

  test('by GET is the same', async () => {
    await start();
    const url = `${gateway.url}?query=${encodeURIComponent(stage(''))}`;
    const { headers } = await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } });
    expect(headers.get('cache-control')).toBe('max-age=5, public');
  });
});

describe("max-age never exceeds the remaining time in the gateway's own cache", () => {
  // Only the clock of the cache.
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'hrtime',
        'nextTick',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const later = (ms: number): void => {
    jest.advanceTimersByTime(ms);
  };

  test('it depends on the oldest value, also for cached responses and compiled queries', async () => {
    await start({ ttlMs: 7000 });
    for (let time = 0; time < 4; time++) expect(await hintFor(stage(''))).toBe('max-age=5, public');
    later(2500);
    for (let time = 0; time < 3; time++) expect(await hintFor(stage(''))).toBe('max-age=4, public');
    // A new value, and the older one.
    const both = stage('restApi { name }');
    for (let time = 0; time < 3; time++) expect(await hintFor(both)).toBe('max-age=4, public');
    later(3000);
    for (let time = 0; time < 3; time++) expect(await hintFor(stage(''))).toBe('max-age=1, public');
    later(600);
    for (let time = 0; time < 3; time++) expect(await hintFor(stage(''))).toBe('no-store');
    later(1000);
    expect(await hintFor(stage(''))).toBe('max-age=5, public');
  });

  test('a stale response, while AWS is unavailable, is no-store', async () => {
    await start({ ttlMs: 7000, staleMs: HOUR_MS });
    expect(await hintFor(stage(''))).toBe('max-age=5, public');
    gateway.stageApi.configure({ faults: [{ operation: '*', action: 'fail', status: 503 }] });
    later(7000);
    for (let time = 0; time < 3; time++) {
      expect(await ask(stage(''))).toMatchObject({ errors: undefined, cacheControl: 'no-store' });
    }
  });

  test('with a TTL of 0 every response is no-store', async () => {
    await start({ ttlMs: 0 });
    expect(await hintFor(stage(''))).toBe('no-store');
  });

  test('after a change the age of the other values still counts', async () => {
    await start({ ttlMs: 7000 });
    const description = stage('description');
    for (let time = 0; time < 3; time++) await ask(description);
    later(3500);
    const { input } = mutations.updateStage;
    await ask(documentOf('updateStage'), { input: { ...input, stageName: 'prod', description: 'New' } });
    expect(await ask(description)).toMatchObject({
      data: { stage: { description: 'New' } },
      cacheControl: 'max-age=3, public',
    });
  });
});
