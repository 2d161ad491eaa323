import type { Dialect, OperationSource } from './dialect.ts';
import { objectOf, textOf, textsOf } from './values.ts';

const contentTypes = ({ document, operation }: OperationSource, member: 'consumes' | 'produces') => {
  const types = textsOf(operation[member] ?? document[member]);
  return types.length > 0 ? types : ['application/json'];
};

export const swagger2: Dialect = {
  members: [
    {
      at: '',
      names: new Set([
        ...['swagger', 'info', 'host', 'basePath', 'schemes', 'consumes', 'produces', 'paths', 'definitions'],
        ...['parameters', 'responses', 'securityDefinitions', 'security', 'tags', 'externalDocs'],
      ]),
    },
  ],
  basePath: (document) => textOf(document.basePath) ?? '',
  endpointOwner: (document) => document,
  models: (document) => objectOf(document.definitions),
  securitySchemes: (document) => objectOf(document.securityDefinitions),
  requestContents(source) {
    const body = source.parameters.find((parameter) => parameter.in === 'body');
    return body ? contentTypes(source, 'consumes').map((type) => [type, body.schema]) : [];
  },
  responseContents: (source, response) =>
    contentTypes(source, 'produces').map((type) => [type, response.schema]),
  warnings: () => [],
};
