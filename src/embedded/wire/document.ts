import { parse } from 'yaml';
import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { isDeeperThan } from './body.ts';
import { isJsonObject, type JsonObject } from './json.ts';

/** More makes the YAML parser exhaust its memory, which ends the process. */
const MAX_YAML_NESTING = 500;

/** Counts brackets in strings, too; those are closed or few. */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const { 0: symbol } of text.matchAll(/[[\]{}]/g)) {
    depth = symbol === '[' || symbol === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MAX_YAML_NESTING) return true;
  }
  // Block collections that start in one line: `- - - a`.
  return new RegExp(`(?:[-?:][ \\t]+){${MAX_YAML_NESTING}}`).test(text);
}

function parseYaml(text: string): unknown {
  if (isNestedTooDeeply(text)) throw new SyntaxError('The document is nested too deeply');
  // The check for unique keys takes quadratic time.
  const value: unknown = parse(text, { logLevel: 'error', uniqueKeys: false, prettyErrors: false });
  // Through JSON, which rejects cycles and turns every key into a string.
  return JSON.parse(JSON.stringify(value));
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
  if (!isJsonObject(document) || isDeeperThan(assumed.maxDocumentDepth, document)) throw badRequest(error);
  return document;
}
