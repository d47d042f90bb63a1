"""Find the posts of a thread: boxes of one template that repeat, each with its message and a rim that tells who and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.evidence import Evidence
from pipelines.layout import Layout
from pipelines.stages.rims import ANSWERED, HEADLINE, LONGEST_HEAD, LONGEST_NAME, LONGEST_RIM, is_rim_text, is_sign
from pipelines.tables.posts import post_table

DIGITS = "0123456789"
ALONE = ("own", "answer")  # words that a single box suffices for
MOST_NAMED = 24  # groups that are looked at, those with most text first
FEWEST_ALIKE, MOST_ALIKE = 3, 8
LEAST_INNER = 0.6  # of the posts have the inner box
CLIMB = 4  # boxes around a lone message that are its post's
LEAVES = frozenset("p blockquote pre ul ol li h1 h2 h3 h4 h5 h6 table".split())


Boxes = tuple[str, list[int]]  # a word, and the boxes of one template


@dataclass(frozen=True, slots=True)
class Found:
    """Messages of one template, in page order: each one's box, and the blocks first .. last - 1 of its whole post."""

    word: str  # which of the table's words its boxes are called by
    messages: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    size: float  # characters of all messages
    linked: float  # share of those characters in links
    signed: float  # share of posts that tell a time or a floor
    authored: float  # share of posts that show a name in a box called so
    headlines: float  # share of posts with a linked line of their own, as in a list of other articles


@lru_cache(maxsize=20_000)  # sites repeat their class names
def _tokens(name: str) -> tuple[tuple[str, str], ...]:
    """(word, token) of each class or id in a box's name that calls it a post or a message."""
    words = post_table().words
    return tuple((str(match.lastgroup), part) for part in _parts(name) if (match := words.fullmatch(part)))


def _parts(name: str) -> list[str]:
    """The classes and ids in a box's name, lower-case, without the digits at their ends."""
    return list(dict.fromkeys(part.rstrip(DIGITS) for part in name.lower().split()))


@lru_cache(maxsize=20_000)
def called(what: str, name: str) -> str | None:
    """The first class or id in a box's name that the table's expression fits."""
    pattern: re.Pattern[str] = getattr(post_table(), what)
    return next((part for part in _parts(name) if pattern.fullmatch(part)), None) if name else None


def named_boxes(layout: Layout, evidence: Evidence) -> list[Boxes]:
    """Each word of the table, and the boxes called so by one class or id: in page order, with text, none inside another."""
    told = {name: tokens for name in set(layout.box_name) if (tokens := _tokens(name))}
    if not told:
        return []
    groups = [(word, boxes) for (word, _), boxes in _grouped(layout, told).items()]
    return _largest(layout, evidence, [(word, of) for word, of in groups if len(of) > 1 or word in ALONE], MOST_NAMED)


def alike_boxes(layout: Layout, evidence: Evidence) -> list[Boxes]:
    """As `named_boxes`, for whatever class or id: those of sites that use words of their own."""
    told = {name: tuple(("alike", part) for part in _parts(name)) for name in set(layout.box_name) if name}
    boxes = _grouped(layout, told)
    for box, name in enumerate(layout.box_name):  # without any word at all: the boxes side by side in another
        if not name and box and layout.box_first[box] < layout.box_last[box]:
            boxes.setdefault(("alike", f"{layout.box_tag[box]} in {layout.box_parent[box]}"), []).append(box)
    several = [of for of in boxes.values() if len(of) >= FEWEST_ALIKE]
    return _largest(layout, evidence, [("alike", of) for of in several], MOST_ALIKE)


def _largest(layout: Layout, evidence: Evidence, groups: list[Boxes], most: int) -> list[Boxes]:
    """The groups with most text, so many at most; of those of the same boxes the first."""
    distinct = {tuple(boxes): (word, boxes) for word, boxes in reversed(groups)}
    sizes = {key: sum(_size(layout, evidence, box) for box in key) for key in distinct}
    return [distinct[key] for key in sorted(distinct, key=lambda key: (-sizes[key], key))[:most]]


def _grouped(layout: Layout, told: dict[str, tuple[tuple[str, str], ...]]) -> dict[tuple[str, str], list[int]]:
    boxes: dict[tuple[str, str], list[int]] = {}
    ends: dict[tuple[str, str], int] = {}
    for box, name in enumerate(layout.box_name):
        first, last = layout.box_first[box], layout.box_last[box]
        if name in told and first < last and not _in_frame(layout, box):
            for token in told[name]:
                if first >= ends.get(token, 0):
                    ends[token] = last
                    boxes.setdefault(token, []).append(box)
    return boxes


def _in_frame(layout: Layout, box: int) -> bool:
    """Whether the box or one just around it is a signature, a row of buttons or such."""
    for _ in range(3):
        if called("frame", layout.box_name[box]):
            return True
        box = layout.box_parent[box]
    return False


def group(layout: Layout, evidence: Evidence, word: str, boxes: list[int], title: int | None = None) -> Found:
    """What the boxes of one template hold; `title` is the block that shows the page's."""
    messages = _messages(layout, evidence, boxes)
    above = _above(layout, evidence, messages[0], title) if word == "answer" and len(messages) == 1 else 0
    spans = _spans(layout, messages, above)
    rims = [rim(layout, message, span) for message, span in zip(messages, spans, strict=True)]
    signed = sum(any(is_sign(layout.texts[n]) for n in blocks) for blocks in rims)
    size = sum(_size(layout, evidence, box) for box in messages)
    linked = sum(
        float(evidence.link_sum[layout.box_last[b]] - evidence.link_sum[layout.box_first[b]]) for b in messages
    )
    tops = [[*blocks, layout.box_first[message]] for message, blocks in zip(messages, rims, strict=True)]
    headlines = _headlines(layout, evidence, tops)
    authored = sum(author_box(layout, blocks) is not None for blocks in rims)
    count = len(messages)
    return Found(
        word=word,
        messages=tuple(messages),
        spans=tuple(spans),
        size=size,
        linked=linked / max(size, 1.0),
        signed=signed / count,
        authored=authored / count,
        headlines=headlines,
    )


def _size(layout: Layout, evidence: Evidence, box: int) -> float:
    return float(evidence.size_sum[layout.box_last[box]] - evidence.size_sum[layout.box_first[box]])


def _headlines(layout: Layout, evidence: Evidence, rims: list[list[int]]) -> float:
    """The share of posts with a long linked line that no other has: a thread's posts have its title, or none."""
    lines = [
        {
            ANSWERED.sub("", layout.texts[n])
            for n in blocks
            if evidence.link[n] > 0.8 and evidence.size[n] >= HEADLINE and not is_sign(layout.texts[n])
        }
        for blocks in rims
    ]
    counts: dict[str, int] = {}
    for own in lines:
        for line in own:
            counts[line] = counts.get(line, 0) + 1
    return sum(any(counts[line] == 1 for line in own) for own in lines) / len(lines)


def author_box(layout: Layout, rim_blocks: Iterable[int]) -> int | None:
    """The first short block on a post's rim whose box, or the one around it, is called an author's."""
    for n in rim_blocks:
        box = layout.boxes[n]
        around = (box, layout.box_parent[box])
        if len(layout.texts[n]) <= LONGEST_NAME and any(called("author", layout.box_name[b]) for b in around):
            return n
    return None


def rim(layout: Layout, message: int, span: tuple[int, int]) -> list[int]:
    """The blocks of a post that are none of its message: those outside its box, and the lines of who and when in it."""
    start = head(layout, message)
    return [n for n in range(*span) if not start <= n < layout.box_last[message]]


def head(layout: Layout, message: int) -> int:
    """The first block of a message behind the lines at its top that tell a time or a floor."""
    first, last = layout.box_first[message], layout.box_last[message]
    signs = [
        n
        for n in range(first, min(first + 3, last - 1))
        if len(layout.texts[n]) <= LONGEST_HEAD and is_sign(layout.texts[n])
    ]
    return signs[-1] + 1 if signs else first


def message_blocks(layout: Layout, message: int) -> tuple[int, ...]:
    """The blocks of a message without its signature, buttons, and notes of the software's."""
    return tuple(n for n in range(head(layout, message), layout.box_last[message]) if not _is_frame(layout, n, message))


def _is_frame(layout: Layout, n: int, message: int) -> bool:
    text, box = layout.texts[n], layout.boxes[n]
    if len(text) <= LONGEST_RIM and is_rim_text(text):
        return True
    while box > message:
        if called("frame", layout.box_name[box]):
            return True
        box = layout.box_parent[box]
    return False


def _messages(layout: Layout, evidence: Evidence, boxes: list[int]) -> list[int]:
    """The boxes of the messages inside those of the posts: as deep as names or sole children lead most of them."""
    while True:
        inner = [_inner(layout, box) for box in boxes]
        sizes: dict[str, float] = {}
        counts: dict[str, int] = {}
        for children in inner:
            for key, child in children.items():
                sizes[key] = sizes.get(key, 0.0) + _size(layout, evidence, child)
                counts[key] = counts.get(key, 0) + 1
        common = [key for key in sizes if counts[key] >= LEAST_INNER * len(boxes)]
        if not common:
            return boxes
        best = max(common, key=lambda key: sizes[key])
        boxes = [children.get(best, box) for box, children in zip(boxes, inner, strict=True)]


def _inner(layout: Layout, box: int) -> dict[str, int]:
    """The boxes right inside one that may lead to its message, by the class or id that says so; "" for a sole child."""
    children: dict[str, int] = {}
    for child in children_of(layout, box):
        name = layout.box_name[child]
        if layout.box_first[child] == layout.box_first[box] and layout.box_last[child] == layout.box_last[box]:
            return {"": child} if layout.box_tag[child] not in LEAVES else {}
        if (key := called("inner", name)) and not called("frame", name) and not called("author", name):
            children.setdefault(key, child)
    return children


def children_of(layout: Layout, box: int) -> Iterator[int]:
    """The boxes right inside one that hold text."""
    child, count = box + 1, len(layout.box_parent)
    while child < count and layout.box_parent[child] >= box:
        if layout.box_parent[child] == box and layout.box_first[child] < layout.box_last[child]:
            yield child
        child += 1


def _above(layout: Layout, evidence: Evidence, message: int, title: int | None) -> int:
    """The first block that a lone message's post may have: behind the title, and behind the question above it."""
    least = 0 if title is None or title >= layout.box_first[message] else title + 1
    first, box = layout.box_first[message], message
    for _ in range(CLIMB):
        box = layout.box_parent[box]
        if layout.box_first[box] < least:
            break
        name = layout.box_name[box]
        if called("answering", name) and not called("question", name):  # its prose is what answerers say of themselves
            first = layout.box_first[box]
    return max(least, next((n + 1 for n in range(first - 1, -1, -1) if evidence.prose[n]), 0))


def _spans(layout: Layout, messages: list[int], above: int = 0) -> list[tuple[int, int]]:
    """The blocks of each message's post, from block `above` on: those of the widest box that holds no other message."""
    ends = [above, *(layout.box_last[box] for box in messages)]
    starts = [*(layout.box_first[box] for box in messages), len(layout.texts)]
    spans = []
    for k, box in enumerate(messages):
        holder, steps = box, len(layout.box_parent) if len(messages) > 1 else CLIMB
        while steps and holder:
            outer, steps = layout.box_parent[holder], steps - 1
            if layout.box_first[outer] < ends[k] or layout.box_last[outer] > starts[k + 1]:
                break
            holder = outer
        bare = (
            layout.box_first[holder] == layout.box_first[box] and k
        )  # its rim stands before it, in no box of the post
        spans.append((ends[k] if bare else layout.box_first[holder], layout.box_last[holder]))
    return spans
