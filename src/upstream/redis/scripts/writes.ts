import { CHANGING, CLOCK, KEEP, OWNS, script, VERSIONS } from './script.ts';

/** What LOCK answers. */
export const LOCKED = {
  /** The lock is the asker's, and no write of another is under way. */
  free: 'free',
  /** The lock is the asker's; a write that another has announced may be under way still, without its lock. */
  busy: 'busy',
  /** Another has the lock. */
  held: 'held',
} as const;

/** What ANNOUNCE answers. */
export const ANNOUNCED = {
  announced: 'announced',
  /** The lock is not the asker's any more. */
  lost: 'lost',
  /** Another has announced a write. */
  busy: 'busy',
} as const;

/**
 * Takes the lock, or looks again at one that the asker has. A lock can be lost while the write that it is for is under
 * way; its announcement then holds back the next owner. KEYS: lock, versions. ARGV: token, which ends with the lease,
 * lease. What another has for longer than its lease it has because the clock was set back.
 */
export const LOCK = script(
  'small',
  `${VERSIONS + OWNS}
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and not owns(KEYS[1], ARGV[1]) then
  local lease = tonumber(string.match(redis.call('GET', KEYS[1]), '/(%d+)$'))
  if lease and redis.call('PTTL', KEYS[1]) > lease then redis.call('PEXPIRE', KEYS[1], lease) end
  return '${LOCKED.held}'
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
current(KEYS[2], '${CHANGING[0]}', clock())
local writer = redis.pcall('HGET', KEYS[2], 'writer')
if type(writer) == 'string' and writer ~= ARGV[1] then return '${LOCKED.busy}' end
return '${LOCKED.free}'
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
 * request may be under way still, however it has lost the lock. KEYS: lock, versions. ARGV: token, lease.
 */
export const ANNOUNCE = script(
  'small',
  `${VERSIONS + OWNS}
if not owns(KEYS[1], ARGV[1]) then return '${ANNOUNCED.lost}' end
local now = clock()
current(KEYS[2], '${CHANGING[0]}', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local writer = redis.call('HGET', KEYS[2], 'writer')
if writer and writer ~= ARGV[1] then return '${ANNOUNCED.busy}' end
redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'until', tostring(now + ARGV[2]), 'lease', ARGV[2])
keep(KEYS[2], ARGV[2])
return '${ANNOUNCED.announced}'
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
 * A write has ended: everything stored before is stale, and has no version any more; the one entry that the writer knows
 * is stored anew in the same step, under a new version. Or a read has ended that a change has made past the store: it
 * settles only under the version that held when it began, and not while another writes. An asker that has lost the lock
 * meanwhile only takes the versions away. KEYS: lock, versions, entry. ARGV: token, the new version, its
 * life, the version that a read rests on (empty: a write), the id of the entry that it rests on, the new one's id (or
 * empty), its data, the fields, of which the first is the entry's. Answers whether the entry is stored, and whether all
 * others were kept from writing until now: lock or announcement is the asker's still.
 */
export const SETTLE = script(
  'small',
  `${KEEP + OWNS}
local holds = owns(KEYS[1], ARGV[1])
local before = redis.pcall('HMGET', KEYS[2], 'writer', ARGV[8])
-- A key of another type: nothing rests on it.
if before.err then return { 0, holds and 1 or 0 } end
local writer, version = before[1], before[2]
local exclusive = (holds or writer == ARGV[1]) and 1 or 0
if ARGV[4] ~= '' and (version ~= ARGV[4] or (writer and writer ~= ARGV[1])) then return { 0, exclusive } end
if writer == ARGV[1] then
  -- The announcement held back every reader of stages: none of what they waited for holds.
  redis.call('HDEL', KEYS[2], 'writer', 'until', 'lease', 'stages', 'stage')
  writer = false
end
for i = 8, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
if ARGV[6] == '' then return { 0, exclusive } end
local entry = redis.call('HMGET', KEYS[3], 'version', 'id')
if holds and not writer and version and entry[1] == version and entry[2] == ARGV[5] then
  redis.call('HSET', KEYS[3], 'version', ARGV[2], 'id', ARGV[6], 'data', ARGV[7])
  redis.call('HSET', KEYS[2], ARGV[8], ARGV[2])
  keep(KEYS[2], ARGV[3])
  return { 1, exclusive }
end
redis.call('DEL', KEYS[3])
return { 0, exclusive }
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
