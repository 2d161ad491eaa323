import type { StageHttpMethod } from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import { isVerb, type Verb, VERBS } from '../../rest-apis/verbs.ts';
import { escapeSegment, unescapeSegment } from './json-pointer.ts';

/** For messages: why ANY has no entry. */
export const NOT_FOR_ANY = `ANY has no settings of its own; AWS has settings for each verb: ${VERBS.join(', ')}`;

/** A method as clients address it. */
export interface MethodAddress {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod;
}

/** A method that can have an entry. */
export interface KeyedMethod extends MethodAddress {
  readonly httpMethod: Verb | 'ALL';
}

/** The methods whose entries an address means. */
export const keyedMethods = ({ resourcePath, httpMethod }: MethodAddress): KeyedMethod[] =>
  (httpMethod === 'ANY' ? VERBS : [httpMethod]).map((method) => ({ resourcePath, httpMethod: method }));

/** The key of the stage's default entry. */
export const STAGE_DEFAULT_KEY = '*/*';

/**
 * For a path with a `~`, which no resource has. It is probably an escaped slash, from a stored key or from CloudFormation
 * (`/~1pets`): then the message gives the unescaped path.
 */
function escapedPathProblem(resourcePath: string): string {
  const meant = unescapeSegment(resourcePath.replace(/^\/~1/, '~1'));
  const isPath =
    !meant.includes('~') && addressProblem({ resourcePath: meant, httpMethod: 'GET' }) === undefined;
  const hint = isPath ? `: use ${quote(meant)}` : '';
  return `resourcePath must not contain "~", not ${quote(resourcePath)}${hint}.`;
}

/** Why this resource path and method cannot have settings, or undefined. */
export function addressProblem({ resourcePath, httpMethod }: MethodAddress): string | undefined {
  const given = `not ${quote(resourcePath)}`;
  if ((resourcePath === '*') !== (httpMethod === 'ALL')) {
    return `resourcePath "*" and httpMethod ALL must be used together, for the stage's default; AWS has no settings for ${quote(resourcePath)} with ${httpMethod}.`;
  }
  if (resourcePath === '*' || resourcePath === '/') return undefined;
  if (resourcePath.includes('~')) return escapedPathProblem(resourcePath);
  if (!resourcePath.startsWith('/')) return `resourcePath must start with "/" (or be "*"), ${given}.`;
  if (resourcePath.endsWith('/')) return `resourcePath must not end with "/", ${given}.`;
  if (resourcePath.includes('//')) return `resourcePath must not have an empty segment, ${given}.`;
  if (/[\p{Cc}\p{Cs}\s*]/u.test(resourcePath)) {
    return `resourcePath must not contain spaces, control characters or "*", ${given}.`;
  }
  if (resourcePath.length > 1024) return `resourcePath must have at most 1024 characters, ${given}.`;
  return undefined;
}

/**
 * The key under which AWS stores the settings of a method: every slash of the path is `~1`, also the leading one. AWS
 * accepts and stores any other key, but it is a dead key: it has no effect.
 */
export const encodeMethodKey = ({ resourcePath, httpMethod }: KeyedMethod): string =>
  `${resourcePath === '*' ? '*' : escapeSegment(resourcePath)}/${httpMethod === 'ALL' ? '*' : httpMethod}`;

/** The last part of a key as the schema's method; null for any other text. */
function methodOf(part: string): StageHttpMethod | null {
  if (part === '*') return 'ALL';
  return part === 'ANY' || isVerb(part) ? part : null;
}

/** The method of a stored key; for a dead key, the method that was probably meant. Inverse of `encodeMethodKey`. */
export function decodeMethodKey(key: string) {
  const slash = key.lastIndexOf('/');
  const httpMethod = methodOf(key.slice(slash + 1));
  const path = unescapeSegment(slash < 0 ? key : key.slice(0, slash));
  const resourcePath = path === '*' || path.startsWith('/') ? path : `/${path}`;
  const canonical =
    httpMethod !== null &&
    httpMethod !== 'ANY' &&
    addressProblem({ resourcePath, httpMethod }) === undefined &&
    encodeMethodKey({ resourcePath, httpMethod }) === key;
  return { resourcePath, httpMethod, canonical };
}

/** First segments that UpdateStage does not read as a resource. */
const NOT_A_RESOURCE = new Set(['variables', 'accessLogSettings', 'canarySettings', 'methodSettings']);

/**
 * Whether AWS can have stored settings under this key, dead or not: segments of a resource (after a slash, in old keys)
 * and a method. A key becomes part of a patch path unescaped, so it must not reach anything but method settings.
 */
export function isMethodKey(key: string): boolean {
  const segments = key.replace(/^\//, '').split('/');
  const [first = ''] = segments;
  if (segments.length < 2 || segments.includes('')) return false;
  if (NOT_A_RESOURCE.has(first) || /[\p{Cc}\p{Cs}]/u.test(key)) return false;
  return decodeMethodKey(key).httpMethod !== null;
}

/** The two paths that may remove the entry of a key. Which one AWS accepts for several slashes is not known. */
export const removalPaths = (key: string): string[] => [`/${key}`, `/${escapeSegment(key)}`];

/** Whether a path is one of those that remove the entry of a key. */
export const isRemovalPath = (path: string): boolean =>
  isMethodKey(path.slice(1)) ||
  (path.startsWith('/') && !path.slice(1).includes('/') && isMethodKey(unescapeSegment(path.slice(1))));

/** Why AWS accepts no new settings under a key, or undefined. Entries that it accepted earlier can be removed. */
export function writtenKeyProblem(key: string): string | undefined {
  if (key.startsWith('/')) return 'a path must not have an empty segment';
  const { httpMethod } = decodeMethodKey(key);
  if (httpMethod === 'ANY') return NOT_FOR_ANY;
  return httpMethod === 'ALL' && !key.startsWith('*/')
    ? '"*" as the method requires "*" as the resource'
    : undefined;
}
