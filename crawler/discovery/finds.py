"""Which of the pages that a site tells of itself are asked for, and when: within a budget for each host."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from crawler.discovery.lists import MOST_ENTRIES, Entry, entries, feeds, is_called_list, may_be_list
from crawler.frontier.model import Found
from crawler.links import Hosts, Link, fetchable, host_of, normal
from crawler.source import Source
from crawler.traps import is_trap
from pipelines.model import Page

MOST_LISTS = 1_000  # sitemaps and feeds of a host, in one run
MOST_LISTED = 200_000  # pages of a host that lists name, in one run
MOST_ELSEWHERE = 5  # hosts that one robots.txt has sitemaps on, beside the allowed ones: a firm's CDN
MOST_FEEDS = 10  # of a host, that its pages name: many have one of comments on every article
FEEDS_DEPTH = 1  # pages no further from a start name feeds of articles
LIST_PRIORITY = 20  # a list goes before the pages that it names
NEW_DAYS, NEW_PRIORITY = 30, 1  # what changed lately goes a step earlier

logger = logging.getLogger(__name__)


def start_url(url: str) -> str | None:
    """The URL as it is requested; one that leads to a sitemap or feed, too."""
    return normal(url) or (fetchable(url, url) if is_called_list(url) else None)


class Discovery:
    """Sitemaps, feeds and what they name, as finds for the frontier. `wants` tells whether a page's URL is followed.

    `promises` gives the priority of a link by what it says, None where it does not matter.

    Without `reads` none that a site tells of is asked for; one that is a start is read.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        hosts: Hosts,
        wants: Callable[[str], bool],
        today: date,
        *,
        reads: bool = True,
        promises: Callable[[Link], int | None] = lambda _: None,
    ) -> None:
        self.reads, self.promises = reads, promises
        self.hosts, self.wants, self.today = hosts, wants, today
        self._sources = [(one.hosts, one) for one in sources]
        self._lists: defaultdict[str, set[str]] = defaultdict(set)
        self._listed: Counter[str] = Counter()
        self._feeds: Counter[str] = Counter()

    def told_by_robots(self, url: str, sitemaps: Iterable[str]) -> Iterator[Found]:
        """The sitemaps that the robots.txt at `url` names, and the usual one where the source asks for it.

        An allowed host's may lie on another host (sitemaps.org: its robots.txt vouches for them).
        """
        wanted = self._sitemaps(url)
        guessed = ["/sitemap.xml"] if wanted else []
        if wanted is not False:
            named = filter(None, (fetchable(url, one) for one in (*sitemaps, *guessed)))
            yield from self._list_finds(self._vouched_for(named, url), None, 0)

    def _vouched_for(self, urls: Iterable[str], robots_txt: str) -> Iterator[str]:
        elsewhere: set[str] = set()
        for url in urls:
            if self.hosts.allows(url):
                yield url
            elif may_be_list(url) and self.hosts.allows(robots_txt):
                elsewhere.add(host_of(url))
                if len(elsewhere) <= MOST_ELSEWHERE:
                    yield url

    def told_by(self, page: Page, number: int | None, depth: int) -> Iterator[Found] | None:
        """What a sitemap or feed names, at `depth`; None where the page is neither. `number` is its id in the frontier."""
        if page.status != 200 or page.fault or page.url.endswith("/robots.txt"):
            return None
        # a text sitemap is often served as HTML
        served = "text/plain" if may_be_list(page.url) else page.headers.get("content-type", "")
        found = entries(page.body, served)
        if found == []:
            logger.warning(f"{page.url}: a sitemap or feed that names nothing, declares entities, or is too large")
        elif found and len(found) == MOST_ENTRIES:
            logger.warning(f"{page.url}: of a sitemap no more than its first {MOST_ENTRIES:,} entries are read")
        return None if found is None else self._finds(found, page.url, number, depth)

    def told_by_head(self, page: Page, number: int | None, depth: int) -> Iterator[Found]:
        """The feeds that a page near a start names in its head."""
        if page.status != 200 or depth > FEEDS_DEPTH + 1 or self._sitemaps(page.url) is False:
            return
        named = filter(None, (fetchable(page.url, href) for href in feeds(page.body)))
        for found in self._list_finds(filter(self.hosts.allows, named), number, depth):
            if self._feeds[found.host] < MOST_FEEDS:
                self._feeds[found.host] += 1
                yield found

    def _finds(self, found: list[Entry], here: str, number: int | None, depth: int) -> Iterator[Found]:
        named = filter(None, (fetchable(here, one.url) for one in found if one.is_list))
        beside = (
            url for url in named if self.hosts.allows(url) or (may_be_list(url) and host_of(url) == host_of(here))
        )
        yield from self._list_finds(beside, number, depth)
        for one in found:
            target = None if one.is_list else fetchable(here, one.url)
            url = normal(target) if target else None
            if url is None or not self.wants(url) or is_trap(url, self.today):
                continue
            host = host_of(url)
            self._listed[host] += 1
            if self._listed[host] <= MOST_LISTED:
                promised = self.promises(Link(url, one.title))
                yield Found(url, host, self._newness(one) - depth if promised is None else promised, depth, number)

    def _list_finds(self, urls: Iterable[str], number: int | None, depth: int) -> Iterator[Found]:
        for url in urls:
            host = host_of(url)
            known = self._lists[host]
            if url not in known and len(known) < MOST_LISTS:
                known.add(url)
                yield Found(url, host, LIST_PRIORITY - depth, depth, number)

    def _newness(self, entry: Entry) -> int:
        recent = entry.changed is not None and abs((self.today - entry.changed).days) <= NEW_DAYS
        return NEW_PRIORITY if recent else 0

    def _sitemaps(self, url: str) -> bool | None:
        """Whether those that robots.txt names are read (None), /sitemap.xml as well (True), or none (False)."""
        return next((one.sitemaps for hosts, one in self._sources if hosts.allows(url)), None) if self.reads else False
