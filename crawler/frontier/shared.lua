-- The shared frontier's changes, each of them all or nothing: Redis runs one script at a time.
-- ARGV[1] names the change, the rest is what it takes. Times are seconds since 1970 by Redis' own clock.
--
--   meta      hash: version, round, page (the last id), since (articles told in an earlier round count no longer),
--             always and together (what all who share the crawl told alike)
--   seen      hash: fingerprint → id                     pages    hash: id → the page, packed
--   queue:H   sorted set of ids, the first goes first    leased:H set of ids under way
--   free      sorted set of hosts with pages that nobody holds, by the time from which they may be asked
--   holders   hash: host → crawler                       held:C   set of hosts
--   wanted    hash: host → the crawler to hold it next
--   crawlers  sorted set by the time until which they are believed to live
--   hosts     hash: host → what is remembered; its last word is when it may be asked
--   retry     sorted set of failed pages by when they may be asked for again
--   parts, captures (known up to), ends (last known place), rounds (run → round), read (run → pages), counts (by state)

local P = 'taoxi:'
local QUEUED, LEASED, DONE, FAILED = 0, 1, 2, 3
local URL, HOST, PRIORITY, DEPTH, PARENT, ROUND, REDIRECTS, TRIES, STATE, ARTICLE, REASON, FILE, PLACE =
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
local BEHIND = -2 ^ 19 -- the priority below which pages wait behind everything else of their host
local LOWEST, STEP = 4000, 2 ^ 40 -- a score is exact: 12 bits of priority before 40 of the id

local call = redis.call

local function now()
  local time = call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1e6
end

local function text(number) return string.format('%.17g', number) end

local function meta(name) return tonumber(call('HGET', P .. 'meta', name) or 0) end

local function page_of(id)
  local packed = call('HGET', P .. 'pages', id)
  return packed and cmsgpack.unpack(packed)
end

local function keep(id, page) call('HSET', P .. 'pages', id, cmsgpack.pack(page)) end

local function holder(host) return call('HGET', P .. 'holders', host) end

local function ready_at(host)
  local told = call('HGET', P .. 'hosts', host)
  return told and string.match(told, '%S+$') or '0'
end

-- A host that nobody holds is free where pages of it wait.
local function list(host)
  if holder(host) then return end
  if call('EXISTS', P .. 'queue:' .. host) == 1 then
    call('ZADD', P .. 'free', ready_at(host), host)
  else
    call('ZREM', P .. 'free', host)
  end
end

local function leave_place(id, page)
  if page[STATE] == QUEUED then call('ZREM', P .. 'queue:' .. page[HOST], id) end
  if page[STATE] == LEASED then call('SREM', P .. 'leased:' .. page[HOST], id) end
  if page[STATE] == FAILED then call('ZREM', P .. 'retry', id) end
  call('HINCRBY', P .. 'counts', page[STATE], -1)
end

local function take_place(id, page, state)
  page[STATE] = state
  call('HINCRBY', P .. 'counts', state, 1)
  if state == QUEUED then
    local first = math.max(-LOWEST, math.min(LOWEST, page[PRIORITY]))
    call('ZADD', P .. 'queue:' .. page[HOST], text(-first * STEP + tonumber(id)), id)
  end
  if state == LEASED then call('SADD', P .. 'leased:' .. page[HOST], id) end
  keep(id, page)
  list(page[HOST])
end

local function move(id, page, state)
  leave_place(id, page)
  take_place(id, page, state)
end

-- Only one that is believed to live may hold a host: else nobody would take it back.
local function lives(crawler) return tonumber(call('ZSCORE', P .. 'crawlers', crawler) or 0) > now() end

local function hold(crawler, host)
  call('ZREM', P .. 'free', host)
  call('HDEL', P .. 'wanted', host)
  call('HSET', P .. 'holders', host, crawler)
  call('SADD', P .. 'held:' .. crawler, host)
end

-- The crawler that waits for the host, where there is one beside its holder.
local function wanted_by(host)
  local crawler = call('HGET', P .. 'wanted', host)
  return crawler and crawler ~= holder(host) and lives(crawler) and crawler
end

local function is_article(page) return page[ARTICLE] > 0 and page[ARTICLE] >= meta('since') end

-- Nobody holds the host, or who waits for it does, and what was under way waits again.
local function give_back(crawler, host)
  if holder(host) ~= crawler then return end
  local following = wanted_by(host)
  for _, id in ipairs(call('SMEMBERS', P .. 'leased:' .. host)) do move(id, page_of(id), QUEUED) end
  call('HDEL', P .. 'holders', host)
  call('SREM', P .. 'held:' .. crawler, host)
  if following then hold(following, host) else list(host) end
end

local function bury(crawler)
  for _, host in ipairs(call('SMEMBERS', P .. 'held:' .. crawler)) do give_back(crawler, host) end
  call('ZREM', P .. 'crawlers', crawler)
end

-- What dead crawlers held is free again.
local function reap()
  for _, crawler in ipairs(call('ZRANGEBYSCORE', P .. 'crawlers', '-inf', text(now()))) do bury(crawler) end
end

local function told(host)
  return { host, call('HGET', P .. 'hosts', host) or '', call('ZCARD', P .. 'queue:' .. host) }
end

local function url_of(id)
  local page = id ~= '' and page_of(id)
  return page and page[URL] or ''
end

local function waiting(id)
  local page = page_of(id)
  return { id, page[URL], page[PRIORITY], page[DEPTH], page[REDIRECTS], page[TRIES], url_of(page[PARENT]) }
end

local function new_page(fingerprint, page, state)
  local id = text(call('HINCRBY', P .. 'meta', 'page', 1))
  call('HSET', P .. 'seen', fingerprint, id)
  take_place(id, page, state)
  return id
end

local changes = {}

function changes.add(fingerprint, url, host, priority, depth, parent, redirects, again)
  local id, round = call('HGET', P .. 'seen', fingerprint), meta('round')
  local values = { url, host, tonumber(priority), tonumber(depth), parent, round, tonumber(redirects), 0, QUEUED, 0, '', '', 0 }
  if not id then return { new_page(fingerprint, values, QUEUED), url_of(parent) } end
  local page = page_of(id)
  if page[STATE] < DONE or page[ROUND] >= round or (is_article(page) and again ~= '1') then return false end
  leave_place(id, page)
  for _, kept in ipairs({ ARTICLE, FILE, PLACE }) do values[kept] = page[kept] end
  take_place(id, values, QUEUED)
  return { id, url_of(parent) }
end

function changes.fresh(...)
  local round, found = meta('round'), {}
  for at, fingerprint in ipairs({ ... }) do
    local id = call('HGET', P .. 'seen', fingerprint)
    local page = id and page_of(id)
    if not page or not (page[ROUND] >= round or is_article(page) or page[STATE] < DONE) then found[#found + 1] = at - 1 end
  end
  return found
end

function changes.known(fingerprint)
  local id = call('HGET', P .. 'seen', fingerprint)
  if not id then return false end
  local page = page_of(id)
  return { id, page[STATE], page[DEPTH], page[FILE], text(page[PLACE]), page[REASON] }
end

function changes.first(host, most)
  local found = {}
  for _, id in ipairs(call('ZRANGE', P .. 'queue:' .. host, 0, most - 1)) do found[#found + 1] = waiting(id) end
  return found
end

function changes.lease(crawler, id)
  local page = page_of(id)
  if holder(page[HOST]) ~= crawler or page[STATE] ~= QUEUED then return 0 end
  move(id, page, LEASED)
  return 1
end

function changes.requeue(crawler, id, priority, tries)
  local page = page_of(id)
  if holder(page[HOST]) ~= crawler or (page[STATE] ~= LEASED and page[STATE] ~= QUEUED) then return 0 end
  page[PRIORITY], page[TRIES] = tonumber(priority), tonumber(tries)
  move(id, page, QUEUED)
  return 1
end

-- Fingerprints and their new priorities, by twos; gives the hosts of those that wait.
function changes.reorder(...)
  local told, hosts = { ... }, {}
  for at = 1, #told, 2 do
    local id = call('HGET', P .. 'seen', told[at])
    local page = id and page_of(id)
    if page and page[STATE] == QUEUED and page[PRIORITY] > BEHIND then
      page[PRIORITY] = tonumber(told[at + 1])
      move(id, page, QUEUED)
      hosts[#hosts + 1] = page[HOST]
    end
  end
  return hosts
end

-- Pages ended, by fives: id, reason, when to ask again ('never', or '' where the page is done), file, place. Then captures
-- are known up to a place, by twos. A page that is done is so whoever says it; only the host's holder may say it failed.
function changes.ended(crawler, run, pages, ...)
  local told = { ... }
  local last = 5 * tonumber(pages)
  for at = 1, last, 5 do
    local id, reason, again, file, place = unpack(told, at, at + 4)
    local page = page_of(id)
    if again == '' or (holder(page[HOST]) == crawler and page[STATE] == LEASED) then
      local was_done = page[STATE] == DONE
      page[REASON], page[FILE], page[PLACE] = reason, file, tonumber(place)
      move(id, page, again == '' and DONE or FAILED)
      if again ~= '' and again ~= 'never' then call('ZADD', P .. 'retry', again, id) end
      if again == '' and file ~= '' then
        call('HSET', P .. 'ends', file, text(math.max(page[PLACE], tonumber(call('HGET', P .. 'ends', file) or 0))))
        if not was_done and (reason == '' or string.sub(reason, 1, 7) == 'status ') then call('HINCRBY', P .. 'read', run, 1) end
      end
    end
  end
  for at = last + 1, #told, 2 do call('HSET', P .. 'captures', told[at], told[at + 1]) end
end

function changes.remember(crawler, host, values)
  if holder(host) ~= crawler then return 0 end
  call('HSET', P .. 'hosts', host, values)
  return 1
end

-- The crawler lives. Gives how many crawlers do, how many hosts are free that may be asked soon, how many are held, when
-- the first free one may be asked; then hosts that it holds, by threes: the name, how many pages wait, whether another crawler waits for it.
function changes.beat(crawler, seconds, soon)
  reap()
  call('ZADD', P .. 'crawlers', text(now() + seconds), crawler)
  local first = call('ZRANGE', P .. 'free', 0, 0, 'WITHSCORES')
  local answer = { call('ZCARD', P .. 'crawlers'), call('ZCOUNT', P .. 'free', '-inf', text(now() + soon)),
    call('HLEN', P .. 'holders'), first[2] or '' }
  for _, host in ipairs(call('SMEMBERS', P .. 'held:' .. crawler)) do
    answer[#answer + 1] = host
    answer[#answer + 1] = call('ZCARD', P .. 'queue:' .. host)
    answer[#answer + 1] = wanted_by(host) and 1 or 0
  end
  return answer
end

function changes.take(crawler, most, latest)
  local found = {}
  if not lives(crawler) then return found end
  for _, host in ipairs(call('ZRANGEBYSCORE', P .. 'free', '-inf', latest, 'LIMIT', 0, most)) do
    hold(crawler, host)
    found[#found + 1] = told(host)
  end
  return found
end

-- Where another one holds the host, that one is asked to give it back, and this crawler will hold it then.
function changes.take_one(crawler, host)
  if not lives(crawler) then return false end
  if holder(host) and holder(host) ~= crawler then
    call('HSET', P .. 'wanted', host, crawler)
    return false
  end
  hold(crawler, host)
  return told(host)
end

function changes.give_back(crawler, ...)
  for _, host in ipairs({ ... }) do give_back(crawler, host) end
end

function changes.leave(crawler) bury(crawler) end

function changes.waiting_hosts(most)
  local found, free = {}, call('ZRANGE', P .. 'free', 0, most - 1, 'WITHSCORES')
  for at = 1, #free, 2 do found[#found + 1] = { free[at], call('ZCARD', P .. 'queue:' .. free[at]), free[at + 1] } end
  return found
end

function changes.time() return text(now()) end

-- What may be asked for again waits, at most so many pages; gives how many did.
function changes.recover(until_, most)
  reap()
  local due = call('ZRANGEBYSCORE', P .. 'retry', '-inf', until_, 'LIMIT', 0, most)
  for _, id in ipairs(due) do
    local page = page_of(id)
    page[TRIES], page[REASON] = 0, ''
    move(id, page, QUEUED)
  end
  return #due
end

local function is_over()
  reap()
  return call('ZCARD', P .. 'free') == 0 and call('HLEN', P .. 'holders') == 0 and call('ZCARD', P .. 'crawlers') == 0
end

-- What all have to tell alike: the first in all rounds, the second while others work. Gives what those before told.
function changes.agree(always, together)
  reap()
  call('HSETNX', P .. 'meta', 'always', always)
  if call('ZCARD', P .. 'crawlers') == 0 then call('HSET', P .. 'meta', 'together', together) end
  return { call('HGET', P .. 'meta', 'always'), call('HGET', P .. 'meta', 'together') or together }
end

-- The next round asks for articles, too, or the one under way does so; else 0.
function changes.refetch()
  if is_over() then call('HSET', P .. 'meta', 'since', meta('round') + 1) end
  return meta('since') >= meta('round') and 1 or 0
end

-- A run that is known goes on, one that comes while others work or pages wait joins them; else a new round begins.
function changes.begin_round(run)
  if call('HEXISTS', P .. 'rounds', run) == 1 then return meta('round') end
  if meta('round') == 0 or is_over() then call('HINCRBY', P .. 'meta', 'round', 1) end
  call('HSET', P .. 'rounds', run, meta('round'))
  return meta('round')
end

-- Pages are known articles, by twos: fingerprint and URL.
function changes.articles(...)
  local told = { ... }
  for at = 1, #told, 2 do
    local id = call('HGET', P .. 'seen', told[at])
    if id then
      local page = page_of(id)
      page[ARTICLE] = meta('round')
      keep(id, page)
    else
      new_page(told[at], { told[at + 1], '', 0, 0, '', 0, 0, 0, DONE, meta('round'), '', '', 0 }, DONE)
    end
  end
end

-- Of the pages with these ids, those wait again whose capture lay behind the end of a file; gives how many.
function changes.forget_beyond(file, size, ...)
  local found = 0
  for _, id in ipairs({ ... }) do
    local page = page_of(id)
    if page[FILE] == file and page[PLACE] >= tonumber(size) then
      page[FILE], page[PLACE], found = '', 0, found + 1
      move(id, page, QUEUED)
    end
  end
  return found
end

return changes[ARGV[1]](unpack(ARGV, 2))
