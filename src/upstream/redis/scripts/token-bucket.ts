import { STARVATION_GUARD } from '../../limiter/rate-limiter.ts';
import { FLOOR, RECOVERY_PER_SECOND, SLOWER } from '../../limiter/token-bucket.ts';
import { CLOCK, CLOCK_TOLERANCE_MS, FLOW, script } from './lua.ts';

/** The algorithm of limiter/token-bucket.ts, on the clock of Redis. */
const BUCKET = `
local function open(key, rate, burst, initial, now)
  local stored = redis.call('HMGET', key, 'tokens', 'rate', 'at', 'seen')
  local bucket = {
    tokens = tonumber(stored[1]) or tonumber(initial),
    rate = math.min(rate, tonumber(stored[2]) or rate),
    at = refillsFrom(stored[3], stored[4], now),
  }
  local seconds = math.max(0, now - bucket.at) / 1000
  if seconds > 0 then
    bucket.rate = math.min(rate, bucket.rate + seconds * rate * ${RECOVERY_PER_SECOND})
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
 * Grants tokens of all processes to the queued calls of one. Each process reports its demand. Tokens are granted by the
 * same rules as within a process: by priority, at the same priority to the process whose last turn is longest ago, and
 * every eighth to the process with the oldest call. The tokens that other processes get by these rules are left for them,
 * as long as their demand is recent.
 *
 * KEYS: the bucket, the processes, one bucket for each operation with a limit of its own. ARGV: 1 the process, 2 rate, 3
 * burst, 4 the initial tokens of a new bucket, 5 how long a process counts as alive, 6 how long its demand counts, 7 to 9
 * its queued mutations, reads and refreshes, 10 the age of the oldest in milliseconds, 11 tokens given back; from 12 on,
 * five for each operation: rate, burst, initial tokens, queued calls, tokens given back. Replies with the tokens granted and left, the rate, the pause,
 * the number of processes, the tokens granted and left of each operation, then the demands of the other processes.
 */
export const TAKE = script(
  'small',
  `${CLOCK + FLOW + BUCKET}
local now = clock()
local self, rate, burst = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = open(KEYS[1], rate, burst, ARGV[4], now)
bucket.tokens = math.min(burst, bucket.tokens + ARGV[11])

local processes, alive, latest, gone = {}, 0, 0, {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local process = cjson.decode(all[i + 1])
  -- A longer life means that the clock was set back; a process that is alive reports again soon.
  if process.alive < now or process.alive > now + ARGV[5] + ${CLOCK_TOLERANCE_MS} then gone[#gone + 1] = all[i]
  elseif all[i] ~= self then
    alive = alive + 1
    if process.demanded < now then process.waiting = { 0, 0, 0 } end
    processes[all[i]] = process
  end
  if all[i] == self then processes[self] = process end
  latest = math.max(latest, process.last)
end
if #gone > 0 then redis.call('HDEL', KEYS[2], unpack(gone)) end
local own_demand = { last = processes[self] and processes[self].last or 0 }
own_demand.waiting = { tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]) }
own_demand.oldest = now - ARGV[10]
own_demand.alive = now + ARGV[5]
own_demand.demanded = now + ARGV[6]
processes[self] = own_demand

local left = math.max(0, math.floor(bucket.tokens))
local ofOperations = {}
for i = 3, #KEYS do
  local at = 12 + (i - 3) * 5
  local limit = open(KEYS[i], tonumber(ARGV[at]), tonumber(ARGV[at + 1]), ARGV[at + 2], now)
  limit.tokens = math.min(tonumber(ARGV[at + 1]), limit.tokens + ARGV[at + 4])
  local granted = math.max(0, math.min(tonumber(ARGV[at + 3]), math.floor(limit.tokens)))
  limit.tokens = limit.tokens - granted
  save(KEYS[i], limit, now)
  ofOperations[#ofOperations + 1] = { granted, limit }
end

local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
local waiting, turns, granted = {}, {}, 0
for name, process in pairs(processes) do
  waiting[name] = { process.waiting[1], process.waiting[2], process.waiting[3] }
  turns[name] = process.last
end
local function winnerOf(guards)
  local winner, rank
  for r = 1, 3 do
    for name, counts in pairs(waiting) do
      if counts[r] > 0 and (not winner
        or (guards and processes[name].oldest < processes[winner].oldest)
        or (not guards and rank == r and turns[name] < turns[winner])) then
        winner, rank = name, r
      end
    end
    if winner and not guards then return winner, rank end
  end
  return winner, rank
end
local turn, count = latest, served
for _ = 1, math.min(left, 1000) do
  local winner, rank = winnerOf(count % ${STARVATION_GUARD} == ${STARVATION_GUARD - 1})
  if not winner then break end
  waiting[winner][rank] = waiting[winner][rank] - 1
  turn, count = turn + 1, count + 1
  turns[winner] = turn
  if winner == self then
    granted = granted + 1
    own_demand.waiting[rank] = own_demand.waiting[rank] - 1
    own_demand.last = turn
  end
end
bucket.tokens = bucket.tokens - granted

local queued, others = 0, {}
for name, process in pairs(processes) do
  for r = 1, 3 do queued = queued + process.waiting[r] end
  if name ~= self then others[#others + 1] = table.concat(process.waiting, ' ') end
end
save(KEYS[1], bucket, now)
redis.call('HSET', KEYS[1], 'served', served + granted, 'queued', queued, 'queuedUntil', tostring(now + ARGV[6]))
redis.call('HSET', KEYS[2], self, cjson.encode(own_demand))
redis.call('PEXPIRE', KEYS[2], ARGV[5])

local head = { granted, tostring(bucket.tokens), tostring(bucket.rate), tostring(math.max(0, bucket.at - now)), alive + 1 }
local ofOwn = {}
for i, each in ipairs(ofOperations) do
  ofOwn[i] = { each[1], tostring(each[2].tokens), tostring(math.max(0, each[2].at - now)) }
end
return { head, ofOwn, others }
`,
);

/**
 * Slows all processes down after a 429. Calls that were in flight at the same time, in any process, count once. KEYS: the
 * bucket. ARGV: rate, burst, the initial tokens of a new bucket, the pause, how long ago the throttled call was granted.
 */
export const SLOW_DOWN = script(
  'small',
  `${CLOCK + FLOW + BUCKET}
local now = clock()
local slowed = tonumber(redis.call('HGET', KEYS[1], 'slowed') or '0')
-- A time in the future was stored before the clock was set back.
if slowed <= now + ${CLOCK_TOLERANCE_MS} and now - ARGV[5] <= slowed then return 0 end
local rate = tonumber(ARGV[1])
local bucket = open(KEYS[1], rate, tonumber(ARGV[2]), ARGV[3], now)
bucket.rate = math.max(rate * ${FLOOR}, bucket.rate * ${SLOWER})
bucket.tokens = math.min(bucket.tokens, 0)
bucket.at = math.max(bucket.at, now + ARGV[4])
save(KEYS[1], bucket, now)
redis.call('HSET', KEYS[1], 'slowed', tostring(now))
return 1
`,
);
