import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import {
  connectionTypes,
  contentHandlings,
  type HttpMethod,
  type Integration,
  type IntegrationResponse,
  integrationTypes,
  type Method,
  responseTransferModes,
  statusCodePattern,
} from '../../state/resource.ts';
import { statusMap } from '../../state/status-map.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { omitEmpty } from '../omit-empty.ts';
import { checkIntegration, checkIntegrationResponse, completeIntegration } from '../resources/integration.ts';
import { attempt, type Findings } from './findings.ts';
import { memberOf, objectOf, textOf, textsOf } from './values.ts';

/** A method of the document. */
export interface MethodPlace {
  readonly path: string;
  readonly httpMethod: HttpMethod;
}

type Texts = Readonly<Record<string, string>>;

/** A map of strings. Another value is left out, with a warning. */
function readTexts(
  object: JsonObject,
  member: string,
  { path, httpMethod }: MethodPlace,
  { warnings }: Findings,
): Texts | undefined {
  const entries = Object.entries(objectOf(object[member])).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, value] as const];
    const given = textOf(value) ?? JSON.stringify(value);
    if (value !== null) warnings.push(recorded.importedFormat(member, name, path, httpMethod, given));
    return [];
  });
  return omitEmpty(Object.fromEntries(entries));
}

/** Documents have enum values in any case. */
function readChoice<T extends string>(
  object: JsonObject,
  member: string,
  choices: readonly T[],
): T | undefined {
  const given = textOf(object[member])?.toUpperCase();
  const choice = choices.find((candidate) => candidate === given);
  if (given !== undefined && choice === undefined)
    throw badRequest(assumed.importedChoice(member, given, choices));
  return choice;
}

function readTimeout(value: unknown): number | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(recorded.timeout);
  return Number(text);
}

function readInsecure(tlsConfig: unknown): Integration['tlsConfig'] {
  const insecure = memberOf(tlsConfig, 'insecureSkipVerification');
  return typeof insecure === 'boolean' ? { insecureSkipVerification: insecure } : undefined;
}

function readIntegration(given: JsonObject, place: MethodPlace, resourceId: string, findings: Findings) {
  const type = readChoice(given, 'type', integrationTypes);
  if (!type) throw badRequest(assumed.importedChoice('type', 'null', integrationTypes));
  return completeIntegration(
    {
      type,
      httpMethod: textOf(given.httpMethod)?.toUpperCase(),
      uri: textOf(given.uri),
      connectionType: readChoice(given, 'connectionType', connectionTypes),
      connectionId: textOf(given.connectionId),
      credentials: textOf(given.credentials),
      requestParameters: readTexts(given, 'requestParameters', place, findings),
      requestTemplates: readTexts(given, 'requestTemplates', place, findings),
      passthroughBehavior: textOf(given.passthroughBehavior),
      contentHandling: readChoice(given, 'contentHandling', contentHandlings),
      timeoutInMillis: readTimeout(given.timeoutInMillis),
      cacheNamespace: textOf(given.cacheNamespace),
      cacheKeyParameters: textsOf(given.cacheKeyParameters),
      responseTransferMode: readChoice(given, 'responseTransferMode', responseTransferModes),
      integrationTarget: textOf(given.integrationTarget),
      tlsConfig: readInsecure(given.tlsConfig),
    },
    resourceId,
  );
}

/** The key of a response is its selection pattern, but for `default`. */
function readResponse(
  [key, value]: readonly [string, unknown],
  method: Method,
  place: MethodPlace,
  findings: Findings,
): IntegrationResponse {
  const given = objectOf(value);
  const statusCode = textOf(given.statusCode) ?? '';
  if (!new RegExp(`^${statusCodePattern}$`).test(statusCode))
    throw badRequest(recorded.patternMismatch(statusCode, 'statusCode', statusCodePattern));
  const response: IntegrationResponse = {
    statusCode,
    selectionPattern: key === 'default' ? undefined : key,
    responseParameters: readTexts(given, 'responseParameters', place, findings),
    responseTemplates: readTexts(given, 'responseTemplates', place, findings),
    contentHandling: readChoice(given, 'contentHandling', contentHandlings),
  };
  checkIntegrationResponse(response, method);
  return response;
}

/** The method with the integration of its operation, if it has one. */
export function withIntegration(
  method: Method,
  given: unknown,
  { path, httpMethod }: MethodPlace,
  resourceId: string,
  findings: Findings,
): Method {
  if (!isJsonObject(given)) return method;
  const place = { path, httpMethod };
  const at = assumed.importedPlace(httpMethod, path);
  const integration = attempt(findings, `Unable to put integration on ${at}`, () => {
    const read = readIntegration(given, place, resourceId, findings);
    checkIntegration(read, method);
    return read;
  });
  const responses = Object.entries(objectOf(given.responses)).flatMap((entry) => {
    const response = attempt(findings, `Unable to put integration response on ${at}`, () =>
      readResponse(entry, method, place, findings),
    );
    return response ? [[response.statusCode, response] as const] : [];
  });
  const integrationResponses = omitEmpty(statusMap(Object.fromEntries(responses)));
  return { ...method, methodIntegration: integration && { ...integration, integrationResponses } };
}
