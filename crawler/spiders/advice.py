"""The one generic spider: from start URLs, sources and example pages to every page that its sites link to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler import experience
from crawler.discovery.finds import Discovery, start_url
from crawler.following import Following
from crawler.frontier.lease import LEASE, LED_HERE
from crawler.frontier.model import Found
from crawler.frontier.scheduler import FrontierScheduler
from crawler.hosts import ASKED_AGAIN
from crawler.items import PageItem, item_of
from crawler.limits import PAGES, is_page
from crawler.links import host_of, is_url, normal
from crawler.optouts import OPT_OUT, headers_of, is_policy
from crawler.politeness import frontier_of
from crawler.revisits import TEXT, is_unchanged
from crawler.robots import text_of
from crawler.robots_txt import RobotsTxt
from crawler.scope import Scope
from crawler.seeking import Seeking
from crawler.seen import Seen
from crawler.source import load
from crawler.together import Together
from pipelines.engine.work import BATCH_BYTES
from pipelines.model import Page, Rejected
from pipelines.optout import OptOut, judged, unkept
from pipelines.recipe import BATCH_PAGES, finish_many, laid_out, read_safely
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic

KEPT, REJECTED = "taoxi/kept", "taoxi/rejected"  # in the crawl's stats
WAIT = 0.05  # seconds that a page waits at most for others to be cleaned with
START_PRIORITY = 10
PATIENCE, PATIENCE_OF_COUNTED = 0.1, 3.0  # seconds that a host gives way to a better one; where pages are counted
YIELD_DIED = "yield_died"  # why a run ends: hardly any page is on the topic any more, and no link promises one
NO_EXAMPLE = "no_example"  # why a run ends: nothing can be learned of the examples
Replay = Callable[[], Iterable[Page]]


def no_pages() -> Iterator[Page]:
    return iter(())


class AdviceSpider(Spider):
    """Follows the links of every page on the allowed hosts and yields each page as cleaned.

    -a start=URL[,URL…]   where to begin; their hosts are allowed, with www. and m. twins
    -a source=FILE        a source TOML (several, separated by commas)
    -a like=PAGE          example pages, files or URLs: links that look like them go first
    -s TAOXI_DATASET=DIR  every response is also written to DIR/captures
    -s TAOXI_MAX_PAGES=N  an end after N pages
    """

    name = "advice"

    def __init__(
        self,
        start: str | Iterable[str] = (),
        source: str | Iterable[str] = (),
        like: str | Iterable[str] = (),
        replay: Replay = no_pages,
        templates: Templates = NO_TEMPLATES,
        topic: Topic | None = NO_TOPIC,
        settle: Callable[[Topic], None] = lambda _: None,
        obeys: bool = True,
        sitemaps: bool = True,
        **kwargs: Any,
    ) -> None:
        """`replay` gives what a killed run captured and did not come to read.

        Articles that are not on the `topic` are rejected. None: it is what the examples are about, and `settle` is told of
        it once they have come, before the first page is judged.
        """
        super().__init__(**kwargs)
        sources = [load(Path(path)) for path in listed(source)]
        examples = listed(like)
        likes = sorted(set(filter(None, (normal(page) for page in examples if is_url(page)))))
        urls = [*listed(start), *(url for one in sources for url in one.begins), *likes]
        self.start_urls = list(dict.fromkeys(filter(None, map(start_url, urls))))
        self._scope = Scope(sources, self.start_urls)
        self.hosts, self.renders = self._scope.hosts, self._scope.renders
        self._replay = replay
        self._templates, self._obeys, self._settle = templates, obeys, settle
        self._seeking = Seeking(topic, (page for page in examples if not is_url(page)), likes)
        self._put_off: list[Response] = []  # robots.txt files
        self._together = Together(self._looked_at, seconds=WAIT, count=BATCH_PAGES, size=BATCH_BYTES)
        self._today = date.today()  # noqa: DTZ011 -- a year is all that is looked at
        self._discovery = Discovery(
            sources, self.hosts, self._scope.allows, self._today, reads=sitemaps, promises=self._seeking.promises
        )
        self.frontier: FrontierScheduler  # where pages wait, as soon as the spider is open
        self._following: Following

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._begin, signal=signals.spider_opened)
        crawler.signals.connect(spider._robots_read, signal=signals.response_received)
        crawler.signals.connect(spider._seeking.keep, signal=signals.spider_closed)
        return spider

    @property
    def _cleans(self) -> bool:
        return self.crawler.settings.getbool("TAOXI_CLEAN")

    async def start(self) -> AsyncIterator[PageItem]:
        """The example pages that have a URL, once all have come; whatever else is to be fetched waits in the frontier."""
        await self._seeking.examples.ended()
        for item in self._examples_read():
            yield item

    def _begin(self) -> None:
        """The start URLs wait, and what a killed run captured last is read; both before the first request leaves."""
        if not self.start_urls:
            self.logger.error("nothing to crawl: give -a start=URL, -a source=FILE or -a like=URL")
        self.frontier = frontier_of(self.crawler)
        deepest = self.crawler.settings.getint("DEPTH_LIMIT")
        self._following = Following(self.frontier, self._scope, self._seeking, self._discovery, self._today, deepest)
        self.frontier.revisits.by_source(self._scope.source_of)
        self.frontier.examples = examples = self._seeking.examples
        if examples:
            self.frontier.find(map(_start, examples.urls), again=True)
            for url in sorted(examples.urls):
                self._seeking.examples.trace(url, self.frontier.store.known)
        else:
            self._set_out()
        self.crawler.stats.set_value(PAGES, self.frontier.store.read_pages())
        for page in self._replay():
            if not self._is_example(page):
                self._read_again(page)
        self.frontier.commit()
        self.frontier.load()

    def _set_out(self) -> None:
        """It is known what is looked for: the starts wait."""
        settings = self.crawler.settings
        dataset, counted = settings.get("TAOXI_DATASET"), settings.getint("TAOXI_MAX_PAGES")
        self._seeking.begin(Path(dataset) / experience.FILE if dataset else None)
        if self._seeking.model:
            self.frontier.queues.patience = PATIENCE_OF_COUNTED if counted else PATIENCE
        self.frontier.find(map(_start, self.start_urls), again=True)
        for response in self._put_off:
            self._robots_read(response)

    def _robots_read(self, response: Response) -> None:
        """The sitemaps that a robots.txt names wait."""
        if not response.url.endswith("/robots.txt") or response.status != 200:
            return
        if self._seeking.examples:
            self._put_off.append(response)
            return
        named = RobotsTxt(text_of(response)).sitemaps
        self.frontier.find(self._discovery.told_by_robots(response.url, named))

    # --- examples that have a URL -------------------------------------------------------------------------------------

    def _is_example(self, page: Page) -> bool:
        """The captured page is one that is still to come: it waits for the others, and is not asked for again."""
        store, examples = self.frontier.store, self._seeking.examples
        if 300 <= page.status < 400:
            for link in Seen(page, laid_out(page)).links:
                examples.moved(page.url, link.url, follows=True)
        elif page.status >= 400 and page.status not in ASKED_AGAIN:
            examples.fails(page.url, f"status {page.status}")
        elif page.status and examples.takes(page):
            store.add(_start(page.url))
            if known := store.known(page.url):
                store.lease(known.id)
            return True
        return False

    def _examples_read(self) -> Iterator[PageItem]:
        """What is looked for is learned, and settled; then the examples are read as any page is."""
        if not self._seeking.examples.urls:
            return
        came = self._seeking.examples.came
        if not self._seeking.learn((one if isinstance(one, Page) else page_of(one) for one in came), self._settle):
            self.frontier.ends(NO_EXAMPLE)
            return
        self._set_out()
        for one in came:
            if isinstance(one, Page):
                self._read_again(one)
            else:
                yield from self._read_late(one)
        self.frontier.commit()

    def _read_late(self, response: Response) -> list[PageItem]:
        try:
            return list(self._read_page(response, self._looked_at([page_of(response)])[0]))
        except Exception:  # a defect of ours must not end the run; nobody else looks after a page that waited
            self.logger.exception(f"{response.url} could not be read")
            if response.request:
                self.frontier.failed(response.request, "could not be read", for_good=True)
            return []

    def _read_again(self, page: Page) -> None:
        """A captured page that the frontier does not know of is read, as if it came just now."""
        store = self.frontier.store
        place = (page.capture.file, page.capture.offset) if page.capture else None
        known = store.known(page.url)
        if (
            page.status in ASKED_AGAIN | {0}
            or is_policy(page.url)
            or unkept(page)
            or (known and known.capture == place)
        ):
            return
        if is_page(page.url, page.status):
            self.crawler.stats.inc_value(PAGES)
        if known is None:
            store.add(Found(page.url, host_of(page.url), START_PRIORITY))
            known = store.known(page.url)
        if known is not None:
            if page.repeats is None:
                self._following.read(self._looked_at([page])[0], known.id, known.depth)
            if self.frontier.revisits.read_again(page):
                store.done(known.id, place)

    async def parse(self, response: Response) -> AsyncIterator[PageItem]:
        """The page as an item; each link worth following waits in the frontier."""
        if is_unchanged(response.meta):
            self._seeking.examples.fails(response.url, "is known, and unchanged")
            self.frontier.yields.useful(response.url)
            self.frontier.done(response)
        elif not self._seeking.examples.takes(response):
            page = page_of(response)
            seen = await self._together.seen(page) if self._cleans else self._looked_at([page])[0]
            for item in self._read_page(response, seen):
                yield item

    def _read_page(self, response: Response, seen: Seen) -> Iterator[PageItem]:
        """As `parse`, of a page that was looked at."""
        yields, page = self.frontier.yields, seen.page
        self.frontier.revisits.read(response.request, seen.outcome)
        if outcome := seen.outcome:
            self.crawler.stats.inc_value(REJECTED if isinstance(outcome.result, Rejected) else KEPT)
            yield item_of(outcome)
        meta = response.meta
        led_here, depth = meta.get(LED_HERE), meta.get("depth", 0)
        told = self._following.read(seen, meta.get(LEASE), depth, text=meta.get(TEXT), led_here=led_here)
        if told is None:
            yields.useful(page.url)
        else:
            yields.read(page.url, led_here, seen.article, seen.lines, *told, seen.whole)
        self.frontier.done(response)
        goes_to_the_end = self.crawler.settings.getbool("TAOXI_TO_THE_END")
        if seen.outcome and not goes_to_the_end and self._seeking.has_died(seen.worth, self.frontier.queues.best):
            self.frontier.ends(YIELD_DIED)

    def _looked_at(self, pages: Sequence[Page]) -> list[Seen]:
        """The pages as laid out, and as cleaned where TAOXI_CLEAN asks for it: measuring them takes as long as the walk."""
        if not self._cleans:
            return [Seen(page, laid_out(page)) for page in pages]
        documents = list(map(read_safely, pages))
        outcomes = finish_many(pages, documents, self._templates, self._seeking.judges_by, self._obeys)
        layouts = [one if isinstance(one, Rejected) else one.layout for one in documents]
        see = partial(Seen, unjudged=self._seeking.unjudged, tells_near=self._seeking.model is not None)
        return list(map(see, pages, layouts, outcomes))


def _start(url: str) -> Found:
    return Found(url, host_of(url), START_PRIORITY)


def listed(value: str | Iterable[str]) -> list[str]:
    """The entries of a list, or of a text that separates them by commas or spaces."""
    return value.replace(",", " ").split() if isinstance(value, str) else list(value)


def page_of(response: Response) -> Page:
    """The core's page of a response, for the live view; its capture is what counts."""
    page = Page(response.url, response.body, datetime.now(UTC), response.status, headers_of(response))
    return judged(page, response.meta.get(OPT_OUT, OptOut()))
