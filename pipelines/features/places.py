"""Where a block stands: to the title, to the first paragraph below it, to headings and removed blocks, to its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.evidence import ASTRAL, Bools, Codes, Floats, Ints, code_points, running
from pipelines.features.along import latest, neighbours, within
from pipelines.features.boxes import AROUND, TINY, Boxes
from pipelines.features.pages import Pages, Rows
from pipelines.model import Document

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 10)  # blocks to each side
MARKS = ("heading", "recommendations", "credits", "footer", "meta")  # a block of that kind came before
LATE = 30  # blocks since a mark, at most
FAR = 40  # … where there is none
FIRST_OF, SECOND_OF = slice(None, -1), slice(1, None)  # each pair of neighbours
SHORT = 15  # characters: shorter paragraphs are no article's first

NEXT_TO = ("size", "link", "paragraph", "ends", "ruled")
TITLE = ("known", "below", "distance", "prose_since", "headings_since")
TITLE_BOXES = ("since_title", "has_title", "above_title")
FIRST = (
    "level",
    "same_box",
    "near_box",
    "distance",
    "ruled_between",
    "linked_between",
    "headings_between",
    "prose_between",
    "past_box",
    "same_path",
)
ROWS = (
    *(f"{name}{step:+d}" for step in NEIGHBOURS for name in NEXT_TO),
    "same_box-1",
    "same_box+1",
    "same_path-1",
    "same_path+1",
    *(f"{name}_within_{reach}" for name in ("prose", "link", "ruled", "size") for reach in WINDOWS),
    *(f"{what}_{mark}" for what in ("since", "prose_before", "prose_since") for mark in MARKS),
    *(f"title_{name}" for name in TITLE),
    *(f"{name}_{k}" for name in TITLE_BOXES for k in range(1, AROUND + 1)),
    "title_words",
    "title_words_1",
    "title_words_2",
    *(f"first_{name}" for name in FIRST),
    "place",
    "number",
    "from_end",
    "prose_before",
)


def measured(
    documents: Sequence[Document], pages: Pages, boxes: Boxes, kept: Bools, title: Ints, marks: Bools, ruled: Floats
) -> Rows:
    """The rows of places; `marks` is MARKS × n, `title` the titles' blocks, `ruled` the size that boilerplate rules took."""
    evidence, heading = pages.evidence, marks[0]
    sums = running(np.stack((evidence.size, evidence.linked, evidence.prose, ruled, evidence.link > 0.8, heading)))
    prose, numbers = evidence.prose_sum, pages.numbers - pages.low
    return (
        _neighbours(pages, ruled),
        _same_as_neighbours(boxes, pages),
        *_windows(sums, pages),
        *_since(marks, pages),
        *_to_title(title, boxes, pages, sums[5]),
        _title_words([document.title or "" for document in documents], boxes, pages),
        *_to_first(title, boxes, pages, kept, sums[3:]),
        numbers / (pages.high - pages.low),
        np.log1p(numbers),
        np.log1p(pages.high - 1 - pages.numbers),
        (prose[:-1] - prose[pages.low]) / (pages.total(prose) + TINY)[pages.page],
    )


def _neighbours(pages: Pages, ruled: Floats) -> Floats:
    evidence = pages.evidence
    values = np.stack((np.log1p(evidence.size), evidence.link, evidence.paragraph, evidence.ends, ruled > 0))
    return neighbours(values, NEIGHBOURS, pages)


def _same_as_neighbours(boxes: Boxes, pages: Pages) -> Bools:
    rows = np.zeros((4, len(pages.page)), np.bool_)
    for k, values in enumerate((pages.evidence.box, boxes.path)):
        rows[2 * k, 1:] = values[1:] == values[:-1]
        rows[2 * k + 1, :-1] = rows[2 * k, 1:]
    return rows


def _windows(sums: Floats, pages: Pages) -> Rows:
    size, linked, prose, ruled = within(sums[:4], WINDOWS, pages)
    whole = size + TINY
    return prose / whole, linked / whole, ruled / whole, np.log1p(size)


def _since(marks: Bools, pages: Pages) -> Rows:
    """Blocks and prose since the last block of each kind, and the share of the page's prose before that."""
    prose = pages.evidence.prose_sum
    last = latest(marks, pages)
    seen, at = last >= 0, np.maximum(last, 0)
    before = (prose[at] - prose[pages.low]) / (pages.total(prose) + TINY)[pages.page]
    return (
        np.where(seen, np.minimum(pages.numbers - last, LATE), FAR),
        np.where(seen, before, 0),
        np.where(seen, np.log1p(np.maximum(prose[:-1] - prose[at], 0)), 9),
    )


def _to_title(title: Ints, boxes: Boxes, pages: Pages, headings: Floats) -> Rows:
    """Where the block and its boxes stand to the title; 0 throughout where the page has none."""
    evidence, prose, numbers = pages.evidence, pages.evidence.prose_sum, pages.numbers
    at, known = np.maximum(title, pages.start)[pages.page], (title >= 0)[pages.page]
    below = known & (numbers > at)
    first, last = evidence.first[boxes.around], evidence.last[boxes.around]
    return (
        known,
        below,
        np.clip(numbers - at, -30, 60) * known,
        np.log1p(np.maximum(prose[:-1] - prose[at], 0)) * below,
        np.log1p(np.maximum(headings[:-1] - headings[at + 1], 0)) * below,
        np.log1p(np.maximum(prose[first] - prose[at], 0)) * (known & (first > at)),
        known & (first <= at) & (last > at),
        known & (last <= at),
    )


def _title_words(titles: Sequence[str], boxes: Boxes, pages: Pages) -> Floats:
    """What part of the title's pairs of characters the block says, and its two nearest boxes' best block."""
    evidence = pages.evidence
    words = _said(titles, pages) * (evidence.size >= SHORT - 3)
    most = np.zeros((2, len(evidence.first)))
    np.maximum.at(most[0], boxes.around[0], words)
    np.maximum.at(most[1], boxes.around[1], words)
    return np.stack((words, most[0][boxes.around[0]], most[1][boxes.around[1]]))


def _said(titles: Sequence[str], pages: Pages) -> Floats:
    """n: the share of its page's title's pairs of characters that a block says."""
    evidence, codes = pages.evidence, pages.evidence.codes
    letters = [code_points("".join(title.split())) for title in titles]
    page = np.repeat(np.arange(len(titles)), [max(len(of) - 1, 0) for of in letters])
    pairs = np.unique(_pair(page, *(np.concatenate([of[cut] for of in letters]) for cut in (FIRST_OF, SECOND_OF))))
    if not len(pairs):
        return np.zeros(len(pages.page))
    at = np.flatnonzero(_of_titles(letters, pages))
    block = np.searchsorted(evidence.start, at, side="right") - 1
    said = _pair(pages.page[block], codes[at], codes[at + 1])
    number = np.minimum(np.searchsorted(pairs, said), len(pairs) - 1)
    hit = pairs[number] == said
    distinct = np.unique(block[hit] * len(pairs) + number[hit]) // len(pairs)
    count = np.bincount(pairs >> 32, minlength=len(titles))
    return np.bincount(distinct, minlength=len(pages.page)) / np.maximum(count, 1)[pages.page]


def _of_titles(letters: Sequence[Codes], pages: Pages) -> Bools:
    """Where in the texts two characters of the page's title stand side by side."""
    evidence = pages.evidence
    known, found = np.zeros(ASTRAL + 1, np.bool_), np.empty(len(evidence.codes), np.bool_)
    starts = evidence.start[pages.start].tolist()
    for own, first, behind in zip(letters, starts, [*starts[1:], len(found)], strict=True):
        known[own] = True
        found[first:behind] = known[evidence.codes[first:behind]]
        known[own] = False
    return found[:-1] & found[1:]


def _pair(page: Ints, first: Codes, second: Codes) -> Ints:
    """Two characters of a page as one number."""
    return page << 32 | first.astype(np.int64) << 16 | second


def _to_first(title: Ints, boxes: Boxes, pages: Pages, kept: Bools, sums: Floats) -> Rows:
    """Where the block stands to the first paragraph below the title: the start of the article, and no other article's."""
    evidence, page, numbers, prose = pages.evidence, pages.page, pages.numbers, pages.evidence.prose_sum
    paragraphs = kept & evidence.paragraph & (evidence.size >= SHORT)
    below = pages.first(paragraphs & (numbers > title[page]))
    anchors = np.maximum(np.where(below >= 0, below, pages.first(paragraphs)), pages.start)
    level, ends = levels(anchors, boxes, pages)
    anchor = anchors[page]
    low, high = np.minimum(numbers, anchor), np.maximum(numbers, anchor)
    inner_end = np.where(level > 0, ends[np.maximum(level - 1, 0), page], anchor)
    return (
        np.minimum(level, 8),
        level == 0,
        level <= 1,
        np.clip(numbers - anchor, -20, 40),
        np.log1p(sums[:, high] - sums[:, low]),  # ruled, linked, headings
        np.log1p(prose[high] - prose[low]) * np.sign(numbers - anchor),
        np.log1p(np.maximum(numbers - inner_end, 0)),
        boxes.path == boxes.path[anchor],
    )


MOST_LEVELS = 12


def levels(anchors: Ints, boxes: Boxes, pages: Pages) -> tuple[Ints, Ints]:
    """How many boxes around its page's anchor must be left to reach each block, and where these boxes end (MOST_LEVELS × p)."""
    evidence, numbers = pages.evidence, pages.numbers
    chain = np.empty((MOST_LEVELS, len(anchors)), np.int64)
    chain[0] = boxes.around[0][anchors]
    for k in range(1, MOST_LEVELS):
        chain[k] = evidence.outer[chain[k - 1]]
    ends = evidence.last[chain]
    before = (evidence.first[chain][:, pages.page] > numbers).sum(axis=0)
    behind = (ends[:, pages.page] <= numbers).sum(axis=0)
    return np.maximum(before, behind), ends
