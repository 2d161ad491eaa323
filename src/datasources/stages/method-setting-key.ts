import type { StageHttpMethod } from '../../__generated__/types.ts';
import { quote } from '../names.ts';
import { escapeSegment, unescapeSegment } from './json-pointer.ts';

/** The schema's method to the last part of a key; `ALL` is the stage's default. */
const keyMethods = {
  GET: 'GET',
  PUT: 'PUT',
  POST: 'POST',
  DELETE: 'DELETE',
  PATCH: 'PATCH',
  OPTIONS: 'OPTIONS',
  HEAD: 'HEAD',
  ANY: 'ANY',
  ALL: '*',
} satisfies Record<StageHttpMethod, string>;

const isMethod = (name: string): name is StageHttpMethod => Object.hasOwn(keyMethods, name);

/** A method as people address it. */
export interface MethodAddress {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod;
}

/** The key of the stage's default entry. */
export const STAGE_DEFAULT_KEY = '*/*';

/** Why nothing can be set for this resource path and method, or undefined. */
export function addressProblem({ resourcePath, httpMethod }: MethodAddress): string | undefined {
  const given = `not ${quote(resourcePath)}`;
  if ((resourcePath === '*') !== (httpMethod === 'ALL')) {
    return `resourcePath "*" and httpMethod ALL go together, as the stage's default; AWS has no settings for ${quote(resourcePath)} with ${httpMethod}.`;
  }
  if (resourcePath === '*' || resourcePath === '/') return undefined;
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
export const encodeMethodKey = ({ resourcePath, httpMethod }: MethodAddress): string =>
  `${resourcePath === '*' ? '*' : escapeSegment(resourcePath)}/${keyMethods[httpMethod]}`;

export interface DecodedMethodKey {
  readonly resourcePath: string;
  readonly httpMethod: StageHttpMethod | null;
  readonly canonical: boolean;
}

/** What a stored key stands for; for a dead one, what was probably meant. The inverse of `encodeMethodKey`. */
export function decodeMethodKey(key: string): DecodedMethodKey {
  const slash = key.lastIndexOf('/');
  const method = key.slice(slash + 1);
  const httpMethod = method === '*' ? 'ALL' : isMethod(method) && method !== 'ALL' ? method : null;
  const path = unescapeSegment(slash < 0 ? key : key.slice(0, slash));
  const resourcePath = path === '*' || path.startsWith('/') ? path : `/${path}`;
  const canonical =
    httpMethod !== null &&
    addressProblem({ resourcePath, httpMethod }) === undefined &&
    encodeMethodKey({ resourcePath, httpMethod }) === key;
  return { resourcePath, httpMethod, canonical };
}

/** First segments that UpdateStage takes for something else than a resource. */
const NOT_A_RESOURCE = new Set(['variables', 'accessLogSettings', 'canarySettings', 'methodSettings']);

/**
 * Whether AWS can have stored settings under this key, dead or not: two segments, of which the second is a method.
 * A key goes into a patch path as it is, so it must not be able to reach anything but method settings.
 */
export function isMethodKey(key: string): boolean {
  const [resource = '', method, ...rest] = key.split('/');
  if (resource === '' || method === undefined || rest.length > 0) return false;
  if (NOT_A_RESOURCE.has(resource) || /[\p{Cc}\p{Cs}]/u.test(resource)) return false;
  return decodeMethodKey(key).httpMethod !== null;
}
