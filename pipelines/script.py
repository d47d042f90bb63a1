"""Which Chinese script a text is written in, and its simplified form. The one home of opencc."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import opencc

OPENCC_VERSION: str = opencc.__version__

HAN_RANGES = ((0x3400, 0xA000), (0x20000, 0x323B0))
KANA_AND_HANGUL = ((0x3041, 0x3100), (0x31F0, 0x3200), (0x1100, 0x1200), (0xAC00, 0xD7A4))

OTHER, HAN, HANS, HANT, FOREIGN = range(5)
FEWEST_SIGNS = 2
SIGNS_PER_HAN = 0.01
MAJORITY = 0.7
FOREIGN_SHARE = 0.2  # of the letters: a Chinese text may quote a Japanese name, a Japanese one has far more kana


def detect_script(text: str) -> str:
    """Give "Hans" or "Hant" by the characters that only one script has, "" where they are few or divided.

    Japanese and Korean texts give "".
    """
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    classes = _script_classes().take(codes)
    han, hans, hant, foreign = (np.count_nonzero(classes == one) for one in (HAN, HANS, HANT, FOREIGN))
    han += hans + hant
    signs = hans + hant
    if signs < max(FEWEST_SIGNS, SIGNS_PER_HAN * han) or foreign > FOREIGN_SHARE * (han + foreign):
        return ""
    if hans >= MAJORITY * signs:
        return "Hans"
    return "Hant" if hant >= MAJORITY * signs else ""


def to_simplified(text: str) -> str:
    """Give the text in simplified characters, phrases considered. Call it for traditional texts only.

    It is no no-op on simplified ones: 乾 alone becomes 干. Converts about 3 MB/s.
    """
    return str(_converter("t2s").convert(text))


def simplify_characters_table() -> Mapping[int, int]:
    """Traditional code point → simplified code point: each character by itself, without phrases."""
    return _single_characters("t2s")


@lru_cache(maxsize=2)
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


@lru_cache(maxsize=2)
def _single_characters(name: str) -> Mapping[int, int]:
    han = [chr(code) for first, last in HAN_RANGES for code in range(first, last)]
    converted = _converter(name).convert("\n".join(han)).split("\n")  # a line break ends every phrase
    pairs = zip(han, converted, strict=True)
    return {ord(before): ord(after) for before, after in pairs if before != after and len(after) == 1}


@lru_cache(maxsize=1)
def _script_classes() -> npt.NDArray[np.uint8]:
    """The class of each UTF-16 unit.

    The national sets decide what is a sign: 后 and 里 get converted, yet Big5 has them as characters of their own.
    """
    classes = np.zeros(0x10000, dtype=np.uint8)
    classes[0x3400:0xA000] = HAN
    for first, last in KANA_AND_HANGUL:
        classes[first:last] = FOREIGN
    for name, script, home, other in (("s2t", HANS, "gb2312", "big5"), ("t2s", HANT, "big5", "gb2312")):
        for code in _single_characters(name):
            if code < 0x10000 and _encodes(code, home) and not _encodes(code, other):
                classes[code] = script
    return classes


def _encodes(code: int, codec: str) -> bool:
    return bool(chr(code).encode(codec, "ignore"))
