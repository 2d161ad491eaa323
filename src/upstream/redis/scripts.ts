import { createHash } from 'node:crypto';

/** A Lua script. Redis runs it as one step that nothing interrupts, on its own clock. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** `small`: what it writes is small, and is written even when Redis is full. */
type Size = 'small' | 'large';

const script = (size: Size, source: string): Script => {
  const whole = `#!lua${size === 'small' ? ' flags=allow-oom' : ''}\n${source}`;
  return { source: whole, sha: createHash('sha1').update(whole).digest('hex') };
};

/** Milliseconds, with a fraction. */
const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
`;

/** A key lives so long from now at least. */
const KEEP = `
local function keep(key, life)
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
end
`;

/** Whether a lock is held by who says so. A stranger's key is nobody's lock. */
const OWNS = `
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
const CURRENT = `
local function current(key, field, now)
  local found = redis.pcall('HMGET', key, field, 'until', 'lease')
  if found.err then return false, false end
  local version, till, lease = found[1] or '', tonumber(found[2]), tonumber(found[3])
  if till and lease and till > now + lease then
    till = now + lease
    redis.call('HSET', key, 'until', tostring(till))
  end
  if till and till <= now then
    redis.call('HDEL', key, 'writer', 'until', 'lease', 'stages', 'stage', 'deployments')
    if field ~= 'fixed' then version = '' end
    till = nil
  end
  return version, till ~= nil and field ~= 'fixed'
end
`;

/** How old an entry is; nil where nobody knows: it was stored before the clock was set back. */
const AGE = `
local function ageOf(at, now)
  at = tonumber(at)
  if not at or at > now + 1000 then return nil end
  return math.max(0, now - at)
end
`;

/** From when on a bucket flows: in the future during a pause, of which a clock that was set back leaves what was left. */
const FLOW = `
local function flowsFrom(at, seen, now)
  at, seen = tonumber(at) or now, tonumber(seen) or now
  if seen > now then at = at - (seen - now) end
  -- No pause lasts longer.
  if at > now + 61000 then return now end
  return at
end
`;

const VERSIONS = CLOCK + KEEP + CURRENT;

/**
 * Looks at several things at once, and makes nothing. KEYS: the bucket, then for each thing its API's versions and its
 * entry. ARGV: for each the field, and the id of the entry that the asker has. Answers with the bucket (its tokens, its
 * rate, since when it flows, who waits), then for each the version, whether a write is under way, and of an entry of this
 * version its id, its age, and its data where the asker has another.
 */
export const LOOK = script(
  'small',
  `${CLOCK + CURRENT + AGE + FLOW}
local now = clock()
local reply = { false }
local bucket = redis.pcall('HMGET', KEYS[1], 'tokens', 'rate', 'at', 'seen', 'queued', 'queuedUntil')
if not bucket.err and bucket[1] then
  local queues = tonumber(bucket[6] or '0') > now and tonumber(bucket[4] or '0') <= now + 1000
  local since = now - flowsFrom(bucket[3], bucket[4], now)
  reply[1] = { bucket[1], bucket[2], tostring(since), queues and bucket[5] or '0' }
end
for i = 0, (#KEYS - 1) / 2 - 1 do
  local versions, entry = KEYS[2 + i * 2], KEYS[3 + i * 2]
  local field, known = ARGV[1 + i * 2], ARGV[2 + i * 2]
  local version, writing = current(versions, field, now)
  local id, age, data = false, '0', false
  local found = redis.pcall('HMGET', entry, 'version', 'id', 'at')
  if found.err then version = false
  elseif version and found[1] == version and found[2] and ageOf(found[3], now) then
    id = found[2]
    age = tostring(ageOf(found[3], now))
    if id ~= known then data = redis.call('HGET', entry, 'data') end
  end
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4], reply[n + 5] = version, writing and 1 or 0, id, age, data
end
return reply
`,
);

/**
 * Asks to be the one who loads a thing. Where there is no version yet (a new API, a write has ended, Redis was flushed,
 * the key was evicted) the loader's nonce becomes it: versions are random, so none that was lost ever comes back. It
 * lives as long as the load, and longer only when something is stored under it: an id that was invented leaves nothing.
 * KEYS: versions, entry, load. ARGV: field, nonce, owner (empty: who loads for itself alone), lease, whether somebody
 * waits for it, the id that the asker has, the greatest age. Answers `own`, `wait` (another is at it), `value` (there is
 * a newer one) or `refused` with what AWS said, each with the version.
 */
export const BEGIN_LOAD = script(
  'small',
  `${VERSIONS + AGE}
local now = clock()
local version = current(KEYS[1], ARGV[1], now)
if not version then return { 'own', '' } end
if version == '' then
  version = ARGV[2]
  redis.call('HSET', KEYS[1], ARGV[1], version)
end
keep(KEYS[1], ARGV[4])
if ARGV[3] == '' then return { 'own', version } end
local entry = redis.call('HMGET', KEYS[2], 'version', 'id', 'at')
if entry[1] == version and entry[2] ~= ARGV[6] and (ageOf(entry[3], now) or math.huge) < tonumber(ARGV[7]) then
  return { 'value', version }
end
local load = redis.call('HMGET', KEYS[3], 'version', 'owner', 'refusal')
if load[1] == version then
  -- Nothing of it lives longer: the clock was set back.
  if redis.call('PTTL', KEYS[3]) > tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[3], ARGV[4]) end
  if load[3] then return { 'refused', version, load[3] } end
  if load[2] ~= ARGV[3] then
    if ARGV[5] == '1' then redis.call('HSET', KEYS[3], 'wanted', '1') end
    return { 'wait', version }
  end
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'version', version, 'owner', ARGV[3])
redis.call('PEXPIRE', KEYS[3], ARGV[4])
return { 'own', version }
`,
);

/** The load goes on. KEYS: load, versions. ARGV: owner, lease. Answers whether somebody elsewhere waits for it. */
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
 * Stores what a load has brought, unless a write has come between: the version is another, or a write is under way.
 * KEYS: versions, entry, load. ARGV: field, version, owner, id, data, life of the entry, life of versions.
 */
export const STORE = script(
  'large',
  `${CLOCK + KEEP}
if redis.call('HGET', KEYS[3], 'owner') == ARGV[3] then redis.call('DEL', KEYS[3]) end
local found = redis.call('HMGET', KEYS[1], ARGV[1], 'until')
if found[1] ~= ARGV[2] or (found[2] and ARGV[1] ~= 'fixed') then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'id', ARGV[4], 'at', tostring(clock()), 'data', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
keep(KEYS[1], ARGV[7])
return 1
`,
);

/**
 * What a load has brought is kept by its process alone: there is no room. KEYS: load, versions. ARGV: owner, life of
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

/** A load has failed. KEYS: load. ARGV: owner, what AWS said if that lasts (else empty), for how long. */
export const ABANDON_LOAD = script(
  'small',
  `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[1], 'owner')
redis.call('HSET', KEYS[1], 'refusal', ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`,
);

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

/** A bucket as token-bucket.ts has it, on the clock of Redis. */
const BUCKET = `
local function open(key, rate, burst, initial, now)
  local found = redis.call('HMGET', key, 'tokens', 'rate', 'at', 'seen')
  local bucket = {
    tokens = tonumber(found[1]) or tonumber(initial),
    rate = math.min(rate, tonumber(found[2]) or rate),
    at = flowsFrom(found[3], found[4], now),
  }
  local seconds = math.max(0, now - bucket.at) / 1000
  if seconds > 0 then
    bucket.rate = math.min(rate, bucket.rate + seconds * rate * 0.05)
    bucket.tokens = math.min(burst, bucket.tokens + seconds * bucket.rate)
    bucket.at = now
  end
  return bucket
end
local function save(key, bucket, now)
  redis.call('HSET', key, 'tokens', tostring(bucket.tokens), 'rate', tostring(bucket.rate),
    'at', tostring(bucket.at), 'seen', tostring(now))
  redis.call('PEXPIRE', key, 3600000)
end
`;

/**
 * Takes calls from the budget of all processes for those who wait in one of them. Each process says who waits in it;
 * calls that are there go by the same rules as within a process: by priority, among equals to the process whose last
 * turn is longest ago, and every eighth to the process whose waiter has waited longest. What falls to others by these
 * rules is left for them, as long as they have been heard of lately.
 *
 * KEYS: the bucket, the processes, one bucket for each operation with a limit of its own. ARGV: the process, rate, burst,
 * what the bucket holds if there is none yet, how long a process counts as alive, how long its demand counts, who waits
 * as changes, reads and refreshes, since how many milliseconds the oldest, calls given back; then for each operation
 * rate, burst, what it holds, how many wait, calls given back. Answers with calls granted, tokens left, rate, pause, how
 * many processes live, calls granted and tokens left of each operation, then the demands of the others.
 */
export const TAKE = script(
  'small',
  `${CLOCK + FLOW + BUCKET}
local now = clock()
local me, rate, burst = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = open(KEYS[1], rate, burst, ARGV[4], now)
bucket.tokens = math.min(burst, bucket.tokens + ARGV[11])

local processes, alive, latest, gone = {}, 0, 0, {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local process = cjson.decode(all[i + 1])
  -- Nobody counts as alive for longer: the clock was set back, and who lives says so again soon.
  if process.alive < now or process.alive > now + ARGV[5] + 1000 then gone[#gone + 1] = all[i]
  elseif all[i] ~= me then
    alive = alive + 1
    if process.demanded < now then process.waiting = { 0, 0, 0 } end
    processes[all[i]] = process
  end
  if all[i] == me then processes[me] = process end
  latest = math.max(latest, process.last)
end
if #gone > 0 then redis.call('HDEL', KEYS[2], unpack(gone)) end
local mine = { last = processes[me] and processes[me].last or 0 }
mine.waiting = { tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]) }
mine.oldest = now - ARGV[10]
mine.alive = now + ARGV[5]
mine.demanded = now + ARGV[6]
processes[me] = mine

local left = math.max(0, math.floor(bucket.tokens))
local own = {}
for i = 3, #KEYS do
  local at = 12 + (i - 3) * 5
  local limit = open(KEYS[i], tonumber(ARGV[at]), tonumber(ARGV[at + 1]), ARGV[at + 2], now)
  limit.tokens = math.min(tonumber(ARGV[at + 1]), limit.tokens + ARGV[at + 4])
  local granted = math.max(0, math.min(tonumber(ARGV[at + 3]), math.floor(limit.tokens)))
  limit.tokens = limit.tokens - granted
  save(KEYS[i], limit, now)
  own[#own + 1] = { granted, limit }
end

local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
local waiting, turns, granted = {}, {}, 0
for name, process in pairs(processes) do
  waiting[name] = { process.waiting[1], process.waiting[2], process.waiting[3] }
  turns[name] = process.last
end
local function winnerOf(relief)
  local winner, rank
  for r = 1, 3 do
    for name, counts in pairs(waiting) do
      if counts[r] > 0 and (not winner
        or (relief and processes[name].oldest < processes[winner].oldest)
        or (not relief and rank == r and turns[name] < turns[winner])) then
        winner, rank = name, r
      end
    end
    if winner and not relief then return winner, rank end
  end
  return winner, rank
end
local turn, count = latest, served
for _ = 1, math.min(left, 1000) do
  local winner, rank = winnerOf(count % 8 == 7)
  if not winner then break end
  waiting[winner][rank] = waiting[winner][rank] - 1
  turn, count = turn + 1, count + 1
  turns[winner] = turn
  if winner == me then
    granted = granted + 1
    mine.waiting[rank] = mine.waiting[rank] - 1
    mine.last = turn
  end
end
bucket.tokens = bucket.tokens - granted

local queued, others = 0, {}
for name, process in pairs(processes) do
  for r = 1, 3 do queued = queued + process.waiting[r] end
  if name ~= me then others[#others + 1] = table.concat(process.waiting, ' ') end
end
save(KEYS[1], bucket, now)
redis.call('HSET', KEYS[1], 'served', served + granted, 'queued', queued, 'queuedUntil', tostring(now + ARGV[6]))
redis.call('HSET', KEYS[2], me, cjson.encode(mine))
redis.call('PEXPIRE', KEYS[2], ARGV[5])

local reply = { granted, tostring(bucket.tokens), tostring(bucket.rate), tostring(math.max(0, bucket.at - now)), alive + 1 }
for _, each in ipairs(own) do
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3] = each[1], tostring(each[2].tokens), tostring(math.max(0, each[2].at - now))
end
for _, demand in ipairs(others) do reply[#reply + 1] = demand end
return reply
`,
);

/**
 * AWS has answered 429: all slow down. Calls that were under way together, whoever sent them, are one event. KEYS: the
 * bucket. ARGV: rate, burst, what it holds if there is none yet, the pause, how long ago the refused call was granted.
 */
export const SLOW_DOWN = script(
  'small',
  `${CLOCK + FLOW + BUCKET}
local now = clock()
local slowed = tonumber(redis.call('HGET', KEYS[1], 'slowed') or '0')
-- What was later than now was before the clock was set back.
if slowed <= now + 1000 and now - ARGV[5] <= slowed then return 0 end
local rate = tonumber(ARGV[1])
local bucket = open(KEYS[1], rate, tonumber(ARGV[2]), ARGV[3], now)
bucket.rate = math.max(rate * 0.1, bucket.rate / 2)
bucket.tokens = math.min(bucket.tokens, 0)
bucket.at = math.max(bucket.at, now + ARGV[4])
save(KEYS[1], bucket, now)
redis.call('HSET', KEYS[1], 'slowed', tostring(now))
return 1
`,
);

/** Whether this Redis can be written to. KEYS: any. */
export const PROBE = script('small', `return redis.call('SET', KEYS[1], '1', 'PX', 1000)`);
