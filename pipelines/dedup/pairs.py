"""Whether one text is a copy of another, and how: the judgement of one pair, by all that both say.

Alike is what shares shingles by Jaccard or containment. Look-alikes are told apart by two vetoes: their numbers disagree
in places where the words around agree, or one name stands throughout where the other text has another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from pipelines.dedup.alignment import Alignment, align
from pipelines.dedup.features import Text
from pipelines.dedup.numbers import NumberOverlap, overlap
from pipelines.dedup.shingles import shared
from pipelines.dedup.sketch import BINS, FEWEST_SHINGLES
from pipelines.dedup.substitution import numbers_swapped, renamed

LEAST_ALIKE = 0.5  # Jaccard of copies, whatever the rest
LEAST_PARALLEL = 0.25  # Jaccard of copies that run in parallel: word for word, many words swapped
LEAST_ALONGSIDE = 0.6  # of the shorter text, the share that runs in parallel
LEAST_CONTAINED = 0.8  # of the shorter text, in a longer one
LONGER = 1.2  # times as many shingles: then a copy is a part, or the whole
CERTAIN = 4  # standard deviations of a signature's estimate
SPUN_BY = 0.05  # Jaccard that the texts gain by counting synonyms as one word
RULES_VERSION = "pairs-1"


class Kind(StrEnum):
    """What a text is to the one that stands for it."""

    KEPT = "kept"  # it stands for itself
    EXACT = "exact"  # the same letters and digits
    SCRIPT = "script"  # the same, one in simplified and the other in traditional characters
    NEAR = "near"  # most of the same passages
    SPUN = "spun"  # the same text in other words
    CONTAINED = "contained"  # one is a part of the other


class Direction(StrEnum):
    """Which of the two has more."""

    SAME = "same"
    INSIDE = "inside"  # the copy is a part of the kept text
    AROUND = "around"  # the copy has the kept text, and more


class Veto(StrEnum):
    """Why two texts that are alike are no copies."""

    NONE = ""
    NUMBERS = "numbers"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a text stands to another. `copy` tells whether that other may stand for it."""

    copy: bool
    jaccard: float
    containment: float  # of the smaller set of shingles in the other
    new: float  # share of the text's shingles that the other has not
    kind: Kind = Kind.NEAR
    direction: Direction = Direction.SAME
    numbers: float | None = None  # share of the smaller set of numbers in the other; None where there are too few
    veto: Veto = Veto.NONE

    @property
    def fuller(self) -> bool:
        """Whether the text has the other one, and a fifth more."""
        return self.copy and self.direction is Direction.AROUND


SAME = Judgement(True, 1.0, 1.0, 0.0, Kind.EXACT)


def surely_unlike(
    shingles: npt.NDArray[np.int64],
    bins: npt.NDArray[np.uint8],
    other_shingles: npt.NDArray[np.int64],
    other_bins: npt.NDArray[np.uint8],
) -> npt.NDArray[np.bool_]:
    """Which pairs of texts are no copies by their signatures alone: these agree CERTAIN deviations too rarely.

    Row n of each is of pair n: the number of shingles, and a byte for each bin of the signature.
    """
    shorter, longer = np.minimum(shingles, other_shingles), np.maximum(shingles, other_shingles)
    least = np.minimum(LEAST_PARALLEL, LEAST_CONTAINED * shorter / (longer + (1 - LEAST_CONTAINED) * shorter))
    agreeing = (bins == other_bins).sum(axis=1)
    unlike: npt.NDArray[np.bool_] = agreeing < BINS * least - CERTAIN * np.sqrt(BINS * least * (1 - least))
    return unlike


def judge(text: Text, other: Text) -> Judgement:
    """How `text` stands to `other`, which came before."""
    mine, theirs = len(text.shingles), len(other.shingles)
    common = shared(text.shingles, other.shingles)
    jaccard, containment = common / max(mine + theirs - common, 1), common / max(min(mine, theirs), 1)
    new = 1 - common / max(mine, 1)
    contained = containment >= LEAST_CONTAINED and min(mine, theirs) >= FEWEST_SHINGLES
    if not (contained or jaccard >= LEAST_PARALLEL):
        return Judgement(False, jaccard, containment, new)
    overlapping = overlap(text.numbers, other.numbers)
    found = (
        align(text.words, other.words, text.hashes, other.hashes) if containment < 1 or overlapping.disagree else None
    )
    if found and not (contained or jaccard >= LEAST_ALIKE or _alongside(text, other, found)):
        return Judgement(False, jaccard, containment, new)
    veto = _veto(text, other, overlapping, found) if found else Veto.NONE
    return Judgement(
        not veto,
        jaccard,
        containment,
        new,
        _kind(text, other, jaccard, contained),
        _direction(mine, theirs, contained),
        overlapping.share,
        veto,
    )


def _alongside(text: Text, other: Text, found: Alignment) -> bool:
    """Whether the two run in parallel: what they share and what was swapped between make up most of the shorter."""
    shorter = min(len(text.words), len(other.words))
    along = found.shared + sum(gap.last_one - gap.first_one for gap in found.gaps)
    return along >= LEAST_ALONGSIDE * shorter


def _veto(text: Text, other: Text, numbers: NumberOverlap, found: Alignment) -> Veto:
    if numbers.disagree and numbers_swapped(text.words, other.words, found):
        return Veto.NUMBERS
    return Veto.NAMES if renamed(text.words, other.words, found) else Veto.NONE


def _direction(mine: int, theirs: int, contained: bool) -> Direction:
    if contained and theirs > LONGER * mine:
        return Direction.INSIDE
    return Direction.AROUND if contained and mine > LONGER * theirs else Direction.SAME


def _kind(text: Text, other: Text, jaccard: float, contained: bool) -> Kind:
    common = shared(text.plain, other.plain)
    total = len(text.plain) + len(other.plain) - common
    if (jaccard < LEAST_ALIKE and not contained) or jaccard - common / max(total, 1) >= SPUN_BY:
        return Kind.SPUN
    longer = LONGER * min(len(text.shingles), len(other.shingles))
    return Kind.CONTAINED if contained and max(len(text.shingles), len(other.shingles)) > longer else Kind.NEAR
