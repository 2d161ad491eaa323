import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import {
  defaultTimeout,
  httpMethods,
  type Integration,
  type IntegrationResponse,
  type Method,
  passthroughBehaviors,
} from '../../state/resource.ts';
import { checkCacheKeys, checkRequestMapping, checkResponseMapping, checkTemplates } from './mapping.ts';

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

export function parsePassthroughBehavior(given: string): Integration['passthroughBehavior'] {
  const behavior = passthroughBehaviors.find((candidate) => candidate === given.toUpperCase());
  if (!behavior) throw badRequest(assumed.passthroughBehavior(given));
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
