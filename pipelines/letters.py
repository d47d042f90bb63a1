"""The letters of many texts at once: the same as `stages.lines.letters` of each, in a tenth of the time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
DROPPED, BY_ITSELF = 0, 0xFFFF  # no letter; a letter whose lower case depends on what stands beside it, or is several


@cache
def _lower() -> NDArray[np.uint16]:
    """Of each UTF-16 unit: what becomes of it."""
    lower = [_unit(chr(code)) for code in range(1 << 16)]
    lower[ord("\n")] = ord("\n")  # between two texts; it stands in none
    return np.array(lower, np.uint16)


def _unit(char: str) -> int:
    if not char.isalnum():
        return DROPPED
    return ord(char.lower()) if len(char.lower()) == 1 and char != "Σ" else BY_ITSELF


def letters_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Each text's letters and digits, in lower case."""
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
    units = _lower().take(codes)
    if len(codes) != len(joined) or (units == BY_ITSELF).any():
        letters = "".join(char for char in joined if char.isalnum() or char == "\n").lower()
    else:
        letters = units[units != DROPPED].tobytes().decode("utf-16-le")
    return tuple(letters.split("\n"))


def han_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Each text's Chinese characters, but for those beyond the basic plane; "\\n" stands in none of the texts."""
    codes = np.frombuffer("\n".join(texts).encode("utf-16-le", "surrogatepass"), "<u2")
    is_han = (
        codes - np.uint16(FIRST_HAN) <= LAST_HAN - FIRST_HAN
    )  # what is less than the first is a large number by then
    return tuple(codes[is_han | (codes == ord("\n"))].tobytes().decode("utf-16-le").split("\n"))
