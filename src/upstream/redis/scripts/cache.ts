import { AGE, CLOCK, CLOCK_TOLERANCE_MS, CURRENT, FLOW, KEEP, script, VERSIONS } from './lua.ts';

/**
 * Looks up several things, and creates no key. KEYS: the bucket, then for each thing its API's versions and its entry.
 * ARGV: for each the field, and the id of the entry that the process has. Replies with the bucket (tokens, rate, time
 * since the last refill, queued calls), then for each the version, whether a write is in flight, and of an entry of this
 * version its id, its age, and its data if the process has another.
 */
export const LOOK_UP = script(
  'small',
  `${CLOCK + CURRENT + AGE + FLOW}
local now = clock()
local reply = { false }
local bucket = redis.pcall('HMGET', KEYS[1], 'tokens', 'rate', 'at', 'seen', 'queued', 'queuedUntil')
if not bucket.err and bucket[1] then
  local queues = tonumber(bucket[6] or '0') > now and tonumber(bucket[4] or '0') <= now + ${CLOCK_TOLERANCE_MS}
  local since = now - refillsFrom(bucket[3], bucket[4], now)
  reply[1] = { bucket[1], bucket[2], tostring(since), queues and bucket[5] or '0' }
end
for i = 0, (#KEYS - 1) / 2 - 1 do
  local versions, entry = KEYS[2 + i * 2], KEYS[3 + i * 2]
  local field, known = ARGV[1 + i * 2], ARGV[2 + i * 2]
  local version, writing = current(versions, field, now)
  local id, age, data = false, '0', false
  local stored = redis.pcall('HMGET', entry, 'version', 'id', 'at')
  if stored.err then version = false
  elseif version and stored[1] == version and stored[2] and ageOf(stored[3], now) then
    id = stored[2]
    age = tostring(ageOf(stored[3], now))
    if id ~= known then data = redis.call('HGET', entry, 'data') end
  end
  reply[#reply + 1] = { version, writing and 1 or 0, id, age, data }
end
return reply
`,
);

/** The replies of BEGIN_LOAD. */
export const BEGUN = {
  /** The process loads it. */
  own: 'own',
  /** Another process is loading it. */
  wait: 'wait',
  /** There is a newer entry. */
  value: 'value',
  /** There is a negative entry, which follows. */
  negative: 'negative',
} as const;

/**
 * Begins a load for all processes, unless another one is loading. Without a version (a new API, a write has ended, Redis
 * was flushed, the key was evicted) the nonce becomes the version: versions are random, so that none is used twice. It
 * expires with the load, unless an entry is stored: ids of things that do not exist leave no key. KEYS: versions, entry,
 * load. ARGV: field, nonce, owner (empty: the process loads for itself only), lease, whether a reader waits for it, the
 * id of the entry that the process has, the greatest age. Replies with one of BEGUN, and the version.
 */
export const BEGIN_LOAD = script(
  'small',
  `${VERSIONS + AGE}
local now = clock()
local version = current(KEYS[1], ARGV[1], now)
if not version then return { '${BEGUN.own}', '' } end
if version == '' then
  version = ARGV[2]
  redis.call('HSET', KEYS[1], ARGV[1], version)
end
keep(KEYS[1], ARGV[4])
if ARGV[3] == '' then return { '${BEGUN.own}', version } end
local entry = redis.call('HMGET', KEYS[2], 'version', 'id', 'at')
if entry[1] == version and entry[2] ~= ARGV[6] and (ageOf(entry[3], now) or math.huge) < tonumber(ARGV[7]) then
  return { '${BEGUN.value}', version }
end
local load = redis.call('HMGET', KEYS[3], 'version', 'owner', 'negative')
if load[1] == version then
  -- A longer expiry means that the clock was set back.
  if redis.call('PTTL', KEYS[3]) > tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[3], ARGV[4]) end
  if load[3] then return { '${BEGUN.negative}', version, load[3] } end
  if load[2] ~= ARGV[3] then
    if ARGV[5] == '1' then redis.call('HSET', KEYS[3], 'wanted', '1') end
    return { '${BEGUN.wait}', version }
  end
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'version', version, 'owner', ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return { '${BEGUN.own}', version }
`,
);

/** Renews the load. KEYS: load, versions. ARGV: owner, lease. Replies whether a reader in another process waits for it. */
export const RENEW_LOAD = script(
  'small',
  `${KEEP}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
keep(KEYS[2], ARGV[2])
return tonumber(redis.call('HGET', KEYS[1], 'wanted') or '0')
`,
);

/**
 * Stores the result of a load, unless a write has come between: the version has changed, or a write is in flight. KEYS:
 * versions, entry, load. ARGV: field, version, owner, id, data, life of the entry, life of versions.
 */
export const STORE = script(
  'large',
  `${CLOCK + KEEP}
if redis.call('HGET', KEYS[3], 'owner') == ARGV[3] then redis.call('DEL', KEYS[3]) end
local stored = redis.call('HMGET', KEYS[1], ARGV[1], 'until')
if stored[1] ~= ARGV[2] or (stored[2] and ARGV[1] ~= 'fixed') then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'id', ARGV[4], 'at', tostring(clock()), 'data', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
keep(KEYS[1], ARGV[7])
return 1
`,
);

/**
 * Ends a load whose result Redis could not store: only its process has it. KEYS: load, versions. ARGV: owner, life of
 * versions.
 */
export const LEAVE_LOAD = script(
  'small',
  `${KEEP}
keep(KEYS[2], ARGV[2])
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`,
);

/** Ends a failed load. KEYS: load. ARGV: owner, a negative entry (or empty), its life. */
export const ABANDON_LOAD = script(
  'small',
  `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[1], 'owner')
redis.call('HSET', KEYS[1], 'negative', ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`,
);
