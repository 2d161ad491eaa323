import type { JsonObject } from '../../wire/json.ts';

/** An operation of a document, with the parameters of its path. */
export interface OperationSource {
  readonly document: JsonObject;
  readonly operation: JsonObject;
  /** Without references. */
  readonly parameters: readonly JsonObject[];
}

/** A content type with its schema. */
export type Content = readonly [contentType: string, schema: unknown];

/** What differs between the versions of OpenAPI. Every function accepts documents of any shape. */
export interface Dialect {
  /** The members that a document and its parts may have, except `x-…`. */
  readonly members: readonly { readonly at: string; readonly names: ReadonlySet<string> }[];
  basePath(document: JsonObject): string;
  /** The object with the member `x-amazon-apigateway-endpoint-configuration`. */
  endpointOwner(document: JsonObject): JsonObject;
  models(document: JsonObject): JsonObject;
  securitySchemes(document: JsonObject): JsonObject;
  requestContents(source: OperationSource): readonly Content[];
  responseContents(source: OperationSource, response: JsonObject): readonly Content[];
  warnings(document: JsonObject): readonly string[];
}
