"""What a fetched page says to the crawl: its links, its prose, its parts; as laid out and, where it was cleaned, as judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from crawler.frontier.store import Found
from crawler.guards import holds_no_page
from crawler.links import NEXT, Link, fetchable, links, normal
from crawler.optouts import is_policy
from pipelines.layout import Layout
from pipelines.model import Outcome, Page, Part, Reason, Record, Rejected
from pipelines.optout import opt_out
from pipelines.parts.pager import part_of
from pipelines.recipe import laid_out

MOST_LINES = 100  # of a page, that are compared with what its host said before
PROSE_CHARS, PROSE_BLOCKS = 40, 2  # what a page has to show that is not cleaned


def worth_of(outcome: Outcome | None) -> float | None:
    """What a page is worth to the topic: 1 where it was kept, 0 where it is off the topic; None of lists and others."""
    if outcome is None:
        return None
    if not isinstance(outcome.result, Rejected):
        return 1.0
    return 0.0 if outcome.result.reason is Reason.OFF_TOPIC else None


def following(page: Page, layout: Layout | Rejected, shown: Iterable[Link]) -> set[str]:
    """The pages with which a list goes on: those that rel=next or a link such as 下一页 leads to."""
    told = layout.head.following if isinstance(layout, Layout) else None
    target = fetchable(page.url, told) if told else None
    named = normal(target) if target else None
    return {link.url for link in shown if NEXT.fullmatch(link.anchor)} | ({named} if named else set())


def next_first(found: list[Found], following: set[str]) -> list[Found]:
    """The pages with which a list goes on before what else it leads to, and worth no less than the mean of that."""
    if not any(one.url in following for one in found):
        return found
    mean = round(sum(one.priority for one in found) / len(found))
    ahead = [replace(one, priority=max(one.priority, mean)) for one in found if one.url in following]
    return ahead + [one for one in found if one.url not in following]


def is_wanted(layout: Layout | Rejected, outcome: Outcome | None) -> bool:
    """The page was kept; where it was not cleaned, it has some blocks of prose."""
    if outcome is not None:
        return not isinstance(outcome.result, Rejected)
    return len(prose_of(layout)) >= PROSE_BLOCKS


def prose_of(layout: Layout | Rejected) -> list[str]:
    """The page's blocks of prose that lead nowhere."""
    if isinstance(layout, Rejected):
        return []
    pairs = zip(layout.texts, layout.link_chars, strict=True)
    return [text for text, linked in pairs if not linked and len(text) >= PROSE_CHARS]


def said_by(layout: Layout | Rejected, outcome: Outcome | None) -> str:
    """The article's text; "" where the page is none, as far as is known of one that was not cleaned."""
    if outcome and isinstance(outcome.result, Record):
        return outcome.result.text
    prose = prose_of(layout)
    off_topic = (
        outcome is not None and isinstance(outcome.result, Rejected) and outcome.result.reason is Reason.OFF_TOPIC
    )
    is_one = off_topic if outcome else len(prose) >= PROSE_BLOCKS
    return "\n".join(prose) if is_one else ""


def article_in(layout: Layout | Rejected, outcome: Outcome | None) -> str | None:
    """The article's title and text, word for word; None where the page is none."""
    text = said_by(layout, outcome)
    title = outcome.result.title if outcome and isinstance(outcome.result, Record) else None
    return f"{title or ''}\n{text}" if text else None


def part_in(page: Page, layout: Layout | Rejected, outcome: Outcome | None) -> Part | None:
    """The part of an article that the page is; None where it is whole."""
    if outcome is None and isinstance(layout, Layout):
        return part_of(page.url, layout, None)
    return outcome.result.part if outcome else None


def is_whole(outcome: Outcome | None) -> bool:
    """The page was kept, and is no part of an article that may lack others."""
    return outcome is not None and not isinstance(outcome.result, Rejected) and outcome.result.part is None


def lines_of(layout: Layout | Rejected) -> list[str]:
    """What the page says, title included, but for what leads elsewhere."""
    if isinstance(layout, Rejected):
        return []
    pairs = zip(layout.texts, layout.link_chars, strict=True)
    return [layout.head.title or "", *islice((text for text, linked in pairs if not linked), MOST_LINES)]


def may_follow(page: Page, layout: Layout | Rejected) -> bool:
    """The page does not forbid its links as a whole. A single rel=nofollow is a word on the target, and stops nobody."""
    metas = layout.head.metas if isinstance(layout, Layout) else {}
    return opt_out(page, metas).follows


def links_of(page: Page, layout: Layout | Rejected | None = None) -> list[Link]:
    """The links that a captured response leads to: those of a page, or the target of a redirect.

    `layout`, where the page was read already, spares it another parse.
    """
    if 300 <= page.status < 400:
        location = page.headers.get("location", "")
        return links([(location, "")], page.url) if location else []
    content_type = page.headers.get("content-type", "")
    if page.status != 200 or page.fault or holds_no_page(content_type) or is_policy(page.url):
        return []
    layout = laid_out(page) if layout is None else layout
    return [] if isinstance(layout, Rejected) else links(layout.links, page.url, layout.head.base)
