import { parse } from 'yaml';
import { badRequest } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';
import { isDeeperThan } from './body.ts';
import { isJsonObject, type JsonObject } from './json.ts';

function parseYaml(text: string): unknown {
  // Through JSON, which rejects cycles and turns every key into a string.
  return JSON.parse(JSON.stringify(parse(text, { logLevel: 'error' })));
}

function parseJsonOrYaml(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseYaml(text);
  }
}

/** The body of an import: an OpenAPI document in JSON or YAML; `error` is the message for anything else. */
export function parseDocument(text: string, error: string): JsonObject {
  let document: unknown;
  try {
    document = parseJsonOrYaml(text);
  } catch {
    throw badRequest(error);
  }
  if (!isJsonObject(document) || isDeeperThan(unverified.maxDocumentDepth, document)) throw badRequest(error);
  return document;
}
