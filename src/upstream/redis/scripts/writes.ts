import { CLOCK, KEEP, OWNS, script, VERSIONS } from './script.ts';

/**
 * KEYS: lock. ARGV: token, which ends with the lease, lease. What another has for longer than its lease it has because
 * the clock was set back.
 */
export const LOCK = script(
  'small',
  `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local lease = tonumber(string.match(redis.call('GET', KEYS[1]), '/(%d+)$'))
if lease and redis.call('PTTL', KEYS[1]) > lease then redis.call('PEXPIRE', KEYS[1], lease) end
return 0
`,
);

/** KEYS: lock. ARGV: token, lease. */
export const RENEW_LOCK = script(
  'small',
  `${OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);

/** KEYS: lock. ARGV: token. */
export const UNLOCK = script(
  'small',
  `${OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
`,
);

/**
 * A write is about to be sent: from now on nothing that is stored is shown, and nothing that is loaded is stored. Only
 * for who still holds the lock, whose lease begins anew, and never in the place of what another has announced: its
 * request may be under way still, however it has lost the lock. KEYS: lock, versions. ARGV: token, lease. Answers
 * `announced`, `lost` (the lock) or `busy`.
 */
export const ANNOUNCE = script(
  'small',
  `${VERSIONS + OWNS}
if not owns(KEYS[1], ARGV[1]) then return 'lost' end
local now = clock()
current(KEYS[2], 'stages', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local writer = redis.call('HGET', KEYS[2], 'writer')
if writer and writer ~= ARGV[1] then return 'busy' end
redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'until', tostring(now + ARGV[2]), 'lease', ARGV[2])
keep(KEYS[2], ARGV[2])
return 'announced'
`,
);

/** What was announced was surely not carried out. KEYS: versions. ARGV: token. */
export const WITHDRAW = script(
  'small',
  `
if redis.call('HGET', KEYS[1], 'writer') ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], 'writer', 'until', 'lease')
`,
);

/**
 * A write has ended: everything stored before is the past, and has no version any more; the one entry that the writer
 * knows is stored anew in the same step, under a new version. Whoever has lost the lock meanwhile only makes the past of
 * what is there. KEYS: lock, versions, entry. ARGV: token, the new version, its life, the id of the entry that it rests
 * on, the new one's id (or empty), its data, the fields, of which the first is the entry's.
 */
export const SETTLE = script(
  'small',
  `${KEEP + OWNS}
local holds = owns(KEYS[1], ARGV[1])
local before = redis.pcall('HMGET', KEYS[2], 'writer', ARGV[7])
-- A stranger's key: nothing rests on it.
if before.err then return 0 end
local writer, version = before[1], before[2]
if writer == ARGV[1] then
  -- The announcement held back every reader of stages: none of what they waited for holds.
  redis.call('HDEL', KEYS[2], 'writer', 'until', 'lease', 'stages', 'stage')
  writer = false
end
for i = 7, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
if ARGV[5] == '' then return 0 end
local entry = redis.call('HMGET', KEYS[3], 'version', 'id')
if holds and not writer and version and entry[1] == version and entry[2] == ARGV[4] then
  redis.call('HSET', KEYS[3], 'version', ARGV[2], 'id', ARGV[5], 'data', ARGV[6])
  redis.call('HSET', KEYS[2], ARGV[7], ARGV[2])
  keep(KEYS[2], ARGV[3])
  return 1
end
redis.call('DEL', KEYS[3])
return 0
`,
);

/**
 * Stores what a write was answered with, under a new version, whatever was stored before; only for who still holds the
 * lock, and never beside another's announcement: that may change it any moment. KEYS: lock, versions, entry. ARGV: token,
 * the field, the new version, its life, the entry's id, its data, its life.
 */
export const STORE_ANSWER = script(
  'large',
  `${CLOCK + KEEP + OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
local writer = redis.pcall('HGET', KEYS[2], 'writer')
if type(writer) == 'table' or (writer and writer ~= ARGV[1]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
keep(KEYS[2], ARGV[4])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'version', ARGV[3], 'id', ARGV[5], 'at', tostring(clock()), 'data', ARGV[6])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
return 1
`,
);
