"""What can be measured on a layout's blocks and boxes, once, for every stage to read."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.layout import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PUNCTUATION = re.compile("[，。！？；、,!?;：…]")
SENTENCE_ENDS = frozenset("。！？!?.…”」；;:：)）》")
CONTROLS = frozenset(("textarea", "select", "option", "optgroup", "button"))  # what stands in them is no running text
LATIN_WEIGHT = 0.25  # a Latin letter says about a quarter of what a 汉字 says


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Measures of blocks (n), of boxes (b), and running sums over blocks (n + 1)."""

    size: Floats  # n: characters, Latin ones at a quarter
    link: Floats  # n: share of characters inside <a>
    punctuation: Ints  # n
    paragraph: Bools  # n: reads as running text
    prose: Floats  # n: size where it is a paragraph, else 0
    size_sum: Floats  # n + 1
    link_sum: Floats  # n + 1, of size × link
    prose_sum: Floats  # n + 1
    first: Ints  # b
    last: Ints  # b
    outer: Ints  # b: the nearest box around it that holds more blocks; the page's box for itself

    def prose_in(self, first: int, last: int) -> float:
        """The prose of blocks first .. last - 1, as a share of the page's."""
        total = self.prose_sum[-1]
        return float((self.prose_sum[last] - self.prose_sum[first]) / total) if total else 0.0

    def links_in(self, first: int, last: int) -> float:
        """The share of linked text in blocks first .. last - 1."""
        size = self.size_sum[last] - self.size_sum[first]
        return float((self.link_sum[last] - self.link_sum[first]) / size) if size else 0.0


def measure(layout: Layout) -> Evidence:
    """The evidence of a layout with at least one block."""
    texts = layout.texts
    count = len(texts)
    length = np.fromiter(map(len, texts), np.float64, count)
    latin = np.fromiter((text.isascii() for text in texts), np.bool_, count)
    punctuation = np.fromiter((len(PUNCTUATION.findall(text)) for text in texts), np.int64, count)
    ends = np.fromiter((text[-1] in SENTENCE_ENDS for text in texts), np.bool_, count)
    size = np.where(latin, length * LATIN_WEIGHT, length)
    link = np.array(layout.link_chars) / length
    control = np.fromiter((layout.box_tag[box] in CONTROLS for box in layout.boxes), np.bool_, count)
    paragraph = ((punctuation >= 2) & (size >= 15) & (link < 0.4)) | (ends & (size >= 12) & (link < 0.3))
    paragraph &= ~control
    prose = size * paragraph
    first, last = np.array(layout.box_first), np.array(layout.box_last)
    return Evidence(
        size=size,
        link=link,
        punctuation=punctuation,
        paragraph=paragraph,
        prose=prose,
        size_sum=running(size),
        link_sum=running(size * link),
        prose_sum=running(prose),
        first=first,
        last=last,
        outer=_outer(layout, (last - first).tolist()),
    )


def running(values: Floats) -> Floats:
    """Running sums with a leading 0: the sum over blocks first .. last - 1 is `sums[last] - sums[first]`."""
    return np.concatenate(([0.0], np.cumsum(values)))


def _outer(layout: Layout, spans: list[int]) -> Ints:
    outer = [0] * len(spans)
    for box in range(1, len(spans)):
        parent = layout.box_parent[box]
        outer[box] = parent if spans[parent] > spans[box] else outer[parent]
    return np.array(outer)


def several(evidence: Evidence, layout: Layout) -> Ints:
    """Each block's nearest box that holds several blocks."""
    boxes = np.array(layout.boxes)
    single = evidence.last[boxes] - evidence.first[boxes] <= 1
    return np.where(single, evidence.outer[boxes], boxes)
