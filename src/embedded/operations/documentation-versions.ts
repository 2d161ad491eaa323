import { assumed } from '../errors/assumed.ts';
import { badRequest, conflict, notFound } from '../errors/aws-exception.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { patchDescription } from '../rules/replacements.ts';
import type { DocumentationVersion } from '../state/state.ts';
import type { RestApi } from '../state/store.ts';
import { readInput } from '../wire/input.ts';
import { addressedApi, epochSeconds, findStage, readPage, type Operation } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';
import { withUpdatedDate } from './stages.ts';

/** With a `stageName`, also sets the documentation version of the stage. */
export const createDocumentationVersion: Operation = (context, call) => {
  const input = readInput(call.body, 'createDocumentationVersionInput', (members) => ({
    version: members.requiredString('documentationVersion'),
    stageName: members.string('stageName'),
    description: members.string('description'),
  }));
  const api = addressedApi(context, call);
  if (input.version === '') throw badRequest(assumed.documentationVersionEmpty);
  if (api.documentationVersions.get(input.version)) throw conflict(assumed.documentationVersionExists);
  const stage = input.stageName === undefined ? undefined : findStage(api, input.stageName);
  const created: DocumentationVersion = {
    version: input.version,
    createdDate: epochSeconds(context),
    description: omitEmpty(input.description),
  };
  api.documentationVersions.set(created.version, created);
  if (stage) {
    api.stages.set(stage.stageName, {
      ...withUpdatedDate(context, stage),
      documentationVersion: created.version,
    });
  }
  return created;
};

function findVersion(api: RestApi, version: string): DocumentationVersion {
  const found = api.documentationVersions.get(version);
  if (!found) throw notFound(assumed.documentationVersionUnknown);
  return found;
}

export const getDocumentationVersion: Operation = (context, call) =>
  findVersion(addressedApi(context, call), call.label('documentationVersion'));

export const getDocumentationVersions: Operation = (context, call) =>
  readPage(addressedApi(context, call).documentationVersions, call.query, (version) => version);

export const updateDocumentationVersion: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateDocumentationVersionInput');
  const api = addressedApi(context, call);
  const changed = patchDescription(findVersion(api, call.label('documentationVersion')), operations);
  api.documentationVersions.set(changed.version, changed);
  return changed;
};

/** A version that a stage refers to is in use. */
export const deleteDocumentationVersion: Operation = (context, call) => {
  const api = addressedApi(context, call);
  const { version } = findVersion(api, call.label('documentationVersion'));
  if (api.stages.values().some(({ documentationVersion }) => documentationVersion === version))
    throw badRequest(assumed.documentationVersionInUse);
  api.documentationVersions.delete(version);
  return undefined;
};
