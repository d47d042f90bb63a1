"""What of a text tells its topic: pairs and triples of neighbouring Chinese characters, and Latin words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from pipelines.script import simplify_characters_table

RUNS = re.compile(r"[㐀-鿿]+|[a-z]{3,}")
LAST_LATIN = "z"


def features(text: str) -> Counter[str]:
    """How often each feature stands in the text; the same for both Chinese scripts and for full-width letters."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(simplify_characters_table())
    found: Counter[str] = Counter()
    for run in RUNS.findall(folded):
        if is_latin(run):
            found[run] += 1
        else:
            found.update(map("".join, pairwise(run)))
            found.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
    return found


def is_latin(feature: str) -> bool:
    """Whether the feature is a Latin word; others are Chinese."""
    return feature[0] <= LAST_LATIN
