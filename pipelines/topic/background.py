"""How many of some hundred pages about anything hold a feature: hashed counts alone, no text.

The table (tables/learned/background.json) is made by `python -m benchmarks.topic --write`. Features share a slot where their
hashes do, which makes a rare one look more common, never the other way.
"""

from __future__ import annotations

import json
import math
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.topic.features import features, is_latin

SLOTS = 1 << 18
FEWEST = 2  # pages: what fewer hold is left out, which halves the table
FEWEST_FEATURES = 50  # that a page has of Chinese to count as Chinese, and of Latin words to count as Latin
TABLE = "learned/background.json"


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """`pages` and `size` (features on a page, the median) are of Chinese pages, and of those in Latin letters."""

    counts: npt.NDArray[np.uint16]
    pages: tuple[int, int]
    size: tuple[int, int]

    def share(self, feature: str) -> float:
        """The share of the pages in the feature's letters that hold it."""
        return min(1.0, int(self.counts[_slot(feature)]) / self.pages[is_latin(feature)])

    def rarity(self, feature: str) -> float:
        """The logarithm of how rare the feature is: 0 where every page holds it."""
        pages = self.pages[is_latin(feature)]
        return math.log((pages + 1) / (min(pages, int(self.counts[_slot(feature)])) + 0.5))


def gathered(texts: Iterable[str]) -> Background:
    """The background that these texts make."""
    counts = np.zeros(SLOTS, dtype=np.int64)
    sizes: tuple[list[int], list[int]] = ([], [])
    for text in texts:
        found = features(text)
        counts[list({_slot(feature) for feature in found})] += 1
        for latin in (False, True):
            size = sum(number for feature, number in found.items() if is_latin(feature) == latin)
            if size >= FEWEST_FEATURES:
                sizes[latin].append(size)
    counts[counts < FEWEST] = 0
    han, latin_words = (int(np.median(size)) if size else 1 for size in sizes)
    pages = (max(1, len(sizes[0])), max(1, len(sizes[1])))
    return Background(counts.astype("<u2"), pages, (han, latin_words))


def told(background: Background) -> str:
    """The background as it stands on disk."""
    packed = b64encode(zlib.compress(background.counts.tobytes(), 9)).decode()
    return json.dumps({"pages": background.pages, "size": background.size, "counts": packed}, sort_keys=True) + "\n"


@cache
def packaged() -> Background:
    """The background that taoxi comes with."""
    values: dict[str, Any] = json.loads((files("pipelines.tables") / TABLE).read_text("utf-8"))
    counts = np.frombuffer(zlib.decompress(b64decode(values["counts"])), dtype="<u2")
    return Background(counts, tuple(values["pages"]), tuple(values["size"]))


def _slot(feature: str) -> int:
    return zlib.crc32(feature.encode()) % SLOTS
