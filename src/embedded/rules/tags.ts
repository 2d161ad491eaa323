import { badRequest } from '../errors/aws-exception.ts';
import { unverified } from '../errors/unverified.ts';

type Tags = Readonly<Record<string, string>>;

/** §3: letters and digits of any script (with the marks that belong to letters), white space, and eight symbols. */
const refused = /[^\p{L}\p{M}\p{N}\p{Z}@_.:/=+-]/u;

/** In characters, of which one may be two UTF-16 units. */
const isLonger = (text: string, most: number) => Array.from(text).length > most;

function checkTag(key: string, value: string) {
  if (key === '' || isLonger(key, 128) || key.startsWith('aws:') || refused.test(key))
    throw badRequest(unverified.tagKey(key));
  if (isLonger(value, 256) || refused.test(value)) throw badRequest(unverified.tagValue(key));
}

/** Tags given by a caller, joined to those that are there: at most 50, none of them a system tag (§3). */
export function withTags(existing: Tags | undefined, given: Tags): Tags {
  for (const [key, value] of Object.entries(given)) checkTag(key, value);
  const tags = { ...existing, ...given };
  if (Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > 50)
    throw badRequest(unverified.tooManyTags);
  return tags;
}
