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
Codes = NDArray[np.uint16]

HAN, LATIN, CAPITAL, DIGIT, COMMA, STOP, COLON, SPACE, BRACKET, OTHER = range(10)
CHARACTERS = {  # class → characters, after the ranges below
    LATIN: "abcdefghijklmnopqrstuvwxyzａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
    CAPITAL: "ABCDEFGHIJKLMNOPQRSTUVWXYZＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    DIGIT: "0123456789０１２３４５６７８９",
    COMMA: "，、；,;",
    STOP: "。！？…!?",
    COLON: "：",
    SPACE: " ",
    BRACKET: "()（）[]【】",
}
RANGES = {
    HAN: ((0x3400, 0xA000), (0xF900, 0xFB00), (0x3040, 0x3100), (0xAC00, 0xD7B0)),
    LATIN: ((0xC0, 0x250), (0x370, 0x700)),
}
CLASSES = 10
PUNCTUATION = re.compile("[" + CHARACTERS[COMMA] + CHARACTERS[STOP] + CHARACTERS[COLON] + "]")
ASTRAL = 0xFFFF  # characters beyond the first plane are taken for its last one
SENTENCE_ENDS = "。！？!?.…”」；;:：)）》"
CONTROLS = frozenset(("textarea", "select", "option", "optgroup", "button"))  # what stands in them is no running text
LINKED_TEXT = 40  # size of a paragraph that is no headline, though all of it is linked
LINKED_BLOCKS = 3  # such paragraphs in one box, that make it a text and no list
LATIN_WEIGHT = 0.25  # a Latin letter says about a quarter of what a 汉字 says


def _class_of_character() -> NDArray[np.uint8]:
    classes = np.full(ASTRAL + 1, OTHER, np.uint8)
    for kind, ranges in RANGES.items():
        for first, last in ranges:
            classes[first:last] = kind
    for kind, characters in CHARACTERS.items():
        classes[[ord(character) for character in characters]] = kind
    return classes


CLASS_OF = _class_of_character()
ENDS = np.zeros(ASTRAL + 1, np.bool_)
ENDS[[ord(character) for character in SENTENCE_ENDS]] = True


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Measures of blocks (n), of boxes (b), and running sums over blocks (n + 1)."""

    codes: Codes  # code points of the blocks' texts, a line feed between two; astral ones as 0xFFFF
    start: Ints  # n: where each block's text begins in `codes`
    counts: Ints  # n × CLASSES: characters of each class
    ends: Bools  # n: ends as a sentence may
    size: Floats  # n: characters, Latin ones at a quarter
    linked: Floats  # n: of the size, what is inside <a>
    link: Floats  # n: that share of it
    punctuation: Ints  # n
    paragraph: Bools  # n: reads as running text
    prose: Floats  # n: size where it is a paragraph, else 0
    size_sum: Floats  # n + 1
    link_sum: Floats  # n + 1, of what is linked
    prose_sum: Floats  # n + 1
    box: Ints  # n: the block's innermost box
    nearest: Ints  # n: its nearest box that holds several blocks
    parent: Ints  # b
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
    length = np.fromiter(map(len, texts), np.int64, count)
    weight: Floats = np.where(np.fromiter(map(str.isascii, texts), np.bool_, count), LATIN_WEIGHT, 1.0)
    codes = code_points("\n".join(texts))
    past = np.cumsum(length + 1)
    counts = np.bincount(
        np.repeat(np.arange(0, count * CLASSES, CLASSES), length + 1)[:-1] + CLASS_OF.take(codes),
        minlength=count * CLASSES,
    ).reshape(count, CLASSES)
    punctuation = counts[:, COMMA] + counts[:, STOP] + counts[:, COLON]
    ends = ENDS[codes[past - 2]]
    size = weight * length
    box = np.array(layout.boxes)
    linked = _leading_elsewhere(np.array(layout.link_chars) * weight, size, box, punctuation)
    link = linked / size
    tags = layout.box_tag
    control = np.fromiter(map(CONTROLS.__contains__, tags), np.bool_, len(tags))[box]
    paragraph = ((punctuation >= 2) & (size >= 15) & (link < 0.4)) | (ends & (size >= 12) & (link < 0.3))
    paragraph &= ~control
    prose = size * paragraph
    first, last = np.array(layout.box_first), np.array(layout.box_last)
    spans = last - first
    outer = _outer(layout, spans.tolist())
    return Evidence(
        codes=codes,
        start=past - length - 1,
        counts=counts,
        ends=ends,
        size=size,
        linked=linked,
        link=link,
        punctuation=punctuation,
        paragraph=paragraph,
        prose=prose,
        size_sum=running(size),
        link_sum=running(linked),
        prose_sum=running(prose),
        box=box,
        nearest=np.where(spans[box] <= 1, outer[box], box),
        parent=np.array(layout.box_parent),
        first=first,
        last=last,
        outer=outer,
    )


def _leading_elsewhere(linked: Floats, size: Floats, box: Ints, punctuation: Ints) -> Floats:
    """Of each block the size of what is linked; 0 in an article inside one link, as summaries and unclosed links are."""
    running_text = (linked > 0.99 * size) & (size >= LINKED_TEXT) & (punctuation >= 2)
    if np.count_nonzero(running_text) < LINKED_BLOCKS:
        return linked
    inside = np.bincount(box[running_text], minlength=int(box.max()) + 1) >= LINKED_BLOCKS
    return np.where(inside[box], 0.0, linked)


def code_points(text: str) -> Codes:
    """The text's code points, those beyond the first plane as 0xFFFF."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(codes) == len(text):
        return codes
    return np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), ASTRAL).astype(np.uint16)


def paired(first: Codes, second: Codes) -> Codes:
    """A number for two characters; few pairs share one, so that a table of all numbers tells where some may stand."""
    return first * np.uint16(31) + second


def running(values: Floats | Ints | Bools) -> Floats:
    """Running sums along the last axis with a leading 0: the sum over first .. last - 1 is `sums[last] - sums[first]`."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.add.accumulate(values, axis=-1, out=sums[..., 1:])
    return sums


def _outer(layout: Layout, spans: list[int]) -> Ints:
    outer = [0] * len(spans)
    parents = layout.box_parent
    for box in range(1, len(spans)):
        parent = parents[box]
        outer[box] = parent if spans[parent] > spans[box] else outer[parent]
    return np.array(outer)
