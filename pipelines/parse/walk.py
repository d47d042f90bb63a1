"""Tree → Layout: one walk, in page order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipelines.layout import Layout
from pipelines.parse.head import HeadReader
from pipelines.parse.tags import BOX, BREAK, INLINE, KIND_OF, LEADING, LEADING_SELECTOR, LINK, TAGS, TELLING, TEXT
from pipelines.parse.text import ZERO_WIDTH, ZERO_WIDTHS, has_text

HEADING_LEVELS = {f"h{n}": n for n in range(1, 7)}
ITEM_OR_LIST = frozenset(("li", "ul", "ol", "menu", "dir"))
TELLING_PROPERTIES = frozenset(("author", "articleBody"))
LONGEST_PIECED = 120  # characters of a block whose text nodes are told apart: a line of date, author and source
LONGEST_NAMES = 200  # characters kept of the inline elements' names around a text
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
WHOLE_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")
TITLE = next(id_ for id_, tag in TAGS.items() if tag == "title")
NUMBERED = {id_: {"ol": "start", "li": "value"}[tag] for id_, tag in TAGS.items() if tag in {"ol", "li"}}


@dataclass(slots=True)
class Walk:
    """What a walk over the tree finds. A *run* is the text between two boundaries: a block, if it holds a word."""

    runs: list[tuple[list[str], int, int]] = field(default_factory=list)  # parts, box, characters in links
    boxes: list[tuple[int, str, str, int]] = field(
        default_factory=lambda: [(0, "#page", "", 0)]
    )  # parent, tag, name, first
    last: list[int] = field(default_factory=lambda: [0])
    links: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)  # <a title>, by link
    places: list[int] = field(default_factory=list)  # of each link, the run that it stands in or before
    other_links: list[tuple[str, str]] = field(default_factory=list)
    inline_names: dict[int, list[str]] = field(default_factory=dict)
    moments: dict[int, str] = field(default_factory=dict)  # <time datetime>, by run
    hidden: set[int] = field(default_factory=set)
    starts: dict[int, int] = field(default_factory=dict)  # <ol start> and <li value>, by box
    head: HeadReader = field(default_factory=HeadReader)

    def over(self, root: LexborNode) -> None:
        """Walk the tree once, in page order, without recursion.

        The hot loop: every node of every page passes here, so what is done often is written out and not called, and no
        node is asked for what its kind does not need.
        """
        kind_of, tag_of, boxes, runs, last, links = KIND_OF.get, TAGS, self.boxes, self.runs, self.last, self.links
        places = self.places
        run: list[str] = []
        link_chars = 0  # of the run
        box, names = 0, ""  # around the node; names are those of the inline elements
        link: list[str] | None = None  # the texts of the link around the node
        around: list[tuple[LexborNode, int, list[str] | None, str]] = []  # each element entered, and what was around it
        node = root
        while True:
            child = None
            number = node.tag_id
            kind = kind_of(number, INLINE)
            if kind == TEXT:
                if node.is_empty_text_node:
                    if run:
                        run.append(" ")
                        if link is not None:
                            link.append(" ")
                else:
                    text = node.text_content or ""
                    chars = len(text.strip()) if link is not None or not run else 1
                    if run or chars:
                        run.append(text)
                        if link is not None:
                            link.append(text)
                            if chars:
                                link_chars += chars
                        if names:
                            self.inline_names.setdefault(len(runs), []).append(names)
            elif kind == BOX:
                if run:
                    runs.append((run, box, link_chars))
                    run = []
                    link_chars = 0
                attributes = node.attributes
                name = ""
                if attributes:
                    name = attributes.get("class") or ""
                    if len(attributes) > 1 or not name:
                        name = _name(attributes)
                        self.note(number, attributes)
                boxes.append((box, tag_of[number], name, len(runs)))
                last.append(len(runs))
                if number == TITLE:  # text before <html> makes the parser leave <title> in the body
                    self.head.read(node, "title")
                child = node.first_child
                if child is not None:
                    around.append((node, box, link, names))
                    box, names = len(boxes) - 1, ""
            elif kind == LINK:
                attributes = node.attributes
                child = node.first_child
                texts: list[str] = []
                href = attributes.get("href")
                if href:
                    if len(attributes) > 1 and (title := attributes.get("title")):
                        self.titles[len(links)] = title
                    links.append((href, texts))
                    places.append(len(runs))
                if child is not None:
                    around.append((node, box, link, names))
                    link = texts
                    if len(attributes) > 1 or href is None:
                        names = _joined(names, attributes)
            elif kind == INLINE:
                child = node.first_child
                if child is not None:
                    around.append((node, box, link, names))
                    attributes = node.attributes
                    if attributes:
                        names = _joined(names, attributes)
                        if "datetime" in attributes:
                            self.moments.setdefault(len(runs), attributes["datetime"] or "")
            elif kind == BREAK:
                if run:
                    runs.append((run, box, link_chars))
                    run = []
                    link_chars = 0
            elif kind == TELLING:
                self.head.read(node, tag_of[number])
            elif kind == LEADING:
                self.lead(node)
            if child is None:
                child = node.next
            while child is None:
                if not around:
                    last[0] = len(runs)
                    return
                inner = box
                node, box, link, names = around.pop()
                if box != inner:
                    if run:
                        runs.append((run, inner, link_chars))
                        run = []
                        link_chars = 0
                    last[inner] = len(runs)
                child = node.next
            node = child

    def note(self, number: int, attributes: dict[str, str | None]) -> None:
        """Whether the page hides the box to come, and the number that a list begins with."""
        if "hidden" in attributes or ("style" in attributes and HIDING.search(attributes["style"] or "")):
            self.hidden.add(len(self.boxes))
        if number in NUMBERED:
            start = attributes.get(NUMBERED[number]) or ""
            if WHOLE_NUMBER.fullmatch(start):
                self.starts[len(self.boxes)] = int(start)

    def lead(self, node: LexborNode) -> None:
        """Where a frame, or what stands in a map or <noscript>, leads, and what it says of that; what the latter forbids."""
        if TAGS[node.tag_id] == "noscript":
            self.head.read_noscript(node)
        for one in node.css(LEADING_SELECTOR):
            attributes = one.attributes
            said = one.text(deep=False) if one.tag == "a" else attributes.get("alt")
            self.other_links.append(
                (attributes.get("href") or attributes.get("src") or "", said or attributes.get("title") or "")
            )

    def layout(self) -> Layout:
        """The columns, without the runs that hold no word."""
        texts: list[str] = []
        boxes, link_chars = [], []
        pieces: dict[int, Sequence[str]] = {}
        blocks = [0]  # before each run
        for parts, box, chars in self.runs:
            text = " ".join((parts[0] if len(parts) == 1 else "".join(parts)).split())
            if text[:1].isalnum() or has_text(text):
                if len(parts) > 1 and len(text) <= LONGEST_PIECED:
                    pieces[len(texts)] = parts
                texts.append(text)
                boxes.append(box)
                link_chars.append(chars if chars < len(text) else len(text))
            blocks.append(len(texts))
        joined = "\n".join(texts)
        if any(char in joined for char in ZERO_WIDTHS):
            texts = [" ".join(ZERO_WIDTH.sub("", text).split()) for text in texts]
            link_chars = [min(chars, len(text)) for chars, text in zip(link_chars, texts, strict=True)]
        parents, tags, names, runs = zip(*self.boxes, strict=True)
        firsts, lasts = tuple([blocks[n] for n in runs]), tuple([blocks[n] for n in self.last])
        around = {blocks[n]: names for n, names in self.inline_names.items() if blocks[n] < blocks[n + 1]}
        return Layout(
            texts=tuple(texts),
            boxes=tuple(boxes),
            link_chars=tuple(link_chars),
            box_parent=parents,
            box_tag=tags,
            box_name=names,
            box_first=firsts,
            box_last=lasts,
            levels=_levels(boxes, parents, tags),
            numbers=self.numbers(parents, tags, firsts, lasts) if "ol" in tags else {},
            anchors=tuple(self.links),
            anchor_titles=self.titles,
            anchor_blocks=tuple([blocks[n] for n in self.places]),
            other_links=tuple(self.other_links),
            inline_names={n: " ".join(dict.fromkeys(" ".join(names).split())) for n, names in around.items()},
            pieces=pieces,
            moments={blocks[n]: moment for n, moment in self.moments.items() if blocks[n] < blocks[n + 1]},
            hidden=frozenset(self.hidden),
            head=self.head.value(),
        )

    def numbers(
        self, parents: Sequence[int], tags: Sequence[str], firsts: Sequence[int], lasts: Sequence[int]
    ) -> dict[int, int]:
        """The numbers of <ol> items, by their first block."""
        counts: dict[int, int] = {}
        numbers: dict[int, int] = {}
        for box, tag in enumerate(tags):
            outer = parents[box]
            if tag == "li" and tags[outer] == "ol":
                following = counts[outer] + 1 if outer in counts else self.starts.get(outer, 1)
                counts[outer] = self.starts.get(box, following)
                if firsts[box] < lasts[box]:
                    numbers[firsts[box]] = counts[outer]
        return numbers


def _name(attributes: dict[str, str | None]) -> str:
    """The class and id of an element, and an itemprop that tells as much: what its page calls it."""
    name, own = attributes.get("class") or "", attributes.get("id")
    if own:
        name = f"{name} {own}".lstrip()
    told = attributes.get("itemprop")
    return f"{name} {told}".lstrip() if told in TELLING_PROPERTIES else name


def _joined(names: str, attributes: dict[str, str | None]) -> str:
    """The names so far, and the class and id of one more inline element."""
    name = _name(attributes)
    return f"{names} {name}".lstrip()[:LONGEST_NAMES] if name else names


def _levels(boxes: Sequence[int], parents: Sequence[int], tags: Sequence[str]) -> dict[int, int]:
    """By block: the level of its heading, or how many lists are around its item."""
    lists = [0]  # around each box, times two; odd in an item
    for outer, tag in zip(parents[1:], tags[1:], strict=True):
        if tag in ITEM_OR_LIST:
            lists.append(lists[outer] | 1 if tag == "li" else (lists[outer] + 2) & ~1)
        else:
            lists.append(lists[outer])
    levels = {}
    for n, box in enumerate(boxes):
        if tags[box] in HEADING_LEVELS:
            levels[n] = HEADING_LEVELS[tags[box]]
        elif lists[box] & 1:
            levels[n] = max(lists[box] >> 1, 1)
    return levels
