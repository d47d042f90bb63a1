"""What each host did in this run: pages that it answered with, requests that failed or that it refused."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.frontier.lease import LEASE
from crawler.links import host_of

FAILED = "taoxi/failed/"  # in the crawl's stats, with a host: requests that ended without a page, for now
TELL_SECONDS = 0.2
REFUSED = frozenset({401, 403, 451})


@dataclass(frozen=True, slots=True)
class HostProgress:
    """One host so far: pages, failed requests, pages that wait."""

    host: str
    pages: int
    errors: int
    waiting: int


class Tally:
    """Counts by host, kept while the crawl runs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._pages: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._began = time.monotonic()
        self._told = 0.0
        crawler.signals.connect(self._received, signal=signals.response_received)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began

    def is_due(self) -> bool:
        """It is time to tell the counts again: gathering them costs as much as there are hosts."""
        now = time.monotonic()
        if now - self._told < TELL_SECONDS:
            return False
        self._told = now
        return True

    def _received(self, response: Response, request: Request) -> None:
        if LEASE not in request.meta:  # robots.txt and the like
            return
        if response.status in REFUSED:
            self._refused[host_of(request.url)] += 1
        elif response.status < 500:
            self._pages[host_of(request.url)] += 1

    def hosts(self) -> dict[str, tuple[int, int]]:
        """Host → pages, errors."""
        failed = Counter(self._refused)
        for name, number in self._crawler.stats.get_stats().items():
            if name.startswith(FAILED):
                failed[name.removeprefix(FAILED)] += number
        return {host: (self._pages[host], failed[host]) for host in sorted({*self._pages, *failed})}
