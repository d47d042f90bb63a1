"""The durable frontier as Scrapy's scheduler.

A request is leased to the downloader when its host may be asked. It ends in one of four ways: its page was read
(`done`), it failed for now or for good (`failed`), it comes back as a request (asked to come later, a retry, a
redirect), or the run ends before it (`give_back`). What happens is committed in batches, after the captures it speaks of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler import clock
from crawler.capture import CaptureMiddleware
from crawler.examples import Examples
from crawler.failures import is_for_good, is_no_page, reason_of
from crawler.frontier.judgement import Judgement
from crawler.frontier.lease import CAPTURE, LEASE, TRIES, Lease, Leases, request_of
from crawler.frontier.model import REDIRECT, Found, Waiting
from crawler.frontier.opening import open_store
from crawler.frontier.pace import Pace
from crawler.frontier.protocol import FAULTS, Faults
from crawler.frontier.queues import Queues
from crawler.frontier.recent import Recent
from crawler.frontier.sparing import Sparing
from crawler.frontier.store import Store
from crawler.frontier.waking import Waking
from crawler.hosts import Manners
from crawler.limits import Limits
from crawler.links import host_of
from crawler.revisits import Revisits
from crawler.tally import FAILED
from crawler.yields import Yields

HOSTS_WAIT = "hosts_wait"  # why a run ends: what is left may not be asked for within TAOXI_LONGEST_WAIT
RETRY_LATER = 3600.0  # seconds until then
BATCH_PAGES, BATCH_CHANGES, BATCH_SECONDS = 32, 500, 1.0


class FrontierScheduler(BaseScheduler):
    """Scrapy's scheduler on a `Store`: pages wait in `queues`, are under way as leases, and end in the store.

    `pace` tells when a host may be asked, `yields` whether a page is worth it, `sparing` whether a twin of it stands for it.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.longest_wait = settings.getfloat("TAOXI_LONGEST_WAIT")
        dataset = settings.get("TAOXI_DATASET")
        frontier = settings.get("TAOXI_FRONTIER") or ""
        self.store = open_store(Path(dataset) if dataset else None, frontier, settings.get("TAOXI_RUN") or "")
        self.queues = Queues(self._first, max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")))
        self.faults = Faults(self.ends)
        self.pace = Pace(self.store, Manners.of(settings), self.queues, self.faults)
        self._sharing = self.pace.sharing
        self.revisits = Revisits(self.store, settings, crawler.stats)
        self.yields = Yields()
        self.examples = Examples()  # of which all is to come before anything else is asked for
        self.sparing: Sparing | None = None  # crawls that are shared learn of no twins
        if settings.getbool("TAOXI_TWINS") and isinstance(self.store, Store):
            reload = partial(self._share, anew=True)
            self.sparing = Sparing(self.store, self.pace.manners, crawler.stats, self.queues, reload)
        self._leases, self._recent, self._waking = Leases(), Recent(), Waking(crawler)
        self._judgement = Judgement(self.pace, self._leases, self.yields, self.sparing, crawler.stats)
        self._pages = 0  # that ended since the last commit
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
        self.queues.clear()
        self._share(anew=True)

    def close(self, reason: str) -> None:
        """Everything is committed; may be called twice."""
        self._waking.stop()
        self.commit()
        with self.faults:
            self._sharing.leave(self._busy())

    def has_pending_requests(self) -> bool:
        latest = clock.now() + self.longest_wait
        return not self.faults.first and (self.queues.waits_until(latest) or self._sharing.pending(latest))

    def enqueue_request(self, request: Request) -> bool:
        """A leased request comes back: as it was, or as a redirect. Any other is one more find."""
        lease = self._leases.of(request)
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
        limits = self.crawler.get_downloader_middleware(Limits)
        if self.faults.first or (limits and limits.are_enough(self._leases.downloads)):
            return None
        now = clock.now()
        with self.faults:
            if page := self._judgement.leased(now):
                return self._request_of(page)
            self._wake(now)
        return None

    def _request_of(self, page: Waiting) -> Request:
        self.yields.asked(page.url)
        request = request_of(page)
        request.errback = self._errback
        self.revisits.prepare(request)
        self._leases.begin(page, request)
        self.crawler.stats.inc_value("scheduler/dequeued")
        return request

    # --- the spider's side --------------------------------------------------------------------------------------------

    def fresh(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that may still be asked for, in their order."""
        unknown = self._recent.unknown(urls)
        if not unknown:
            return []
        fresh = self.store.fresh(unknown)
        waiting = set(fresh)
        self._recent.add(url for url in unknown if url not in waiting)
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
        if response.request and (lease := self._leases.of(response.request)):
            self._done(lease, response.request)

    def tell_article(self, url: str) -> None:
        """The page at `url` is a whole article: none of those who share the crawl asks for it in a later round."""
        with self.faults:
            self._sharing.tell_article(url)

    def failed(self, request: Request, reason: str, *, for_good: bool = False) -> None:
        """The page could not be had; unless that is for good, a later run asks again."""
        lease = self._leases.of(request)
        if lease is None:
            return
        self.examples.fails(lease.page.url, reason)
        if for_good:
            self._done(lease, request, reason)
            return
        self._end(lease)
        self.crawler.stats.inc_value(f"{FAILED}{lease.page.host}")
        self.store.fail(lease.page.id, reason, clock.now() + RETRY_LATER, request.meta.get(CAPTURE))
        self._ended(lease.page)

    def give_back(self, request: Request) -> None:
        """The page waits again, as if it had not been asked for."""
        if lease := self._leases.of(request):
            self._requeue(lease, lease.page.tries, lease.page.priority)

    # --- how a lease ends ---------------------------------------------------------------------------------------------

    def _leaves(self, request: Request) -> None:
        """A robots.txt is compared with its last visit, too."""
        if LEASE not in request.meta:
            self.revisits.prepare(request)

    def _received(self, request: Request) -> None:
        """The answer is here, though its page is not read yet."""
        if lease := self._leases.of(request):
            self._over(lease)
        elif LEASE not in request.meta:
            self.revisits.ended(request.url, request, request.meta.get(CAPTURE))

    def _over(self, lease: Lease) -> None:
        if self._leases.over(lease):
            self.pace.release(lease.page.host)

    def _end(self, lease: Lease) -> None:
        host = lease.page.host
        self._leases.end(lease)
        self._over(lease)
        if not self._leases.are_unread(host):
            self.queues.rest(host, self.pace.free_at(host))  # where a page was held, it goes on

    def _done(self, lease: Lease, request: Request, reason: str | None = None) -> None:
        capture = request.meta.get(CAPTURE)
        if not self.revisits.ended(lease.page.url, request, capture):
            self._requeue(lease, 0, lease.page.priority)
            return
        self._end(lease)
        self.store.done(lease.page.id, capture, reason)
        self._ended(lease.page)

    def _requeue(self, lease: Lease, tries: int, priority: int) -> None:
        self._end(lease)
        with self.faults:
            self.store.requeue(lease.page.id, priority, tries)
        self.pace.push(replace(lease.page, tries=tries, priority=priority))
        self.crawler.stats.inc_value("scheduler/enqueued")

    def _errback(self, failure: Failure) -> None:
        """A request ended without a page that can be read."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        error = failure.value or Exception("unknown")
        if isinstance(error, FAULTS):
            self.faults.tell(error)
            return
        self.yields.failed(request.url, for_good=is_no_page(error))
        limits = self.crawler.get_downloader_middleware(Limits)
        if limits and limits.reason and isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
            self.give_back(request)
        else:
            self.failed(request, reason_of(error), for_good=is_for_good(error))

    def _spider_error(self, response: Response | None, failure: Failure) -> None:
        if isinstance(failure.value, FAULTS):
            self.faults.tell(failure.value)  # the page is not at fault
        elif response is not None and response.request:
            self.failed(response.request, "could not be read", for_good=True)

    def _idle(self) -> None:
        self._share()
        if self.sparing and not self.faults.first:
            with self.faults:
                self.sparing.at_end()
        if self.has_pending_requests():
            asyncio.get_running_loop().call_soon(self._waking.now)
            raise DontCloseSpider
        if (self.queues or self._sharing.waits) and not self.faults.first:
            raise CloseSpider(HOSTS_WAIT)

    # --- the store ----------------------------------------------------------------------------------------------------

    def _first(self, name: str, most: int) -> list[Waiting]:
        return self.store.first(self.store.host(name), most)

    def _add(self, found: Found, *, again: bool = False) -> bool:
        page = self.store.add(found, again=again)
        self._recent.add((found.url,))
        if page is None:
            return False
        if not again and self.sparing and self.sparing.settles(found.url, page.id):
            return False
        self.pace.push(page)
        self.crawler.stats.inc_value("scheduler/enqueued")
        return True

    def _share(self, *, anew: bool = False) -> None:
        """What ended is told, and this crawler has its share of the hosts; `anew`: its queues are empty."""
        if self.store.changes:
            self.commit()
        if not self.faults.first:
            with self.faults:
                self._sharing.sync(self.queues, self._busy(), anew=anew)

    def _busy(self) -> set[str]:
        """The hosts with requests under way, robots.txt among them."""
        under_way = self.crawler.engine.downloader.active
        return {*self._leases.hosts, *(host_of(request.url) for request in under_way)}

    def _ended(self, page: Waiting) -> None:
        if self.sparing:
            self.sparing.ended(page.url)
        self._pages += 1
        if self._pages >= BATCH_PAGES or self.store.changes >= BATCH_CHANGES:
            self.commit()

    def commit(self) -> None:
        """What happened so far survives a kill; where it cannot be written, the crawl ends."""
        if self.faults.first:
            return
        try:
            self._sharing.save()
            capturing = self.crawler.get_downloader_middleware(CaptureMiddleware)
            end = capturing.writer.sync() if capturing else None
            self.store.commit(self._leases.known_to(end) if end else None)
        except (*FAULTS, OSError) as error:
            self.faults.tell(error)
        self._pages = 0

    def ends(self, reason: str) -> None:
        """The crawl closes; what is left waits for the next one."""
        if limits := self.crawler.get_downloader_middleware(Limits):
            limits.close(reason)

    # --- timers -------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """What is not committed is never older than BATCH_SECONDS."""
        self._share()
        self._waking.now()
        if self.examples and not self.has_pending_requests() and self._nothing_is_read():
            self.ends(HOSTS_WAIT)  # as `_idle` does, which nobody asks while examples are to come
        self._waking.after("tick", BATCH_SECONDS, self._tick)

    def _nothing_is_read(self) -> bool:
        slot = self.crawler.engine.scraper.slot
        return slot is None or slot.is_idle()

    def _wake(self, now: float) -> None:
        """Scrapy asks again as soon as the next host may be asked, where that is within this run's patience."""
        at = self.queues.wakes_at()
        if at is not None and at <= now + self.longest_wait:
            self._waking.after("wake", max(at - now, 0.0005), self._waking.now)
