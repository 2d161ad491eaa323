import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import {
  type DocumentationLocation,
  type DocumentationPart,
  documentationPartTypes,
} from '../state/documentation-part.ts';
import { isJsonObject, type JsonObject } from '../wire/json.ts';

type LocationField = Exclude<keyof DocumentationLocation, 'type'>;

const method = ['path', 'method'] as const;
const response = ['path', 'method', 'statusCode'] as const;

/** The members that a location may have, by its type, as AWS documents them. A REQUEST_BODY may have a name. */
const fields: Readonly<Record<DocumentationLocation['type'], readonly LocationField[]>> = {
  API: [],
  AUTHORIZER: ['name'],
  MODEL: ['name'],
  RESOURCE: ['path'],
  METHOD: method,
  PATH_PARAMETER: [...method, 'name'],
  QUERY_PARAMETER: [...method, 'name'],
  REQUEST_HEADER: [...method, 'name'],
  REQUEST_BODY: [...method, 'name'],
  RESPONSE: response,
  RESPONSE_HEADER: [...response, 'name'],
  RESPONSE_BODY: response,
};
const allFields = [...response, 'name'] as const;

const defaults: Readonly<Partial<Record<LocationField, string>>> = {
  path: '/',
  method: '*',
  statusCode: '*',
};

/** Why a location is invalid, or undefined. */
function locationProblem(location: DocumentationLocation): string | undefined {
  const { type } = location;
  const extra = allFields.find((field) => location[field] !== undefined && !fields[type].includes(field));
  if (extra !== undefined) return assumed.documentationPartField(extra, type);
  const needsName = fields[type].includes('name') && type !== 'REQUEST_BODY';
  return needsName && !location.name ? assumed.documentationPartName(type) : undefined;
}

/** Equal for locations that cannot both have a part: an absent member equals its default. */
export const locationKey = (location: DocumentationLocation): string =>
  JSON.stringify([
    location.type,
    ...fields[location.type].map((field) => location[field] ?? defaults[field] ?? ''),
  ]);

/** As in the message for a second part of a location. */
export const showLocation = (location: DocumentationLocation): string =>
  (['type', ...allFields] as const)
    .flatMap((field) => (location[field] === undefined ? [] : [`${field} '${location[field]}'`]))
    .join(', ');

/** Why properties are invalid, or undefined. */
function propertiesProblem(properties: string): string | undefined {
  if (properties === '') return assumed.documentationPartEmpty;
  try {
    const parsed: unknown = JSON.parse(properties);
    return isJsonObject(parsed) ? undefined : assumed.documentationPartNotJson;
  } catch {
    return assumed.documentationPartNotJson;
  }
}

export function checkProperties(properties: string): string {
  const problem = propertiesProblem(properties);
  if (problem !== undefined) throw badRequest(problem);
  return properties;
}

export function checkLocation(location: DocumentationLocation): DocumentationLocation {
  const problem = locationProblem(location);
  if (problem !== undefined) throw badRequest(problem);
  return location;
}

/** A location of a document: `path` has its default as recorded for an import. Undefined if it is malformed. */
function readLocation(given: unknown): DocumentationLocation | undefined {
  if (!isJsonObject(given)) return undefined;
  const type = documentationPartTypes.find((known) => known === given.type);
  if (type === undefined) return undefined;
  const texts = new Map<LocationField, string>();
  for (const field of allFields) {
    const text = given[field];
    if (typeof text === 'string' || typeof text === 'number') texts.set(field, String(text));
    else if (text !== undefined && text !== null) return undefined;
  }
  const path = texts.get('path') ?? (fields[type].includes('path') ? defaults.path : undefined);
  return { type, ...Object.fromEntries(texts), ...(path !== undefined && { path }) };
}

type ImportedPart = Omit<DocumentationPart, 'id'>;

/** The documentation part, or why it is invalid. */
function readPart(given: unknown): ImportedPart | string {
  const { location: place, properties }: JsonObject = isJsonObject(given) ? given : {};
  const location = readLocation(place);
  if (!location || properties === undefined) return assumed.importedPartMalformed;
  const text = typeof properties === 'string' ? properties : JSON.stringify(properties);
  return locationProblem(location) ?? propertiesProblem(text) ?? { location, properties: text };
}

/** The documentation parts of an OpenAPI document; the last one counts if several have the same location. */
export function readDocumentedParts(document: JsonObject): {
  parts: readonly ImportedPart[];
  warnings: readonly string[];
} {
  const extension = document['x-amazon-apigateway-documentation'];
  const given: unknown = isJsonObject(extension) ? extension.documentationParts : undefined;
  const parts = new Map<string, ImportedPart>();
  const warnings: string[] = [];
  for (const [index, item] of (Array.isArray(given) ? given : []).entries()) {
    const part = readPart(item);
    if (typeof part === 'string') warnings.push(assumed.importedPart(index + 1, part));
    else parts.set(locationKey(part.location), part);
  }
  return { parts: [...parts.values()], warnings };
}
