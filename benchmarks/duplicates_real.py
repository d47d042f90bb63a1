"""Duplicates among real pages: what the comparison says of 200 pairs of ../shared that were labelled by hand.

The pairs are the 200 most alike of all pairs of articles in zhpages and daniel (benchmarks/duplicates_real.json: two ids
and a label, no text). The labels: `copy` the same article; `edited` the same article, cut or rewritten in part by an
editor; `event` two reports of one event; `other` nothing in common but phrases and boilerplate.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from benchmarks.table import show
from pipelines import sources
from pipelines.dedup.features import Text, texts_of
from pipelines.dedup.pairs import judge
from pipelines.dedup.synonyms import NO_SYNONYMS, packaged
from pipelines.model import Record
from pipelines.recipe import clean

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
LABELS = ("copy", "edited", "event", "other")


def main() -> int:
    """Print the table; 2 where the pages are missing."""
    pairs: list[tuple[str, str, str]] = [tuple(row) for row in json.loads((HERE / "duplicates_real.json").read_text())]
    pages = {name: page_of(name) for one, other, _ in pairs for name in (one, other)}
    if not all(path.is_file() for path in pages.values()):
        sys.stderr.write("benchmarks.duplicates_real: the labelled pages (../shared) are not on this machine\n")
        return 2
    raw = {name: article(path) for name, path in pages.items()}
    rows = []
    for told, synonyms in (("package", packaged()), ("none", NO_SYNONYMS)):
        texts = dict(zip(raw, texts_of(list(raw.values()), synonyms)[0], strict=True))
        found = Counter((label, verdict(texts[one], texts[other])) for one, other, label in pairs)
        rows += [(told, label, *(found[label, said] for said in ("copy", "two", "veto"))) for label in LABELS]
    show(("synonyms", "label", "said: copy", "said: two texts", "said: two texts, by a veto"), rows)
    return 0


def page_of(name: str) -> Path:
    folder, page = name.split("/")
    return SHARED / folder / "pages" / f"{page}.html"


def article(path: Path) -> str:
    """The page's text; "" where it is rejected."""
    result = clean(next(iter(sources.read([path])))).result
    return result.text if isinstance(result, Record) else ""


def verdict(one: Text, other: Text) -> str:
    told = judge(one, other)
    if told.veto:
        return "veto"
    return "copy" if told.copy else "two"


if __name__ == "__main__":
    sys.exit(main())
