"""What a page that was read says to the frontier: whose twin it is, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crawler.discovery.finds import Discovery
from crawler.frontier.model import Found
from crawler.frontier.scheduler import FrontierScheduler
from crawler.links import host_of, normal
from crawler.scope import Scope
from crawler.seeking import TOP, Seeking
from crawler.seen import Seen, next_first
from crawler.traps import is_trap
from crawler.twins.texts import told_by
from pipelines.model import Part, Rejected

PART_PRIORITY = TOP + 1  # an article's other parts go before everything else, so that few articles are left incomplete


class Following:
    """Pages tell what is to be asked for, down to the depth `deepest`; a page's `number` is its id in the frontier."""

    def __init__(
        self,
        frontier: FrontierScheduler,
        scope: Scope,
        seeking: Seeking,
        discovery: Discovery,
        today: date,
        deepest: int,
    ) -> None:
        self.frontier, self.scope, self.seeking, self.discovery = frontier, scope, seeking, discovery
        self._today, self._deepest = today, deepest

    def read(
        self, seen: Seen, number: int | None, depth: int, *, text: bytes | None = None, led_here: str | None = None
    ) -> tuple[list[str], list[str]] | None:
        """The page stands for its twins, what it leads to waits, and a whole article is told to all who share the crawl.

        Gives the URLs that nobody had told, and all that it links to; None where it is a list for machines.
        """
        self._meet_twins(seen, number, text, led_here)
        told = self._follow(seen, number, depth)
        if seen.is_whole:
            self.frontier.tell_article(seen.page.url)
        return told

    def _meet_twins(self, seen: Seen, number: int | None, text: bytes | None, led_here: str | None) -> None:
        """An article stands for its twins; the parts of one do not: they are joined of pages that one run captured."""
        if self.frontier.sparing is None:
            return
        twins, url, layout = self.frontier.sparing.twins, seen.page.url, seen.layout
        twins.moves.stays(url)
        if not seen.said or isinstance(layout, Rejected):
            twins.listed(url, led_here)
        elif seen.part is None:
            told, shows = told_by(url, layout.head), "\n".join(layout.texts)
            twins.read(url, number, seen.said, shows, told, text=text, led_here=led_here)

    def _follow(self, seen: Seen, number: int | None, depth: int) -> tuple[list[str], list[str]] | None:
        page = seen.page
        if depth >= self._deepest or not seen.may_be_followed:
            return [], []
        if (listed := self.discovery.told_by(page, number, depth + 1)) is not None:
            self.frontier.find(listed)
            return None
        self.frontier.find(self.discovery.told_by_head(page, number, depth + 1))
        if seen.part:
            self.frontier.find(self._part_finds(page.url, seen.part, seen.is_wanted, number, depth + 1))
        found = list(self._finds(seen, number, depth + 1))
        self.frontier.find(next_first(found, seen.following))
        self.frontier.reorder(self.seeking.rescored())
        return [one.url for one in found], [one.url for one in seen.links]

    def _part_finds(self, here: str, part: Part, wanted: bool, page: int | None, depth: int) -> Iterator[Found]:
        """The other parts of an article, whatever patterns and budgets say of their URLs.

        An article's page tells them, or a page that one told to be its part: such a chain stays within the article, and
        has an end where its numbers have one.
        """
        store = self.frontier.store
        told = store.article_of(here)
        if told != part.article and (told or not wanted):
            return
        for url in filter(None, (normal(url) for _, url in part.others)):
            store.tell_part(url, part.article)
            store.want_whole(url)  # an article is joined of what one run captured
            if self.frontier.sparing:
                self.frontier.sparing.twins.free(url)
            if self.scope.hosts.allows(url):
                yield Found(url, host_of(url), PART_PRIORITY - depth, depth, page)

    def _finds(self, seen: Seen, number: int | None, depth: int) -> Iterator[Found]:
        """Those of the page's links that may be asked for."""
        allowed = filter(self.scope.allows, [link.url for link in seen.links])
        fresh = [url for url in self.frontier.fresh(allowed) if not is_trap(url, self._today)]
        scores = self.seeking.scores(seen.page.url, seen.worth, seen.links, fresh)
        for url in fresh:
            yield Found(url, host_of(url), scores.get(url, -depth), depth, number)
