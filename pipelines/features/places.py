"""Where a block stands: to the title, to the first paragraph below it, to headings and removed blocks, to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipelines.evidence import Bools, Codes, Floats, Ints, code_points, paired, running
from pipelines.features.along import latest, shifted, within
from pipelines.features.boxes import AROUND, TINY, Boxes
from pipelines.features.pages import Pages
from pipelines.features.wanted import Row, Rows, RowsOf, Wanted
from pipelines.model import Document

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 10)  # blocks to each side
MARKS = ("heading", "recommendations", "credits", "footer", "meta")  # a block of that kind came before
LATE = 30  # blocks since a mark, at most
FAR = 40  # … where there is none
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
BESIDE = tuple(f"{name}{step:+d}" for step in NEIGHBOURS for name in NEXT_TO)
SAME = ("same_box-1", "same_box+1", "same_path-1", "same_path+1")
WITHIN = {name: tuple(f"{name}_within_{reach}" for reach in WINDOWS) for name in ("prose", "link", "ruled", "size")}
SINCE = {what: tuple(f"{what}_{mark}" for mark in MARKS) for what in ("since", "prose_before", "prose_since")}
OF_TITLE = tuple(f"title_{name}" for name in TITLE)
OF_TITLE_BOXES = {name: tuple(f"{name}_{k}" for k in range(1, AROUND + 1)) for name in TITLE_BOXES}
WORDS = ("title_words", "title_words_1", "title_words_2")
OF_FIRST = tuple(f"first_{name}" for name in FIRST)
PLACES = ("place", "number", "from_end", "prose_before")
ROWS = (
    *BESIDE,
    *SAME,
    *chain.from_iterable(WITHIN.values()),
    *chain.from_iterable(SINCE.values()),
    *OF_TITLE,
    *chain.from_iterable(OF_TITLE_BOXES.values()),
    *WORDS,
    *OF_FIRST,
    *PLACES,
)


@dataclass(frozen=True, eq=False)
class Sums:
    """Running sums over blocks, beside those of the evidence."""

    ruled: Floats  # n + 1: size that boilerplate rules took
    headings: Floats  # n + 1: headings
    linked: Floats  # n + 1: blocks that only lead elsewhere


def measured(
    documents: Sequence[Document],
    pages: Pages,
    boxes: Boxes,
    kept: Bools,
    title: Ints,
    marks: Bools,
    ruled: Floats,
    wanted: Wanted,
) -> Rows:
    """The rows of places; `marks` is MARKS × n, `title` the titles' blocks, `ruled` the size that boilerplate rules took."""
    heading = marks[0]
    sums = Sums(*running(np.array((ruled, heading, pages.evidence.link > 0.8))))
    return (
        *_neighbours(pages, ruled, wanted),
        *_same_as_neighbours(boxes, pages, wanted),
        *_windows(sums, pages, wanted),
        *_since(marks, pages, wanted),
        *_to_title(title, boxes, pages, sums.headings, wanted),
        *_title_words(documents, boxes, pages, wanted),
        *_to_first(title, boxes, pages, kept, sums, wanted),
        *_places(pages, wanted),
    )


def _neighbours(pages: Pages, ruled: Floats, wanted: Wanted) -> Rows:
    evidence = pages.evidence
    values: Mapping[str, Row] = {
        "size": lambda: np.log1p(evidence.size),
        "link": lambda: evidence.link,
        "paragraph": lambda: evidence.paragraph,
        "ends": lambda: evidence.ends,
        "ruled": lambda: ruled > 0,
    }
    steps, kinds = np.divmod(wanted.at(BESIDE), len(NEXT_TO))
    return tuple(
        shifted(values[NEXT_TO[kind]](), NEIGHBOURS[step], pages)
        for step, kind in zip(steps.tolist(), kinds.tolist(), strict=True)
    )


def _same_as_neighbours(boxes: Boxes, pages: Pages, wanted: Wanted) -> Rows:
    def same(values: Ints, *, before: bool) -> Bools:
        row = np.zeros(len(values), np.bool_)
        np.equal(values[1:], values[:-1], out=row[1:] if before else row[:-1])
        return row

    box, path = pages.evidence.box, boxes.path
    return wanted.rows(
        {
            "same_box-1": lambda: same(box, before=True),
            "same_box+1": lambda: same(box, before=False),
            "same_path-1": lambda: same(path, before=True),
            "same_path+1": lambda: same(path, before=False),
        }
    )


def _windows(sums: Sums, pages: Pages, wanted: Wanted) -> Rows:
    evidence = pages.evidence
    over = within(WINDOWS, pages)
    size = over(evidence.size_sum)
    of_kind: Mapping[str, Row] = {
        "prose": lambda: over(evidence.prose_sum) / (size + TINY),
        "link": lambda: over(evidence.link_sum) / (size + TINY),
        "ruled": lambda: over(sums.ruled) / (size + TINY),
        "size": lambda: np.log1p(size),
    }
    return tuple(wanted.picked(names, of_kind[kind]()) for kind, names in WITHIN.items() if len(wanted.at(names)))


def _since(marks: Bools, pages: Pages, wanted: Wanted) -> Rows:
    """Blocks and prose since the last block of each kind, and the share of the page's prose before that."""
    prose = pages.evidence.prose_sum
    last = latest(marks, pages)
    seen, at = last >= 0, np.maximum(last, 0)
    before = prose[at]
    rows = (
        np.where(seen, np.minimum(pages.numbers - last, LATE), FAR),
        np.where(seen, (before - prose[pages.low]) / pages.spread(pages.all_prose + TINY), 0),
        np.where(seen, np.log1p(np.maximum(prose[:-1] - before, 0)), 9),
    )
    return tuple(wanted.picked(names, row) for names, row in zip(SINCE.values(), rows, strict=True))


def _to_title(title: Ints, boxes: Boxes, pages: Pages, headings: Floats, wanted: Wanted) -> Rows:
    """Where the block and its boxes stand to the title; 0 throughout where the page has none."""
    prose, numbers, spread = pages.evidence.prose_sum, pages.numbers, pages.spread
    at, known = spread(np.maximum(title, pages.start)), spread(title >= 0)
    below = known & (numbers > at)
    first, last = boxes.first, boxes.last
    rows: Mapping[str, Row] = {
        "title_known": lambda: known,
        "title_below": lambda: below,
        "title_distance": lambda: np.minimum(np.maximum(numbers - at, -30), 60) * known,
        "title_prose_since": lambda: np.log1p(np.maximum(prose[:-1] - prose[at], 0)) * below,
        "title_headings_since": lambda: np.log1p(np.maximum(headings[:-1] - headings[at + 1], 0)) * below,
    }
    of_boxes: Mapping[str, RowsOf] = {
        "since_title": lambda k: np.log1p(np.maximum(prose[first[k]] - prose[at], 0)) * (known & (first[k] > at)),
        "has_title": lambda k: known & (first[k] <= at) & (last[k] > at),
        "above_title": lambda k: known & (last[k] <= at),
    }
    return (
        *wanted.rows(rows),
        *(of_boxes[what](k) for what, names in OF_TITLE_BOXES.items() if len(k := wanted.at(names))),
    )


def _places(pages: Pages, wanted: Wanted) -> Rows:
    numbers, prose = pages.numbers - pages.low, pages.evidence.prose_sum
    rows: Mapping[str, Row] = {
        "place": lambda: numbers / (pages.high - pages.low),
        "number": lambda: np.log1p(numbers),
        "from_end": lambda: np.log1p(pages.high - 1 - pages.numbers),
        "prose_before": lambda: (prose[:-1] - prose[pages.low]) / pages.spread(pages.all_prose + TINY),
    }
    return wanted.rows(rows)


def _title_words(documents: Sequence[Document], boxes: Boxes, pages: Pages, wanted: Wanted) -> Rows:
    """What part of the title's pairs of characters the block says, and its two nearest boxes' best block."""
    said = np.concatenate([_said(document) for document in documents])
    words = said * (pages.evidence.size >= SHORT - 3)

    def most(around: Ints) -> Floats:
        of_boxes = np.zeros(len(pages.page_of_box))
        np.maximum.at(of_boxes, around, words)
        return of_boxes[around]

    return wanted.rows(
        {
            "title_words": lambda: words,
            "title_words_1": lambda: most(boxes.around[0]),
            "title_words_2": lambda: most(boxes.around[1]),
        }
    )


def _said(document: Document) -> Floats:
    """The share of the title's pairs of characters that each block says.

    Characters beyond the first plane count as one and the same.
    """
    evidence, count = document.evidence, len(document.layout.texts)
    title = code_points("".join((document.title or "").split()))
    pairs = np.array(sorted(set(_pairs(title[:-1], title[1:]).tolist())), np.int64)
    if not len(pairs):
        return np.zeros(count)
    begins = np.zeros(1 << 16, np.bool_)
    begins[paired(title[:-1], title[1:])] = True
    codes = evidence.codes
    at = np.flatnonzero(begins.take(paired(codes[:-1], codes[1:])))  # few of a page's pairs
    found = _pairs(codes[at], codes[at + 1])
    which = np.minimum(np.searchsorted(pairs, found), len(pairs) - 1)
    is_one = pairs[which] == found
    block = np.searchsorted(evidence.start, at[is_one], "right") - 1
    says = set((block * len(pairs) + which[is_one]).tolist())  # each pair counts once
    return np.bincount(np.array(list(says), np.int64) // len(pairs), minlength=count) / len(pairs)


def _pairs(first: Codes, second: Codes) -> Ints:
    """A number for two characters in a row."""
    return first.astype(np.int64) << 16 | second


def _to_first(title: Ints, boxes: Boxes, pages: Pages, kept: Bools, sums: Sums, wanted: Wanted) -> Rows:
    """Where the block stands to the first paragraph below the title: the start of the article, and no other article's."""
    evidence, numbers, spread, prose = pages.evidence, pages.numbers, pages.spread, pages.evidence.prose_sum
    paragraphs = kept & evidence.paragraph & (evidence.size >= SHORT)
    below = pages.first(paragraphs & (numbers > spread(title)))
    anchors = np.maximum(np.where(below >= 0, below, pages.first(paragraphs)), pages.start)
    level, ends = levels(anchors, boxes, pages)
    anchor = spread(anchors)
    low, high = np.minimum(numbers, anchor), np.maximum(numbers, anchor)

    def between(sum_: Floats) -> Floats:
        return np.asarray(np.log1p(sum_[high] - sum_[low]))

    def past_box() -> Floats:
        inner_end = np.where(level > 0, ends[np.maximum(level - 1, 0), pages.page], anchor)
        return np.asarray(np.log1p(np.maximum(numbers - inner_end, 0)))

    rows: Mapping[str, Row] = {
        "first_level": lambda: np.minimum(level, 8),
        "first_same_box": lambda: level == 0,
        "first_near_box": lambda: level <= 1,
        "first_distance": lambda: np.minimum(np.maximum(numbers - anchor, -20), 40),
        "first_ruled_between": lambda: between(sums.ruled),
        "first_linked_between": lambda: between(sums.linked),
        "first_headings_between": lambda: between(sums.headings),
        "first_prose_between": lambda: np.log1p(prose[high] - prose[low]) * np.sign(numbers - anchor),
        "first_past_box": past_box,
        "first_same_path": lambda: boxes.path == boxes.path[anchor],
    }
    return wanted.rows(rows)


MOST_LEVELS = 12


def levels(anchors: Ints, boxes: Boxes, pages: Pages) -> tuple[Ints, Ints]:
    """How many boxes around its page's anchor must be left to reach each block, and where these boxes end (MOST_LEVELS × p)."""
    evidence, numbers = pages.evidence, pages.numbers
    chain = np.empty((MOST_LEVELS, len(anchors)), np.int64)
    chain[0] = boxes.around[0][anchors]
    for k in range(1, MOST_LEVELS):
        chain[k] = evidence.outer[chain[k - 1]]
    ends = evidence.last[chain]
    before = (pages.spread(evidence.first[chain]) > numbers).sum(axis=0)
    behind = (pages.spread(ends) <= numbers).sum(axis=0)
    return np.maximum(before, behind), ends
