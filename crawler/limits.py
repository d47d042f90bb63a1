"""The end of a crawl: at its maximum of pages, or when it is told to stop, no further request leaves."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.frontier.lease import PART_OF_PAGE
from crawler.hosts import ASK_LATER
from crawler.optouts import is_policy

PAGES = "taoxi/pages"  # in the crawl's stats: of an interrupted run and those that go on with it
FETCHED = "taoxi/fetched"  # by this run alone


def is_page(url: str, status: int) -> bool:
    """The response counts towards the maximum of pages: one that came, no redirect, robots.txt or "ask later"."""
    return (200 <= status < 300 or status == 304 or status >= 400) and status not in ASK_LATER and not is_policy(url)


class Limits:
    """A downloader middleware between the queue of a host and the rest: the last place to hold a request back."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.most = crawler.settings.getint("TAOXI_MAX_PAGES")
        self.reason = ""
        self._closing: asyncio.Task[None] | None = None
        self._held = asyncio.Event()
        crawler.signals.connect(self._count, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def are_enough(self, under_way: int) -> bool:
        """So many requests under way may be all the pages that are left to fetch."""
        return under_way > 0 and 0 < self.most <= self.crawler.stats.get_value(PAGES, 0) + under_way

    def process_request(self, request: Request) -> None:
        if self.reason:
            raise IgnoreRequest(self.reason)

    def _count(self, response: Response, request: Request) -> None:
        stats = self.crawler.stats
        if is_page(request.url, response.status) and PART_OF_PAGE not in request.meta:
            stats.inc_value(PAGES)
            stats.inc_value(FETCHED)
        if self.most and stats.get_value(PAGES, 0) >= self.most:
            self.close("max_pages")

    def close(self, reason: str) -> None:
        """The spider closes with `reason` when the requests under way are finished."""
        if not self.reason:
            self.hold(reason)
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def hold(self, reason: str) -> None:
        """No further request leaves; those under way go on."""
        self.reason = self.reason or reason
        self._held.set()
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(IgnoreRequest(reason))

    async def pause(self, seconds: float) -> None:
        """So much time passes, or the crawl is told to stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._held.wait(), seconds)
