import { badRequest, conflict, notFound } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { orAbsent } from '../rules/absent.ts';
import { type DocumentationVersion } from '../state/state.ts';
import { readInput } from '../wire/input.ts';
import { addressedApi, epochSeconds, findStage, readPage, type Operation } from './operation.ts';
import { touched } from './stages.ts';

/** With a stageName, the stage shows the new version from then on. */
export const createDocumentationVersion: Operation = (world, call) => {
  const input = readInput(call.body, 'createDocumentationVersionInput', (members) => ({
    version: members.requiredString('documentationVersion'),
    stageName: members.string('stageName'),
    description: members.string('description'),
  }));
  const api = addressedApi(world, call);
  if (input.version === '') throw badRequest(unverified.documentationVersionEmpty);
  if (api.documentationVersions.get(input.version)) throw conflict(unverified.documentationVersionExists);
  const stage = input.stageName === undefined ? undefined : findStage(api, input.stageName);
  const created: DocumentationVersion = {
    version: input.version,
    createdDate: epochSeconds(world),
    description: orAbsent(input.description),
  };
  api.documentationVersions.set(created.version, created);
  if (stage) {
    api.stages.set(stage.stageName, { ...touched(world, stage), documentationVersion: created.version });
  }
  return created;
};

export const getDocumentationVersion: Operation = (world, call) => {
  const api = addressedApi(world, call);
  const found = api.documentationVersions.get(call.label('documentationVersion'));
  if (!found) throw notFound(unverified.documentationVersionUnknown);
  return found;
};

export const getDocumentationVersions: Operation = (world, call) =>
  readPage(addressedApi(world, call).documentationVersions, call.query, (version) => version);
