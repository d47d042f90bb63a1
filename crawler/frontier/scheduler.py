"""The durable frontier as Scrapy's scheduler.

A request is leased to the downloader when its host may be asked. It ends in one of four ways: its page was read
(`done`), it failed for now or for good (`failed`), it comes back as a request (asked to come later, a retry, a
redirect), or the run ends before it (`give_back`). What happens is committed in batches, after the captures it speaks of.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler import clock
from crawler.capture import CaptureMiddleware
from crawler.discovery.lists import is_called_list
from crawler.examples import Examples
from crawler.failures import FailedFetch, reason_of
from crawler.frontier.lease import CAPTURE, LEASE, TRIES, Lease, request_of
from crawler.frontier.opening import open_store
from crawler.frontier.protocol import FAULTS
from crawler.frontier.queues import Queues
from crawler.frontier.sharing import ELSEWHERE, sharing_of
from crawler.frontier.sparing import Sparing
from crawler.frontier.store import ANYWHERE, REDIRECT, Found, Host, Store, Waiting
from crawler.hosts import ASKED_AGAIN, Manners
from crawler.limits import Limits
from crawler.links import host_of
from crawler.revisits import Revisits
from crawler.tally import FAILED
from crawler.yields import LATER, Verdict, Yields, within

HOSTS_WAIT = "hosts_wait"  # why a run ends: what is left may not be asked for within TAOXI_LONGEST_WAIT
RETRY_LATER = 3600.0  # seconds until then
BATCH_PAGES, BATCH_CHANGES, BATCH_SECONDS = 32, 500, 1.0
AT_ONCE = 500  # pages passed over before other work has its turn
GIVEN_UP = "taoxi/given_up"  # in the crawl's stats: URLs of endless kinds that were not asked for
PROMISED = 5  # a link that leads to what is looked for with so many % is tried whatever its kind brought so far …
TRIED = 5  # … up to this level of what waits
RECENT = 1 << 16  # URLs known to be known, that are not looked up on disk again
FOR_GOOD = (IgnoreRequest, DownloadCancelledError)  # the page is not to be had: refused by us, or too large


class FrontierScheduler(BaseScheduler):
    """Scrapy's scheduler on a `Store`; hosts are treated as `Manners` has it."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.fault: Exception | None = None  # why the store could not be written
        self.longest_wait = settings.getfloat("TAOXI_LONGEST_WAIT")
        self.manners = Manners.of(settings)
        dataset = settings.get("TAOXI_DATASET")
        frontier = settings.get("TAOXI_FRONTIER") or ""
        self.store = open_store(Path(dataset) if dataset else None, frontier, settings.get("TAOXI_RUN") or "")
        self.sharing = sharing_of(self.store, lambda name: self._free_at(self.store.host(name)))
        self.revisits = Revisits(self.store, settings, crawler.stats)
        self.queues = Queues(self._first, max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")))
        self.yields = Yields()
        self.examples = Examples()  # of which all is to come before anything else is asked for
        self.sparing: Sparing | None = None  # crawls that are shared learn of no twins
        reload = partial(self._share, anew=True)
        if settings.getbool("TAOXI_TWINS") and isinstance(self.store, Store):
            self.sparing = Sparing(self.store, self.manners, crawler.stats, lambda: self.queues, reload)
        self._leases: dict[int, Lease] = {}
        self._unread: Counter[str] = Counter()  # host → its leases
        self._chances: dict[str, float] = {}  # host → 0 to 1: by so much of the jitter its delay is longer this time
        self._recent: tuple[set[str], set[str]] = (set(), set())
        self._pages = 0  # that ended since the last commit
        self._files: set[str] = set()  # captures with answers whose page has not ended
        self._timers: dict[str, asyncio.TimerHandle] = {}
        for handler, signal in (
            (self._idle, signals.spider_idle),
            (self._leaves, signals.request_reached_downloader),
            (self._received, signals.response_received),
            (self._spider_error, signals.spider_error),
        ):
            crawler.signals.connect(handler, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    # --- Scrapy's side ------------------------------------------------------------------------------------------------

    def open(self, spider: Spider) -> None:
        """What waits on disk is at hand. A store that no run was begun on gets its first round."""
        if self.store.round == 0:
            self.store.begin_round(self.crawler.settings["TAOXI_RUN"])
        self.load()
        self._tick()

    def load(self) -> None:
        """The queues are as the store has them."""
        self.queues = Queues(self._first, self.queues.most_active, self.queues.patience)
        self._share(anew=True)

    def close(self, reason: str) -> None:
        """Everything is committed; may be called twice."""
        for timer in self._timers.values():
            timer.cancel()
        self.commit()
        with self._watched():
            self.sharing.leave(self._busy())

    def has_pending_requests(self) -> bool:
        latest = clock.now() + self.longest_wait
        return not self.fault and (self.queues.waits_until(latest) or self.sharing.pending(latest))

    def enqueue_request(self, request: Request) -> bool:
        """A leased request comes back: as it was, or as a redirect. Any other is one more find."""
        lease = self._lease_of(request)
        if lease is None:
            found = Found(request.url, host_of(request.url), request.priority, request.meta.get("depth", 0))
            return self._add(found, again=request.dont_filter)
        page = lease.page
        if request.url == page.url:
            self._requeue(lease, request.meta[TRIES], request.priority)
            return True
        if self.sparing:
            self.sparing.twins.moved(page.url, request.url, request.meta["redirect_reasons"][-1])
        redirects = request.meta.get("redirect_times", 0)
        added = self._add(Found(request.url, host_of(request.url), page.priority, page.depth, page.id, redirects))
        self.yields.moved(page.url, request.url, is_known=not added)
        self.examples.moved(page.url, request.url, follows=added)
        self._done(lease, request, f"{REDIRECT}{request.url}")
        return added

    def next_request(self) -> Request | None:
        if self.fault or self._are_enough():
            return None
        now = clock.now()
        try:
            page = self._leased(now)
        except FAULTS as error:
            self._broken(error)
            return None
        if page is None:
            self._wake(now)
            return None
        self.yields.asked(page.url)
        request = request_of(page)
        request.errback = self._errback
        self.revisits.prepare(request)
        self._leases[page.id] = Lease(page, request)
        self._unread[page.host] += 1
        self.crawler.stats.inc_value("scheduler/dequeued")
        return request

    def _are_enough(self) -> bool:
        limits = self.crawler.get_downloader_middleware(Limits)
        return limits is not None and limits.are_enough(sum(not lease.over for lease in self._leases.values()))

    def _leased(self, now: float) -> Waiting | None:
        """The page whose turn it is, under way from now on.

        One that is another crawler's by now is passed over, one that is under way here, whose host was lost for a while, and
        one that need not be asked for. What may lie in a trap is put behind all else, or given up.
        """
        for _ in range(AT_ONCE):
            page = self.queues.pop(now)
            if page is None:
                return None
            if self.sparing and self.sparing.spares(page, now):
                self.queues.release(page.host, self._free_at(self.store.host(page.host)))
            elif self._is_put_back(page):
                continue
            elif self.store.lease(page.id) and page.id not in self._leases:
                return page
            else:
                self._is_elsewhere(page, now)
        return None

    def _is_put_back(self, page: Waiting) -> bool:
        """The page waits behind all else of its host from now on, or for what is under way there, or was given up."""
        if page.priority <= -LATER and self._unread[page.host]:
            self.queues.hold(page)  # what is under way may turn out to be good, and that it leads to, too
            return True
        verdict, level = self._verdict(page)
        if verdict is Verdict.NOW or self.store.article_of(page.url):  # an article's parts have an end of their own
            return False
        if page.priority >= PROMISED and level <= TRIED:  # priorities are that high only where something is looked for
            return False
        self.queues.release(page.host, self._free_at(self.store.host(page.host)))
        if verdict is Verdict.LATER:
            behind = replace(page, priority=within(page.url, page.depth) - LATER * level)
            self.store.requeue(page.id, behind.priority, page.tries)
            self.queues.push(behind)
        else:
            self.store.done(page.id, None, "endless")
            self.crawler.stats.inc_value(GIVEN_UP)
        return True

    def _verdict(self, page: Waiting) -> tuple[Verdict, int]:
        """A start, a list of pages, and a page that was visited by an earlier run, are asked for in any case."""
        visited = self.store.round > 1 and self.store.visit(page.url) is not None
        if page.parent is None or page.tries or visited or is_called_list(page.url):
            return Verdict.NOW, 0
        return self.yields.verdict(page.url, round(-page.priority / LATER), page.depth)

    def _is_elsewhere(self, page: Waiting, now: float) -> None:
        self.queues.release(page.host, now)
        if not self.sharing.holds(page.host):
            self.queues.drop(page.host)
            self.sharing.found_elsewhere()

    # --- the spider's side --------------------------------------------------------------------------------------------

    def fresh(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that may still be asked for, in their order."""
        young, old = self._recent
        unknown = [url for url in urls if url not in young and url not in old]
        if not unknown:
            return []
        fresh = self.store.fresh(unknown)
        waiting = set(fresh)
        self._remember(url for url in unknown if url not in waiting)
        return fresh

    def find(self, found: Iterable[Found], *, again: bool = False) -> None:
        """The URLs are queued, but for those that are known. A known article is not, unless `again`."""
        for one in found:
            self._add(one, again=again)

    def reorder(self, priorities: Mapping[str, int]) -> None:
        """Those of the URLs that wait have these priorities."""
        for host in self.store.reorder(priorities) if priorities else ():
            self.queues.reorder(host)

    def done(self, response: Response) -> None:
        """The page was read, and all that it links to is queued."""
        if response.request and (lease := self._lease_of(response.request)):
            self._done(lease, response.request)

    def tell_article(self, url: str) -> None:
        """The page at `url` is a whole article: none of those who share the crawl asks for it in a later round."""
        with self._watched():
            self.sharing.tell_article(url)

    def failed(self, request: Request, reason: str, *, for_good: bool = False) -> None:
        """The page could not be had; unless that is for good, a later run asks again."""
        lease = self._lease_of(request)
        if lease is None:
            return
        self.examples.fails(lease.page.url, reason)
        if for_good:
            self._done(lease, request, reason)
            return
        self._end(lease)
        if self.sparing:
            self.sparing.ended(lease.page.url)
        self.crawler.stats.inc_value(f"{FAILED}{lease.page.host}")
        self.store.fail(lease.page.id, reason, clock.now() + RETRY_LATER, request.meta.get(CAPTURE))
        self._ended()

    def give_back(self, request: Request) -> None:
        """The page waits again, as if it had not been asked for."""
        if lease := self._lease_of(request):
            self._requeue(lease, lease.page.tries, lease.page.priority)

    # --- hosts --------------------------------------------------------------------------------------------------------

    def host(self, request: Request) -> Host:
        return self.store.host(host_of(request.url))

    def learned(self, host: Host) -> bool:
        """What was learned of the host counts from now on, and is remembered; False where another crawler holds it by now."""
        ready_at = self._free_at(host)
        held = self._is_so(lambda: self.sharing.remember(host, ready_at))
        self.queues.rest(host.name, ready_at)
        return held

    def heard(self, host: Host) -> None:
        """An answer came. A Crawl-delay counts from then on: the host sees no two requests closer than it asked for."""
        if host.crawl_delay:
            host.sent, self._chances[host.name] = clock.now(), 0.0
            self.learned(host)

    def waits(self, request: Request) -> float:
        """How many seconds are left until the request may leave; where none are, it has to leave now."""
        host, now = self.host(request), clock.now()
        if not self._may_ask(host, LEASE in request.meta):
            return ELSEWHERE
        left = self._free_at(host) - now
        if left <= 0:
            self._chances[host.name] = random.random()  # noqa: S311 -- no secret
            host.sent = now
            self.manners.spend(host, now)
            if not self.learned(host):
                return ELSEWHERE
            host.sent = clock.now()  # writing down that it leaves took its time
        return left

    def waiting_hosts(self) -> dict[str, tuple[int, float]]:
        """Hosts with pages that wait: how many, and from when on they may be asked."""
        found = {name: (line.waiting, line.ready_at) for name, line in self.queues.lines.items() if line.waiting}
        with self._watched():
            found |= self.sharing.waiting_hosts()
        return found

    def _may_ask(self, host: Host, is_leased: bool) -> bool:
        """The host is this crawler's to ask. A page whose host was lost is another crawler's, so its host is not asked for."""
        ask = self.sharing.holds if is_leased else self.sharing.may_ask
        return self._is_so(lambda: ask(host.name))

    def _free_at(self, host: Host) -> float:
        delay = self.manners.delay_of(host, self._chances.get(host.name, 0.0))
        return max(self.manners.free_at(host), host.sent + delay)

    # --- how a lease ends ---------------------------------------------------------------------------------------------

    def _lease_of(self, request: Request) -> Lease | None:
        return self._leases.get(request.meta.get(LEASE, -1))

    def _leaves(self, request: Request) -> None:
        """A robots.txt is compared with its last visit, too."""
        if LEASE not in request.meta:
            self.revisits.prepare(request)

    def _received(self, request: Request) -> None:
        """The answer is here, though its page is not read yet."""
        if lease := self._lease_of(request):
            self._over(lease)
        elif LEASE not in request.meta:
            self.revisits.ended(request.url, request, request.meta.get(CAPTURE))

    def _over(self, lease: Lease) -> None:
        if not lease.over:
            lease.over = True
            self.queues.release(lease.page.host, self._free_at(self.store.host(lease.page.host)))

    def _end(self, lease: Lease) -> None:
        del self._leases[lease.page.id]
        self._over(lease)
        self._unread[host := lease.page.host] -= 1
        if not self._unread[host]:
            del self._unread[host]
            self.queues.rest(host, self._free_at(self.store.host(host)))  # where a page was held, it goes on

    def _done(self, lease: Lease, request: Request, reason: str | None = None) -> None:
        capture = request.meta.get(CAPTURE)
        if not self.revisits.ended(lease.page.url, request, capture):
            self._requeue(lease, 0, lease.page.priority)
            return
        self._end(lease)
        if self.sparing:
            self.sparing.ended(lease.page.url)
        self.store.done(lease.page.id, capture, reason)
        self._ended()

    def _requeue(self, lease: Lease, tries: int, priority: int) -> None:
        self._end(lease)
        with self._watched():
            self.store.requeue(lease.page.id, priority, tries)
        self._push(replace(lease.page, tries=tries, priority=priority))
        self.crawler.stats.inc_value("scheduler/enqueued")

    def _errback(self, failure: Failure) -> None:
        """A request ended without a page that can be read."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value or Exception("unknown")
        if isinstance(error, FAULTS):
            self._broken(error)
            return
        self.yields.failed(request.url)
        limits = self.crawler.get_downloader_middleware(Limits)
        if limits and limits.reason and isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
            self.give_back(request)
        elif isinstance(error, HttpError):
            status = error.response.status
            self.failed(request, f"status {status}", for_good=status not in ASKED_AGAIN)
        else:
            for_good = isinstance(error, FOR_GOOD) and not isinstance(error, FailedFetch)
            self.failed(request, reason_of(error), for_good=for_good)

    def _spider_error(self, response: Response | None, failure: Failure) -> None:
        if isinstance(failure.value, FAULTS):
            self._broken(failure.value)  # the page is not at fault
        elif response is not None and response.request:
            self.failed(response.request, "could not be read", for_good=True)

    def _idle(self) -> None:
        self._share()
        if self.sparing and not self.fault:
            with self._watched():
                self.sparing.at_end()
        if self.has_pending_requests():
            asyncio.get_running_loop().call_soon(self._next)
            raise DontCloseSpider
        if (self.queues or self.sharing.waits) and not self.fault:
            raise CloseSpider(HOSTS_WAIT)

    # --- the store ----------------------------------------------------------------------------------------------------

    def _first(self, name: str, most: int) -> list[Waiting]:
        return self.store.first(self.store.host(name), most)

    def _add(self, found: Found, *, again: bool = False) -> bool:
        page = self.store.add(found, again=again)
        self._remember((found.url,))
        if page is None:
            return False
        if not again and self.sparing and self.sparing.settles(found.url, page.id):
            return False
        self._push(page)
        self.crawler.stats.inc_value("scheduler/enqueued")
        return True

    def _push(self, page: Waiting) -> None:
        """The page is at hand, where its host is this crawler's to ask."""
        if self.sharing.holds(page.host):
            self.queues.push(page)
        else:
            self.sharing.found_elsewhere()

    def _share(self, *, anew: bool = False) -> None:
        """What ended is told, and this crawler has its share of the hosts; `anew`: its queues are empty."""
        if self.store.changes:
            self.commit()
        if not self.fault:
            with self._watched():
                self.sharing.sync(self.queues, self._busy(), anew=anew)

    def _busy(self) -> set[str]:
        """The hosts with requests under way, robots.txt among them."""
        under_way = self.crawler.engine.downloader.active
        return {*(lease.page.host for lease in self._leases.values()), *(host_of(request.url) for request in under_way)}

    def _remember(self, urls: Iterable[str]) -> None:
        young, _ = self._recent
        young.update(urls)
        if len(young) > RECENT:
            self._recent = set(), young

    def _ended(self) -> None:
        self._pages += 1
        if self._pages >= BATCH_PAGES or self.store.changes >= BATCH_CHANGES:
            self.commit()

    def commit(self) -> None:
        """What happened so far survives a kill; where it cannot be written, the crawl ends."""
        if self.fault:
            return
        try:
            self.sharing.save()
            capturing = self.crawler.get_downloader_middleware(CaptureMiddleware)
            end = capturing.writer.sync() if capturing else None
            self.store.commit(self._known_to(end) if end else None)
        except (*FAULTS, OSError) as error:
            self._broken(error)
        self._pages = 0

    def _known_to(self, end: tuple[str, int]) -> dict[str, int]:
        """Of each capture file, the place before which every answer is one of a page that ended."""
        unread = [lease.request.meta[CAPTURE] for lease in self._leases.values() if CAPTURE in lease.request.meta]
        known = {file: end[1] if file == end[0] else ANYWHERE for file in self._files | {end[0]}}
        for file, place in unread:
            known[file] = min(place, known.get(file, place))
        self._files = {file for file, _ in unread} | {end[0]}
        return known

    def _is_so(self, asked: Callable[[], bool]) -> bool:
        """What the store says; False where it cannot be read or written, which ends the crawl."""
        try:
            return asked()
        except FAULTS as error:
            self._broken(error)
            return False

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Where the store cannot be read or written, the crawl ends; what was to be done waits for the next one."""
        try:
            yield
        except FAULTS as error:
            self._broken(error)

    def _broken(self, error: Exception) -> None:
        self.fault = self.fault or error
        self.ends("queue_failed")

    def ends(self, reason: str) -> None:
        """The crawl closes; what is left waits for the next one."""
        if limits := self.crawler.get_downloader_middleware(Limits):
            limits.close(reason)

    # --- timers -------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """What is not committed is never older than BATCH_SECONDS."""
        self._share()
        self._next()
        if self.examples and not self.has_pending_requests() and self._nothing_is_read():
            self.ends(HOSTS_WAIT)  # as `_idle` does, which nobody asks while examples are to come
        self._timers["tick"] = asyncio.get_running_loop().call_later(BATCH_SECONDS, self._tick)

    def _nothing_is_read(self) -> bool:
        slot = self.crawler.engine.scraper.slot
        return slot is None or slot.is_idle()

    def _wake(self, now: float) -> None:
        """Scrapy asks again as soon as the next host may be asked, not at its next heartbeat."""
        at = self.queues.wakes_at()
        if at is None or at > now + self.longest_wait:
            return
        if timer := self._timers.pop("wake", None):
            timer.cancel()
        self._timers["wake"] = asyncio.get_running_loop().call_later(max(at - now, 0.0005), self._next)

    def _next(self) -> None:
        if slot := self.crawler.engine._slot:  # there is no public way to say so
            slot.nextcall.schedule()
