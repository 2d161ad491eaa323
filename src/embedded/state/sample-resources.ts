import type { ApiSummary } from './resource.ts';
import type { StateInput } from './state.ts';

type ResourceInput = NonNullable<StateInput['restApis'][number]['resources']>[number];

interface SampleMethod {
  readonly authorizationType?: string;
  readonly apiKeyRequired?: boolean;
}

const parametersOf = (path: string) => [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => name);

/** A method that passes requests to a backend. */
function toMethod(host: string, resourceId: string, path: string, httpMethod: string, options: SampleMethod) {
  const names = parametersOf(path);
  const requestParameters = Object.fromEntries(names.map((name) => [`method.request.path.${name}`, true]));
  const mapped = names.map(
    (name) => [`integration.request.path.${name}`, `method.request.path.${name}`] as const,
  );
  return {
    httpMethod,
    ...options,
    ...(names.length > 0 && { requestParameters }),
    methodResponses: { 200: { statusCode: '200', responseModels: { 'application/json': 'Empty' } } },
    methodIntegration: {
      type: 'HTTP_PROXY',
      httpMethod,
      uri: `https://${host}${path.replace('+}', '}')}`,
      connectionType: 'INTERNET',
      cacheNamespace: resourceId,
      ...(names.length > 0 && { requestParameters: Object.fromEntries(mapped) }),
    },
  };
}

/** For the resources of an API; `methods` are by HTTP method. */
const resourcesOf =
  (host: string) =>
  (
    id: string,
    path: string,
    parentId: string | undefined,
    methods: Readonly<Record<string, SampleMethod>> = {},
  ): ResourceInput => ({
    id,
    ...(parentId !== undefined && { parentId, pathPart: path.slice(path.lastIndexOf('/') + 1) }),
    resourceMethods: Object.fromEntries(
      Object.entries(methods).map(
        ([verb, options]) => [verb, toMethod(host, id, path, verb, options)] as const,
      ),
    ),
  });

const petstore = resourcesOf('${stageVariables.backend}');
export const petstoreResources = [
  petstore('petsroot01', '/', undefined, { GET: {} }),
  petstore('petslist01', '/pets', 'petsroot01', { GET: {}, POST: { authorizationType: 'AWS_IAM' } }),
  petstore('petsitem01', '/pets/{petId}', 'petslist01', {
    GET: {},
    DELETE: { authorizationType: 'AWS_IAM' },
  }),
  petstore('petsorder1', '/orders', 'petsroot01', { POST: { apiKeyRequired: true } }),
];

const orders = resourcesOf('orders.example.com');
export const ordersResources = [
  orders('ordroot002', '/', undefined),
  orders('ordlist002', '/orders', 'ordroot002', { GET: {}, POST: {} }),
  orders('orditem002', '/orders/{orderId}', 'ordlist002', { GET: {}, DELETE: {} }),
  orders('ordadmin02', '/admin', 'ordroot002', { GET: { authorizationType: 'AWS_IAM' } }),
];

const billing = resourcesOf('billing.example.com');
export const billingResources = [
  billing('bilroot003', '/', undefined),
  billing('bilproxy03', '/{proxy+}', 'bilroot003', { ANY: { authorizationType: 'AWS_IAM' } }),
];

const search = resourcesOf('search.example.com');
export const searchResources = [
  search('searoot004', '/', undefined),
  search('seaquery04', '/search', 'searoot004', { GET: {} }),
];

const open = { authorizationType: 'NONE', apiKeyRequired: false };
const signed = { authorizationType: 'AWS_IAM', apiKeyRequired: false };

/** A deployment of the Petstore before it took orders. */
export const firstPetstore: ApiSummary = {
  '/': { GET: open },
  '/pets': { GET: open, POST: signed },
  '/pets/{petId}': { GET: open },
};
export const secondPetstore: ApiSummary = {
  ...firstPetstore,
  '/pets/{petId}': { GET: open, DELETE: signed },
};
export const currentPetstore: ApiSummary = {
  ...secondPetstore,
  '/orders': { POST: { authorizationType: 'NONE', apiKeyRequired: true } },
};
export const firstOrders: ApiSummary = {
  '/orders': { GET: open, POST: open },
  '/orders/{orderId}': { GET: open },
};
export const currentOrders: ApiSummary = {
  '/admin': { GET: signed },
  '/orders': { GET: open, POST: open },
  '/orders/{orderId}': { GET: open, DELETE: open },
};
export const billingSummary: ApiSummary = { '/{proxy+}': { ANY: signed } };
export const searchSummary: ApiSummary = { '/search': { GET: open } };
