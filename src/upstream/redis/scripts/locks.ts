import { CHANGING, CLOCK, KEEP, OWNS, script, VERSIONS } from './lua.ts';

/** The replies of LOCK. */
export const LOCKED = {
  /** The process has the lock, and no write of another is in flight. */
  free: 'free',
  /** The process has the lock; a write that another has announced may be in flight, although its lock was lost. */
  busy: 'busy',
  /** Another process has the lock. */
  held: 'held',
} as const;

/** The replies of ANNOUNCE. */
export const ANNOUNCED = {
  announced: 'announced',
  /** The process has lost the lock. */
  lost: 'lost',
  /** Another process has announced a write. */
  busy: 'busy',
} as const;

/**
 * Acquires the lock, or renews it. A lock can be lost while its write is in flight; the announcement of the write then
 * delays the next owner. A lock that expires later than its lease allows was set before the clock was set back. KEYS:
 * lock, versions. ARGV: token (it ends with the lease), lease.
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

/** Renews the lock. KEYS: lock. ARGV: token, lease. */
export const RENEW_LOCK = script(
  'small',
  `${OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`,
);

/** Releases the lock. KEYS: lock. ARGV: token. */
export const UNLOCK = script(
  'small',
  `${OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
return redis.call('DEL', KEYS[1])
`,
);

/**
 * Announces a write before it is sent: until it has settled no entry is served, and no load is stored. Only for the owner
 * of the lock, whose lease begins again, and not while another write is announced, which may be in flight although its
 * lock was lost. KEYS: lock, versions. ARGV: token, lease.
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
redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'sole', ARGV[1], 'until', tostring(now + ARGV[2]), 'lease', ARGV[2])
keep(KEYS[2], ARGV[2])
return '${ANNOUNCED.announced}'
`,
);

/** Withdraws an announcement: the write was certainly not executed. KEYS: versions. ARGV: token. */
export const WITHDRAW = script(
  'small',
  `
if redis.call('HGET', KEYS[1], 'writer') ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], 'writer', 'until', 'lease')
`,
);

/**
 * Settles a write: all entries stored before become stale, because their versions are deleted; one entry may be replaced
 * in the same step, under a new version. Also settles a read that has bypassed the cache: only if the version is still
 * the one that was pinned when it began, and no other process writes. A process that has lost the lock only deletes the
 * versions. KEYS: lock, versions, entry. ARGV: 1 token, 2 new version, 3 its life, 4 pinned version of a read (empty: a
 * write), 5 id of the entry to be replaced, 6 id of the new one (or empty), 7 its data, 8 field of the entry, 9 and later:
 * further fields to invalidate. Replies whether the entry is stored, and whether other writers were excluded until now: the process still has the lock
 * or the announcement.
 */
export const SETTLE = script(
  'small',
  `${KEEP + OWNS}
local holds = owns(KEYS[1], ARGV[1])
local before = redis.pcall('HMGET', KEYS[2], 'writer', ARGV[8])
-- A key of another type: it has no versions.
if before.err then return { 0, holds and 1 or 0 } end
local writer, version = before[1], before[2]
local exclusive = (holds or writer == ARGV[1]) and 1 or 0
-- A write that was in flight at the same time may have been executed before this one.
if exclusive == 0 and ARGV[4] == '' then redis.call('HDEL', KEYS[2], 'sole') end
if ARGV[4] ~= '' and (version ~= ARGV[4] or (writer and writer ~= ARGV[1])) then return { 0, exclusive } end
if writer == ARGV[1] then
  -- Every reader of stages has waited for this write: the versions from before it are stale.
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
 * Stores the response to a write under a new version. Only for the owner of the lock, not while another process has
 * announced a write, which may change the thing at any moment, and not if a write without a lock has settled since the
 * announcement (`sole`), which may have changed it already. KEYS: lock, versions, entry. ARGV: token, the field, the
 * new version, its life, the entry's id, its data, its life.
 */
export const STORE_RESPONSE = script(
  'large',
  `${CLOCK + KEEP + OWNS}
if not owns(KEYS[1], ARGV[1]) then return 0 end
local writer = redis.pcall('HGET', KEYS[2], 'writer')
if type(writer) == 'table' or (writer and writer ~= ARGV[1]) then return 0 end
if redis.call('HGET', KEYS[2], 'sole') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
keep(KEYS[2], ARGV[4])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'version', ARGV[3], 'id', ARGV[5], 'at', tostring(clock()), 'data', ARGV[6])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
return 1
`,
);
