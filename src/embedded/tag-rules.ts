import { badRequest } from './errors.ts';
import { unverified } from './unverified.ts';

type Tags = Readonly<Record<string, string>>;

/** §3, as a regular expression just as the documentation writes it: `+-=` is a range that holds the digits. */
const allowed = /^[a-zA-Z+-=._:/]*$/;

function checkTag(key: string, value: string) {
  if (key === '' || key.length > 128 || key.startsWith('aws:') || !allowed.test(key))
    throw badRequest(unverified.tagKey(key));
  if (value.length > 256 || !allowed.test(value)) throw badRequest(unverified.tagValue(key));
}

/** Tags given by a caller, joined to those that are there: at most 50, none of them a system tag (§3). */
export function withTags(existing: Tags | undefined, given: Tags): Tags {
  for (const [key, value] of Object.entries(given)) checkTag(key, value);
  const tags = { ...existing, ...given };
  if (Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > 50)
    throw badRequest(unverified.tooManyTags);
  return tags;
}
