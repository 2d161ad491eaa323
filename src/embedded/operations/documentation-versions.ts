import { badRequest, conflict, notFound } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import type { DocumentationVersion } from '../state/state.ts';
import { readInput } from '../wire/input.ts';
import { addressedApi, epochSeconds, findStage, readPage, type Operation } from './operation.ts';
import { withUpdatedDate } from './stages.ts';

/** With a `stageName`, also sets the documentation version of the stage. */
export const createDocumentationVersion: Operation = (context, call) => {
  const input = readInput(call.body, 'createDocumentationVersionInput', (members) => ({
    version: members.requiredString('documentationVersion'),
    stageName: members.string('stageName'),
    description: members.string('description'),
  }));
  const api = addressedApi(context, call);
  if (input.version === '') throw badRequest(unverified.documentationVersionEmpty);
  if (api.documentationVersions.get(input.version)) throw conflict(unverified.documentationVersionExists);
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

export const getDocumentationVersion: Operation = (context, call) => {
  const api = addressedApi(context, call);
  const found = api.documentationVersions.get(call.label('documentationVersion'));
  if (!found) throw notFound(unverified.documentationVersionUnknown);
  return found;
};

export const getDocumentationVersions: Operation = (context, call) =>
  readPage(addressedApi(context, call).documentationVersions, call.query, (version) => version);
