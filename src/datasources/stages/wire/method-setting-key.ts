import type { StageHttpMethod } from '../../../__generated__/types.ts';
import { quote } from '../../inputs/names.ts';
import { escapeSegment, unescapeSegment } from './json-pointer.ts';

/** The verbs that have settings. AWS takes none for ANY: these are what it stands for (stage-api.md, section 5). */
const VERBS = [
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
] as const satisfies readonly StageHttpMethod[];
type Verb = (typeof VERBS)[number];

const isVerb = (name: string): name is Verb => VERBS.some((verb) => verb === name);

/** Why there is no entry for ANY, and which there are, for messages. */
export const NOT_FOR_ANY = `ANY has no settings of its own, AWS keeps those of each verb: ${VERBS.join(', ')}`;

/** A method as people address it. */
export interface MethodAddress {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod;
}

/** A method that can have an entry. */
export interface KeyedMethod {
  readonly resourcePath: string;
  readonly httpMethod: Verb | 'ALL';
}

/** The methods whose entries an address stands for. */
export const keyedMethods = ({ resourcePath, httpMethod }: MethodAddress): KeyedMethod[] =>
  (httpMethod === 'ANY' ? VERBS : [httpMethod]).map((method) => ({ resourcePath, httpMethod: method }));

/** The key of the stage's default entry. */
export const STAGE_DEFAULT_KEY = '*/*';

/**
 * The refusal of a path with a `~`, which no resource has: it is a key's spelling of a slash, or CloudFormation's
 * (`/~1pets`), and the path that is meant can be named.
 */
function escapedPathProblem(resourcePath: string): string {
  const meant = unescapeSegment(resourcePath.replace(/^\/~1/, '~1'));
  const isPath =
    !meant.includes('~') && addressProblem({ resourcePath: meant, httpMethod: 'GET' }) === undefined;
  const hint = isPath ? `: ${quote(meant)} is meant` : '';
  return `resourcePath must not have "~" in it, not ${quote(resourcePath)}${hint}.`;
}

/** Why nothing can be set for this resource path and method, or undefined. */
export function addressProblem({ resourcePath, httpMethod }: MethodAddress): string | undefined {
  const given = `not ${quote(resourcePath)}`;
  if ((resourcePath === '*') !== (httpMethod === 'ALL')) {
    return `resourcePath "*" and httpMethod ALL go together, as the stage's default; AWS has no settings for ${quote(resourcePath)} with ${httpMethod}.`;
  }
  if (resourcePath === '*' || resourcePath === '/') return undefined;
  if (resourcePath.includes('~')) return escapedPathProblem(resourcePath);
  if (!resourcePath.startsWith('/')) return `resourcePath must start with "/" (or be "*"), ${given}.`;
  if (resourcePath.endsWith('/')) return `resourcePath must not end with "/", ${given}.`;
  if (resourcePath.includes('//')) return `resourcePath must not have an empty segment, ${given}.`;
  if (/[\p{Cc}\p{Cs}\s*]/u.test(resourcePath)) {
    return `resourcePath must not have spaces, control characters or "*" in it, ${given}.`;
  }
  if (resourcePath.length > 1024) return `resourcePath must have at most 1024 characters, ${given}.`;
  return undefined;
}

/**
 * The key under which AWS keeps the settings that reach a method: every slash of the path is `~1`, the leading one
 * too. Any other key is accepted by AWS, kept, and dead.
 */
export const encodeMethodKey = ({ resourcePath, httpMethod }: KeyedMethod): string =>
  `${resourcePath === '*' ? '*' : escapeSegment(resourcePath)}/${httpMethod === 'ALL' ? '*' : httpMethod}`;

export interface DecodedMethodKey {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod | null;
  readonly canonical: boolean;
}

/** The last part of a key as the schema's method; null for any other text. */
function methodOf(part: string): StageHttpMethod | null {
  if (part === '*') return 'ALL';
  return part === 'ANY' || isVerb(part) ? part : null;
}

/** What a stored key stands for; for a dead one, what was probably meant. The inverse of `encodeMethodKey`. */
export function decodeMethodKey(key: string): DecodedMethodKey {
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

/** First segments that UpdateStage takes for something else than a resource. */
const NOT_A_RESOURCE = new Set(['variables', 'accessLogSettings', 'canarySettings', 'methodSettings']);

/**
 * Whether AWS can have stored settings under this key, dead or not: segments of a resource (with a slash before them,
 * in keys of old), and a method. A key goes into a patch path as it is, so it must not be able to reach anything but
 * method settings.
 */
export function isMethodKey(key: string): boolean {
  const segments = key.replace(/^\//, '').split('/');
  const [first = ''] = segments;
  if (segments.length < 2 || segments.includes('')) return false;
  if (NOT_A_RESOURCE.has(first) || /[\p{Cc}\p{Cs}]/u.test(key)) return false;
  return decodeMethodKey(key).httpMethod !== null;
}

/** The paths that remove the entry of a key: AWS is not known to take both for a key with several slashes. */
export const removalPaths = (key: string): string[] => [`/${key}`, `/${escapeSegment(key)}`];

/** Whether a path is one of those that remove the entry of a key. */
export const isRemovalPath = (path: string): boolean =>
  isMethodKey(path.slice(1)) ||
  (path.startsWith('/') && !path.slice(1).includes('/') && isMethodKey(unescapeSegment(path.slice(1))));

/** Why AWS takes no settings under a key, or undefined. It keeps keys that it took once: they can be removed. */
export function writtenKeyProblem(key: string): string | undefined {
  if (key.startsWith('/')) return 'a path must not have an empty segment';
  const { httpMethod } = decodeMethodKey(key);
  if (httpMethod === 'ANY') return NOT_FOR_ANY;
  return httpMethod === 'ALL' && !key.startsWith('*/')
    ? '"*" as the method goes only beside "*" as the resource'
    : undefined;
}
