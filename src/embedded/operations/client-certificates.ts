import { assumed } from '../errors/assumed.ts';
import { badRequest, notFound } from '../errors/aws-exception.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { patchDescription } from '../rules/replacements.ts';
import { withTags } from '../rules/tags.ts';
import type { ClientCertificate } from '../state/account.ts';
import { pemEncodedCertificate } from '../state/certificate.ts';
import { readInput } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { type Call, epochSeconds, readPage, type Operation, type Context } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';

const SECONDS_OF_VALIDITY = 365 * 24 * 60 * 60;

const toWire = (certificate: ClientCertificate): JsonObject => ({ ...certificate, pemEncodedCertificate });

export const generateClientCertificate: Operation = (context, call) => {
  const input = readInput(call.body, 'generateClientCertificateInput', (members) => ({
    description: members.string('description'),
    tags: members.stringMap('tags'),
  }));
  const { clientCertificates } = context.store;
  const tags = omitEmpty(input.tags && withTags(undefined, input.tags));
  if (clientCertificates.size >= assumed.maxClientCertificates)
    throw badRequest(assumed.tooManyClientCertificates);
  const createdDate = epochSeconds(context);
  const certificate: ClientCertificate = {
    clientCertificateId: context.newId(6),
    description: omitEmpty(input.description),
    createdDate,
    expirationDate: createdDate + SECONDS_OF_VALIDITY,
    tags,
  };
  clientCertificates.set(certificate.clientCertificateId, certificate);
  return toWire(certificate);
};

export function findClientCertificate(context: Context, id: string): ClientCertificate {
  const certificate = context.store.clientCertificates.get(id);
  if (!certificate) throw notFound(assumed.clientCertificateUnknown);
  return certificate;
}

const addressed = (context: Context, call: Call) =>
  findClientCertificate(context, call.label('clientCertificateId'));

export const getClientCertificate: Operation = (context, call) => toWire(addressed(context, call));

export const getClientCertificates: Operation = (context, call) =>
  readPage(context.store.clientCertificates, call.query, toWire);

export const updateClientCertificate: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateClientCertificateInput');
  const certificate = patchDescription(addressed(context, call), operations);
  context.store.clientCertificates.set(certificate.clientCertificateId, certificate);
  return toWire(certificate);
};

/** With `--strict`, a certificate of a stage cannot be deleted. */
export const deleteClientCertificate: Operation = (context, call) => {
  const { clientCertificateId: id } = addressed(context, call);
  const isUsed = () =>
    context.store.restApis
      .values()
      .some(({ stages }) => stages.values().some(({ clientCertificateId }) => clientCertificateId === id));
  if (context.isStrict() && isUsed()) throw badRequest(assumed.clientCertificateInUse);
  context.store.clientCertificates.delete(id);
  return undefined;
};
