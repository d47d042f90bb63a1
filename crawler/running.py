"""Scrapy, from its settings to its end: one run of a crawl that is begun and will be committed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.logger import globalLogBeginner

from crawler.capture import CaptureMiddleware
from crawler.capture_files import capture_files
from crawler.examples import NothingLearned
from crawler.frontier import recovery
from crawler.frontier.database import FILE, is_damage, unreadable
from crawler.frontier.scheduler import HOSTS_WAIT, FrontierScheduler
from crawler.frontier.sparing import TWINS
from crawler.limits import FETCHED, PAGES
from crawler.options import OTHER_EXAMPLES, CrawlOptions
from crawler.politeness import frontier_of
from crawler.redirects import RedirectMiddleware
from crawler.result import INTERRUPTED, Progress, Watch
from crawler.revisits import COUNTS
from crawler.robots import RobotsTxtMiddleware
from crawler.settings import user_agent
from crawler.source import Source, load
from crawler.spiders.advice import KEPT, NO_EXAMPLE, REJECTED, AdviceSpider
from crawler.state import CrawlState
from crawler.stop import Stop
from crawler.tally import HostProgress, Tally
from pipelines.dataset import Dataset
from pipelines.errors import TaoxiError

MOST_GIVEN_UP = 1_000  # kinds of URLs that are told of


def run(
    dataset: Dataset, options: CrawlOptions, state: CrawlState, looked_for: Mapping[str, Any], watch: Watch
) -> tuple[str, Progress, dict[str, Any]]:
    """Scrapy runs to the end; gives why it ended, the last counts, and what is to be told of hosts.

    Raises NothingLearned of the examples.
    """
    logging.raiseExceptions = False  # a full disk is told once, and not for each line that it has no room for
    process = AsyncCrawlerProcess(_settings(dataset, options, state))
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)  # Scrapy's log has it; standard error stays quiet
    crawler = process.create_crawler(AdviceSpider)
    course = _Course(crawler, watch)
    captures = capture_files(dataset.captures, state.run)
    replay = partial(recovery.unread, dataset.path, captures, options.frontier)
    asked = {"start": options.start, "source": options.source, "like": options.like, "sitemaps": options.sitemaps}
    process.crawl(crawler, **asked, **looked_for, replay=replay, obeys=dataset.obeys())
    stop = Stop(process, crawler, options.grace)
    with stop.on_signals():
        process.start(install_signal_handlers=False)
    _close(crawler, course.frontier, dataset)
    reason = INTERRUPTED if stop.asked else course.reason
    if reason == NO_EXAMPLE and course.frontier:
        why = "; ".join(f"{url}: {why}" for url, why in course.frontier.examples.failed.items())
        raise NothingLearned("none of the examples is an article that could be read", where=why, hint=OTHER_EXAMPLES)
    return reason, course.counts(), _told(crawler, course.frontier, reason)


class _Course:
    """A crawl as its signals tell it: its frontier, once that is open, its counts on the way, and why it closed."""

    def __init__(self, crawler: Crawler, watch: Watch) -> None:
        self.frontier: FrontierScheduler | None = None
        self.reason = "failed"
        self._crawler, self._watch, self._tally = crawler, watch, Tally(crawler)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._received, signal=signals.response_received)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    def _opened(self) -> None:
        self.frontier = frontier_of(self._crawler)

    def _received(self) -> None:
        if self._tally.is_due():
            self._watch(self.counts())

    def _closed(self, reason: str) -> None:
        self.reason = reason

    def counts(self) -> Progress:
        """How far the crawl is."""
        value = self._crawler.stats.get_value
        pages, kept, rejected = (value(name, 0) for name in (FETCHED, KEPT, REJECTED))
        visits = {name: value(f"taoxi/{name}", 0) for name in COUNTS}
        did = self._tally.hosts()
        waiting = {name: line.waiting for name, line in self.frontier.queues.lines.items()} if self.frontier else {}
        hosts = tuple(
            HostProgress(host, *did.get(host, (0, 0)), waiting.get(host, 0)) for host in sorted({*did, *waiting})
        )
        errors, before = sum(one.errors for one in hosts), value(PAGES, 0) - pages
        waits = sum(waiting.values())
        return Progress(pages, kept, rejected, waits, errors, self._tally.seconds, hosts, visits, before)


def _close(crawler: Crawler, frontier: FrontierScheduler | None, dataset: Dataset) -> None:
    """Captures and queue are closed. Raises TaoxiError where they could not be written."""
    if frontier:
        frontier.close(INTERRUPTED)  # a crawl that was cut short has not done so itself
        frontier.store.close()
    if capture := crawler.get_downloader_middleware(CaptureMiddleware):
        capture.close()
        if capture.fault:
            raise TaoxiError(f"could not write the capture: {capture.fault}", where=str(dataset.captures))
    if frontier and (fault := frontier.faults.first):
        if is_damage(fault):
            raise unreadable(fault, dataset.path / FILE)
        raise TaoxiError(f"could not write the crawl's queue: {fault}", where=frontier.store.where)


def _told(crawler: Crawler, frontier: FrontierScheduler | None, reason: str) -> dict[str, Any]:
    """What is to be told of hosts and of single URLs."""
    redirects = crawler.get_downloader_middleware(RedirectMiddleware)
    robots = crawler.get_downloader_middleware(RobotsTxtMiddleware)
    told = {
        "twins": max(0, crawler.stats.get_value(TWINS, 0)),
        "led_away": redirects.led_away if redirects else {},
        "closed_hosts": robots.unreachable if robots else {},
    }
    if frontier:
        told["unread_examples"] = frontier.examples.failed
        told["given_up"] = dict(frontier.yields.refused.most_common(MOST_GIVEN_UP))
        told["waiting_hosts"] = frontier.pace.waiting_hosts() if reason == HOSTS_WAIT else {}
    return told


def _settings(dataset: Dataset, options: CrawlOptions, state: CrawlState) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    sources = [load(Path(path)) for path in options.source]
    rendered = "auto" if options.browser else "sources" if any(one.browser for one in sources) else ""
    logs = dataset.path / "logs"
    logs.mkdir(exist_ok=True)
    told: dict[str, Any] = {
        "TAOXI_DATASET": str(dataset.path),
        "TAOXI_RUN": state.run,
        "TAOXI_FRONTIER": options.frontier,
        "TAOXI_MAX_PAGES": options.max_pages,
        "TAOXI_PAGES_PER_DAY": options.per_day,
        "TAOXI_ALLOW_PRIVATE": options.allow_private,
        "TAOXI_KEEP_OPTED_OUT": options.keep_opted_out,
        "TAOXI_PROXY": options.proxy or "",
        "TAOXI_TO_THE_END": options.to_the_end,
        "TAOXI_REVISITS": not options.refetch,
        "TAOXI_TWINS": options.twins,
        "TAOXI_BROWSER": rendered,
        "HTTPPROXY_ENABLED": bool(options.proxy),
        "USER_AGENT": user_agent(options.contact),
        "LOG_FILE": str(logs / f"crawl-{state.run}.log"),
        "DOWNLOAD_SLOTS": {} if options.delay is not None else _slots(sources),
        **({} if options.delay is None else {"DOWNLOAD_DELAY": options.delay}),
        **dict(options.settings),
    }
    settings.setdict(told, priority="cmdline")
    return settings


def _slots(sources: list[Source]) -> dict[str, dict[str, float]]:
    """Each host that a source with a delay begins at, with that delay."""
    return {
        urlsplit(url).hostname or "": {"delay": one.delay}
        for one in sources
        if one.delay is not None
        for url in (*one.start, *(f"//{host}" for host in one.allowed))
    }
