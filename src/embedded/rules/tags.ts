import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';

type Tags = Readonly<Record<string, string>>;

/**
 * Allowed are letters, combining marks and digits of any script, white space, and eight symbols (docs/stage-api.md §3).
 */
const FORBIDDEN = /[^\p{L}\p{M}\p{N}\p{Z}@_.:/=+-]/u;

/** Counts code points, not UTF-16 units. */
const isLonger = (text: string, max: number) => Array.from(text).length > max;

function checkTag(key: string, value: string) {
  if (key === '' || isLonger(key, 128) || key.startsWith('aws:') || FORBIDDEN.test(key))
    throw badRequest(assumed.tagKey(key));
  if (isLonger(value, 256) || FORBIDDEN.test(value)) throw badRequest(assumed.tagValue(key));
}

/** Adds the caller's tags. At most 50, without system tags (`aws:`), which a caller cannot set (§3). */
export function withTags(existing: Tags | undefined, given: Tags): Tags {
  for (const [key, value] of Object.entries(given)) checkTag(key, value);
  const tags = { ...existing, ...given };
  if (Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > 50)
    throw badRequest(assumed.tooManyTags);
  return tags;
}
