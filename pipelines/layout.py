"""What the parser saw on a page: text blocks and the boxes that hold them, by columns.

Columns, not objects, because a page has hundreds of blocks and stages read them many times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipelines.letters import letters_of

MOST_NEAR, LONGEST_NEAR = 6, 120  # blocks of a box that are beside each other, and characters of them


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself outside its visible text."""

    title: str = ""  # <title>
    metas: Mapping[str, str] = field(
        default_factory=dict
    )  # lower-case name, property, itemprop, or "refresh" → content, first wins; all of robots
    json_ld: tuple[str, ...] = ()  # texts of <script type="application/ld+json">
    canonical: str | None = None  # <link rel=canonical>, as written
    base: str | None = None  # <base href>, as written
    previous: str | None = None  # <link rel=prev> and <link rel=next>, as written
    following: str | None = None
    twins: tuple[str, ...] = ()  # <link rel=amphtml> and <link rel=alternate media=…>, as written


@dataclass(frozen=True)
class Layout:
    """A page's blocks and boxes.

    A *block* is a maximal run of visible text between block-level boundaries or <br>/<hr>, white space collapsed. A *box*
    is a block-level element; box 0 is the page. Blocks and boxes are numbered in page order; a box spans the blocks
    `box_first[b] .. box_last[b] - 1`, those of the boxes inside it included.
    """

    texts: tuple[str, ...]
    boxes: tuple[int, ...]  # each block's innermost box
    link_chars: tuple[int, ...]  # characters of each block inside <a>
    box_parent: tuple[int, ...]
    box_tag: tuple[str, ...]  # lower-case
    box_name: tuple[str, ...]  # class, id and a telling itemprop, as written, separated by spaces
    box_first: tuple[int, ...]
    box_last: tuple[int, ...]
    levels: Mapping[int, int] = field(default_factory=dict)  # block → heading level 1–6, or depth of a list item from 1
    numbers: Mapping[int, int] = field(default_factory=dict)  # block that starts an <ol> item → its number
    anchors: tuple[tuple[str, Sequence[str]], ...] = ()  # (href as written, parts of its text), in page order
    anchor_titles: Mapping[int, str] = field(default_factory=dict)  # anchor → its title attribute
    anchor_blocks: tuple[int, ...] = ()  # of each anchor, the block that it stands in, or the next one
    other_links: tuple[tuple[str, str], ...] = ()  # as `links`, but of areas, frames, <noscript>
    inline_names: Mapping[int, str] = field(default_factory=dict)  # block → such names of inline elements around text
    moments: Mapping[int, str] = field(default_factory=dict)  # block → <time datetime>, where it says 昨天
    pieces: Mapping[int, Sequence[str]] = field(default_factory=dict)  # short block of several text nodes → these
    hidden: frozenset[int] = frozenset()  # boxes that the page itself hides (style or attribute)
    head: Head = field(default_factory=Head)
    plain: bool = False  # read from plain text: one box, no markup to go by
    encoding: str = "utf-8"  # of the page as it came
    embedded: str = ""  # json-ld, state or escaped where the article stood in the page's data alone: see `embedded.py`

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Each block's letters and digits, in lower case."""
        return letters_of(self.texts)

    def table_around(self, n: int) -> int:
        """The box of the table that a block stands in; the page's box where there is none."""
        box = self.boxes[n]
        while box and self.box_tag[box] != "table":
            box = self.box_parent[box]
        return box

    @cached_property
    def anchor_texts(self) -> tuple[str, ...]:
        """The anchors' texts as written, in page order."""
        return tuple(["".join(parts) for _, parts in self.anchors])

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(href as written, anchor text), in page order."""
        return tuple(
            [(href, " ".join(text.split())) for (href, _), text in zip(self.anchors, self.anchor_texts, strict=True)]
        )

    def near(self, anchor: int) -> str:
        """What is said beside an anchor, in the innermost box around it that holds a few blocks: a teaser's own words."""
        if anchor >= len(self.anchor_blocks) or (block := self.anchor_blocks[anchor]) >= len(self.texts):
            return ""
        box = self.boxes[block]
        while box and self.box_last[box] - self.box_first[box] == 1:
            box = self.box_parent[box]
        beside = range(self.box_first[box], self.box_last[box])
        if len(beside) > MOST_NEAR:
            beside = range(block, block + 1)
        return " ".join(self.texts[n] for n in beside)[:LONGEST_NEAR]


def joined(layouts: Sequence[Layout]) -> Layout:
    """One layout that shows the pages one after the other, in a box around them; the first tells what no block does."""
    texts: list[str] = []
    boxes: list[int] = []
    parents, firsts, lasts = [0], [0], [0]
    levels: dict[int, int] = {}
    numbers: dict[int, int] = {}
    inline_names: dict[int, str] = {}
    pieces: dict[int, Sequence[str]] = {}
    moments: dict[int, str] = {}
    hidden: set[int] = set()
    titles: dict[int, str] = {}
    places: list[int] = []
    for layout in layouts:
        block, box = len(texts), len(parents)
        titles |= {len(places) + n: title for n, title in layout.anchor_titles.items()}
        places += [block + place for place in layout.anchor_blocks]
        texts += layout.texts
        boxes += [box + inner for inner in layout.boxes]
        parents += [0, *(box + outer for outer in layout.box_parent[1:])]
        firsts += [block + first for first in layout.box_first]
        lasts += [block + last for last in layout.box_last]
        levels |= {block + n: level for n, level in layout.levels.items()}
        numbers |= {block + n: number for n, number in layout.numbers.items()}
        inline_names |= {block + n: names for n, names in layout.inline_names.items()}
        moments |= {block + n: moment for n, moment in layout.moments.items()}
        pieces |= {block + n: nodes for n, nodes in layout.pieces.items()}
        hidden |= {box + inner for inner in layout.hidden}
    lasts[0] = len(texts)
    return replace(
        layouts[0],
        texts=tuple(texts),
        boxes=tuple(boxes),
        link_chars=tuple(chars for layout in layouts for chars in layout.link_chars),
        box_parent=tuple(parents),
        box_tag=("#page", *(tag for layout in layouts for tag in layout.box_tag)),
        box_name=("", *(name for layout in layouts for name in layout.box_name)),
        box_first=tuple(firsts),
        box_last=tuple(lasts),
        levels=levels,
        numbers=numbers,
        anchors=tuple(anchor for layout in layouts for anchor in layout.anchors),
        anchor_titles=titles,
        anchor_blocks=tuple(places),
        inline_names=inline_names,
        pieces=pieces,
        moments=moments,
        hidden=frozenset(hidden),
    )
