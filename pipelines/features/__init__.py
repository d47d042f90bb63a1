"""What a classifier can know of each block before it has judged any: one row a feature, one column a block.

The rows stand in families. Each family is a function and the names of its rows, and costs a handful of array operations
whatever the number of its rows. The features are those of shallow text classification (Kohlschütter et al., WSDM 2010: text
density, link density, the neighbours'), with the boxes of the tree as features and not as decisions.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    Evidence,
    Floats,
)
from pipelines.features import boxes, places
from pipelines.features.boxes import Boxes
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
    """The features of a document's n blocks, and what the second stage reads beside them."""

    rows: Floats  # NAMES × n
    boxes: Boxes
    evidence: Evidence
    title: int | None  # the block that shows the title


def features(document: Document) -> Features:
    """The features of a document's blocks, before any of them is judged."""
    layout, evidence = document.layout, document.evidence
    kept = np.fromiter((rule is None for rule in document.removed_by), np.bool_, len(layout.texts))
    rules = _rules(document)
    ruled = evidence.size * np.logical_or.reduce(rules[:BOILERPLATE])
    tags = _tags(layout)
    heading = np.logical_or.reduce(tags[HEADINGS])
    of_boxes = boxes.measured(layout, evidence, kept, document.title_block, heading, ruled)
    marks = np.concatenate((heading[None], rules[_MARKED_FAMILIES]))
    rows = np.concatenate(
        (_text(layout, evidence), rules, tags, of_boxes.rows, places.measured(document, of_boxes, kept, marks, ruled))
    )
    page = _page(evidence, ruled, of_boxes)
    chinese = rows[_CHINESE_ROWS] * (page[OF_PAGE.index("han")] > MOSTLY_CHINESE)
    every = np.concatenate((rows, chinese, np.repeat(page[:, None], len(kept), axis=1)))
    return Features(every, of_boxes, evidence, document.title_block)


def _text(layout: Layout, evidence: Evidence) -> Floats:
    counts = evidence.counts.T
    letters = np.maximum(counts[HAN] + counts[LATIN] + counts[CAPITAL] + counts[DIGIT], 1)
    size = np.log1p(evidence.size)
    repeats, copy = _repetition(layout.texts)
    return np.stack(
        (
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
            repeats,
            copy,
        )
    )


def _repetition(texts: tuple[str, ...]) -> tuple[list[int], list[bool]]:
    """How often the page says each text, up to five times, and whether it said it before."""
    times: dict[str, int] = {}
    copy = []
    for text in texts:
        before = times.get(text, 0)
        times[text] = before + 1
        copy.append(before > 0)
    return [min(times[text], 5) for text in texts], copy


def _rules(document: Document) -> Bools:
    rules = np.zeros((len(RULE_FAMILIES), len(document.removed_by)), np.bool_)
    for n, rule in enumerate(document.removed_by):
        if rule is not None and (row := _ROW_OF_FAMILY.get(rule.partition(".")[0])) is not None:
            rules[row, n] = True
    return rules


def _tags(layout: Layout) -> Bools:
    own = (_GROUP_OF_TAG.get(layout.box_tag[box], 0) for box in layout.boxes)
    group = np.fromiter(own, np.int64, len(layout.boxes))
    tags: Bools = group == np.arange(len(TAG_GROUPS) + 1)[:, None]
    return tags


def _page(evidence: Evidence, ruled: Floats, of_boxes: Boxes) -> Floats:
    size, prose = evidence.size_sum[-1], evidence.prose_sum[-1]
    han, *others = (evidence.counts[:, kind].sum() for kind in (HAN, LATIN, CAPITAL, DIGIT))
    return np.array(
        (
            np.log1p(size),
            np.log1p(prose),
            prose / size,
            evidence.link_sum[-1] / size,
            ruled.sum() / size,
            han / (han + sum(others) + 1),
            *of_boxes.page,
        )
    )
