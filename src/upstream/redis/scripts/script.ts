import { createHash } from 'node:crypto';
import { MAX_PAUSE_MS } from '../../limiter/rate-limiter.ts';

/** A Lua script. Redis runs it as one step that nothing interrupts, on its own clock. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** `small`: what it writes is small, and is written even when Redis is full. */
type Size = 'small' | 'large';

export const script = (size: Size, source: string): Script => {
  const whole = `#!lua${size === 'small' ? ' flags=allow-oom' : ''}\n${source}`;
  return { source: whole, sha: createHash('sha1').update(whole).digest('hex') };
};

/** Kinds of things of an API that writes change, each with a version of its own. Read here and by Lua. */
export const CHANGING = ['stages', 'stage', 'deployments'] as const;

/** As arguments of a command in Lua. */
const CHANGING_FIELDS = CHANGING.map((name) => `'${name}'`).join(', ');

/** An instant further ahead than this was stored before the clock of Redis was set back. */
export const CLOCK_TOLERANCE_MS = 1000;

/** Milliseconds, with a fraction. */
export const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
`;

/** A key lives so long from now at least. */
export const KEEP = `
local function keep(key, life)
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
end
`;

/** Whether a lock is held by who says so. A stranger's key is nobody's lock. */
export const OWNS = `
local function owns(key, token)
  return redis.pcall('GET', key) == token
end
`;

/**
 * The version of one kind of thing of an API, empty where there is none, false where a stranger's key is in its place;
 * and whether a write of it is under way. Nothing is made here: what is read by many, or was invented, leaves nothing
 * behind. A writer that has said nothing for longer than a request can last is dead: whatever was stored before may be
 * the past. The clock may have been set back since it spoke: it has its lease from now on then, and no longer.
 */
export const CURRENT = `
local function current(key, field, now)
  local found = redis.pcall('HMGET', key, field, 'until', 'lease')
  if found.err then return false, false end
  local version, till, lease = found[1] or '', tonumber(found[2]), tonumber(found[3])
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

/** How old an entry is; nil where nobody knows: it was stored before the clock was set back. */
export const AGE = `
local function ageOf(at, now)
  at = tonumber(at)
  if not at or at > now + ${CLOCK_TOLERANCE_MS} then return nil end
  return math.max(0, now - at)
end
`;

/** From when on a bucket flows: in the future during a pause, of which a clock that was set back leaves what was left. */
export const FLOW = `
local function flowsFrom(at, seen, now)
  at, seen = tonumber(at) or now, tonumber(seen) or now
  if seen > now then at = at - (seen - now) end
  -- No pause lasts longer.
  if at > now + ${MAX_PAUSE_MS + CLOCK_TOLERANCE_MS} then return now end
  return at
end
`;

export const VERSIONS = CLOCK + KEEP + CURRENT;

/** Whether this Redis can be written to. KEYS: any. */
export const PROBE = script('small', `return redis.call('SET', KEYS[1], '1', 'PX', 1000)`);
