import { omitEmpty } from '../../rules/omit-empty.ts';
import { patchIntegrationResponse } from '../../rules/resources/integration-patch.ts';
import { checkIntegrationResponse } from '../../rules/resources/integration.ts';
import { withoutKey } from '../../rules/without-key.ts';
import { contentHandlings, type IntegrationResponse } from '../../state/resource.ts';
import { statusMap } from '../../state/status-map.ts';
import { type Members, readInput } from '../../wire/input.ts';
import type { Call, Context, Operation } from '../operation.ts';
import { readPatchOperations } from '../patch-operations.ts';
import {
  addressedIntegration,
  addressedResponse,
  checkStatusCode,
  statusCodeViolations,
  writeMethod,
} from './addressed.ts';

type AddressedIntegration = ReturnType<typeof addressedIntegration>;

const writeResponses = (
  place: AddressedIntegration,
  responses: Readonly<Record<string, IntegrationResponse>>,
) =>
  writeMethod(place, {
    ...place.method,
    methodIntegration: { ...place.integration, integrationResponses: omitEmpty(statusMap(responses)) },
  });

const write = (place: AddressedIntegration, response: IntegrationResponse) =>
  writeResponses(place, { ...place.integration.integrationResponses, [response.statusCode]: response });

const readResponse = (members: Members) => ({
  selectionPattern: members.string('selectionPattern'),
  responseParameters: members.stringMap('responseParameters'),
  responseTemplates: members.stringMap('responseTemplates'),
  contentHandling: members.enumeration('contentHandling', contentHandlings),
});

/** Unlike PutMethodResponse, replaces an existing one (recorded). */
export const putIntegrationResponse: Operation = (context, call) => {
  const labels = statusCodeViolations(call);
  const input = readInput(call.body, 'putIntegrationResponseInput', readResponse, labels);
  const place = addressedIntegration(context, call);
  const response: IntegrationResponse = { statusCode: call.label('statusCode'), ...input };
  checkIntegrationResponse(response, place.method);
  write(place, response);
  return response;
};

function addressedIntegrationResponse(context: Context, call: Call) {
  checkStatusCode(call);
  const place = addressedIntegration(context, call);
  return { place, response: addressedResponse(place.integration.integrationResponses, call) };
}

export const getIntegrationResponse: Operation = (context, call) =>
  addressedIntegrationResponse(context, call).response;

export const updateIntegrationResponse: Operation = (context, call) => {
  const labels = statusCodeViolations(call);
  const operations = readPatchOperations(call.body, 'updateIntegrationResponseInput', labels);
  const { place, response: before } = addressedIntegrationResponse(context, call);
  const response = patchIntegrationResponse(before, place.method, operations);
  write(place, response);
  return response;
};

export const deleteIntegrationResponse: Operation = (context, call) => {
  const { place, response } = addressedIntegrationResponse(context, call);
  const { integrationResponses = {} } = place.integration;
  writeResponses(place, withoutKey(integrationResponses, response.statusCode));
  return undefined;
};
