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
    reasons: list[str] = []
    frontiers: list[FrontierScheduler] = []
    tally = Tally(crawler)
    counts = partial(_counts, crawler, frontiers, tally)

    def opened() -> None:
        frontiers.append(frontier_of(crawler))

    def tell() -> None:
        if tally.is_due():
            watch(counts())

    def closed(reason: str) -> None:
        reasons.append(reason)

    crawler.signals.connect(opened, signal=signals.spider_opened)
    crawler.signals.connect(tell, signal=signals.response_received)
    crawler.signals.connect(closed, signal=signals.spider_closed)
    captures = capture_files(dataset.captures, state.run)
    replay = partial(recovery.unread, dataset.path, captures, options.frontier)
    asked = {"start": options.start, "source": options.source, "like": options.like, "sitemaps": options.sitemaps}
    process.crawl(crawler, **asked, **looked_for, replay=replay, obeys=dataset.obeys())
    stop = Stop(process, crawler, options.grace)
    with stop.on_signals():
        process.start(install_signal_handlers=False)
    capture = crawler.get_downloader_middleware(CaptureMiddleware)
    frontier = frontiers[-1] if frontiers else None
    if frontier:
        frontier.close(INTERRUPTED)  # a crawl that was cut short has not done so itself
        frontier.store.close()
    if capture:
        capture.close()
        if capture.fault:
            raise TaoxiError(f"could not write the capture: {capture.fault}", where=str(dataset.captures))
    if frontier and is_damage(frontier.faults.first):
        raise unreadable(frontier.faults.first, dataset.path / FILE)
    if frontier and frontier.faults.first:
        raise TaoxiError(f"could not write the crawl's queue: {frontier.faults.first}", where=frontier.store.where)
    redirects = crawler.get_downloader_middleware(RedirectMiddleware)
    robots = crawler.get_downloader_middleware(RobotsTxtMiddleware)
    reason = INTERRUPTED if stop.asked else (reasons or ["failed"])[-1]
    unread = frontier.examples.failed if frontier else {}
    if reason == NO_EXAMPLE:
        why = "; ".join(f"{url}: {why}" for url, why in unread.items())
        raise NothingLearned("none of the examples is an article that could be read", where=why, hint=OTHER_EXAMPLES)
    told = {
        "unread_examples": unread,
        "twins": max(0, crawler.stats.get_value(TWINS, 0)),
        "given_up": dict(frontier.yields.refused.most_common(MOST_GIVEN_UP)) if frontier else {},
        "led_away": redirects.led_away if redirects else {},
        "closed_hosts": robots.unreachable if robots else {},
        "waiting_hosts": frontier.pace.waiting_hosts() if frontier and reason == HOSTS_WAIT else {},
    }
    return reason, counts(), told


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


def _counts(crawler: Crawler, frontiers: list[FrontierScheduler], tally: Tally) -> Progress:
    stats = crawler.stats
    waiting = sum(len(frontier.queues) for frontier in frontiers)
    did = tally.hosts()
    lines = {name: line.waiting for frontier in frontiers for name, line in frontier.queues.lines.items()}
    hosts = tuple(HostProgress(host, *did.get(host, (0, 0)), lines.get(host, 0)) for host in sorted({*did, *lines}))
    errors = sum(one.errors for one in hosts)
    pages, kept, rejected = (stats.get_value(name, 0) for name in (FETCHED, KEPT, REJECTED))
    visits = {name: stats.get_value(f"taoxi/{name}", 0) for name in COUNTS}
    return Progress(
        pages, kept, rejected, waiting, errors, tally.seconds, hosts, visits, stats.get_value(PAGES, 0) - pages
    )
