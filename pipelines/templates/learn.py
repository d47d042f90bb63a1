"""Learn site templates: what a site says again on page after page, told from what its articles share.

An article may share a heading with others of its site (一、逾期的后果), a quoted law, or, where a site spins its texts,
every second paragraph. So a line is a template only on this evidence:

- Pages count as articles: a second copy of an article does not count, nor does a page without enough prose of its own
  (paragraphs of no other page), nor one that shares prose *between* its own paragraphs: it is a copy in other words.
- The line stands on enough of them, and it stands outside their own prose: above its first paragraph, below its last,
  or outside the article's box. Between own paragraphs, and as short as a label (申请条件), it counts only where at
  least half of the site's articles have it, and a short line never between own paragraphs.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from pipelines.model import Outcome, Record
from pipelines.templates.sample import MOST_PAGES, Sample
from pipelines.templates.site import SiteKind, site_of
from pipelines.templates.table import ANYWHERE, Template, Templates, is_prose, line

SHORTEST = 4  # letters: 完 and 上一页 are no evidence of anything
SLOTS, MOST_COUNTED = 1 << 24, 255
MOST_LINES = 200  # of an article's start, of its end, and of what stands around it
OWN_PROSE = 0.5  # share of an article's prose that no other page has
OWN_BETWEEN = 0.7  # … between its first own paragraph and its last
SAME_PROSE = 0.5  # shared by two pages of one title: one article


@dataclass(frozen=True, slots=True)
class Demands:
    """What has to be seen before a line is a template. Pages are articles; shares are of a site's articles."""

    site_kind: SiteKind = SiteKind.HOST
    site_pages: int = 5  # articles of a site: fewer tell nothing
    min_pages: int = 3
    min_share: float = 0.3
    common_share: float = 0.5  # of short lines, which articles share for good reason, and of prose between own prose
    min_kept: int = 2  # of these pages, those where it stands in the article's box: elsewhere it does no harm
    min_outside: float = 0.8  # of these pages, those where it stands outside the article's own prose
    most_pages: int = MOST_PAGES  # of a site that are looked at
    min_sites: int = 0  # that say a paragraph, for it to be everybody's template; 0 = none is
    min_pages_of_sites: int = 10


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    kept: tuple[str, ...]
    around: frozenset[str]  # prose outside the article's box

    @property
    def prose(self) -> list[str]:
        return list(filter(is_prose, self.kept))


def learn(outcomes: Iterable[Outcome], demands: Demands | None = None) -> Templates:
    """The templates that these pages show, the same in whatever order they come; rejected pages show none.

    At most MOST_HELD pages are held, compressed: some 2.5 kB each.
    """
    demands = demands or Demands()
    sample: Sample[bytes] = Sample(demands.most_pages)
    for outcome in outcomes:
        if site := site_of(outcome.page.url, demands.site_kind):
            result = outcome.result
            sample.add(site, outcome.page.id, _packed(result) if isinstance(result, Record) else b"")
    found = [(site, _templates_of(site, pages, demands)) for site, pages in sample.of_sites()]
    if demands.min_sites:
        found.append((ANYWHERE, _of_all_sites(sample, demands)))
    return Templates(demands.site_kind, {site: templates for site, templates in found if templates})


def _packed(record: Record) -> bytes:
    kept = [block.text for block in record.blocks]
    if len(kept) > 2 * MOST_LINES:
        kept = [*kept[:MOST_LINES], *kept[-MOST_LINES:]]
    around = [block.text for block in record.removed if (block.removed_by or "").startswith("body.")]
    prose = list(filter(is_prose, map(line, around)))
    told = ("\n".join(lines) for lines in ([line(record.title or "")], map(line, kept), prose[:MOST_LINES]))
    return zlib.compress("\f".join(told).encode("utf-8", "surrogatepass"), 1)


def _unpacked(packed: bytes) -> _Article:
    title, kept, around = zlib.decompress(packed).decode("utf-8", "surrogatepass").split("\f")
    return _Article(title, tuple(kept.split("\n")), frozenset(filter(None, around.split("\n"))))


def _templates_of(site: str, packed: Iterable[bytes], demands: Demands) -> dict[str, Template]:
    articles = _distinct(_articles(packed))
    on_pages = Counter(chain.from_iterable({*one.kept, *one.around} for one in articles))
    of = 0
    seen: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for article in articles:
        if (between := _between(article, on_pages)) is None:
            continue
        of += 1
        lines = {*article.kept, *article.around}
        seen.update(lines)
        kept.update(set(article.kept))
        outside.update(lines - between)
    if of < demands.site_pages:
        return {}
    harmful = (own for own in sorted(kept) if len(own) >= SHORTEST and kept[own] >= demands.min_kept)
    candidates = (Template(site, own, seen[own], of) for own in harmful)
    return {one.line: one for one in candidates if _holds(one, outside[one.line], demands)}


def _holds(template: Template, outside: int, demands: Demands) -> bool:
    stands_outside = outside >= demands.min_outside * template.pages
    common = template.share >= max(demands.common_share, demands.min_share)
    if not is_prose(template.line):
        enough = common and stands_outside
    else:
        enough = common or (stands_outside and template.share >= demands.min_share)
    return enough and template.pages >= demands.min_pages


class _OnPages:
    """On how many pages a line stands, in one byte for each of SLOTS hashes: two lines in one slot look like more pages."""

    def __init__(self) -> None:
        self._counts = np.zeros(SLOTS, np.uint8)

    def add(self, lines: Iterable[str]) -> None:
        slots = np.unique(np.fromiter(map(self._slot, lines), np.int64))
        self._counts[slots[self._counts[slots] < MOST_COUNTED]] += 1

    def __getitem__(self, line: str) -> int:
        return int(self._counts[self._slot(line)])

    def _slot(self, line: str) -> int:
        return zlib.crc32(line.encode("utf-8", "surrogatepass")) % SLOTS


def _of_all_sites(sample: Sample[bytes], demands: Demands) -> dict[str, Template]:
    """The paragraphs that articles of many sites have outside their own prose: disclaimers, and what a network inserts.

    The articles are read twice, one at a time; what is held are the lines that may be templates. A copied article has no
    prose of its own, whatever its site, and tells nothing.
    """
    on_pages = _OnPages()
    for _, pages in sample.of_sites():
        for article in _articles(pages):
            on_pages.add({*article.prose, *article.around})
    least, of = min(demands.min_pages_of_sites, MOST_COUNTED), 0
    seen, kept, outside = Counter[str](), Counter[str](), Counter[str]()
    sites: dict[str, set[str]] = {}
    for site, pages in sample.of_sites():
        for article in _articles(pages):
            if (between := _between(article, on_pages)) is None:
                continue
            of += 1
            lines = {own for own in {*article.prose, *article.around} if on_pages[own] >= least}
            seen.update(lines)
            kept.update(lines.intersection(article.kept))
            outside.update(lines - between)
            for own in lines:
                sites.setdefault(own, set()).add(site)
    spread = sorted(own for own, names in sites.items() if len(names) >= demands.min_sites)
    return {
        own: Template(ANYWHERE, own, seen[own], of)
        for own in spread
        if seen[own] >= demands.min_pages_of_sites
        and kept[own] >= demands.min_kept
        and outside[own] >= demands.min_outside * seen[own]
    }


def _articles(packed: Iterable[bytes]) -> Iterator[_Article]:
    return (_unpacked(one) for one in packed if one)


def _distinct(articles: Iterable[_Article]) -> list[_Article]:
    """The articles without second copies: of those with one title and much prose in common, the first."""
    of_title: dict[str, list[set[str]]] = {}
    found = []
    for article in articles:
        prose = set(article.prose)
        twins = of_title.setdefault(article.title, [])
        if not any(_size(prose & twin) >= SAME_PROSE * min(_size(prose), _size(twin)) for twin in twins):
            twins.append(prose)
            found.append(replace(article, around=article.around - prose))
    return found


def _between(article: _Article, on_pages: Counter[str] | _OnPages) -> set[str] | None:
    """The lines from the article's first own paragraph to its last; None where too little is its own to tell."""
    own = [n for n, text in enumerate(article.kept) if is_prose(text) and on_pages[text] == 1]
    if not own:
        return None
    between = article.kept[own[0] : own[-1] + 1]
    size = _size(article.kept[n] for n in own)
    enough = size >= OWN_PROSE * _size(article.prose) and size >= OWN_BETWEEN * _size(filter(is_prose, between))
    return set(between) if enough else None


def _size(lines: Iterable[str]) -> int:
    return sum(map(len, lines))
