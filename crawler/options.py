"""What a crawl is asked for, and whether that can be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawler.browser import require_browser
from crawler.frontier import joining
from crawler.frontier.redis_client import public
from crawler.guards import check_public
from crawler.links import is_url
from crawler.privacy import AS_MADE, Told
from crawler.source import check_url, load
from crawler.state import CrawlState
from pipelines.errors import ConfigurationError

OTHER_EXAMPLES = "give others with --like"


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
    to_the_end: bool = False  # a crawl for a topic does not end before its queue does
    keep_opted_out: bool = False  # bodies that are not to be archived or mined stay in the captures
    grace: float = 5.0
    settings: tuple[tuple[str, Any], ...] = ()  # any other of Scrapy's settings

    @property
    def due(self) -> bool:
        return self.due_within is not None


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
    starts = starts_of(options)
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


def starts_of(options: CrawlOptions) -> list[str]:
    """Where the crawl begins: its own starts, those of its sources, and the examples that have a URL."""
    sources = [load(Path(path)) for path in options.source]
    return [*options.start, *(url for one in sources for url in one.start), *filter(is_url, options.like)]


def _check_queue(options: CrawlOptions, last: CrawlState | None) -> None:
    """Raises ConfigurationError where the crawl cannot go on, or not in this way, in the queue that is told."""
    if options.frontier:
        joining.check(options.frontier, due=options.due)
    if last is not None and resumes(options, last) and last.frontier != public(options.frontier):
        hint = f"add --frontier {last.frontier}" if last.frontier else "leave out --frontier, or name another dataset"
        raise ConfigurationError("pages of the interrupted crawl wait in another queue", hint=hint)


def _absolute(page: str) -> str:
    """The path as it is found from any folder; a URL as it is."""
    return page if is_url(page) else str(Path(page).absolute())


def resumes(options: CrawlOptions, last: CrawlState | None) -> bool:
    """The last run was interrupted, and these options ask for the same pages; one of what is due goes on as such."""
    if last is None or last.finished or (options.due and not last.due):
        return False
    return last.asked == (options.start, options.source, options.like)
