"""How much a link's text looks like the example pages: it orders the queue; what is kept is told by pipelines/topic."""

from __future__ import annotations

import re
from collections import Counter

WORDS = re.compile(r"[㐀-鿿]+|[a-z]{3,}")
SIZE = 400  # features kept of the examples


def features(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters, and Latin words."""
    found: list[str] = []
    for run in WORDS.findall(text.lower()):
        found.extend([run] if run[0] < "\u0250" else (run[n : n + 2] for n in range(len(run) - 1)))
    return found


class Profile:
    """The most frequent features of the example pages."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._features: frozenset[str] = frozenset()

    def learn(self, text: str) -> None:
        self._counts.update(features(text))
        ranked = sorted(self._counts.items(), key=lambda entry: (-entry[1], entry[0]))
        self._features = frozenset(feature for feature, _ in ranked[:SIZE])

    def __bool__(self) -> bool:
        return bool(self._features)

    def likeness(self, text: str) -> float:
        """The share of the text's features that the examples have too: 0 to 1."""
        found = features(text)
        return sum(feature in self._features for feature in found) / len(found) if found else 0.0
