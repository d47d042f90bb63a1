"""What a fetched page says to the crawl: its links, its prose, its parts; as laid out and, where it was cleaned, as judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from crawler.frontier.model import Found
from crawler.guards import holds_no_page
from crawler.links import NEXT, Link, links, redirected
from crawler.optouts import is_policy
from pipelines.decode import decode
from pipelines.layout import Layout
from pipelines.model import Outcome, Page, Part, Reason, Record, Rejected
from pipelines.optout import opt_out
from pipelines.parse import outline_of
from pipelines.parts.pager import part_of
from pipelines.shells import leads_to, refreshes_to
from pipelines.topic import ENOUGH, Topic

MOST_LINES = 100  # of a page, that are compared with what its host said before
PROSE_CHARS, PROSE_BLOCKS = 40, 2  # what a page has to show that is not cleaned
LINE_CHARS = 10  # of what an article says that has no prose
NOTHING = outline_of("")


@dataclass(frozen=True)
class Seen:
    """A page as the crawl looks at it; `outcome` is None where pages are not cleaned as they come.

    `unjudged` is the topic that is looked for, where no article is rejected that is about other things. Links are told with
    what is said beside them where it `tells_near`.
    """

    page: Page
    layout: Layout | Rejected
    outcome: Outcome | None = None
    unjudged: Topic | None = None
    tells_near: bool = False

    @property
    def is_wanted(self) -> bool:
        """The page was kept; where it was not cleaned, it has some blocks of prose."""
        return len(self._prose) >= PROSE_BLOCKS if self.outcome is None else isinstance(self.outcome.result, Record)

    @property
    def is_whole(self) -> bool:
        """The page was kept, and is no part of an article that may lack others."""
        return self.outcome is not None and isinstance(self.outcome.result, Record) and self.outcome.result.part is None

    @cached_property
    def worth(self) -> float | None:
        """1 of an article on the topic, 0 of one off it, None of lists and others."""
        if self.outcome is None:
            return None
        if not isinstance(self.outcome.result, Record):
            return 0.0 if self._is_off_topic else None
        score = self.unjudged.score(self.article or "") if self.unjudged else None
        return 1.0 if score is None or score >= ENOUGH else 0.0

    @cached_property
    def said(self) -> str:
        """The article's text; "" where the page is none, as far as is known of one that was not cleaned.

        Of an article off the topic nothing but what the page says is known: its prose, or what comes nearest to it.
        """
        if self.outcome and isinstance(self.outcome.result, Record):
            return self.outcome.result.text
        if self._is_off_topic:
            return "\n".join(self._prose or self._unlinked(LINE_CHARS))
        return "\n".join(self._prose) if self.outcome is None and self.is_wanted else ""

    @cached_property
    def article(self) -> str | None:
        """The article's title and text, word for word; None where the page is none."""
        title = self.outcome.result.title if self.outcome and isinstance(self.outcome.result, Record) else None
        return f"{title or ''}\n{self.said}" if self.said else None

    @cached_property
    def part(self) -> Part | None:
        """The part of an article that the page is; None where it is whole."""
        if self.outcome is not None:
            return self.outcome.result.part
        return part_of(self.page.url, self.layout, None) if isinstance(self.layout, Layout) else None

    @property
    def whole(self) -> int | None:
        """The same for pages that say the same in all: as article, or else in what leads elsewhere, too; None where nothing
        is known."""
        if self.said:
            return hash(self.article)
        return hash(frozenset(self.layout.texts)) if isinstance(self.layout, Layout) and self.layout.texts else None

    @property
    def lines(self) -> list[str]:
        """What the page says, title included, but for what leads elsewhere."""
        if isinstance(self.layout, Rejected):
            return []
        return [self.layout.head.title or "", *self._unlinked(0)[:MOST_LINES]]

    @property
    def may_be_followed(self) -> bool:
        """The page does not forbid its links as a whole. A single rel=nofollow is a word on the target, and stops nobody."""
        return opt_out(self.page, self._outline.head.metas).follows

    @cached_property
    def links(self) -> list[Link]:
        """The links that the response leads to: those of a page, or the target of a redirect."""
        page = self.page
        if 300 <= page.status < 400:
            target = redirected(page.url, page.headers.get("location", ""))
            return links([(target, "")], page.url) if target else []
        content_type = page.headers.get("content-type", "")
        if not 200 <= page.status < 300 or page.fault or holds_no_page(content_type) or is_policy(page.url):
            return []
        return self._links([*self._hrefs, *[(href, "") for href in (*self._refreshes, *self._named_next)]])

    @cached_property
    def _outline(self) -> Layout:
        """The page's layout, or of one that its parse rejected what there is: it may lead on without a word."""
        if isinstance(self.layout, Layout):
            return self.layout
        text = (
            decode(self.page.body, self.page.headers.get("content-type"))
            if self.layout.stage == "parse"
            else self.layout
        )
        if isinstance(text, Rejected):
            return NOTHING
        return replace(outline_of(text.utf8 or text.text), encoding=text.encoding)

    def _links(self, hrefs: Iterable[tuple[str, str]]) -> list[Link]:
        """The links that the page's hrefs are, as written, each with what it says."""
        outline = self._outline
        near = outline.near if self.tells_near else None
        return links(hrefs, self.page.url, outline.head.base, near, outline.encoding)

    @property
    def _hrefs(self) -> Sequence[tuple[str, str]]:
        """As written, each with its anchor's text, or else its title."""
        anchors, titles = self._outline.links, self._outline.anchor_titles
        if titles:
            anchors = tuple([(href, text or titles.get(n, "")) for n, (href, text) in enumerate(anchors)])
        return (*anchors, *self._outline.other_links)

    @property
    def _refreshes(self) -> Iterable[str]:
        """Where the page leads on by itself."""
        told = [self.page.headers.get("refresh", "")]
        if isinstance(self.layout, Layout):
            told.append(self.layout.head.metas.get("refresh", ""))
        elif self.layout.reason is Reason.REDIRECT:
            text = decode(self.page.body, self.page.headers.get("content-type"))
            return [] if isinstance(text, Rejected) else leads_to(text.text)
        return [to for to in map(refreshes_to, told) if to]

    @property
    def following(self) -> set[str]:
        """The pages with which a list goes on: those that rel=next or a link such as 下一页 leads to."""
        named = self._links([(href, "") for href in self._named_next])
        return {link.url for link in self.links if _goes_on(link.anchor)} | {link.url for link in named}

    @property
    def _named_next(self) -> Iterable[str]:
        """What rel=next names, as written."""
        told = self._outline.head.following
        return [told] if told else []

    @property
    def _is_off_topic(self) -> bool:
        result = self.outcome.result if self.outcome else None
        return isinstance(result, Rejected) and result.reason is Reason.OFF_TOPIC

    @cached_property
    def _prose(self) -> list[str]:
        """The page's blocks of prose that lead nowhere."""
        return self._unlinked(PROSE_CHARS)

    def _unlinked(self, least: int) -> list[str]:
        """The blocks of at least so many characters that lead nowhere."""
        if isinstance(self.layout, Rejected):
            return []
        pairs = zip(self.layout.texts, self.layout.link_chars, strict=True)
        return [text for text, linked in pairs if not linked and len(text) >= least]


@lru_cache(maxsize=1 << 14)  # a site's pages have the same menus
def _goes_on(anchor: str) -> bool:
    """Whether a link says that it leads to a list's next page."""
    return NEXT.fullmatch(anchor) is not None


def next_first(found: list[Found], following: Iterable[str]) -> list[Found]:
    """The pages with which a list goes on before what else it leads to, and worth no less than the mean of that."""
    goes_on = set(following)
    if not any(one.url in goes_on for one in found):
        return found
    mean = round(sum(one.priority for one in found) / len(found))
    ahead = [replace(one, priority=max(one.priority, mean)) for one in found if one.url in goes_on]
    return ahead + [one for one in found if one.url not in goes_on]
