import * as methods from './sample-resources.ts';
import { defaultMethodSetting, type StateInput } from './state.ts';

/** Epoch seconds. Fixed dates and ids, so that the examples in the docs work as written. */
const at = (date: string) => Date.parse(`${date}Z`) / 1000;

const petstoreDefault = {
  ...defaultMethodSetting,
  metricsEnabled: true,
  loggingLevel: 'ERROR' as const,
  throttlingBurstLimit: 500,
  throttlingRateLimit: 1000,
  cachingEnabled: true,
};

const petstore: StateInput['restApis'][number] = {
  id: 'petstore01',
  name: 'Petstore',
  description: 'Everything a pet shop needs',
  version: '1.2',
  createdDate: at('2026-01-05T09:00:00'),
  tags: { team: 'pets' },
  rootResourceId: 'petsroot01',
  resources: methods.petstoreResources,
  deployments: [
    {
      id: 'dep001',
      description: 'v1.0',
      createdDate: at('2026-01-06T10:00:00'),
      apiSummary: methods.firstPetstore,
    },
    {
      id: 'dep002',
      description: 'v1.1',
      createdDate: at('2026-02-10T10:00:00'),
      apiSummary: methods.secondPetstore,
    },
    {
      id: 'dep003',
      description: 'v1.2',
      createdDate: at('2026-03-17T10:00:00'),
      apiSummary: methods.currentPetstore,
    },
  ],
  documentationVersions: [
    { version: '1.0', description: 'First edition', createdDate: at('2026-01-06T09:30:00') },
  ],
  stages: [
    {
      stageName: 'dev',
      deploymentId: 'dep003',
      description: 'Newest code',
      variables: { backend: 'dev.petstore.example.com', table: 'pets-dev' },
      createdDate: at('2026-01-06T10:00:00'),
      lastUpdatedDate: at('2026-03-17T10:00:00'),
    },
    {
      stageName: 'staging',
      deploymentId: 'dep002',
      description: 'Release candidate',
      variables: { backend: 'staging.petstore.example.com', table: 'pets-staging' },
      methodSettings: {
        '*/*': {
          ...defaultMethodSetting,
          metricsEnabled: true,
          loggingLevel: 'INFO',
          dataTraceEnabled: true,
        },
      },
      createdDate: at('2026-01-06T10:05:00'),
      lastUpdatedDate: at('2026-02-10T10:00:00'),
    },
    {
      stageName: 'prod',
      deploymentId: 'dep001',
      description: 'Live traffic',
      variables: { backend: 'petstore.example.com', table: 'pets', featureFlags: 'search:off' },
      canarySettings: {
        deploymentId: 'dep002',
        percentTraffic: 10,
        stageVariableOverrides: { featureFlags: 'search:on' },
        useStageCache: false,
      },
      cacheClusterEnabled: true,
      cacheClusterSize: '0.5',
      cacheClusterStatus: 'AVAILABLE',
      tracingEnabled: true,
      documentationVersion: '1.0',
      tags: { team: 'pets', env: 'prod' },
      accessLogSettings: {
        destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-prod',
        format:
          '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","method":"$context.httpMethod","path":"$context.resourcePath","status":"$context.status"}',
      },
      methodSettings: {
        '*/*': petstoreDefault,
        '~1pets/GET': {
          ...petstoreDefault,
          throttlingBurstLimit: 50,
          throttlingRateLimit: 100,
          cacheTtlInSeconds: 60,
        },
        '~1pets~1{petId}/GET': { ...petstoreDefault, throttlingBurstLimit: 100, throttlingRateLimit: 200 },
        // Written before the stage had a default entry.
        '~1orders/POST': { ...defaultMethodSetting, metricsEnabled: true },
        '~1/GET': { ...petstoreDefault, cachingEnabled: false },
      },
      createdDate: at('2026-01-06T10:10:00'),
      lastUpdatedDate: at('2026-02-12T08:00:00'),
    },
  ],
};

const orders: StateInput['restApis'][number] = {
  id: 'orders0002',
  name: 'Orders',
  description: 'Takes and tracks orders',
  createdDate: at('2026-02-01T09:00:00'),
  rootResourceId: 'ordroot002',
  resources: methods.ordersResources,
  deployments: [
    {
      id: 'ord001',
      description: 'First release',
      createdDate: at('2026-02-02T10:00:00'),
      apiSummary: methods.firstOrders,
    },
    { id: 'ord002', createdDate: at('2026-04-20T10:00:00'), apiSummary: methods.currentOrders },
  ],
  stages: [
    {
      stageName: 'beta',
      deploymentId: 'ord002',
      // Older than the stage's own deployment, and without some of its methods.
      canarySettings: { deploymentId: 'ord001', percentTraffic: 5, useStageCache: false },
      methodSettings: {
        '~1orders/GET': { ...defaultMethodSetting, throttlingRateLimit: 50, throttlingBurstLimit: 100 },
        '~1orders~1{orderId}/DELETE': {
          ...defaultMethodSetting,
          throttlingRateLimit: -1,
          throttlingBurstLimit: -1,
        },
      },
      createdDate: at('2026-04-20T10:00:00'),
      lastUpdatedDate: at('2026-04-20T10:00:00'),
    },
    {
      stageName: 'live',
      deploymentId: 'ord001',
      methodSettings: {
        // A dead key: without the leading `~1` it matches no method.
        'orders/GET': { ...defaultMethodSetting, throttlingRateLimit: 5, throttlingBurstLimit: 10 },
        '~1orders/GET': { ...defaultMethodSetting, throttlingRateLimit: 50, throttlingBurstLimit: 100 },
        '~1orders~1{orderId}/DELETE': {
          ...defaultMethodSetting,
          throttlingRateLimit: -1,
          throttlingBurstLimit: -1,
        },
        '~1admin/GET': { ...defaultMethodSetting, throttlingRateLimit: 0, throttlingBurstLimit: 0 },
      },
      createdDate: at('2026-02-02T10:00:00'),
      lastUpdatedDate: at('2026-05-04T16:20:00'),
    },
  ],
};

const billing: StateInput['restApis'][number] = {
  id: 'billing003',
  name: 'Billing',
  createdDate: at('2026-03-01T09:00:00'),
  endpointConfiguration: { ipAddressType: 'ipv4', types: ['REGIONAL'] },
  rootResourceId: 'bilroot003',
  resources: methods.billingResources,
  deployments: [{ id: 'bil001', createdDate: at('2026-03-02T10:00:00'), apiSummary: methods.billingSummary }],
  stages: [
    {
      stageName: 'prod',
      deploymentId: 'bil001',
      clientCertificateId: 'cert01',
      webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/billing/1a2b3c4d',
      canarySettings: { deploymentId: 'bil001', percentTraffic: 0, useStageCache: false },
      tags: { 'aws:cloudformation:stack-name': 'billing' },
      createdDate: at('2026-03-02T10:00:00'),
      lastUpdatedDate: at('2026-03-02T10:00:00'),
    },
  ],
};

const search: StateInput['restApis'][number] = {
  id: 'search0004',
  name: 'Search',
  createdDate: at('2026-04-01T09:00:00'),
  rootResourceId: 'searoot004',
  resources: methods.searchResources,
  deployments: [{ id: 'sea001', createdDate: at('2026-04-02T10:00:00'), apiSummary: methods.searchSummary }],
};

/** The state to start with, in the format of a state file. */
export const sampleData: StateInput = {
  format: 'embedded-stage-api',
  version: 2,
  restApis: [petstore, orders, billing, search],
};
