"""What a classifier can know of each block before it has judged any: one row a feature, one column a block.

The rows stand in families. Each family is a function and the names of its rows, and costs a handful of array operations
whatever the number of its rows. The features are those of shallow text classification (Kohlschütter et al., WSDM 2010: text
density, link density, the neighbours'), with the boxes of the tree as features and not as decisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

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
from pipelines.features.pages import NONE, Pages, Rows, side_by_side, stacked
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
NAMES = (
    *TEXT,
    *(f"rule_{family}" for family in RULE_FAMILIES),
    *(f"tag_{group}" for group in ("other", *TAG_GROUPS)),
    *boxes.ROWS,
    *places.ROWS,
    *(f"chinese_{name}" for name in CHINESE),
    *(f"page_{name}" for name in OF_PAGE),
)
MOSTLY_CHINESE = 0.4  # of a page's letters

_ROW_OF_FAMILY = {family: row for row, family in enumerate(RULE_FAMILIES)}
_GROUP_OF_TAG = {tag: k for k, tags in enumerate(TAG_GROUPS.values(), 1) for tag in tags}
_CHINESE_ROWS = [NAMES.index(name) for name in CHINESE]
_MARKED_FAMILIES = [_ROW_OF_FAMILY[mark] for mark in places.MARKS[1:]]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of the n blocks of p documents, and what the second stage reads beside them."""

    rows: Floats  # NAMES × n
    boxes: Boxes
    pages: Pages
    title: Ints  # p: the block that shows the title, or NONE


def features(documents: Sequence[Document]) -> Features:
    """The features of the documents' blocks, before any of them is judged."""
    layouts, removed_by = [document.layout for document in documents], [document.removed_by for document in documents]
    pages = side_by_side([document.evidence for document in documents])
    kept = np.array([rule is None for rules in removed_by for rule in rules])
    title = _titles(documents, pages)
    rules = _rules([rule for rules in removed_by for rule in rules])
    ruled = pages.evidence.size * np.logical_or.reduce(rules[:BOILERPLATE])
    tags = _tags(layouts)
    heading: Bools = np.logical_or.reduce(tags[HEADINGS])
    of_boxes = boxes.measured(layouts, pages, kept, title, heading, ruled)
    marks = np.concatenate((heading[None], rules[_MARKED_FAMILIES]))
    rows = stacked(
        (
            *_text(layouts, pages),
            rules,
            tags,
            *of_boxes.rows,
            *places.measured(documents, pages, of_boxes, kept, title, marks, ruled),
            np.zeros((len(CHINESE) + len(OF_PAGE), len(kept))),
        ),
        len(NAMES),
    )
    page = _page(pages, ruled, of_boxes)
    rows[-len(OF_PAGE) :] = page[:, pages.page]
    chinese = page[OF_PAGE.index("han")] > MOSTLY_CHINESE
    rows[-len(OF_PAGE) - len(CHINESE) : -len(OF_PAGE)] = rows[_CHINESE_ROWS] * chinese[pages.page]
    return Features(rows, of_boxes, pages, title)


def _titles(documents: Sequence[Document], pages: Pages) -> Ints:
    """p: the block that shows the title, or NONE."""
    own = [document.title_block for document in documents]
    return np.array([NONE if n is None else first + n for n, first in zip(own, pages.start.tolist(), strict=True)])


def _text(layouts: Sequence[Layout], pages: Pages) -> Rows:
    evidence = pages.evidence
    counts = evidence.counts.T
    letters = np.maximum(counts[HAN] + counts[LATIN] + counts[CAPITAL] + counts[DIGIT], 1)
    size = np.log1p(evidence.size)
    repeats, copy = zip(*(_repetition(layout.texts) for layout in layouts), strict=True)
    return (
        size,
        np.maximum(size - 3.5, 0),
        counts[HAN] / letters,
        counts[CAPITAL] / letters,
        counts[DIGIT] / letters,
        np.log1p(counts[COMMA]),
        np.log1p(counts[SPACE]),
        (counts[COMMA] + counts[STOP]) / (evidence.size + 3),
        evidence.ends,
        evidence.paragraph,
        evidence.link,
        evidence.link > 0.9,
        CLASS_OF[evidence.codes[evidence.start]] == BRACKET,
        np.array(list(chain.from_iterable(repeats))),
        np.array(list(chain.from_iterable(copy))),
    )


def _repetition(texts: tuple[str, ...]) -> tuple[list[int], list[bool]]:
    """How often the page says each text, up to five times, and whether it said it before."""
    times = Counter(texts)
    if len(times) == len(texts):
        return [1] * len(texts), [False] * len(texts)
    said: set[str] = set()
    copy = [text in said or bool(said.add(text)) for text in texts]  # type: ignore[func-returns-value]  # None is false
    return [min(times[text], 5) for text in texts], copy


def _rules(removed_by: Sequence[str | None]) -> Bools:
    rules = np.zeros((len(RULE_FAMILIES), len(removed_by)), np.bool_)
    for n, rule in enumerate(removed_by):
        if rule is not None and (row := _ROW_OF_FAMILY.get(rule.partition(".")[0])) is not None:
            rules[row, n] = True
    return rules


def _tags(layouts: Sequence[Layout]) -> Bools:
    group = np.array([_GROUP_OF_TAG.get(layout.box_tag[box], 0) for layout in layouts for box in layout.boxes])
    tags: Bools = group == np.arange(len(TAG_GROUPS) + 1)[:, None]
    return tags


def _page(pages: Pages, ruled: Floats, of_boxes: Boxes) -> Floats:
    """OF_PAGE × p."""
    evidence = pages.evidence
    size, prose = pages.total(evidence.size_sum), pages.total(evidence.prose_sum)
    counts = np.add.reduceat(evidence.counts, pages.start)
    han, letters = counts[:, HAN], counts[:, [HAN, LATIN, CAPITAL, DIGIT]].sum(axis=1)
    return np.stack(
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
