import { createHash } from 'node:crypto';
import { MAX_PAUSE_MS } from '../../limiter/rate-limiter.ts';

/** A Lua script. Redis runs it atomically, on its own clock. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** `small`: it writes little, and may do so even when Redis is full. */
type Size = 'small' | 'large';

export const script = (size: Size, source: string): Script => {
  const whole = `#!lua${size === 'small' ? ' flags=allow-oom' : ''}\n${source}`;
  return { source: whole, sha: createHash('sha1').update(whole).digest('hex') };
};

/** Kinds of things of an API that writes change, each with a version of its own. Used in TypeScript and in Lua. */
export const CHANGING = ['stages', 'stage', 'deployments'] as const;

/** The same as arguments of a command in Lua. */
const CHANGING_FIELDS = CHANGING.map((name) => `'${name}'`).join(', ');

/** A time further in the future than this was stored before the clock of Redis was set back. */
export const CLOCK_TOLERANCE_MS = 1000;

/** Milliseconds, with a fraction. */
export const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
`;

/** Sets the expiry of a key, if it would expire earlier. */
export const KEEP = `
local function keep(key, life)
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
end
`;

/** Whether the lock has this token. A key of another type (WRONGTYPE) is no lock. */
export const OWNS = `
local function owns(key, token)
  return redis.pcall('GET', key) == token
end
`;

/**
 * The version of one kind of thing of an API, empty where there is none, false where a key of another type is in its
 * place; and whether a write is in flight. It creates no key, so that ids of things that do not exist leave none. A
 * writer whose lease has ended is dead: all entries stored before may be stale. If the clock was set back since the
 * announcement, its lease begins again now.
 */
export const CURRENT = `
local function current(key, field, now)
  local values = redis.pcall('HMGET', key, field, 'until', 'lease')
  if values.err then return false, false end
  local version, till, lease = values[1] or '', tonumber(values[2]), tonumber(values[3])
  if till and lease and till > now + lease then
    till = now + lease
    redis.call('HSET', key, 'until', tostring(till))
  end
  if till and till <= now then
    redis.call('HDEL', key, 'writer', 'until', 'lease', ${CHANGING_FIELDS})
    if field ~= 'fixed' then version = '' end
    till = nil
  end
  return version, till ~= nil and field ~= 'fixed'
end
`;

/** The age of an entry; nil where it is unknown, because the entry was stored before the clock was set back. */
export const AGE = `
local function ageOf(at, now)
  at = tonumber(at)
  if not at or at > now + ${CLOCK_TOLERANCE_MS} then return nil end
  return math.max(0, now - at)
end
`;

/** From when on a bucket refills: in the future during a pause. If the clock was set back, the rest of the pause stays. */
export const FLOW = `
local function refillsFrom(at, seen, now)
  at, seen = tonumber(at) or now, tonumber(seen) or now
  if seen > now then at = at - (seen - now) end
  -- No pause lasts longer.
  if at > now + ${MAX_PAUSE_MS + CLOCK_TOLERANCE_MS} then return now end
  return at
end
`;

export const VERSIONS = CLOCK + KEEP + CURRENT;

/** Checks whether Redis accepts writes. KEYS: any. */
export const PROBE = script('small', `return redis.call('SET', KEYS[1], '1', 'PX', 1000)`);
