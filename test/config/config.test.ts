import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { LOCAL_PAGES } from '../../src/http/access/origins.ts';
import { problemsOf } from '../support/config-problems.ts';

describe('configuration', () => {
  test('hosts are normalized: no ports, lower case; wrong ones are reported', () => {
    expect(readConfig({ ALLOWED_HOSTS: 'Gateway.Example:80, *.corp.example,[::1]' }).allowedHosts).toEqual([
      'gateway.example',
      '*.corp.example',
      '::1',
    ]);
    expect(readConfig({}).allowedHosts).toEqual([]);
    for (const wrong of ['http://a', '*', 'a b', 'a.*.b']) {
      expect(() => readConfig({ ALLOWED_HOSTS: wrong })).toThrow('ALLOWED_HOSTS: must be host names such as');
    }
  });

  test('an empty environment starts the embedded Stage API behind a gateway on localhost:4000', () => {
    expect(readConfig({})).toMatchObject({
      host: 'localhost',
      port: 4000,
      stageApi: { kind: 'embedded', port: 4001, dataFile: undefined },
      explorer: 'sandbox',
      console: true,
      logLevel: 'info',
      upstreamTimeoutMs: 10_000,
      upstreamDeadlineMs: 25_000,
    });
  });

  test('cache hints are off by default', () => {
    expect(readConfig({}).cacheHints).toBe(false);
    expect(readConfig({ CACHE_HINTS: 'on' }).cacheHints).toBe(true);
  });

  test('each execution cache has a switch', () => {
    expect(readConfig({}).executionCaches).toEqual({ plans: true, fragments: true, responses: true });
    expect(readConfig({ EXECUTION_CACHES: 'plans, responses' }).executionCaches).toEqual({
      plans: true,
      fragments: false,
      responses: true,
    });
    expect(readConfig({ EXECUTION_CACHES: 'off' }).executionCaches).toEqual({
      plans: false,
      fragments: false,
      responses: false,
    });
  });

  test('an empty variable counts as unset', () => {
    expect(readConfig({ PORT: '', STAGE_API: '', EXPLORER: '' })).toMatchObject({
      port: 4000,
      explorer: 'sandbox',
    });
  });

  test('all mistakes are reported together, each with the variable and its value', () => {
    const problems = problemsOf({ PORT: 'many', EXPLORER: 'vim', LOG_LEVEL: 'loud' });
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/PORT: .*"many".*\nEXPLORER: .*"vim".*\nLOG_LEVEL: .*"loud"/s);
  });

  test.each([
    [{ CACHE_HINTS: 'yes' }, 'CACHE_HINTS: must be on or off (it is "yes").'],
    [
      { EXECUTION_CACHES: 'plans,jit' },
      'EXECUTION_CACHES: must be off, or some of plans, fragments, responses, separated by commas (it is "plans,jit").',
    ],
    [{ PORT: '70000' }, 'PORT: must be a whole number from 0 to 65535 (it is "70000").'],
    [
      { UPSTREAM_RATE: '0' },
      'UPSTREAM_RATE: must be more than 0 and at most 100000 calls a second (it is "0").',
    ],
    [
      { AWS_ENDPOINT_URL: 'localhost:1' },
      'AWS_ENDPOINT_URL: must be a URL that begins with http:// or https:// (it is "localhost:1").',
    ],
    [
      { PROTECTED_STAGES: 'li.e' },
      'PROTECTED_STAGES: must be stage names, in which * matches any characters, separated by commas (it is "li.e").',
    ],
    [
      { CORS_ORIGINS: 'https://studio.apollographql.com, https://b.example/' },
      'CORS_ORIGINS: must be origins such as https://studio.apollographql.com (no path, no slash at the end), separated by commas, or off (it is "https://studio.apollographql.com, https://b.example/").',
    ],
    [
      { REDIS_URL: 'http://:secret@redis:6379', STAGE_API: 'aws', AUTH: 'off' },
      'REDIS_URL: must be a URL such as redis://host:6379 or rediss://user:password@host:6379/0, or several, separated by commas (it is "(hidden)").',
    ],
    [
      { REDIS_PREFIX: 'a b' },
      'REDIS_PREFIX: must be 1 to 64 letters, digits, dots, hyphens and underscores, some of which may be between { and } (it is "a b").',
    ],
    [{ EXPLORER: 'vim' }, 'EXPLORER: must be sandbox, graphiql or off (it is "vim").'],
    [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT: must be pretty, json, ecs or otel (it is "xml").'],
    ...['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'].map(
      (name) =>
        [
          { [name]: 'zipkin' },
          `${name}: must be http/protobuf, http/json or grpc (it is "zipkin").`,
        ] as const,
    ),
  ])('%j is refused with the rule', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  test('pages of the hosted Sandbox may send operations, in production only those of listed origins', () => {
    const production = { NODE_ENV: 'production', STAGE_API: 'embedded' };
    expect(readConfig({}).corsOrigins).toEqual(['https://studio.apollographql.com', LOCAL_PAGES]);
    expect(readConfig({ CORS_ORIGINS: 'off' }).corsOrigins).toEqual([]);
    expect(readConfig(production).corsOrigins).toEqual([]);
    expect(
      readConfig({ ...production, CORS_ORIGINS: 'https://a.example,http://localhost:5173' }).corsOrigins,
    ).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  test('traces go over the protocol of their own variable, else over the general one', () => {
    const env = { OTEL_TRACES_EXPORTER: 'otlp' };
    expect(readConfig(env).traceExporter).toBe('http/protobuf');
    const general = { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(readConfig(general).traceExporter).toBe('grpc');
    expect(readConfig({ ...general, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }).traceExporter).toBe(
      'http/json',
    );
  });

  test('contradictions among valid variables are reported beside invalid ones', () => {
    expect(problemsOf({ PORT: 'x', NODE_ENV: 'production' })).toEqual([
      expect.stringContaining('PORT: '),
      expect.stringContaining('STAGE_API must be'),
    ]);
  });

  test.each([
    ['AWS_ENDPOINT_URL', 'http://127.0.0.1:5000'],
    ['AWS_ENDPOINT_URL_API_GATEWAY', 'http://127.0.0.1:5000'],
  ])('%s selects AWS at that endpoint', (name, endpoint) => {
    expect(readConfig({ [name]: endpoint, AUTH: 'off' }).stageApi).toEqual({ kind: 'aws', endpoint });
  });

  test('the endpoint of the service has precedence over the general one, as in the SDK', () => {
    const env = { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_API_GATEWAY: 'http://b', AUTH: 'off' };
    expect(readConfig(env).stageApi).toEqual({ kind: 'aws', endpoint: 'http://b' });
  });

  test('STAGE_API=embedded has precedence over an endpoint', () => {
    expect(readConfig({ STAGE_API: 'embedded', AWS_ENDPOINT_URL: 'http://a' }).stageApi.kind).toBe(
      'embedded',
    );
  });

  test('production requires STAGE_API', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringContaining('STAGE_API must be')]);
    expect(readConfig({ NODE_ENV: 'production', STAGE_API: 'embedded' })).toMatchObject({
      explorer: 'off',
      console: false,
    });
  });

  test('AWS requires signing keys, or AUTH=off', () => {
    expect(problemsOf({ STAGE_API: 'aws' })).toEqual([
      expect.stringMatching(/^AUTH_JWKS_URL must be set .*AUTH to "off"/),
    ]);
    expect(readConfig({ STAGE_API: 'aws', AUTH: 'off' }).stageApi).toEqual({
      kind: 'aws',
      endpoint: undefined,
    });
  });

  test.each([
    ['prod*', 'prod', true],
    ['prod*', 'production', true],
    ['prod*', 'preprod', false],
    ['*prod*', 'preprod2', true],
    ['live, prod', 'prod', true],
    ['', 'prod', false],
  ])('PROTECTED_STAGES=%j and the stage %s: %s', (PROTECTED_STAGES, stageName, expected) => {
    expect(readConfig({ PROTECTED_STAGES }).isProtected(stageName)).toBe(expected);
  });

  test('tokens are verified by keys, issuer, audience and asymmetric algorithms', () => {
    const env = {
      AUTH_JWKS_URL: 'https://id.example.com/keys',
      AUTH_ISSUER: 'https://id.example.com',
      AUTH_AUDIENCE: 'stagegraph, graph',
    };
    expect(readConfig(env).auth).toEqual({
      jwksUrl: new URL('https://id.example.com/keys'),
      issuer: 'https://id.example.com',
      audience: ['stagegraph', 'graph'],
      clientIds: undefined,
      scopeClaim: 'scope',
      scopePrefix: '',
      scopeMap: [],
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockSkewSeconds: 30,
    });
    expect(readConfig({ ...env, STAGE_API: 'aws' }).stageApi.kind).toBe('aws');
  });

  test.each([
    [
      { AUTH_JWKS_URL: 'https://a/b' },
      ['AUTH_ISSUER must be set', 'AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set'],
    ],
    [{ AUTH_ISSUER: 'https://a' }, ['AUTH_ISSUER has no effect']],
    [
      { AUTH_JWKS_URL: 'http://id.example.com/keys', AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' },
      ['AUTH_JWKS_URL: must be a URL that begins with https://'],
    ],
    [
      { AUTH_JWKS_URL: 'nonsense', AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' },
      ['AUTH_JWKS_URL: must be a URL that begins with https://'],
    ],
    [
      { AUTH: 'off', AUTH_JWKS_URL: 'https://a/b', AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' },
      ['AUTH is "off" but AUTH_JWKS_URL is set'],
    ],
    [{ AUTH_ALGORITHMS: 'HS256' }, ['AUTH_ALGORITHMS: must be some of RS256']],
    [{ AUTH_ALGORITHMS: 'none' }, ['AUTH_ALGORITHMS: must be some of RS256']],
    [{ ROUTER_SECRETS: ' , ' }, ['ROUTER_SECRETS is set but contains no secret']],
    [
      { AUTH_JWKS_URL: 'https://a/b', AUTH_ISSUER: 'i', AUTH_AUDIENCE: ',' },
      ['AUTH_AUDIENCE is set but contains no audience'],
    ],
    [{ TRUST_PROXY: 'true' }, ['TRUST_PROXY: must be addresses']],
    [{ TRUST_PROXY: '1' }, ['TRUST_PROXY: must be addresses']],
    [{ RATE_LIMIT: 'none' }, ['RATE_LIMIT: must be off, or a whole number']],
    [{ LIMIT_DEPTH: '0' }, ['LIMIT_DEPTH: must be a whole number from 1']],
  ])('%j is insecure, and is refused', (env, problems) => {
    expect(problemsOf(env)).toEqual(problems.map((text) => expect.stringContaining(text)));
  });

  test('an error does not contain secrets', () => {
    expect(problemsOf({ ROUTER_SECRETS: 'hush,hush2', PORT: 'x' }).join()).not.toContain('hush');
  });

  test('introspection is on by default, and off in production', () => {
    const production = { NODE_ENV: 'production', STAGE_API: 'embedded' };
    expect(readConfig({}).introspection).toBe(true);
    expect(readConfig(production).introspection).toBe(false);
    expect(readConfig({ ...production, INTROSPECTION: 'on' }).introspection).toBe(true);
  });

  test('the default rate limit is 6000 requests a minute', () => {
    expect(readConfig({}).rateLimit).toBe(6000);
    expect(readConfig({ RATE_LIMIT: '60' }).rateLimit).toBe(60);
    expect(readConfig({ RATE_LIMIT: 'off' }).rateLimit).toBeUndefined();
  });

  test('every limit has its documented default and its own variable', () => {
    expect(readConfig({ LIMIT_ALIASES: '7' }).limits).toEqual({
      tokens: 1000,
      aliases: 7,
      rootFields: 100,
      mutations: 10,
      depth: 12,
      selections: 200,
      directives: 50,
      fragments: 50,
      listSize: 500,
      variableDepth: 20,
      representations: 500,
      answerFields: 100_000,
      upstreamCalls: 100,
      bodyBytes: 262_144,
    });
  });

  test('Redis is for processes that call AWS, not for those with an embedded Stage API each', () => {
    const env = { REDIS_URL: 'rediss://user:secret@redis.internal:6380', AUTH: 'off' };
    expect(readConfig({ ...env, STAGE_API: 'aws' }).redis).toBeDefined();
    expect(readConfig({ STAGE_API: 'aws', AUTH: 'off' }).redis).toBeUndefined();
    expect(problemsOf(env)).toEqual([
      'REDIS_URL must not be set with an embedded Stage API: every process has its own, so there is nothing to share.',
    ]);
  });
});
