import { patchIntegration } from '../../rules/resources/integration-patch.ts';
import { checkIntegration, completeIntegration } from '../../rules/resources/integration.ts';
import {
  connectionTypes,
  contentHandlings,
  integrationTypes,
  responseTransferModes,
} from '../../state/resource.ts';
import { type Members, readInput } from '../../wire/input.ts';
import type { Operation } from '../operation.ts';
import { readPatchOperations } from '../patch-operations.ts';
import { addressedIntegration, addressedMethod, writeMethod } from './addressed.ts';

const readIntegration = (members: Members) => ({
  type: members.requiredEnumeration('type', integrationTypes),
  httpMethod: members.string('httpMethod'),
  uri: members.string('uri'),
  connectionType: members.enumeration('connectionType', connectionTypes),
  connectionId: members.string('connectionId'),
  credentials: members.string('credentials'),
  requestParameters: members.stringMap('requestParameters'),
  requestTemplates: members.stringMap('requestTemplates'),
  passthroughBehavior: members.string('passthroughBehavior'),
  cacheNamespace: members.string('cacheNamespace'),
  cacheKeyParameters: members.strings('cacheKeyParameters'),
  contentHandling: members.enumeration('contentHandling', contentHandlings),
  timeoutInMillis: members.integer('timeoutInMillis'),
  responseTransferMode: members.enumeration('responseTransferMode', responseTransferModes),
  integrationTarget: members.string('integrationTarget'),
  tlsConfig: members.structure('tlsConfig', (tls) => ({
    insecureSkipVerification: tls.boolean('insecureSkipVerification'),
  })),
});

/** Replaces the whole integration, its responses too. */
export const putIntegration: Operation = (context, call) => {
  const input = readInput(call.body, 'putIntegrationInput', readIntegration);
  const place = addressedMethod(context, call);
  const methodIntegration = completeIntegration(input, place.resource.id);
  checkIntegration(methodIntegration, place.method);
  writeMethod(place, { ...place.method, methodIntegration });
  return methodIntegration;
};

export const getIntegration: Operation = (context, call) => addressedIntegration(context, call).integration;

export const updateIntegration: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateIntegrationInput');
  const place = addressedIntegration(context, call);
  const methodIntegration = patchIntegration(place.integration, place.method, operations);
  writeMethod(place, { ...place.method, methodIntegration });
  return methodIntegration;
};

export const deleteIntegration: Operation = (context, call) => {
  const place = addressedIntegration(context, call);
  writeMethod(place, { ...place.method, methodIntegration: undefined });
  return undefined;
};
