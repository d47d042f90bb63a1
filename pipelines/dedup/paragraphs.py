"""Paragraphs that recur over many documents: boilerplate that no rule caught, disclaimers, quotations, copied passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np

from pipelines.dedup.fold import fold_batch

FEWEST_CHARACTERS = 12  # of a paragraph's letters and digits: shorter ones are headings and labels
FEWEST_DOCUMENTS = 5
COUNTERS = 1 << 24  # of one byte: paragraphs are told apart by their hash among these first, then by all of it
MOST_SITES = 1000  # named of one paragraph; more are counted no further

Row = tuple[Any, str | None, str | None]  # id, site, text


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it first stood, and where it recurs."""

    text: str
    first_id: Any
    documents: int = 0
    sites: set[str] = field(default_factory=set)


def recurring(rows: Callable[[], Iterable[Row]], documents: int = FEWEST_DOCUMENTS, sites: int = 1) -> list[Paragraph]:
    """The paragraphs that at least so many documents, of so many sites, have; most frequent first.

    They are compared by their letters and digits, and counted once a document. The rows are read twice: memory holds a
    counter for each of COUNTERS hashes, and the paragraphs that may recur.
    """
    counters = np.zeros(COUNTERS, np.uint8)
    least = min(documents, 255)
    for _, _, text in rows():
        slots = np.array([int.from_bytes(key[:4], "little") % COUNTERS for key, _ in _keyed(text)], np.int64)
        slots = np.unique(slots)
        counters[slots[counters[slots] < 255]] += 1
    found: dict[bytes, Paragraph] = {}
    for own, site, text in rows():
        for key, paragraph in _keyed(text):
            if counters[int.from_bytes(key[:4], "little") % COUNTERS] < least:
                continue
            one = found.setdefault(key, Paragraph(paragraph, own))
            one.documents += 1
            if site is not None and len(one.sites) < MOST_SITES:
                one.sites.add(site)
    kept = [one for one in found.values() if one.documents >= documents and max(len(one.sites), 1) >= sites]
    return sorted(kept, key=lambda one: (-one.documents, one.text))


def _keyed(text: str | None) -> Iterator[tuple[bytes, str]]:
    """A text's long paragraphs, each once, with a hash of its fold."""
    lines: Sequence[str] = (text or "").split("\n")
    seen: set[bytes] = set()
    for line, folded in zip(lines, fold_batch(lines), strict=True):
        if len(folded) < FEWEST_CHARACTERS:
            continue
        key = blake2b(folded.tobytes(), digest_size=16).digest()
        if key not in seen:
            seen.add(key)
            yield key, line.strip()
