"""Pages made of pages: articles cut short, above and below other people's, alone, and lists of teasers.

The labelled pages have few short articles among longer ones of other people's, which is where extractors lose articles, few
lists, and no article without a frame, as in feeds and print versions. A made page keeps a real page's markup; the body that it
is cut from, and what is put around it, are real as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar

import numpy as np

from benchmarks.body_classifier.pages import BEFORE, Labelled
from pipelines.layout import Layout
from pipelines.model import Document, Rejected
from pipelines.parse import parse_html
from pipelines.recipe import RECIPE, document_of

SETS = (
    "zhpages",
    "daniel",
)  # English pages' articles stand in several boxes more often: feeds of them taught nothing good
SHARE = 0.7  # of pages that are made over, in each way
ALONE = 0.4  # of pages, whose article is shown alone, too
FRAME_GONE = 0.97  # of what stands around such an article
ABOVE = 0.5  # of pages, with running text of another in a box above its article
LISTS = 0.5  # of pages, of which a list page is made
NAMES_ABOVE = (
    "top",
    "header",
    "intro",
    "about",
    "left",
    "side",
    "sidebar",
    "banner",
    "company",
    "box",
    "notice",
    "col",
)
NAMES_OF_LISTS = ("list", "news-list", "main", "content", "articles", "left", "posts", "box", "item-list", "con")
SHORTEST = 60  # characters of a shortened article
MOST_BLOCKS = 120  # of a box that is put below another
WHOLE_PAGE = frozenset(("#page", "html", "body"))

Made = tuple[Layout, list[str]]
T = TypeVar("T")


def made_pages(pages: Sequence[Labelled], seed: int) -> Iterator[tuple[Labelled, frozenset[str]]]:
    """Made pages, each with the sites of the pages that it is made of."""
    chance, lone, above, lists = (random.Random(seed) for _ in range(4))  # noqa: S311 -- no secret
    sources = [page for page in pages if page.set in SETS and not page.discussion and page.body.any()]
    for page in sources:
        for shortened, fed in ((True, False), (False, True), (True, True)):
            if chance.random() > SHARE:
                continue
            made: Made | None = (page.document.layout, list(page.labels))
            sites = {page.site}
            if shortened and made:
                made = _shortened(made[0], made[1], chance)
            if fed and made:
                donors = [chance.choice(sources) for _ in range(chance.choice((1, 1, 2, 4)))]
                sites.update(donor.site for donor in donors)
                made = _fed(made[0], made[1], donors, chance)
            if made and (document := _read(page.document, made[0])):
                yield _made(page, document, made[1]), frozenset(sites)
        yield from _with_others_above(page, sources, above)
        yield from _list_page(page, sources, lists)
        alone = _alone(page.document.layout, list(page.labels), lone)
        if lone.random() < ALONE and (document := _read(page.document, alone[0])):
            yield _made(page, document, alone[1]), frozenset((page.site,))


def _with_others_above(
    page: Labelled, sources: Sequence[Labelled], chance: random.Random
) -> Iterator[tuple[Labelled, frozenset[str]]]:
    """The page with running text of another site in a box above its article, as a company's words about itself stand."""
    if chance.random() > ABOVE:
        return
    layout, labels = page.document.layout, list(page.labels)
    made: Made = (chance.random() < SHARE and _shortened(layout, labels, chance)) or (layout, labels)
    donor = chance.choice(sources)
    body = [n for n, label in enumerate(donor.labels) if label == "B"][: chance.choice((1, 2, 3, 4))]
    lines = [donor.document.layout.texts[n] for n in body]
    beside = _box_before(*made, chance)
    if not beside or not lines:
        return
    name = chance.choice(NAMES_ABOVE)
    head = chance.choice(("", f"<h3>{escape(donor.document.title or '')}</h3>"))
    tag = chance.choice(("p", "p", "div", "li"))
    other = _parsed(f'<div class="{name}">{head}{"".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)}</div>')
    layout, labels = _with_box(*made, beside, other, _named_box(other, name), None)
    if document := _read(page.document, layout):
        yield _made(page, document, labels), frozenset((page.site, donor.site))


def _list_page(
    page: Labelled, sources: Sequence[Labelled], chance: random.Random
) -> Iterator[tuple[Labelled, frozenset[str]]]:
    """The page's frame around teasers of other sites' articles, in place of its own."""
    article = _article_box(page.document.layout, page.labels)
    if chance.random() > LISTS or page.document.layout.box_tag[article] in WHOLE_PAGE:
        return
    layout, labels = page.document.layout, list(page.labels)
    gone = [n for n, label in enumerate(labels) if label in ("BDC" if chance.random() < 0.3 else "BDCTM")]
    donors = [chance.choice(sources) for _ in range(chance.choice((4, 6, 8, 12)))]
    item, heading, date = chance.choice(("li", "div", "dl")), chance.choice(("h3", "a", "h2", "div")), chance.random()
    cut, end = chance.choice((30, 60, 100, 200)), chance.choice(("", "", "…", "..."))
    teasers = []
    for k, donor in enumerate(donors):
        body = [donor.document.layout.texts[n] for n, label in enumerate(donor.labels) if label == "B"]
        long = next((line for line in body if len(line) > 20), body[0])
        said = long if len(long) <= cut else long[:cut] + end
        told = f"<span>2020-03-{k + 10}</span>" if date < 0.5 else ""
        link = f'<a href="/{k}.html">{escape(donor.document.title or long[:16])}</a>'
        link = link if heading == "a" else f"<{heading}>{link}</{heading}>"
        teasers.append(f"<{item}>{link}<p>{escape(said)}</p>{told}</{item}>")
    name = chance.choice(NAMES_OF_LISTS)
    other = _parsed(f'<div class="{name}">{"".join(teasers)}</div>')
    made, made_labels = _with_box(layout, labels, article, other, _named_box(other, name), None)
    without, left = _without(
        made, made_labels, _moved(gone, layout.box_last[article], len(made.texts) - len(layout.texts))
    )
    if document := _read(page.document, without):
        yield _made(page, document, left), frozenset((page.site, *(donor.site for donor in donors)))


def _moved(numbers: Sequence[int], at: int, by: int) -> list[int]:
    """Blocks' numbers after others were put in at `at`."""
    return [n + by if n >= at else n for n in numbers]


def _parsed(html: str) -> Layout:
    layout = parse_html(html)
    if isinstance(layout, Rejected):
        raise ValueError(f"no text in {html[:80]}")
    return layout


def _named_box(layout: Layout, name: str) -> int:
    """The outermost box of the fragment, which the parser put into a page."""
    return next(box for box, own in enumerate(layout.box_name) if own == name and layout.box_tag[box] == "div")


def _box_before(layout: Layout, labels: list[str], chance: random.Random) -> int:
    """A box that ends before the article, beside it or beside one of the boxes around it; 0 where there is none."""
    body = labels.index("B")
    around, box = [], _article_box(layout, labels)
    while box:
        around.append(box)
        box = layout.box_parent[box]
    beside = [
        box
        for box, parent in enumerate(layout.box_parent)
        if parent in around and box not in around and layout.box_first[box] < layout.box_last[box] <= body
    ]
    return chance.choice(beside) if beside else 0


def _made(page: Labelled, document: Document, labels: list[str]) -> Labelled:
    return replace(page, set="made", document=document, labels=tuple(labels), scorer=None)


def _alone(layout: Layout, labels: list[str], chance: random.Random) -> Made:
    """The article and its title with next to nothing around them, and now and then without its last paragraphs."""
    made = (chance.random() < 0.5 and _shortened(layout, labels, chance)) or (layout, labels)
    return _without(*made, [n for n, label in enumerate(made[1]) if label in "XCD" and chance.random() < FRAME_GONE])


def _read(source: Document, layout: Layout) -> Document | None:
    """The document of a made layout, as far as the stages before the body's take it."""
    result: Document | Rejected = document_of(source.page, layout, source.encoding)
    for stage in RECIPE[:BEFORE]:
        if isinstance(result, Document):
            result = stage(result)
    return result if isinstance(result, Document) else None


def _shortened(layout: Layout, labels: list[str], chance: random.Random) -> Made | None:
    """The page with the first paragraphs of its article alone; None where there are no more."""
    body = [n for n, label in enumerate(labels) if label == "B"]
    sizes = np.cumsum([len(layout.texts[n]) for n in body])
    least = int(np.searchsorted(sizes, SHORTEST)) + 1
    count = max(least, chance.choice((1, 1, 2, 3, 4)))
    return _without(layout, labels, body[count:]) if count < len(body) else None


def _without(layout: Layout, labels: list[str], gone: list[int]) -> Made:
    keep = np.ones(len(labels), np.bool_)
    keep[gone] = False
    number = np.concatenate(([0], np.cumsum(keep))).tolist()
    left = np.flatnonzero(keep).tolist()
    return replace(
        layout,
        texts=tuple(layout.texts[n] for n in left),
        boxes=tuple(layout.boxes[n] for n in left),
        link_chars=tuple(layout.link_chars[n] for n in left),
        box_first=tuple(number[n] for n in layout.box_first),
        box_last=tuple(number[n] for n in layout.box_last),
        levels={number[n]: level for n, level in layout.levels.items() if keep[n]},
        numbers={},
    ), [labels[n] for n in left]


def _fed(layout: Layout, labels: list[str], donors: Sequence[Labelled], chance: random.Random) -> Made | None:
    """The page with the donors' articles below its own, in boxes of their own; None where that cannot be."""
    article = _article_box(layout, labels)
    if not article:
        return None
    outer = _up(layout, article, chance.choice((0, 0, 1, 1, 2, 3)))
    above = outer if layout.box_tag[outer] not in WHOLE_PAGE else article
    if layout.box_tag[above] in WHOLE_PAGE:
        return None
    same_template = chance.random() < 0.5
    made, made_labels = layout, labels
    for donor in donors:
        other = donor.document.layout
        inner = _article_box(other, donor.labels)
        box = _up(other, inner, chance.choice((0, 0, 1, 2)))
        box = inner if other.box_tag[box] in WHOLE_PAGE else box
        if other.box_tag[box] in WHOLE_PAGE or other.box_last[box] - other.box_first[box] > MOST_BLOCKS:
            continue
        name = (layout.box_tag[above], layout.box_name[above]) if same_template else None
        made, made_labels = _with_box(made, made_labels, above, other, box, name)
    return (made, made_labels) if made is not layout else None


def _article_box(layout: Layout, labels: Sequence[str]) -> int:
    """The innermost box that holds the whole body."""
    body = [n for n, label in enumerate(labels) if label == "B"]
    if not body:
        return 0
    spans = zip(layout.box_first, layout.box_last, strict=True)
    return max(box for box, (first, last) in enumerate(spans) if first <= body[0] and last > body[-1])


def _up(layout: Layout, box: int, steps: int) -> int:
    for _ in range(steps):
        box = layout.box_parent[box]
    return box


def _with_box(
    layout: Layout, labels: list[str], above: int, other: Layout, box: int, name: tuple[str, str] | None
) -> Made:
    """The layout with a box of another page put behind the box `above`, as its sibling."""
    parent, at_box, at = layout.box_parent[above], _end(layout, above), layout.box_last[above]
    end = _end(other, box)
    boxes, first, last = end - box, other.box_first[box], other.box_last[box]
    count = last - first
    around = {0, parent}
    while parent != 0:
        parent = layout.box_parent[parent]
        around.add(parent)

    def moved(number: int) -> int:
        return number + boxes if number >= at_box else number

    firsts = [n + count if k >= at_box else n for k, n in enumerate(layout.box_first)]
    lasts = [n + count if k >= at_box or k in around else n for k, n in enumerate(layout.box_last)]
    parents = [moved(number) for number in layout.box_parent]
    own_parents = [layout.box_parent[above], *(number - box + at_box for number in other.box_parent[box + 1 : end])]
    tags, names = list(other.box_tag[box:end]), list(other.box_name[box:end])
    if name:
        tags[0], names[0] = name
    levels = {n + count if n >= at else n: level for n, level in layout.levels.items()}
    levels |= {n - first + at: level for n, level in other.levels.items() if first <= n < last}
    return replace(
        layout,
        texts=_put(layout.texts, at, other.texts[first:last]),
        boxes=_put([moved(number) for number in layout.boxes], at, [n - box + at_box for n in other.boxes[first:last]]),
        link_chars=_put(layout.link_chars, at, other.link_chars[first:last]),
        box_parent=_put(parents, at_box, own_parents),
        box_tag=_put(layout.box_tag, at_box, tags),
        box_name=_put(layout.box_name, at_box, names),
        box_first=_put(firsts, at_box, [n - first + at for n in other.box_first[box:end]]),
        box_last=_put(lasts, at_box, [n - first + at for n in other.box_last[box:end]]),
        levels=levels,
        numbers={},
        hidden=frozenset(map(moved, layout.hidden)),
    ), [*labels[:at], *("X" * count), *labels[at:]]


def _end(layout: Layout, box: int) -> int:
    """The number behind the last box inside `box`."""
    return next(
        (n for n in range(box + 1, len(layout.box_parent)) if layout.box_parent[n] < box), len(layout.box_parent)
    )


def _put(row: Sequence[T], at: int, new: Sequence[T]) -> tuple[T, ...]:
    return (*row[:at], *new, *row[at:])
