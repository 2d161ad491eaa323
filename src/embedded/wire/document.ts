import { parse } from 'yaml';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
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

/** The body of an import: an OpenAPI document in JSON or YAML. */
export function parseDocument(text: string): JsonObject {
  let document: unknown;
  try {
    document = parseJsonOrYaml(text);
  } catch {
    throw badRequest(recorded.documentUnreadable);
  }
  if (!isJsonObject(document) || isDeeperThan(unverified.maxDocumentDepth, document))
    throw badRequest(recorded.documentUnreadable);
  return document;
}
