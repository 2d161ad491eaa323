import { assumed } from '../errors/assumed.ts';
import { badRequest, conflict, notFound } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import {
  checkLocation,
  checkProperties,
  locationKey,
  readDocumentedParts,
  showLocation,
} from '../rules/documentation-parts.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { applyReplacements } from '../rules/replacements.ts';
import { createCollection } from '../state/collection.ts';
import { type DocumentationPart, documentationPartTypes } from '../state/documentation-part.ts';
import type { RestApi } from '../state/store.ts';
import { readEnumParameter, readInput } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, type Call, type Context, readPage, type Operation } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';

const idOf = ({ id }: DocumentationPart) => id;

/** Terraform sends an empty text for each member of a location that is not set. */
export const createDocumentationPart: Operation = (context, call) => {
  const { location, properties } = readInput(call.body, 'createDocumentationPartInput', (members) => ({
    location: members.requiredStructure('location', (place) => ({
      type: place.requiredEnumeration('type', documentationPartTypes),
      path: omitEmpty(place.string('path')),
      method: omitEmpty(place.string('method')),
      statusCode: omitEmpty(place.string('statusCode')),
      name: omitEmpty(place.string('name')),
    })),
    properties: members.requiredString('properties'),
  }));
  const api = addressedApi(context, call);
  const part: DocumentationPart = {
    id: context.newId(6),
    location: checkLocation(location),
    properties: checkProperties(properties),
  };
  const key = locationKey(location);
  if (api.documentationParts.values().some((existing) => locationKey(existing.location) === key))
    throw conflict(recorded.documentationPartExists(showLocation(location)));
  api.documentationParts.set(part.id, part);
  return part;
};

/** An unknown API has no parts: AWS has one error for both. */
function addressedPart(context: Context, call: Call): { api: RestApi; part: DocumentationPart } {
  const api = context.store.restApis.get(call.label('restApiId'));
  const part = api?.documentationParts.get(call.label('documentationPartId'));
  if (!api || !part) throw notFound(recorded.documentationPartUnknown);
  return { api, part };
}

export const getDocumentationPart: Operation = (context, call) => addressedPart(context, call).part;

/** Every part has content, so none is UNDOCUMENTED; AWS lists the entities of the API without a part. */
export const getDocumentationParts: Operation = (context, call) => {
  const type = readEnumParameter(call.query, 'type', documentationPartTypes);
  const status = readEnumParameter(call.query, 'locationStatus', ['DOCUMENTED', 'UNDOCUMENTED']);
  const path = call.query.get('path') ?? undefined;
  const name = call.query.get('name') ?? undefined;
  const { documentationParts } = addressedApi(context, call);
  const isSelected = ({ location }: DocumentationPart) =>
    status !== 'UNDOCUMENTED' &&
    (type === undefined || location.type === type) &&
    (path === undefined || location.path === path) &&
    (name === undefined || location.name === name);
  const isFiltered = [type, status, path, name].some((filter) => filter !== undefined);
  const selected = isFiltered
    ? createCollection(documentationParts.values().filter(isSelected), idOf)
    : documentationParts;
  return readPage(selected, call.query, (part) => part);
};

export const updateDocumentationPart: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateDocumentationPartInput');
  const { api, part } = addressedPart(context, call);
  const changed = applyReplacements(
    part,
    operations,
    new Map([
      [
        '/properties',
        (from: DocumentationPart, value: string) => ({ ...from, properties: checkProperties(value) }),
      ],
    ]),
  );
  api.documentationParts.set(changed.id, changed);
  return changed;
};

/** For an unknown API the error names the API, unlike that of the other operations on a part. */
export const deleteDocumentationPart: Operation = (context, call) => {
  addressedApi(context, call);
  const { api, part } = addressedPart(context, call);
  api.documentationParts.delete(part.id);
  return undefined;
};

/**
 * Imports the documentation parts of an OpenAPI document, and returns their ids. `overwrite` replaces all parts,
 * `merge` those of the same locations, which keep their ids.
 */
export function importDocumentation(
  context: Context,
  api: RestApi,
  document: JsonObject,
  { mode, failOnWarnings }: { mode: 'merge' | 'overwrite'; failOnWarnings: boolean },
): { ids: readonly string[]; warnings: readonly string[] } {
  const { parts, warnings } = readDocumentedParts(document);
  if (failOnWarnings && warnings.length > 0) throw badRequest(assumed.importWarnings(warnings));
  const kept = mode === 'merge' ? api.documentationParts.values() : [];
  const existing = new Map(kept.map((part) => [locationKey(part.location), part.id]));
  const imported = parts.map((part) => ({
    ...part,
    id: existing.get(locationKey(part.location)) ?? context.newId(6),
  }));
  api.documentationParts = createCollection([...kept, ...imported], idOf);
  return { ids: imported.map(idOf), warnings };
}

export const importDocumentationParts: Operation = (context, call) => {
  const mode = readEnumParameter(call.query, 'mode', ['merge', 'overwrite']) ?? 'merge';
  const api = addressedApi(context, call);
  const { ids, warnings } = importDocumentation(
    context,
    api,
    call.parseDocument(recorded.documentUnreadable),
    {
      mode,
      failOnWarnings: call.query.get('failonwarnings') === 'true',
    },
  );
  return { ids, warnings: warnings.length > 0 ? warnings : undefined };
};
