"""A host that asks for patience gets it: Retry-After on 429 and 503, Crawl-delay in robots.txt."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

ASK_LATER = frozenset({429, 503})
TRIES = "taoxi_tries"  # request.meta: how often it was asked to come later
SLIGHT = 0.001  # seconds: Scrapy looks at a host's clock only where the host has a delay


def seconds_of(retry_after: str, now: datetime) -> float | None:
    """The delay that a Retry-After value asks for, in seconds ≥ 0; None where it cannot be read."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


class RetryAfterMiddleware:
    """A 429 or 503 holds its host for as long as it asks, and is then asked for again, a bounded number of times."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.times = settings.getint("TAOXI_RETRY_AFTER_TIMES")
        self.default = settings.getfloat("TAOXI_RETRY_AFTER_DEFAULT")
        self.longest = settings.getfloat("TAOXI_RETRY_AFTER_MAX")
        # the signal comes before the host's next request leaves; process_response would be too late
        crawler.signals.connect(self._hold, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _hold(self, response: Response, request: Request) -> None:
        if response.status in ASK_LATER:
            hold_host(self.crawler.engine.downloader, request, self._pause(request, response))

    def _pause(self, request: Request, response: Response) -> float:
        told = seconds_of((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))
        return min(self.default * 2 ** request.meta.get(TRIES, 0) if told is None else told, self.longest)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        tries = request.meta.get(TRIES, 0)
        if response.status not in ASK_LATER or tries >= self.times:
            return response
        self.crawler.stats.inc_value("taoxi/asked_later")
        meta = {**request.meta, TRIES: tries + 1}
        return request.replace(dont_filter=True, meta=meta, priority=request.priority + 1)


def hold_host(downloader: Downloader, request: Request, seconds: float) -> None:
    """No request leaves for the request's host within `seconds`."""
    slot = downloader.slots.get(downloader.get_slot_key(request))
    if slot is not None:
        slot.delay = max(slot.delay, SLIGHT)
        slot.lastseen = max(slot.lastseen, monotonic() + seconds)


class CrawlDelay:
    """A host's robots.txt may ask for a longer delay than ours, up to TAOXI_CRAWL_DELAY_MAX."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest = crawler.settings.getfloat("TAOXI_CRAWL_DELAY_MAX")
        crawler.signals.connect(self._robots_parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self.agent)
        if asked is None or not math.isfinite(asked) or asked <= 0:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        slot = downloader.slots.get(key)
        usual = slot.delay if slot is not None else self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        delay = min(max(usual, asked), max(self.longest, usual))
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0.0}  # for a slot that is made anew
        if slot is not None:
            slot.delay, slot.jitter = delay, 0.0
