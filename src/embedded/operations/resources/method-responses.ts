import { conflict } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { omitEmpty } from '../../rules/omit-empty.ts';
import { checkMethodResponse, patchMethodResponse } from '../../rules/resources/method.ts';
import { withoutKey } from '../../rules/without-key.ts';
import type { MethodResponse } from '../../state/resource.ts';
import { statusMap } from '../../state/status-map.ts';
import { readInput } from '../../wire/input.ts';
import type { Call, Context, Operation } from '../operation.ts';
import { readPatchOperations } from '../patch-operations.ts';
import {
  addressedMethod,
  addressedResponse,
  checkStatusCode,
  statusCodeViolations,
  writeMethod,
} from './addressed.ts';

const write = (place: ReturnType<typeof addressedMethod>, response: MethodResponse) =>
  writeMethod(place, {
    ...place.method,
    methodResponses: statusMap({ ...place.method.methodResponses, [response.statusCode]: response }),
  });

export const putMethodResponse: Operation = (context, call) => {
  const input = readInput(
    call.body,
    'putMethodResponseInput',
    (members) => ({
      responseParameters: members.booleanMap('responseParameters'),
      responseModels: members.stringMap('responseModels'),
    }),
    statusCodeViolations(call),
  );
  const place = addressedMethod(context, call);
  const response: MethodResponse = { statusCode: call.label('statusCode'), ...input };
  if (place.method.methodResponses?.[response.statusCode]) throw conflict(recorded.responseExists);
  checkMethodResponse(response);
  write(place, response);
  return response;
};

function addressedMethodResponse(context: Context, call: Call) {
  checkStatusCode(call);
  const place = addressedMethod(context, call);
  return { place, response: addressedResponse(place.method.methodResponses, call) };
}

export const getMethodResponse: Operation = (context, call) =>
  addressedMethodResponse(context, call).response;

export const updateMethodResponse: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateMethodResponseInput', statusCodeViolations(call));
  const { place, response: before } = addressedMethodResponse(context, call);
  const response = patchMethodResponse(before, operations);
  write(place, response);
  return response;
};

export const deleteMethodResponse: Operation = (context, call) => {
  const { place, response } = addressedMethodResponse(context, call);
  const { method } = place;
  const methodResponses = omitEmpty(statusMap(withoutKey(method.methodResponses ?? {}, response.statusCode)));
  writeMethod(place, { ...method, methodResponses });
  return undefined;
};
