"""A crawl from its options to committed rows, in this process. Scrapy's reactor runs once: so does `crawl`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.logger import globalLogBeginner

from crawler import health
from crawler.browser import require_browser
from crawler.capture import CaptureMiddleware, capture_files
from crawler.commit import commit
from crawler.examples import texts
from crawler.frontier import joining, recovery
from crawler.frontier.redis_client import public
from crawler.frontier.scheduler import HOSTS_WAIT, FrontierScheduler
from crawler.frontier.sparing import TWINS
from crawler.guards import check_public
from crawler.learned import templates_for
from crawler.limits import PAGES
from crawler.politeness import frontier_of
from crawler.privacy import AS_MADE, Told, keep_key, privacy_for
from crawler.revisits import COUNTS
from crawler.robots import RobotsTxtMiddleware
from crawler.settings import user_agent
from crawler.source import Source, check_url, load
from crawler.spiders.advice import KEPT, NO_EXAMPLE, REJECTED, AdviceSpider, is_url
from crawler.state import CrawlState, read_state, write_state
from crawler.stop import Stop
from crawler.tally import HostProgress, Tally
from pipelines.dataset import Dataset, Manifest, learned
from pipelines.dataset.privacy import require_same
from pipelines.errors import ConfigurationError, TaoxiError
from pipelines.model import Outcome
from pipelines.personal.privacy import Privacy
from pipelines.templates import Templates
from pipelines.topic import Topic, learn

ENDED = frozenset({"finished", "max_pages"})  # the spider's own reasons to close
INTERRUPTED = "interrupted"
OTHERS = "give others with --like"
MOST_GIVEN_UP = 1_000  # kinds of URLs that are told of


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What to crawl and how. `delay` (seconds) goes before the sources' own; `grace` (seconds) ends a stopped crawl."""

    start: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    max_pages: int = 0
    allow_private: bool = False
    delay: float | None = None
    per_day: int = 0  # requests to a host a day; 0: no limit
    proxy: str | None = None
    contact: str = ""
    refetch: bool = False
    due_within: float | None = None  # seconds: only what is due until then, and pages never visited; None: all
    browser: bool = False  # pages that only scripts fill are rendered; those of sources with browser = true always are
    templates: str | None = None  # a file, "none"; None: the dataset's own
    privacy: Told = AS_MADE  # what of people is left out
    frontier: str = ""  # URL of a Redis database where the crawl is shared; "": the dataset's own queue
    checks: bool = True  # the run is compared with the last ones
    force: bool = False  # publish rows that break a rule, and record it
    sitemaps: bool = True  # those that robots.txt names, and feeds, are read where no source says otherwise
    twins: bool = True  # a page is asked for under one of its URLs alone, once it is learned which are one page's
    keep_opted_out: bool = False  # bodies that are not to be archived or mined stay in the captures
    grace: float = 5.0
    settings: tuple[tuple[str, Any], ...] = ()  # any other of Scrapy's settings

    @property
    def due(self) -> bool:
        return self.due_within is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of the crawl so far: pages captured, kept and rejected, requests that wait; then those of this run alone."""

    pages: int
    kept: int
    rejected: int
    waiting: int
    errors: int = 0  # requests that failed, or were refused
    seconds: float = 0.0
    hosts: tuple[HostProgress, ...] = ()
    visits: dict[str, int] = field(default_factory=dict)  # new, changed, unchanged, gone → pages


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """`reason`: "finished", "max_pages", "interrupted" or what Scrapy says; `manifest`: None without a new capture.

    `visits` counts what they found: pages that were new, changed or unchanged since the last visit, or gone (404, 410).
    `twins` counts the URLs that this run did not ask for, as the site has their pages under others that were read.
    `given_up` counts, by kind, the URLs of endless kinds that brought nothing new and were not asked for.
    `closed_hosts` were not crawled because their robots.txt could not be had: host → why. `waiting_hosts`, where the
    reason is "hosts_wait", have pages left and asked for more patience than a run has: how many, and until when.
    """

    pages: int
    kept: int
    rejected: int
    reason: str
    resumed: bool
    manifest: Manifest | None
    visits: dict[str, int] = field(default_factory=dict)
    unread_examples: dict[str, str] = field(default_factory=dict)  # URL → why nothing was learned of it
    closed_hosts: dict[str, str] = field(default_factory=dict)
    waiting_hosts: dict[str, tuple[int, float]] = field(default_factory=dict)
    twins: int = 0
    given_up: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    alarms: list[str] = field(default_factory=list)  # what is worse than in the last runs

    @property
    def interrupted(self) -> bool:
        return self.reason == INTERRUPTED

    @property
    def ended(self) -> bool:
        """The crawl came to its end: the same command again begins anew."""
        return self.reason in ENDED

    def told(self) -> dict[str, Any]:
        """The result for JSON: of the manifest the numbers of new rows, of masked pieces, and what it tells of parts."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("manifest", "visits")}
        made = self.manifest
        held = len(made.held) if made else 0
        counts = {name: dict(getattr(made, name)) if made else {} for name in ("rows", "masked", "in_parts")}
        return told | self.visits | counts | {"held": held}


Watch = Callable[[Progress], None]
WatchCommit = Callable[[Iterable[Outcome]], Iterable[Outcome]]


def check(options: CrawlOptions, last: CrawlState | None = None) -> CrawlOptions:
    """The options, completed by the dataset's last crawl; ConfigurationError where they cannot be followed."""
    if not (options.start or options.source or options.like):
        if last is None:
            raise ConfigurationError("nothing to crawl", hint="give --start URL, --source FILE or --like PAGE")
        options = replace(options, start=last.start, source=last.source, like=last.like)
    options = replace(options, source=tuple(map(_absolute, options.source)), like=tuple(map(_absolute, options.like)))
    sources = [load(Path(path)) for path in options.source]
    for url in [*options.start, *filter(is_url, options.like), *([options.proxy] if options.proxy else [])]:
        check_url(url)
    for page in options.like:
        if not is_url(page) and not Path(page).exists():
            raise ConfigurationError(
                "no such file", where=page, hint="--like takes a file, a dataset's folder or a URL"
            )
    starts = _starts(options)
    if not starts:
        raise ConfigurationError(
            "example files alone do not say where to begin", hint="add --start URL or --source FILE"
        )
    if options.frontier and any(map(is_url, options.like)):
        hint = "save them, and give the files: all who share a crawl have to look for the same from its first page on"
        raise ConfigurationError("a crawl that is shared takes no example URLs", hint=hint)
    if not options.allow_private and not options.proxy:
        check_public(starts)
    _check_queue(options, last)
    if options.browser or any(one.browser for one in sources):
        require_browser(str(dict(options.settings).get("TAOXI_CHROMIUM", "")))
    return options


def _starts(options: CrawlOptions) -> list[str]:
    sources = [load(Path(path)) for path in options.source]
    return [*options.start, *(url for one in sources for url in one.start), *filter(is_url, options.like)]


def _check_queue(options: CrawlOptions, last: CrawlState | None) -> None:
    """Raises ConfigurationError where the crawl cannot go on, or not in this way, in the queue that is told."""
    if options.frontier:
        joining.check(options.frontier, due=options.due)
    if last is not None and _resumes(options, last) and last.frontier != public(options.frontier):
        hint = f"add --frontier {last.frontier}" if last.frontier else "leave out --frontier, or name another dataset"
        raise ConfigurationError("pages of the interrupted crawl wait in another queue", hint=hint)


def _absolute(page: str) -> str:
    """The path as it is found from any folder; a URL as it is."""
    return page if is_url(page) else str(Path(page).absolute())


def plan(folder: Path, options: CrawlOptions) -> dict[str, Any]:
    """What `crawl` would do, checked in the same way."""
    last = read_state(folder)
    options = check(options, last)
    templates = _templates(Dataset(folder), options, last)
    privacy = _privacy(Dataset(folder), options, last)
    topic = _topic(Dataset(folder), options, last)
    spider = AdviceSpider(start=options.start, source=options.source, like=options.like)
    shared: dict[str, Any] = {}
    if options.frontier:
        shared = {"shared at": public(options.frontier), "warnings": joining.warnings_of(options.frontier) or "none"}
    due = {} if options.due_within is None else {"due": recovery.due_pages(folder, time.time() + options.due_within)}
    return {
        "dataset": str(folder),
        "resumes": _resumes(options, last),
        **due,
        **shared,
        "templates": templates.id or "none",
        "topic": "to be learned of the examples" if topic is None else topic.id or "none",
        "leaves out": sorted(privacy.told) or "nothing",
        "start": spider.start_urls,
        "hosts": sorted(spider.hosts.exact) + [f"*.{name}" for name in spider.hosts.domains],
    }


def crawl(
    folder: Path,
    options: CrawlOptions,
    *,
    watch: Watch = lambda _: None,
    watch_commit: WatchCommit = lambda outcomes: outcomes,
    warn: Callable[[str], None] = lambda _: None,
) -> CrawlResult:
    """Pages are captured and committed to the dataset in `folder`; an interrupted crawl of the same pages is resumed.

    To be called once in a process, in its main thread. Ctrl-C and SIGTERM end the crawl, not the commit.
    """
    last = read_state(folder)
    options = check(options, last)
    dataset = Dataset(folder)
    now = partial(datetime.now, UTC)
    templates, topic = _templates(dataset, options, last), _topic(dataset, options, last)
    privacy = _privacy(dataset, options, last)

    def committed(*, ended: bool) -> Manifest | None:
        """What is captured and no row yet is one, as soon as it is known what the rows are to be about."""
        if topic is None:
            return None
        return commit(
            dataset,
            _uncommitted(dataset),
            now=now(),
            ended=ended,
            templates=templates,
            topic=topic,
            privacy=privacy,
            force=options.force,
            watch=watch_commit,
        )

    with dataset.locked("crawl", now()):
        if options.frontier:
            terms = joining.terms(
                _starts(options),
                options.source,
                delay=options.delay,
                per_day=options.per_day,
                refetch=options.refetch,
            )
            refetch = options.refetch and not _resumes(options, last)
            for warning in joining.join(options.frontier, *terms, refetch=refetch):
                warn(warning)
        dataset.captures.mkdir(parents=True, exist_ok=True)
        _mend(dataset, last, options.frontier)
        resumed = _resumes(options, last)
        keep_key(folder, privacy)
        committed(ended=not resumed)
        learned.keep(folder, templates)
        state = replace(_state(dataset, options, last, now()), templates=templates.id, privacy=privacy.told, topic=None)

        def settle(found: Topic) -> None:
            """It is known what the rows are to be about, and the next run will know."""
            nonlocal topic, state
            topic, state = found, replace(state, topic=found.id)
            learned.keep_topic(folder, found)
            write_state(folder, state)

        write_state(folder, state) if topic is None else settle(topic)
        keep = last is not None and last.asked == state.asked
        known = () if options.refetch else _articles(dataset)
        begin = partial(recovery.begin, folder, state.run, keep_queue=keep, articles=known)
        begin(now=now().timestamp(), due_within=options.due_within, frontier=options.frontier)
        looked_for = {"templates": templates, "topic": topic, "settle": settle}
        reason, counts, told = _run(dataset, options, state, looked_for, watch)
        manifest = committed(ended=reason in ENDED)
        write_state(folder, replace(state, finished=reason in ENDED))
        if options.frontier:
            joining.tell_articles(options.frontier, _articles(dataset))
        compared = options.checks and reason in ENDED and not options.due and not options.frontier
        told["alarms"] = _compared(folder, state.run, counts) if compared else []
    told["errors"] = counts.errors
    return CrawlResult(counts.pages, counts.kept, counts.rejected, reason, resumed, manifest, counts.visits, **told)


def _compared(folder: Path, run: str, counts: Progress) -> list[str]:
    """What is worse than in the runs before; this run is one of them from now on."""
    hosts = {one.host: (one.pages, one.errors) for one in counts.hosts if one.pages or one.errors}
    this = health.Run(run, sum(one.pages for one in counts.hosts), counts.kept, counts.errors, hosts)
    found = health.alarms(this, health.read_runs(folder))
    health.remember(folder, this)
    return found


def _templates(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Templates:
    """The site templates of this run. Raises ConfigurationError where the dataset's rows were made with others."""
    dataset.require_current()
    lineage = dataset.lineage()
    if options.templates is None and not lineage and last is not None:
        return learned.kept(dataset.path, last.templates)
    templates = templates_for(options.templates, dataset)
    if lineage:
        learned.require_same(dataset.path, lineage[-1].templates, templates)
    return templates


def _topic(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Topic | None:
    """What the pages of this run are to be about: as the rows before, else as the examples; without any, anything.

    None where it is to be learned, as some of the examples have to be fetched. Raises ConfigurationError.
    """
    if dataset.lineage():
        return dataset.topic()
    if last is not None and last.like == options.like and last.topic is not None:
        return learned.kept_topic(dataset.path, last.topic)
    if any(map(is_url, options.like)):
        return None
    found = learn(texts(options.like))
    if options.like and not found.id:
        raise ConfigurationError("no example is an article", where=", ".join(options.like), hint=OTHERS)
    return found


def _privacy(dataset: Dataset, options: CrawlOptions, last: CrawlState | None) -> Privacy:
    """What of people this run leaves out. Raises ConfigurationError where it is not what the rows before left out."""
    lineage = dataset.lineage()
    own = lineage[-1].privacy if lineage else last.privacy if last else {}
    privacy = privacy_for(dataset.path, options.privacy, own)
    if lineage or (last and not last.finished):
        require_same(dataset.path, own, privacy)
    return privacy


def _uncommitted(dataset: Dataset) -> list[Path]:
    captures = set(capture_files(dataset.captures))
    return [path for path in dataset.uncommitted() if path in captures]


def _mend(dataset: Dataset, last: CrawlState | None, frontier: str) -> None:
    """Captures of a killed run agree with the frontier; files that are not the last run's own are not touched."""
    if last is not None:
        own = set(capture_files(dataset.captures, last.run))
        recovery.mend(dataset.path, [path for path in _uncommitted(dataset) if path in own], frontier)


def _resumes(options: CrawlOptions, last: CrawlState | None) -> bool:
    """The last run was interrupted, and these options ask for the same pages; one of what is due goes on as such."""
    if last is None or last.finished or (options.due and not last.due):
        return False
    return last.asked == (options.start, options.source, options.like)


def _state(dataset: Dataset, options: CrawlOptions, last: CrawlState | None, now: datetime) -> CrawlState:
    if last is not None and _resumes(options, last):
        return last
    run = _unused_run(dataset.captures, now)
    frontier = ""
    if options.frontier:  # captures of several machines lie side by side in the end: their names differ
        run, frontier = f"{run}{secrets.token_hex(4)}", public(options.frontier)
    return CrawlState(run, options.start, options.source, options.like, due=options.due, frontier=frontier)


def _unused_run(captures: Path, now: datetime) -> str:
    run = now.strftime("%Y%m%dT%H%M%SZ")
    taken = {path.name.partition("-")[0] for path in capture_files(captures)}
    return run if run not in taken else now.strftime("%Y%m%dT%H%M%S%fZ")


def _run(
    dataset: Dataset, options: CrawlOptions, state: CrawlState, looked_for: Mapping[str, Any], watch: Watch
) -> tuple[str, Progress, dict[str, Any]]:
    """Scrapy runs to the end; gives why it ended, the last counts, and what is to be told of hosts.

    Raises ConfigurationError where nothing could be learned of the examples.
    """
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
    if frontier and frontier.fault:
        raise TaoxiError(f"could not write the crawl's queue: {frontier.fault}", where=frontier.store.where)
    robots = crawler.get_downloader_middleware(RobotsTxtMiddleware)
    reason = INTERRUPTED if stop.asked else (reasons or ["failed"])[-1]
    unread = frontier.examples.failed if frontier else {}
    if reason == NO_EXAMPLE:
        why = "; ".join(f"{url}: {why}" for url, why in unread.items())
        raise ConfigurationError("none of the examples is an article that could be read", where=why, hint=OTHERS)
    told = {
        "unread_examples": unread,
        "twins": max(0, crawler.stats.get_value(TWINS, 0)),
        "given_up": dict(frontier.yields.refused.most_common(MOST_GIVEN_UP)) if frontier else {},
        "closed_hosts": robots.unreachable if robots else {},
        "waiting_hosts": frontier.waiting_hosts() if frontier and reason == HOSTS_WAIT else {},
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
    pages, kept, rejected = (stats.get_value(name, 0) for name in (PAGES, KEPT, REJECTED))
    visits = {name: stats.get_value(f"taoxi/{name}", 0) for name in COUNTS}
    return Progress(pages, kept, rejected, waiting, errors, tally.seconds, hosts, visits)


def _articles(dataset: Dataset) -> Iterator[str]:
    """The URLs of the dataset's articles, copies and parts included; not those of articles that lack a part."""
    if dataset.lineage():
        wanted = ["url", "parts", "parts_missing"]
        for name in ("documents", "duplicates"):
            for batch in dataset.table(name, wanted).to_batches(max_chunksize=4096):
                for row in batch.to_pylist():
                    if not row["parts_missing"]:
                        yield from (row["url"], *row["parts"])
