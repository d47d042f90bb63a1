"""Whether two texts that are otherwise alike speak of two things: one name stands throughout where the other has another.

A spinner swaps a word here and there, now for one synonym and now for another. Who writes the same article about another
product, city or person swaps the name wherever it stands, always for the same. So of each swap one asks: when a share r of
the text was replaced, how likely would a spinner replace all n occurrences of a string, each time by the same one?
"""

from __future__ import annotations

import re
from collections import Counter
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.dedup.alignment import Alignment, Gap

FEWEST_SWAPS = 3  # of one string for another
FEWEST_SWAPS_OF_A_CHARACTER = 5  # 帐 and 账, 做 and 作: corrections are consistent, too
LIKELY = 0.01  # chance of a spinner's doing so, below which it was none
SAME_AGAIN = 0.5  # chance that a spinner takes the same synonym as the last time
LONGEST_NAME = 12  # characters
MOST_NAMES = 3  # a product, a city, a person; who swaps more strings throughout has a table of synonyms
MOST_CANDIDATES = 8  # swaps of a pair that are looked into

Codes = npt.NDArray[np.uint32]

_DIGIT = re.compile("[0-9]")


class Swap(NamedTuple):
    """`one` stands in the first text where the second has `other`: `times` of the `of` places that there are for it."""

    one: str
    other: str
    times: int
    of: int


def renamed(one: Codes, other: Codes, found: Alignment) -> Swap | None:
    """The swap that makes the two folded texts speak of two things; None where there is none."""
    if len(found.gaps) < 2:
        return None
    text_one, text_other = _text(one), _text(other)
    swapped = _swapped(text_one, text_other, found.gaps)
    counted = Counter(pair for pair in swapped if _may_be_names(*pair))
    shared, names = found.shared, []
    for pair, times in counted.most_common(MOST_CANDIDATES):
        if times < 2:
            break
        swap = _swap(*pair, text_one, text_other)
        rest = sum(len(mine) for mine, theirs in swapped if (mine, theirs) != pair)
        if swap and _unlikely(swap, rest / max(shared + rest, 1)):
            names.append(swap)
    return names[0] if 0 < len(names) <= MOST_NAMES else None


def numbers_swapped(one: Codes, other: Codes, found: Alignment) -> int:
    """In how many places the two texts have numbers that differ, between words that do not."""
    return sum(
        _has_digit(mine) and _has_digit(theirs) for mine, theirs in _swapped(_text(one), _text(other), found.gaps)
    )


def _swapped(one: str, other: str, gaps: tuple[Gap, ...]) -> list[tuple[str, str]]:
    return [(one[gap[0] : gap[1]], other[gap[2] : gap[3]]) for gap in gaps]


def _unlikely(swap: Swap, replaced: float) -> bool:
    shortest = min(len(swap.one), len(swap.other))
    if swap.times < (FEWEST_SWAPS if shortest > 1 else FEWEST_SWAPS_OF_A_CHARACTER):
        return False
    chance = comb(swap.of, swap.times) * replaced**swap.times * SAME_AGAIN ** (swap.times - 1)
    return chance < LIKELY


def _may_be_names(mine: str, theirs: str) -> bool:
    """Whether the two may name two things: not two numbers, which have their own veto, nor Apple and 苹果."""
    if not (0 < len(mine) <= LONGEST_NAME and 0 < len(theirs) <= LONGEST_NAME):
        return False
    return mine.isascii() == theirs.isascii() and not (_has_digit(mine) and _has_digit(theirs))


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _swap(mine: str, theirs: str, one: str, other: str) -> Swap | None:
    """The swap with the number of its occurrences; None where one text has most of the other's strings, too."""
    left_one, left_other = one.count(theirs), other.count(mine)
    times = min(one.count(mine) - left_other, other.count(theirs) - left_one)
    left = max(left_one, left_other)
    return Swap(mine, theirs, times, times + left) if left <= times else None


def _text(codes: Codes) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le")
