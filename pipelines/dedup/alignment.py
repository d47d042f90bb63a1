"""Two texts side by side: which passages they share, and what stands in one where the other says something else.

Anchors are shared shingles where each text first has them, in whatever order: a moved paragraph is still a shared one.
Between two anchors that follow each other in both texts at a short distance lies a replacement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.dedup.shingles import GRAM, gram_hashes

LONGEST_REPLACED = 24  # characters; what is longer was rewritten, not replaced

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


class Gap(NamedTuple):
    """`one[first_one:last_one]` stands where the other text has `other[first_other:last_other]`."""

    first_one: int
    last_one: int
    first_other: int
    last_other: int


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Shared runs in the order of the first text, and the gaps between neighbours.

    Run n is `one[starts[n]:ends[n]]`, and the same characters stand in the other text `shifts[n]` further on.
    """

    starts: Places
    ends: Places
    shifts: Places
    gaps: tuple[Gap, ...]

    @property
    def shared(self) -> int:
        """Characters of the first text in runs."""
        return int((self.ends - self.starts).sum())


def align(one: Codes, other: Codes, hashes_one: Codes | None = None, hashes_other: Codes | None = None) -> Alignment:
    """Where two texts share passages, and where one word stands for another.

    Who has the texts' `gram_hashes` spares their making.
    """
    hashes_one = gram_hashes(one) if hashes_one is None else hashes_one
    hashes_other = gram_hashes(other) if hashes_other is None else hashes_other
    starts, ends, shifts = _runs(one, other, *_anchors(hashes_one, hashes_other))
    table = np.stack((ends[:-1], starts[1:], ends[:-1] + shifts[:-1], starts[1:] + shifts[1:]))
    mine, theirs = table[1] - table[0], table[3] - table[2]
    short = (mine <= LONGEST_REPLACED) & (theirs <= LONGEST_REPLACED) & (theirs >= 0) & (mine + theirs > 0)
    return Alignment(starts, ends, shifts, tuple(map(Gap._make, table[:, short].T.tolist())))


def _anchors(one: Codes, other: Codes) -> tuple[Places, Places]:
    """Where grams that both texts have first stand in each, in the order of the first text.

    Grams that share a slot hide each other, a few in a hundred: the runs close over them.
    """
    slots = 16 << len(one).bit_length()
    mask = np.uint32(slots - 1)
    place_of = np.zeros(slots, np.int64)
    place_of[(one & mask)[::-1]] = np.arange(len(one) - 1, -1, -1)
    place = place_of.take(other & mask)
    theirs = (one.take(place) == other).nonzero()[0] if len(one) else place
    first = np.full(len(one), -1)
    first[place[theirs][::-1]] = theirs[::-1]
    mine = (first >= 0).nonzero()[0]
    return mine, first[mine]


def _runs(one: Codes, other: Codes, mine: Places, theirs: Places) -> tuple[Places, Places, Places]:
    """Maximal shared runs that hold an anchor, in the order of the first text, none overlapping there."""
    if not len(mine):
        return mine, mine, mine
    shift = theirs - mine
    firsts = np.ones(len(mine), np.bool_)
    firsts[1:] = (shift[1:] != shift[:-1]) | (mine[1:] - mine[:-1] > GRAM)
    at = (firsts).nonzero()[0]
    starts, shifts = mine[at], shift[at]
    ends = np.empty_like(starts)
    ends[:-1], ends[-1] = mine[at[1:] - 1], mine[-1]
    ends += GRAM
    starts[1:] = np.maximum(starts[1:], ends[:-1])
    if not (whole := starts < ends).all():
        starts, ends, shifts = starts[whole], ends[whole], shifts[whole]
    ceilings = np.full_like(starts, len(one))
    ceilings[:-1] = starts[1:]
    ends = _extended(one, other, ends, ceilings, shifts)
    ceilings[0], ceilings[1:] = len(one), len(one) - ends[:-1]
    mirrored = len(other) - len(one) - shifts  # the shifts of the same texts read backwards
    starts = len(one) - _extended(one[::-1], other[::-1], len(one) - starts, ceilings, mirrored)
    return _joined(starts, ends, shifts)


def _extended(one: Codes, other: Codes, ends: Places, ceilings: Places, shifts: Places) -> Places:
    """Each run's end moved on as long as the texts agree, up to its ceiling."""
    room = np.maximum(np.minimum(ceilings, len(other) - shifts) - ends, 0)
    last = room.cumsum()
    first = last - room
    at = np.arange(last[-1]) + (ends - first).repeat(room)
    differ = (one.take(at) != other.take(at + shifts.repeat(room))).nonzero()[0]
    place = differ.searchsorted(first)
    inside = place < len(differ)
    moved = room.copy()
    moved[inside] = np.minimum(differ[place[inside]] - first[inside], room[inside])
    return ends + moved


def _joined(starts: Places, ends: Places, shifts: Places) -> tuple[Places, Places, Places]:
    """Runs that touch and have one shift are one."""
    apart = np.ones(len(starts), np.bool_)
    apart[1:] = (starts[1:] > ends[:-1]) | (shifts[1:] != shifts[:-1])
    at = (apart).nonzero()[0]
    tails = np.empty_like(at)
    tails[:-1], tails[-1] = at[1:] - 1, len(ends) - 1
    return starts[at], ends[tails], shifts[at]
