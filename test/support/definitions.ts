import fc from 'fast-check';
import type { StageDefinitionInput } from '../../src/__generated__/types.ts';

export type Definition = { -readonly [Name in keyof StageDefinitionInput]?: StageDefinitionInput[Name] };

const nullable = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null, freq: 4 });
const limit = fc.oneof(fc.constantFrom(-1, 0, 100), fc.nat(10_000));

/** Settings of an entry; `given` are those that are not omitted. */
const settings = (given: 'some' | 'all') =>
  fc
    .record(
      {
        metricsEnabled: fc.boolean(),
        loggingLevel: fc.constantFrom('OFF', 'ERROR', 'INFO'),
        dataTraceEnabled: fc.boolean(),
        throttlingBurstLimit: limit,
        throttlingRateLimit: limit,
        cachingEnabled: fc.boolean(),
        cacheTtlInSeconds: fc.nat(3600),
        cacheDataEncrypted: fc.boolean(),
        requireAuthorizationForCacheControl: fc.boolean(),
        unauthorizedCacheControlHeaderStrategy: fc.constantFrom(
          'FAIL_WITH_403',
          'SUCCEED_WITH_RESPONSE_HEADER',
        ),
      },
      given === 'all' ? {} : { requiredKeys: [] },
    )
    .filter((values) => Object.keys(values).length > 0)
    .map((values) => ({
      ...values,
      ...(values.throttlingBurstLimit === 0 || values.throttlingRateLimit === 0
        ? { blockAllTraffic: true }
        : {}),
    }));

const addresses = ['GET /pets', 'POST /pets', 'GET /pets/{petId}', 'PUT /pets', 'GET /', 'ALL *'].map(
  (name) => {
    const [httpMethod = '', resourcePath = ''] = name.split(' ');
    return { httpMethod, resourcePath };
  },
);

const variables = (most: number) =>
  fc.uniqueArray(
    fc.record({
      name: fc.nat(most).map((index) => `name${index}`),
      value: fc.constantFrom('a', 'b', 'c d'),
    }),
    { selector: ({ name }) => name, maxLength: most },
  );

const entries = (given: 'some' | 'all', some = addresses) =>
  fc
    .uniqueArray(fc.record({ address: fc.constantFrom(...some), settings: settings(given) }), {
      selector: ({ address }) => `${address.httpMethod} ${address.resourcePath}`,
      maxLength: some.length,
    })
    .map((list) => list.map(({ address, settings: values }) => ({ ...address, settings: values })));

const canary = {
  deploymentId: fc.constantFrom('dep001', 'dep002', 'dep003'),
  percentTraffic: fc.constantFrom(0, 5, 12.5, 100),
  useStageCache: fc.boolean(),
  stageVariableOverrides: variables(4),
};
const tags = fc.uniqueArray(
  fc.record({ key: fc.constantFrom('team', 'env', 'cost'), value: fc.constantFrom('a', 'b', '') }),
  { selector: ({ key }) => key },
);
const accessLog = {
  destinationArn: fc
    .constantFrom('a', 'b')
    .map((name) => `arn:aws:logs:us-east-1:123456789012:log-group:${name}`),
  format: fc.constantFrom('$context.requestId', '$context.requestId $context.status'),
};
const cluster = fc.oneof(
  fc.record({
    cacheClusterEnabled: fc.constant(true),
    cacheClusterSize: fc.constantFrom('SIZE_0_5_GB', 'SIZE_1_6_GB'),
  }),
  fc.constant({ cacheClusterEnabled: false }),
);

const scalars = {
  deploymentId: fc.constantFrom('dep001', 'dep002', 'dep003'),
  description: nullable(fc.constantFrom('one', 'two')),
  clientCertificateId: nullable(fc.constantFrom('cert01', 'cert02')),
  documentationVersion: nullable(fc.constantFrom('1.0')),
  tracingEnabled: fc.boolean(),
};

const typed = (definitions: fc.Arbitrary<object>) =>
  // Enums are texts here, and the server checks them.
  definitions as fc.Arbitrary<Definition>;

/** Definitions that leave things out, and clear others. */
export const partialDefinitions: fc.Arbitrary<Definition> = typed(
  fc
    .tuple(
      fc.record(
        {
          ...scalars,
          variables: nullable(variables(6)),
          accessLogSettings: nullable(fc.record(accessLog)),
          canarySettings: nullable(fc.record(canary, { requiredKeys: [] })),
          methodSettings: nullable(entries('some')),
          tags: nullable(tags),
        },
        { requiredKeys: [] },
      ),
      fc.option(cluster, { nil: {} }),
    )
    .map(([definition, size]) => ({ ...definition, ...size }))
    .filter((definition) => Object.keys(definition).length > 0),
);

const whole = (entriesOf: fc.Arbitrary<object[]>, most: number) =>
  typed(
    fc
      .tuple(
        fc.record({
          ...scalars,
          variables: variables(most),
          accessLogSettings: nullable(fc.record(accessLog)),
          canarySettings: nullable(fc.record(canary)),
          methodSettings: entriesOf,
          tags,
        }),
        cluster,
      )
      .map(([definition, size]) => ({ ...definition, ...size })),
  );

/** Definitions of everything that a stage has. */
export const wholeDefinitions = whole(entries('some'), 8);

const manyAddresses = Array.from({ length: 30 }, (_, index) => ({
  httpMethod: 'GET',
  resourcePath: `/many${index}`,
}));
/** Definitions that need several calls. */
export const longDefinitions = whole(
  fc
    .tuple(entries('some'), fc.array(settings('all'), { minLength: 12, maxLength: 25 }))
    .map(([few, many]) => [
      ...few,
      ...many.map((values, index) => ({ ...manyAddresses[index], settings: values })),
    ]),
  60,
);
