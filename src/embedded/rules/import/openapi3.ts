import { recorded } from '../../errors/recorded.ts';
import type { JsonObject } from '../../wire/json.ts';
import type { Content, Dialect } from './dialect.ts';
import { listOf, memberOf, objectOf, resolveReference, textOf } from './values.ts';

const firstServer = (document: JsonObject) => objectOf(listOf(document.servers)[0]);

const pathOfUrl = (url: string) => /^(?:[^/]*:)?(?:\/\/[^/]*)?(?<path>[^?#]*)/.exec(url)?.groups?.path ?? '';

const contents = (content: unknown): Content[] =>
  Object.entries(objectOf(content)).map(([type, media]) => [type, memberOf(media, 'schema')]);

export const openapi3: Dialect = {
  members: [
    {
      at: '',
      names: new Set([
        ...['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags', 'externalDocs'],
      ]),
    },
    {
      at: 'components',
      names: new Set([
        ...['schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers'],
        ...['securitySchemes', 'links', 'callbacks'],
      ]),
    },
  ],
  /** A variable `basePath` counts even if the URL does not refer to it. */
  basePath(document) {
    const { url, variables } = firstServer(document);
    const variable = textOf(memberOf(memberOf(variables, 'basePath'), 'default'));
    return variable ?? pathOfUrl(textOf(url) ?? '');
  },
  endpointOwner: firstServer,
  models: (document) => objectOf(memberOf(document.components, 'schemas')),
  securitySchemes: (document) => objectOf(memberOf(document.components, 'securitySchemes')),
  requestContents: ({ document, operation }) =>
    contents(memberOf(resolveReference(document, operation.requestBody), 'content')),
  responseContents: (_source, response) => contents(response.content),
  warnings: (document) => (listOf(document.servers).length > 1 ? [recorded.importServers] : []),
};
