"""What a page says of its other URLs, and how its text is compared with that of another page."""

from __future__ import annotations

import re
from array import array
from typing import NamedTuple, TypeAlias

from crawler.links import fetchable, normal
from pipelines.layout import Head

SAYS, SHOWS = (
    64,
    128,
)  # sentences of an article, and of its whole page, that are remembered: those with the smallest hashes
LEAST_SENTENCES = 5  # of a text that are compared; of shorter ones nothing is learned
SAME = 0.95  # of a twin's sentences stand on the page that stands for it
ENOUGH = 10  # sentences, one of which may be a beginning that breaks off
ENDS = "。！？；"  # of sentences
LEAST_CHARS = 6  # of a sentence
MOST_CHARS = 20_000
MOBILE_AGENT = re.compile(r"url\s*=\s*([^;\s]+)", re.IGNORECASE)
EVERY = 1 << 32  # no limit to the hashes of a sketch

Sketch: TypeAlias = "array[int]"  # hashes, ascending


class Told(NamedTuple):
    """The other URLs that a page names for itself, and the one that it says is its own."""

    others: tuple[str, ...] = ()
    canonical: str | None = None


NOTHING = Told()


def told_by(url: str, head: Head) -> Told:
    """What the page at `url` says of its URLs."""
    base = head.base
    root = fetchable(url, base) or url if base else url
    mobile = MOBILE_AGENT.search(head.metas.get("mobile-agent", ""))
    hrefs = (head.canonical, head.metas.get("og:url"), mobile and mobile[1], *head.twins)
    found = [_named(root, href) if href else None for href in hrefs]
    others = tuple(dict.fromkeys(one for one in found if one and one != url))
    return Told(others, found[0] or found[1])


def _named(root: str, href: str) -> str | None:
    target = fetchable(root, href)
    return normal(target) if target else None


def no_sketch() -> Sketch:
    """That of a text which was not looked at."""
    return array("I")


def sketched(says: str, shows: str) -> tuple[Sketch, Sketch]:
    """The sentences with the smallest hashes, in their order: of an article's text, and of all that its page shows."""
    said = _hashes(says[:MOST_CHARS])
    own, lines = set(says.split("\n")), shows.split("\n")
    if len(shows) <= MOST_CHARS and own.issubset(lines):  # what the article says need not be read twice
        shown = said | _hashes("\n".join([line for line in lines if line not in own]))
    else:
        shown = _hashes(shows[:MOST_CHARS])
    return array("I", sorted(said)[:SAYS]), array("I", sorted(shown)[:SHOWS])


def _hashes(text: str) -> set[int]:
    """Those of the text's sentences."""
    for end in ENDS:
        text = text.replace(end, "\n")
    return {hash(one.strip()) & (EVERY - 1) for one in text.split("\n") if len(one) >= LEAST_CHARS}


def contains(page: Sketch, twin: Sketch) -> bool | None:
    """Whether the page shows what its twin says; None where that is too little to tell, or the page was not looked at."""
    limit = page[-1] if len(page) == SHOWS else EVERY
    compared = [one for one in twin if one <= limit]
    if not page or len(compared) < LEAST_SENTENCES:
        return None
    missing = len(set(compared) - set(page))
    return missing <= max((1 - SAME) * len(compared), len(compared) >= ENOUGH)
