"""Numbers of folded texts, and whether two texts tell different ones: the same template about another case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.dedup.ragged import Ragged

FEWEST_DIGITS = 2  # of a number: single digits are too common to tell anything
FEWEST_NUMBERS = 2  # of each text, before they may disagree
LEAST_SHARED = 0.6  # of the smaller set of numbers

Numbers = npt.NDArray[np.uint64]

_ZERO, _NINE = np.uint32(ord("0")), np.uint32(ord("9"))
_BASE = np.uint64(0x9E3779B97F4A7C15)


def number_sets(texts: Ragged[np.uint32]) -> Ragged[np.uint64]:
    """Each folded text's numbers of FEWEST_DIGITS and more as sorted hashes, each once. 4.35 is 435, as in the fold."""
    at = ((texts.values >= _ZERO) & (texts.values <= _NINE)).nonzero()[0]
    rows = texts.offsets.searchsorted(at, "right") - 1
    starts = (np.diff(at, prepend=-2) + (np.diff(rows, prepend=-1) << 1) != 1).nonzero()[0]
    lengths = np.diff(starts, append=len(at))
    place = np.arange(len(at)) - np.repeat(starts, lengths)
    weighed = (texts.values[at].astype(np.uint64) + np.uint64(1)) * _powers(place)
    hashes = np.add.reduceat(weighed, starts) if len(starts) else np.empty(0, np.uint64)
    long = lengths >= FEWEST_DIGITS
    hashes, rows = hashes[long], rows[starts][long]
    order = np.lexsort((hashes, rows))
    hashes, rows = hashes[order], rows[order]
    fresh = np.ones(len(hashes), np.bool_)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (rows[1:] != rows[:-1])
    return Ragged(hashes[fresh], rows[fresh].searchsorted(np.arange(len(texts) + 1)))


def _powers(exponents: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    table = np.full(int(exponents.max(initial=0)) + 2, _BASE, np.uint64)
    table[0] = 1
    return np.multiply.accumulate(table)[exponents]


@dataclass(frozen=True, slots=True)
class NumberOverlap:
    """How many numbers two texts have, and share."""

    one: int
    other: int
    shared: int

    @property
    def share(self) -> float | None:
        """Of the smaller set, the share that the other has, too; None where a text has too few to tell."""
        smaller = min(self.one, self.other)
        return self.shared / smaller if smaller >= FEWEST_NUMBERS else None

    @property
    def disagree(self) -> bool:
        share = self.share
        return share is not None and share < LEAST_SHARED


def overlap(one: Numbers, other: Numbers) -> NumberOverlap:
    """How far the two sets of numbers agree."""
    common = len(set(one.tolist()).intersection(other.tolist())) if len(one) and len(other) else 0
    return NumberOverlap(len(one), len(other), common)
