import { badRequest, notFound } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { unverified } from '../../errors/unverified.ts';
import {
  connectionTypes,
  contentHandlings,
  defaultTimeout,
  httpMethods,
  type Integration,
  type IntegrationResponse,
  type Method,
  passthroughBehaviors,
  responseTransferModes,
} from '../../state/resource.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { PatchOperation } from '../patch.ts';
import { parseBoolean, parseChoice } from '../value-parsers.ts';
import { checkCacheKeys, checkRequestMapping, checkResponseMapping, checkTemplates } from './mapping.ts';
import { applyMemberPatch, entriesRow, type PatchRow } from './member-patch.ts';

const proxyServices: ReadonlySet<string> = new Set(['lambda', 'firehose']);

/** `arn:{partition}:apigateway:{region}:{service}:path/…` or `action/…` */
function checkArn(type: Integration['type'], uri: string) {
  const [prefix, , , , service = '', ...rest] = uri.split(':');
  if (prefix !== 'arn' || rest.length === 0) throw badRequest(recorded.arnInvalid);
  if (!/^(path|action)\b/.test(rest.join(':'))) throw badRequest(recorded.arnWithoutPath);
  if (type === 'AWS_PROXY' && !proxyServices.has(service)) throw badRequest(recorded.proxyService);
}

function checkTarget({ type, httpMethod, uri = '' }: Integration) {
  if (type === 'MOCK') return;
  if (httpMethod === undefined || httpMethod === '') throw badRequest(recorded.integrationHttpMethod);
  if (!httpMethods.some((verb) => verb === httpMethod)) throw badRequest(recorded.httpMethod(httpMethods));
  if (type === 'AWS' || type === 'AWS_PROXY') checkArn(type, uri);
  else if (!/^https?:\/\/\S+$/i.test(uri)) throw badRequest(recorded.httpUri);
}

export function checkIntegration(integration: Integration, method: Method) {
  const { timeoutInMillis, requestParameters = {}, cacheKeyParameters } = integration;
  checkTarget(integration);
  if (timeoutInMillis < 50 || timeoutInMillis > defaultTimeout) throw badRequest(recorded.timeout);
  checkRequestMapping(requestParameters, method.requestParameters);
  checkCacheKeys(cacheKeyParameters, method.requestParameters ?? {}, requestParameters);
  checkTemplates(integration.requestTemplates);
}

function parsePassthroughBehavior(given: string): Integration['passthroughBehavior'] {
  const behavior = passthroughBehaviors.find((candidate) => candidate === given.toUpperCase());
  if (!behavior) throw badRequest(unverified.passthroughBehavior(given));
  return behavior;
}

type Completed = 'passthroughBehavior' | 'timeoutInMillis' | 'cacheNamespace' | 'cacheKeyParameters';
type IntegrationInput = Omit<Integration, Completed> & {
  readonly passthroughBehavior: string | undefined;
  readonly timeoutInMillis: number | undefined;
  readonly cacheNamespace: string | undefined;
  readonly cacheKeyParameters: string[] | undefined;
};

/** A new integration of a resource's method. MOCK keeps no URI (recorded). */
export function completeIntegration(input: IntegrationInput, resourceId: string): Integration {
  const { type, uri, passthroughBehavior } = input;
  const isHttp = type === 'HTTP' || type === 'HTTP_PROXY';
  return {
    ...input,
    uri: type === 'MOCK' ? undefined : uri,
    connectionType: input.connectionType ?? (isHttp ? 'INTERNET' : undefined),
    passthroughBehavior:
      passthroughBehavior === undefined ? 'WHEN_NO_MATCH' : parsePassthroughBehavior(passthroughBehavior),
    timeoutInMillis: input.timeoutInMillis ?? defaultTimeout,
    cacheNamespace: input.cacheNamespace ?? resourceId,
    cacheKeyParameters: input.cacheKeyParameters ?? [],
  };
}

export function checkIntegrationResponse(
  { statusCode, responseParameters, responseTemplates }: IntegrationResponse,
  { methodResponses }: Method,
) {
  checkResponseMapping(responseParameters, methodResponses?.[statusCode]?.responseParameters);
  checkTemplates(responseTemplates);
}

const textRow = (
  member: 'uri' | 'httpMethod' | 'credentials' | 'connectionId' | 'integrationTarget',
): readonly [string, PatchRow<Integration>] => [
  `/${member}`,
  { replace: (integration, value) => ({ ...integration, [member]: omitEmpty(value) }) },
];

const parseTimeout = (value: string) => {
  if (!/^\d{1,9}$/.test(value)) throw badRequest(recorded.timeout);
  return Number(value);
};

const withoutCacheKey = (integration: Integration, name: string): Integration => ({
  ...integration,
  cacheKeyParameters: integration.cacheKeyParameters.filter((key) => key !== name),
});

function checkCacheKey(integration: Integration, name: string) {
  if (!integration.cacheKeyParameters.includes(name)) throw notFound(recorded.parameterUnknown);
}

/** `replace` of an existing key has no effect. */
const cacheKeysRow: PatchRow<Integration> = {
  add: (integration, _value, name) => ({
    ...integration,
    cacheKeyParameters: [...new Set([...integration.cacheKeyParameters, name])],
  }),
  replace(integration, _value, name) {
    checkCacheKey(integration, name);
    return integration;
  },
  remove(integration, _value, name) {
    checkCacheKey(integration, name);
    return withoutCacheKey(integration, name);
  },
};

const requestParametersRow = entriesRow<Integration, string>(
  (integration) => integration.requestParameters,
  (integration, requestParameters) => ({ ...integration, requestParameters }),
  (value) => value,
  recorded.parameterUnknown,
);

const contentHandlingRow = {
  replace: <T extends Integration | IntegrationResponse>(item: T, value: string): T => ({
    ...item,
    contentHandling: value === '' ? undefined : parseChoice('/contentHandling', value, contentHandlings),
  }),
};

const integrationTable = new Map<string, PatchRow<Integration>>([
  ...(['uri', 'httpMethod', 'credentials', 'connectionId', 'integrationTarget'] as const).map(textRow),
  ['/contentHandling', contentHandlingRow],
  [
    '/connectionType',
    {
      replace: (integration, value) => ({
        ...integration,
        connectionType: parseChoice('/connectionType', value, connectionTypes),
      }),
    },
  ],
  [
    '/responseTransferMode',
    {
      replace: (integration, value) => ({
        ...integration,
        responseTransferMode: parseChoice('/responseTransferMode', value, responseTransferModes),
      }),
    },
  ],
  [
    '/passthroughBehavior',
    {
      replace: (integration, value) => ({
        ...integration,
        passthroughBehavior: parsePassthroughBehavior(value),
      }),
    },
  ],
  [
    '/timeoutInMillis',
    { replace: (integration, value) => ({ ...integration, timeoutInMillis: parseTimeout(value) }) },
  ],
  ['/cacheNamespace', { replace: (integration, value) => ({ ...integration, cacheNamespace: value }) }],
  ['/cacheKeyParameters/', cacheKeysRow],
  [
    '/tlsConfig/insecureSkipVerification',
    {
      replace: (integration, value) => ({
        ...integration,
        tlsConfig: {
          insecureSkipVerification: parseBoolean('/tlsConfig/insecureSkipVerification', value),
        },
      }),
    },
  ],
  [
    '/requestParameters/',
    {
      ...requestParametersRow,
      // Its cache key is removed with it.
      remove: (integration, value, name) =>
        withoutCacheKey(requestParametersRow.remove(integration, value, name), name),
    },
  ],
  [
    '/requestTemplates/',
    entriesRow(
      (integration) => integration.requestTemplates,
      (integration, requestTemplates) => ({ ...integration, requestTemplates }),
      (value) => value,
      recorded.contentTypeUnknown,
    ),
  ],
]);

export function patchIntegration(
  integration: Integration,
  method: Method,
  operations: readonly PatchOperation[],
): Integration {
  const patched = applyMemberPatch(integration, operations, integrationTable);
  checkIntegration(patched, method);
  return patched;
}

const responseTable = new Map<string, PatchRow<IntegrationResponse>>([
  ['/selectionPattern', { replace: (response, selectionPattern) => ({ ...response, selectionPattern }) }],
  ['/contentHandling', contentHandlingRow],
  [
    '/responseParameters/',
    entriesRow(
      (response) => response.responseParameters,
      (response, responseParameters) => ({ ...response, responseParameters }),
      (value) => value,
      recorded.parameterUnknown,
    ),
  ],
  [
    '/responseTemplates/',
    entriesRow(
      (response) => response.responseTemplates,
      (response, responseTemplates) => ({ ...response, responseTemplates }),
      (value) => value,
      recorded.contentTypeUnknown,
    ),
  ],
]);

export function patchIntegrationResponse(
  response: IntegrationResponse,
  method: Method,
  operations: readonly PatchOperation[],
): IntegrationResponse {
  const patched = applyMemberPatch(response, operations, responseTable);
  checkIntegrationResponse(patched, method);
  return patched;
}
