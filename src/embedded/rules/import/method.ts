import { assumed } from '../../errors/assumed.ts';
import { recorded } from '../../errors/recorded.ts';
import { type Method, type MethodResponse, statusCodePattern } from '../../state/resource.ts';
import { statusMap } from '../../state/status-map.ts';
import type { JsonObject } from '../../wire/json.ts';
import { omitEmpty } from '../omit-empty.ts';
import { checkMethod, checkMethodResponse } from '../resources/method.ts';
import type { Content, Dialect, OperationSource } from './dialect.ts';
import { attempt, type Findings } from './findings.ts';
import { type MethodPlace, withIntegration } from './integration.ts';
import { readModels } from './models.ts';
import { readAuthorization } from './security.ts';
import { listOf, memberOf, objectOf, resolveReference, textOf } from './values.ts';

/** What all operations of a document have in common. */
export interface Reading {
  readonly document: JsonObject;
  readonly dialect: Dialect;
  readonly models: ReadonlySet<string>;
  readonly findings: Findings;
  readonly authorizerId: (name: string) => string;
}

const locations: ReadonlyMap<unknown, string> = new Map([
  ['path', 'path'],
  ['query', 'querystring'],
  ['header', 'header'],
]);

/** The variables of the path are parameters, also without a declaration (recorded). */
function requestParameters(path: string, parameters: readonly JsonObject[]) {
  const variables = [...path.matchAll(/\{([^{}/]+?)\+?\}/g)].map(([, name]) => `method.request.path.${name}`);
  const declared = parameters.flatMap((parameter): [string, boolean][] => {
    const location = locations.get(parameter.in);
    const name = textOf(parameter.name);
    if (location === undefined || name === undefined) return [];
    return [[`method.request.${location}.${name}`, location === 'path' || parameter.required === true]];
  });
  return omitEmpty(
    Object.fromEntries([...variables.map((name): [string, boolean] => [name, true]), ...declared]),
  );
}

/** In the words of AWS's parser. */
const primitives: ReadonlyMap<unknown, string> = new Map([
  ['string', 'StringSchema'],
  ['integer', 'IntegerSchema'],
  ['number', 'NumberSchema'],
  ['boolean', 'BooleanSchema'],
]);

function readResponse(
  reading: Reading,
  source: OperationSource,
  statusCode: string,
  given: JsonObject,
  { path, httpMethod }: MethodPlace,
): MethodResponse {
  const { dialect, models, findings } = reading;
  const contents = dialect.responseContents(source, given).filter(([, schema]: Content) => {
    const primitive = primitives.get(memberOf(schema, 'type'));
    if (primitive === undefined) return true;
    findings.warnings.push(recorded.importedModelType(primitive, statusCode, httpMethod, path));
    return false;
  });
  const headers = Object.keys(objectOf(given.headers));
  const response: MethodResponse = {
    statusCode,
    responseParameters: omitEmpty(
      Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, false])),
    ),
    responseModels: readModels(contents, models, findings),
  };
  checkMethodResponse(response, response);
  return response;
}

function readResponses(reading: Reading, source: OperationSource, place: MethodPlace) {
  const { document, findings } = reading;
  const { responses } = source.operation;
  const { path, httpMethod } = place;
  if (responses === undefined || responses === null)
    findings.warnings.push(recorded.noResponses(httpMethod, path));
  const read = Object.entries(objectOf(responses)).flatMap(([statusCode, given]) => {
    if (!new RegExp(`^${statusCodePattern}$`).test(statusCode)) return [];
    const what = `Unable to put method response on ${assumed.importedPlace(httpMethod, path)}`;
    const response = attempt(findings, what, () =>
      readResponse(reading, source, statusCode, objectOf(resolveReference(document, given)), place),
    );
    return response ? [[statusCode, response] as const] : [];
  });
  return omitEmpty(statusMap(Object.fromEntries(read)));
}

/** The parameters of the path come first, so that those of the operation override them. */
const readParameters = (document: JsonObject, pathItem: JsonObject, operation: JsonObject) =>
  [...listOf(pathItem.parameters), ...listOf(operation.parameters)].map((parameter) =>
    objectOf(resolveReference(document, parameter)),
  );

/** The method of an operation, with its responses and its integration. */
export function readMethod(
  reading: Reading,
  pathItem: JsonObject,
  operation: JsonObject,
  place: MethodPlace,
  resourceId: string,
): Method {
  const { document, dialect, models, findings } = reading;
  const { path, httpMethod } = place;
  const source = { document, operation, parameters: readParameters(document, pathItem, operation) };
  const method: Method = {
    httpMethod,
    ...readAuthorization(operation, dialect.securitySchemes(document), reading.authorizerId),
    operationName: omitEmpty(textOf(operation.operationId)),
    requestParameters: requestParameters(path, source.parameters),
    requestModels: readModels(dialect.requestContents(source), models, findings),
    methodResponses: readResponses(reading, source, place),
  };
  attempt(findings, `Unable to put method '${httpMethod}' on resource at path '${path}'`, () =>
    checkMethod(method, method),
  );
  return withIntegration(method, operation['x-amazon-apigateway-integration'], place, resourceId, findings);
}
