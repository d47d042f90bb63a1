"""A host that asks for patience gets it: Retry-After, Crawl-delay, pauses that grow after failures.

What to do is told by `hosts.Manners`; here is where answers and requests pass by.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Downloader as ScrapyDownloader
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import load_object

from crawler import clock
from crawler.chain import Chain
from crawler.failures import AskAgain, FailedFetch
from crawler.frontier.lease import LEASE, TRIES
from crawler.frontier.scheduler import FrontierScheduler
from crawler.hosts import ASK_LATER
from crawler.limits import Limits
from crawler.links import host_of

TOO_MANY_REQUESTS = 429
LESS_URGENT = 10  # in priority: others of its host go before a page that was refused
WAITING = 32  # times CONCURRENT_REQUESTS: requests at hand, those that wait included
LOOK_AGAIN = 1.0  # seconds, for a request that waits for room
UNREACHED = (CannotResolveHostError, DownloadConnectionRefusedError)  # the host is at fault, whatever the page
MOMENT = 0.5  # seconds that a leased request waits for its turn before its page goes back to the queue


def seconds_of(retry_after: str, now: datetime) -> float | None:
    """The delay that a Retry-After value asks for, in seconds ≥ 0; None where it cannot be read."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:12]), 10**9))
    moment = _date(value)
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _date(value: str) -> datetime | None:
    """The moment that an HTTP date names."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Downloader(ScrapyDownloader):
    """Scrapy's downloader, whose own delays are off: when a request leaves is decided before it gets here.

    CONCURRENT_REQUESTS counts requests that are sent, and a host is one with its port. Those that wait for their turn,
    or for a robots.txt, take up nobody's place: else a few hosts that ask for patience would hold up all the others.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.middleware = Chain(*self.middleware.middlewares, crawler=crawler)
        self._delay = self._jitter = 0.0
        self.per_slot_settings = {}
        self._sent = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def get_slot_key(self, request: Request) -> str:
        return host_of(request.url)

    def needs_backout(self) -> bool:
        most = self.total_concurrency
        return 0 < most <= self._sent or 0 < most * WAITING <= len(self.active)

    async def room(self) -> None:
        """One more request may be sent: who came first goes first."""
        while 0 < self.total_concurrency <= self._sent:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            with suppress(TimeoutError):
                await asyncio.wait_for(turn, LOOK_AGAIN)

    def give_room(self) -> None:
        """The room is another's."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    async def _enqueue_request(self, request: Request) -> Response:
        self._sent += 1
        try:
            return await super()._enqueue_request(request)
        finally:
            self._sent -= 1
            self.give_room()


def frontier_of(crawler: Crawler) -> FrontierScheduler:
    """The crawl's frontier, once its spider is open."""
    scheduler = crawler.engine.scheduler
    if not isinstance(scheduler, FrontierScheduler):
        raise TypeError("SCHEDULER has to be crawler.frontier.scheduler.FrontierScheduler")
    return scheduler


def downloader_of(crawler: Crawler) -> Downloader:
    """The crawl's downloader."""
    downloader = crawler.engine.downloader
    if not isinstance(downloader, Downloader):
        raise TypeError("DOWNLOADER has to be crawler.politeness.Downloader")
    return downloader


class Patience:
    """What answers and failures say of a host is kept, and what may come another time is asked for again.

    A 429 is the host's and costs the page nothing; a 503 is tried TAOXI_RETRY_AFTER_TIMES more, other failures RETRY_TIMES.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.later_times = settings.getint("TAOXI_RETRY_AFTER_TIMES")
        self.times = settings.getint("RETRY_TIMES")
        self.statuses = {int(status) for status in settings.getlist("RETRY_HTTP_CODES")}
        self.errors = tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))
        # the signal comes before the host's next request leaves; process_response would be too late
        crawler.signals.connect(self._answered, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _answered(self, response: Response, request: Request) -> None:
        pace = frontier_of(self.crawler).pace
        host = pace.host(request)
        pace.heard(host)
        told = None if 200 <= response.status < 300 else _told(response)
        if host.failures or told or response.status in ASK_LATER:
            pace.manners.answered(host, response.status, told, clock.now())
            pace.learned(host)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status == TOO_MANY_REQUESTS and LEASE in request.meta:
            self.crawler.stats.inc_value("taoxi/asked_later")
            return _again(request, 0, request.priority - LESS_URGENT)
        times = self.later_times if response.status in ASK_LATER else self.times
        if response.status in ASK_LATER or response.status in self.statuses:
            return self._retried(request, times, request.priority - LESS_URGENT) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, (AskAgain, *self.errors)) or isinstance(exception, IgnoreRequest):
            return None
        pace = frontier_of(self.crawler).pace
        host = pace.host(request)
        if isinstance(exception, AskAgain):
            pace.heard(host)
            return self._retried(request, math.inf, request.priority)
        pace.manners.broke(host, clock.now(), reached=not isinstance(exception, UNREACHED))
        pace.learned(host)
        return self._retried(
            request, self.times, request.priority
        )  # next: where it is the page, the host is not at fault

    def _retried(self, request: Request, times: float, priority: int) -> Request | None:
        if request.meta.get(TRIES, 0) >= times:
            return None
        self.crawler.stats.inc_value("taoxi/retried")
        return _again(request, 1, priority)


def _told(response: Response) -> float | None:
    """The seconds that the answer's Retry-After asks for."""
    value = response.headers.get("Retry-After")
    return seconds_of(value.decode("latin-1"), _moment(response)) if value else None


def _moment(response: Response) -> datetime:
    """When the answer was given by its server's clock, where that is told; by ours else."""
    return _date((response.headers.get("Date") or b"").decode("latin-1")) or datetime.fromtimestamp(clock.now(), UTC)


def _again(request: Request, cost: int, priority: int) -> Request:
    meta = {**request.meta, TRIES: request.meta.get(TRIES, 0) + cost}
    return request.replace(dont_filter=True, meta=meta, priority=priority)


class Turn:
    """A request leaves when its host may be asked, and not before.

    The frontier leases pages in time, so that this holds back those whose host asked for patience meanwhile, and what does
    not come from the frontier: robots.txt.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        frontier, downloader = frontier_of(self.crawler), downloader_of(self.crawler)
        limits = self.crawler.get_downloader_middleware(Limits)
        while True:
            await downloader.room()
            if (left := frontier.pace.waits(request)) <= 0:
                return
            downloader.give_room()
            if LEASE in request.meta and left > MOMENT:
                frontier.give_back(request)
                raise IgnoreRequest("its host asks for patience")
            if left > frontier.longest_wait:
                raise FailedFetch("asks for more patience than this run has")
            await (limits.pause(left) if limits else asyncio.sleep(left))
            if limits and limits.reason:
                raise IgnoreRequest(limits.reason)


class CrawlDelay:
    """A host's robots.txt may ask for a longer delay than ours, up to TAOXI_CRAWL_DELAY_MAX."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        pace = frontier_of(self.crawler).pace
        asked = robotparser.crawl_delay(self.agent) or 0.0
        host = pace.host(request)
        host.crawl_delay = asked if math.isfinite(asked) and asked > 0 else 0.0
        pace.learned(host)
        pace.heard(host)
