"""The one generic spider: from start URLs, sources and example pages to every page that its sites link to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.guards import holds_no_page
from crawler.items import PageItem
from crawler.limits import PAGES, is_page
from crawler.links import Hosts, Link, links, normal
from crawler.source import Source, load
from crawler.topic import Profile
from crawler.traps import Budgets, is_trap
from pipelines.decode import decode
from pipelines.layout import Layout
from pipelines.model import Document, Outcome, Page, Rejected
from pipelines.parse import parse_html
from pipelines.parts.pager import part_of
from pipelines.recipe import clean, finish, read_safely
from pipelines.sources import read
from pipelines.templates import NO_TEMPLATES, Templates

KEPT, REJECTED = "taoxi/kept", "taoxi/rejected"  # in the crawl's stats
LIKE_PRIORITY = 10  # a link just like the examples goes before one that is nearer to the start by as many steps
REFETCHED = frozenset({0, 408, 429, 500, 502, 503, 504})  # what a resumed crawl asks for again; 0: no response came
PART_PRIORITY = 100  # an article's other parts go before everything else, so that few articles are left incomplete
LED_HERE = "taoxi_led_here"  # request.meta: the page that the link stands on
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
        known: Iterable[str] = (),
        replay: Replay = no_pages,
        templates: Templates = NO_TEMPLATES,
        **kwargs: Any,
    ) -> None:
        """`known` URLs are not fetched (start URLs always are); `replay` gives what an interrupted run captured."""
        super().__init__(**kwargs)
        self.sources: list[Source] = [load(Path(path)) for path in listed(source)]
        examples = listed(like)
        self.likes = frozenset(filter(None, (normal(page) for page in examples if is_url(page))))
        urls = [*listed(start), *(url for one in self.sources for url in one.start), *sorted(self.likes)]
        self.start_urls = list(dict.fromkeys(filter(None, map(normal, urls))))
        self.hosts = Hosts.of(
            self.start_urls,
            allowed=[host for one in self.sources for host in one.allowed],
            domains=[name for one in self.sources for name in one.domains],
        )
        self._source_hosts = [
            (Hosts.of(one.start, allowed=one.allowed, domains=one.domains), one) for one in self.sources
        ]
        self.profile = Profile()
        for page in read(Path(page) for page in examples if not is_url(page)):
            self._learn(page)
        self._seen: set[str] = set()
        self._known = frozenset(known)
        self._replay = replay
        self._templates = templates
        self._budgets = Budgets()
        self._parts: dict[str, str] = {}  # URL of a part → the article that it was told to be of
        self._today = date.today()  # noqa: DTZ011 -- a year is all that is looked at

    async def start(self) -> AsyncIterator[Request]:
        """First what an interrupted run left to do, then the start URLs that it did not reach."""
        if not self.start_urls:
            self.logger.error("nothing to crawl: give -a start=URL, -a source=FILE or -a like=URL")
        done = self._done()
        self._seen |= done
        for request in self._left():
            yield request
        for url in self.start_urls:
            if url not in done:
                self._seen.add(url)
                yield Request(url, priority=LIKE_PRIORITY)

    def _left(self) -> Iterator[Request]:
        """Requests for the links of captured pages that were not fetched yet."""
        depths = dict.fromkeys(self.start_urls, 0)
        for page in self._replay():
            document = read_safely(page) if page.status == 200 else None
            found = links_of(page, document)
            depth = depths.get(page.url, 0) + (not 300 <= page.status < 400)
            if isinstance(document, Document) and part_of(page.url, document.layout, None):
                yield from self._part_requests(finish(page, document, self._templates), depth)
            for link in found:
                depths.setdefault(link.url, depth)
            yield from self._requests(found, depth, page.url)

    def _done(self) -> set[str]:
        done = set()
        for page in self._replay():
            if is_page(page.url, page.status):
                self.crawler.stats.inc_value(PAGES)
            if page.status not in REFETCHED:
                done.add(page.url)
        return done

    def parse(self, response: Response) -> Iterator[Request | PageItem]:
        """The page as an item, and a request for each link worth following."""
        page = page_of(response)
        document = read_safely(page)
        outcome = finish(page, document, self._templates)
        rejected = isinstance(outcome.result, Rejected)
        self.crawler.stats.inc_value(REJECTED if rejected else KEPT)
        if not rejected:  # to the credit of its own kind of URL and of the list that led to it
            self._budgets.found_article(page.url)
            self._budgets.found_article(response.meta.get(LED_HERE, page.url))
        if page.url in self.likes:
            self._learn(page)
        yield item_of(outcome)
        depth = response.meta.get("depth", 0) + 1
        yield from self._part_requests(outcome, depth)
        yield from self._requests(links_of(page, document), depth, page.url)

    def _part_requests(self, outcome: Outcome, depth: int) -> Iterator[Request]:
        """Requests for the other parts of an article, whatever patterns and budgets say of their URLs.

        An article's page tells them, or a page that one told to be its part: such a chain stays within the article, and
        has an end where its numbers have one.
        """
        part, here = outcome.result.part, outcome.page.url
        if part is None or self._parts.get(here, part.article) != part.article:
            return
        if isinstance(outcome.result, Rejected) and here not in self._parts:
            return
        for url in filter(None, (normal(url) for _, url in part.others)):
            self._parts.setdefault(url, part.article)
            if url not in self._seen and url not in self._known and self.hosts.allows(url):
                self._seen.add(url)
                yield Request(url, priority=PART_PRIORITY, meta={"depth": depth, LED_HERE: here})

    def _requests(self, found: Iterable[Link], depth: int, here: str) -> Iterator[Request]:
        for link in found:
            if self._wants(link.url):
                self._seen.add(link.url)
                likeness = self.profile.likeness(link.anchor) if self.profile else 0.0
                yield Request(link.url, priority=round(LIKE_PRIORITY * likeness), meta={"depth": depth, LED_HERE: here})

    def _wants(self, url: str) -> bool:
        return (
            url not in self._seen
            and url not in self._known
            and self.hosts.allows(url)
            and self._source_wants(url)
            and not is_trap(url, self._today)
            and self._budgets.spend(url)
        )

    def _source_wants(self, url: str) -> bool:
        return next((one.wants(url) for hosts, one in self._source_hosts if hosts.allows(url)), True)

    def _learn(self, page: Page) -> None:
        result = clean(page).result
        if isinstance(result, Rejected):
            self.logger.warning(f"the example {page.url} is no article: {result.reason} {result.detail}")
        else:
            self.profile.learn(f"{result.title or ''}\n{result.text}")


def listed(value: str | Iterable[str]) -> list[str]:
    """The entries of a list, or of a text that separates them by commas or spaces."""
    return value.replace(",", " ").split() if isinstance(value, str) else list(value)


def is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def page_of(response: Response) -> Page:
    """The core's page of a response, for the live view; its capture is what counts."""
    pairs = response.headers.items()
    headers = {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1") for name, values in pairs}
    return Page(response.url, response.body, datetime.now(UTC), response.status, headers)


def links_of(page: Page, document: Document | Rejected | None = None) -> list[Link]:
    """The links that a captured response leads to: those of a page, or the target of a redirect.

    `document`, where the page was read already, spares it another parse.
    """
    if 300 <= page.status < 400:
        location = page.headers.get("location", "")
        return links([(location, "")], page.url) if location else []
    content_type = page.headers.get("content-type", "")
    if page.status != 200 or page.fault or holds_no_page(content_type) or page.url.endswith("/robots.txt"):
        return []
    layout = document.layout if isinstance(document, Document) else _layout(page)
    return [] if isinstance(layout, Rejected) else links(layout.links, page.url, layout.head.base)


def _layout(page: Page) -> Layout | Rejected:
    decoded = decode(page.body, page.headers.get("content-type"))
    return decoded if isinstance(decoded, Rejected) else parse_html(decoded.text)


def item_of(outcome: Outcome) -> PageItem:
    """The outcome as one flat row."""
    result, url = outcome.result, outcome.page.url
    if isinstance(result, Rejected):
        return PageItem(url, "rejected", reason=str(result.reason), detail=result.detail or None)
    published = result.published.isoformat() if result.published else None
    return PageItem(url, "kept", None, None, result.title, result.text, published, result.author, result.source)
