import { badRequest, notFound } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import {
  connectionTypes,
  contentHandlings,
  type Integration,
  type IntegrationResponse,
  type Method,
  responseTransferModes,
} from '../../state/resource.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { PatchOperation } from '../patch.ts';
import { parseBoolean, parseChoice } from '../value-parsers.ts';
import { checkIntegration, checkIntegrationResponse, parsePassthroughBehavior } from './integration.ts';
import { applyMemberPatch, entriesRow, type PatchRow } from './member-patch.ts';

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
