import { isJsonObject, type JsonObject } from '../../wire/json.ts';

/** A number or boolean counts as its text: documents have versions and status codes without quotes. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

export const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsOf = (value: unknown): string[] => listOf(value).flatMap((item) => textOf(item) ?? []);

/** The member of this name, not one that every object inherits. */
export const memberOf = (value: unknown, name: string): unknown =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** More than a document needs; a chain of references can be a cycle. */
const MAX_REFERENCES = 20;

const unescape = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** The value that a `$ref` to a place in the document stands for; any other value stands for itself. */
export function resolveReference(document: JsonObject, value: unknown): unknown {
  let resolved = value;
  for (let count = 0; count < MAX_REFERENCES; count++) {
    const reference = memberOf(resolved, '$ref');
    if (typeof reference !== 'string') return resolved;
    if (!reference.startsWith('#/')) return undefined;
    resolved = reference.slice(2).split('/').map(unescape).reduce<unknown>(memberOf, document);
  }
  return undefined;
}
