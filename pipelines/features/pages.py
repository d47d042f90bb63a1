"""Several pages side by side: their blocks and boxes numbered on from page to page, so that one call measures all of them.

An array operation costs as much for one page's hundred blocks as for some thousand: what is measured of many pages at once
costs a third. Every sum that runs over more than one page is of multiples of a fraction of two, so it is exact, and a page's
measures are the same to the bit whichever pages stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence import Bools, Evidence, Floats, Ints, running

SUMS = {"size_sum": "size", "link_sum": "linked", "prose_sum": "prose"}
LINE_FEED = np.array([10], np.uint16)
NONE = -1

Rows = tuple[NDArray[Any], ...]  # one row or several rows each, of n columns


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """The evidence of p pages as if of one. n blocks, b boxes."""

    evidence: Evidence
    start: Ints  # p: each page's first block
    end: Ints  # p: the block behind its last
    box_start: Ints  # p + 1: each page's own box, and b
    page: Ints  # n: the page of each block
    page_of_box: Ints  # b

    @property
    def numbers(self) -> Ints:
        return np.arange(len(self.page))

    @property
    def low(self) -> Ints:
        """n: the first block of each block's page."""
        return self.start[self.page]

    @property
    def high(self) -> Ints:
        """n: the block behind the last of each block's page."""
        return self.end[self.page]

    def total(self, sums: Floats) -> Floats:
        """… × p: from running sums, those over each page."""
        found: Floats = sums[..., self.end] - sums[..., self.start]
        return found

    def first(self, marks: Bools) -> Ints:
        """p: the first marked block of each page, or NONE."""
        found = np.minimum.reduceat(np.where(marks, self.numbers, len(marks)), self.start)
        return np.where(found < len(marks), found, NONE)

    def last(self, marks: Bools) -> Ints:
        """p: the last marked block of each page, or NONE."""
        found: Ints = np.maximum.reduceat(np.where(marks, self.numbers, NONE), self.start)
        return found

    def greatest(self, values: Floats) -> Ints:
        """p: of each page the first block with the page's greatest value."""
        return self.first(values == np.maximum.reduceat(values, self.start)[self.page])

    def best_box(self, score: Floats) -> Ints:
        """p: of each page the first box with the page's best score."""
        numbers, starts = np.arange(len(score)), self.box_start[:-1]
        best = score == np.maximum.reduceat(score, starts)[self.page_of_box]
        found: Ints = np.minimum.reduceat(np.where(best, numbers, len(score)), starts)
        return found

    def innermost_box(self, marks: Bools) -> Ints:
        """p: of each page the last marked box, which is an innermost one; the page's own where none is marked."""
        starts = self.box_start[:-1]
        found: Ints = np.maximum.reduceat(np.where(marks, np.arange(len(marks)), NONE), starts)
        return np.maximum(found, starts)


def side_by_side(evidences: Sequence[Evidence]) -> Pages:
    """The pages of these evidences, at least one."""
    blocks, boxes = ([len(of) for of in column] for column in zip(*((e.size, e.first) for e in evidences), strict=True))
    end, box_end = np.cumsum(blocks), np.cumsum(boxes)
    start = end - np.array(blocks)
    box_start = np.concatenate((np.zeros(1, np.int64), box_end))
    page, page_of_box = np.repeat(np.arange(len(blocks)), blocks), np.repeat(np.arange(len(blocks)), boxes)
    if len(evidences) == 1:
        return Pages(evidences[0], start, end, box_start, page, page_of_box)
    columns: dict[str, Any] = {
        column.name: np.concatenate([getattr(evidence, column.name) for evidence in evidences])
        for column in fields(Evidence)
        if column.name not in (*SUMS, "codes")
    }
    codes = np.concatenate([part for evidence in evidences for part in (evidence.codes, LINE_FEED)])
    columns["start"] += np.repeat(np.cumsum([0, *(len(evidence.codes) + 1 for evidence in evidences[:-1])]), blocks)
    for name in ("first", "last"):
        columns[name] += start[page_of_box]
    for name in ("outer", "parent"):
        columns[name] += box_start[page_of_box]
    for name in ("nearest", "box"):
        columns[name] += box_start[page]
    sums: dict[str, Any] = {total: running(columns[name]) for total, name in SUMS.items()}
    return Pages(Evidence(codes=codes, **columns, **sums), start, end, box_start, page, page_of_box)


def stacked(rows: Rows, count: int) -> Floats:
    """count × n: the rows below one another."""
    found = np.empty((count, rows[0].shape[-1]))
    below = 0
    for part in rows:
        if part.ndim == 1:
            found[below] = part
            below += 1
        else:
            own = part.reshape(-1, part.shape[-1])
            found[below : below + len(own)] = own
            below += len(own)
    assert below == count
    return found
