"""What a classifier can know of each block before it has judged any: one row a feature, one column a block.

The rows stand in families. Each family is a function and the names of its rows, and costs a handful of array operations
whatever the number of its rows. The features are those of shallow text classification (Kohlschütter et al., WSDM 2010: text
density, link density, the neighbours'), with the boxes of the tree as features and not as decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.evidence import (
    BRACKET,
    CAPITAL,
    CLASS_OF,
    COMMA,
    DIGIT,
    HAN,
    LATIN,
    SPACE,
    STOP,
    Bools,
    Floats,
    Ints,
    running,
)
from pipelines.features import boxes, places
from pipelines.features.boxes import Boxes
from pipelines.features.pages import NONE, Pages, side_by_side, stacked
from pipelines.features.wanted import EVERY, Row, Rows, Wanted
from pipelines.layout import Layout
from pipelines.model import Document

# rules that may have removed a block before, by family; the last two are no boilerplate's
RULE_FAMILIES = (
    "comments",
    "credits",
    "disclaimers",
    "footer",
    "navigation",
    "promotion",
    "recommendations",
    "sharing",
    "template",
    "title",
    "meta",
)
BOILERPLATE = len(RULE_FAMILIES) - 2
TAG_GROUPS = {
    "p": ("p",),
    "div": ("div", "section", "center", "body", "html"),
    "item": ("li", "dd", "dt"),
    "cell": ("td", "th", "tr", "tbody", "table", "caption"),
    "h1": ("h1",),
    "h23": ("h2", "h3"),
    "h456": ("h4", "h5", "h6"),
    "quote": ("blockquote", "pre"),
    "control": ("option", "select", "button", "textarea", "form", "fieldset", "legend"),
    "figure": ("figcaption", "figure"),
    "article": ("article", "main"),
    "landmark": ("footer", "nav", "aside", "header"),
}
HEADINGS = slice(5, 8)  # of the groups, with "other" before them

TEXT = (
    "size",
    "long",
    "han",
    "capitals",
    "digits",
    "commas",
    "words",
    "punctuation",
    "ends",
    "paragraph",
    "link",
    "linked",
    "bracketed",
    "repeats",
    "copy",
)
CHINESE = (
    "size",
    "paragraph",
    "link",
    "in_chosen",
    "first_near_box",
    "title_prose_since",
)  # told again on Chinese pages
OF_PAGE = ("size", "prose", "prose_share", "link", "ruled", "han", *boxes.PAGE)
RULE_ROWS = tuple(f"rule_{family}" for family in RULE_FAMILIES)
TAG_ROWS = tuple(f"tag_{group}" for group in ("other", *TAG_GROUPS))
CHINESE_ROWS = tuple(f"chinese_{name}" for name in CHINESE)
PAGE_ROWS = tuple(f"page_{name}" for name in OF_PAGE)
NAMES = (*TEXT, *RULE_ROWS, *TAG_ROWS, *boxes.ROWS, *places.ROWS, *CHINESE_ROWS, *PAGE_ROWS)
MOSTLY_CHINESE = 0.4  # of a page's letters

NO_FAMILY = len(RULE_FAMILIES)


@lru_cache(maxsize=1 << 12)  # rules are few, templates as many as a table has
def _row_of_rule(rule: str | None) -> int:
    """The place of the family of the rule with this id."""
    family = rule.partition(".")[0] if rule else ""
    return RULE_FAMILIES.index(family) if family in RULE_FAMILIES else NO_FAMILY


class _GroupOfTag(dict[str, int]):
    """A tag → the place of its group; 0 for tags of none."""

    def __missing__(self, tag: str) -> int:
        return 0


_GROUP_OF_TAG = _GroupOfTag({tag: k for k, tags in enumerate(TAG_GROUPS.values(), 1) for tag in tags})
_MARKED_FAMILIES = np.array([RULE_FAMILIES.index(mark) for mark in places.MARKS[1:]])[:, None]


def reading(names: Sequence[str]) -> Wanted:
    """The features of these names, and those that they are made of."""
    return Wanted((*names, *(name.removeprefix("chinese_") for name in names if name in CHINESE_ROWS)))


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of the n blocks of p documents, and what the second stage reads beside them."""

    rows: Floats  # those of NAMES that are wanted × n
    boxes: Boxes
    pages: Pages
    title: Ints  # p: the block that shows the title, or NONE


def features(documents: Sequence[Document], wanted: Wanted = EVERY) -> Features:
    """The features of the documents' blocks, before any of them is judged."""
    layouts = [document.layout for document in documents]
    pages = side_by_side([document.evidence for document in documents])
    count = len(pages.page)
    rule = np.array([_row_of_rule(rule) for document in documents for rule in document.removed_by])
    kept = np.array([rule is None for document in documents for rule in document.removed_by])
    group = np.array([_GROUP_OF_TAG[tag] for layout in layouts for tag in layout.box_tag])[pages.evidence.box]
    title = _titles(documents, pages)
    ruled = pages.evidence.size * (rule < BOILERPLATE)
    heading = (group >= HEADINGS.start) & (group < HEADINGS.stop)
    of_boxes = boxes.measured(layouts, pages, kept, title, heading, ruled, wanted)
    marks = np.concatenate((heading[None], rule == _MARKED_FAMILIES))
    chinese, of_page = wanted.at(CHINESE_ROWS), wanted.at(PAGE_ROWS)
    rows = stacked(
        (
            *_text(layouts, pages, wanted),
            rule == wanted.at(RULE_ROWS)[:, None],
            group == wanted.at(TAG_ROWS)[:, None],
            *of_boxes.rows,
            *places.measured(documents, pages, of_boxes, kept, title, marks, ruled, wanted),
            np.zeros((len(chinese) + len(of_page), 1)),
        ),
        count,
    )
    page = _page(pages, ruled, of_boxes)
    rows[len(rows) - len(of_page) :] = pages.spread(page[of_page])
    is_chinese = pages.spread(page[OF_PAGE.index("han")] > MOSTLY_CHINESE)
    base = _rows_told_again(wanted)
    rows[len(rows) - len(of_page) - len(base) : len(rows) - len(of_page)] = rows[base] * is_chinese
    return Features(rows, of_boxes, pages, title)


def _titles(documents: Sequence[Document], pages: Pages) -> Ints:
    """p: the block that shows the title, or NONE."""
    own = [document.title_block for document in documents]
    return np.array([NONE if n is None else first + n for n, first in zip(own, pages.start.tolist(), strict=True)])


def _rows_told_again(wanted: Wanted) -> Ints:
    """Where among the wanted rows those stand that are told again on Chinese pages."""
    place = {name: n for n, name in enumerate(wanted.of(NAMES))}
    return np.array([place[name.removeprefix("chinese_")] for name in wanted.of(CHINESE_ROWS)], np.int64)


def _text(layouts: Sequence[Layout], pages: Pages, wanted: Wanted) -> Rows:
    evidence = pages.evidence
    counts = evidence.counts.T
    size = np.log1p(evidence.size)
    times, copy = _repetition(layouts)

    def share(kind: int) -> Floats:
        letters = np.maximum(counts[HAN] + counts[LATIN] + counts[CAPITAL] + counts[DIGIT], 1)
        return np.asarray(counts[kind] / letters)

    rows: Mapping[str, Row] = {
        "size": lambda: size,
        "long": lambda: np.maximum(size - 3.5, 0),
        "han": lambda: share(HAN),
        "capitals": lambda: share(CAPITAL),
        "digits": lambda: share(DIGIT),
        "commas": lambda: np.log1p(counts[COMMA]),
        "words": lambda: np.log1p(counts[SPACE]),
        "punctuation": lambda: (counts[COMMA] + counts[STOP]) / (evidence.size + 3),
        "ends": lambda: evidence.ends,
        "paragraph": lambda: evidence.paragraph,
        "link": lambda: evidence.link,
        "linked": lambda: evidence.link > 0.9,
        "bracketed": lambda: CLASS_OF[evidence.codes[evidence.start]] == BRACKET,
        "repeats": lambda: times,
        "copy": lambda: copy,
    }
    return wanted.rows(rows)


def _repetition(layouts: Sequence[Layout]) -> tuple[Ints, Bools]:
    """How often its page says each block's text, up to five times, and whether it said it before."""
    first: list[int] = []  # of each block, the first one of its page with this text
    for layout in layouts:
        before, texts = len(first), layout.texts
        place = dict(zip(reversed(texts), range(before + len(texts) - 1, before - 1, -1), strict=True))
        first += [place[text] for text in texts]
    at = np.array(first)
    return np.minimum(np.bincount(at)[at], 5), at != np.arange(len(at))


def _page(pages: Pages, ruled: Floats, of_boxes: Boxes) -> Floats:
    """OF_PAGE × p."""
    evidence = pages.evidence
    size, prose = pages.all_size, pages.all_prose
    counts = np.add.reduceat(evidence.counts, pages.start)
    han, letters = counts[:, HAN], counts[:, [HAN, LATIN, CAPITAL, DIGIT]].sum(axis=1)
    return np.array(
        (
            np.log1p(size),
            np.log1p(prose),
            prose / size,
            pages.total(evidence.link_sum) / size,
            pages.total(running(ruled)) / size,
            han / (letters + 1),
            *of_boxes.page,
        )
    )
