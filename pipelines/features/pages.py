"""Several pages side by side: their blocks and boxes numbered on from page to page, so that one call measures all of them.

An array operation costs as much for one page's hundred blocks as for some thousand: what is measured of many pages at once
costs a third. Every sum that runs over more than one page is of multiples of a fraction of two, so it is exact, and a page's
measures are the same to the bit whichever pages stand beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence import Bools, Evidence, Floats, Ints, running
from pipelines.features.wanted import Rows

SUMS = {"size_sum": "size", "link_sum": "linked", "prose_sum": "prose"}
LINE_FEED = np.array([10], np.uint16)
NONE = -1


@dataclass(frozen=True, eq=False)
class Pages:
    """The evidence of p pages as if of one. n blocks, b boxes."""

    evidence: Evidence
    start: Ints  # p: each page's first block
    end: Ints  # p: the block behind its last
    box_start: Ints  # p + 1: each page's own box, and b
    page: Ints  # n: the page of each block
    page_of_box: Ints  # b

    @cached_property
    def numbers(self) -> Ints:
        return np.arange(len(self.page))

    @cached_property
    def low(self) -> Ints:
        """The first block of each block's page, as `spread` gives it."""
        return self.spread(self.start)

    @cached_property
    def high(self) -> Ints:
        """The block behind the last of each block's page, as `spread` gives it."""
        return self.spread(self.end)

    @cached_property
    def blocks(self) -> Ints:
        """b: how many blocks each box holds."""
        return self.evidence.last - self.evidence.first

    @cached_property
    def prose(self) -> Floats:
        """b: the prose of each box."""
        return self.within_boxes(self.evidence.prose_sum)

    @cached_property
    def size(self) -> Floats:
        """b: the size of each box."""
        return self.within_boxes(self.evidence.size_sum)

    @cached_property
    def linked(self) -> Floats:
        """b: the size of each box's linked text."""
        return self.within_boxes(self.evidence.link_sum)

    @cached_property
    def all_size(self) -> Floats:
        """p"""
        return self.total(self.evidence.size_sum)

    @cached_property
    def all_prose(self) -> Floats:
        """p"""
        return self.total(self.evidence.prose_sum)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """What each page has (… × p), told to its blocks: … × n, or what broadcasts to that."""
        return values if len(self.start) == 1 else values[..., self.page]

    def spread_to_boxes(self, values: NDArray[Any]) -> NDArray[Any]:
        """What each page has (… × p), told to its boxes: … × b, or what broadcasts to that."""
        return values if len(self.start) == 1 else values[..., self.page_of_box]

    def within_boxes(self, sums: Floats) -> Floats:
        """… × b: from running sums, those over each box."""
        found: Floats = sums[..., self.evidence.last] - sums[..., self.evidence.first]
        return found

    def total(self, sums: Floats) -> Floats:
        """… × p: from running sums, those over each page."""
        found: Floats = sums[..., self.end] - sums[..., self.start]
        return found

    def first(self, marks: Bools) -> Ints:
        """p: the first marked block of each page, or NONE."""
        if len(self.start) == 1:
            at = int(marks.argmax())
            return np.array([at if marks[at] else NONE])
        found = np.minimum.reduceat(np.where(marks, self.numbers, len(marks)), self.start)
        return np.where(found < len(marks), found, NONE)

    def last(self, marks: Bools) -> Ints:
        """p: the last marked block of each page, or NONE."""
        found: Ints = np.maximum.reduceat(np.where(marks, self.numbers, NONE), self.start)
        return found

    def greatest(self, values: Floats) -> Ints:
        """p: of each page the first block with the page's greatest value."""
        return self.first(values == self.spread(np.maximum.reduceat(values, self.start)))

    def best_box(self, score: Floats) -> Ints:
        """p: of each page the first box with the page's best score."""
        numbers, starts = np.arange(len(score)), self.box_start[:-1]
        if len(starts) == 1:
            return np.array([score.argmax()])
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
    """rows × count: the rows below one another."""
    found = np.empty((sum(1 if part.ndim == 1 else math.prod(part.shape[:-1]) for part in rows), count))
    below = 0
    for part in rows:
        if part.ndim == 1:
            found[below] = part
            below += 1
        else:
            own = part.reshape(-1, part.shape[-1])
            found[below : below + len(own)] = own
            below += len(own)
    return found
