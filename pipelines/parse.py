"""Text → Layout: one parse a page, one walk over its tree.

The parser is lexbor (by selectolax): it builds the tree that a browser builds, faster than any other we measured. This
module is its only home, so that it can be exchanged here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.layout import Head, Layout
from pipelines.model import Reason, Rejected

MAX_DEPTH = 2_000  # pages written for people stay under 200; a browser flattens from 512 on
MANY_TAGS = 10_000  # fewer cannot nest deeply enough to slow the parser down

BLOCK_TAGS = frozenset(
    """html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table caption colgroup tbody
    thead tfoot tr td th ul option select optgroup textarea button title marquee frameset noframes""".split()
)
DROPPED_TAGS = frozenset("script style template noscript iframe object embed svg head map canvas applet math".split())
BREAK_TAGS = frozenset(("br", "hr"))
# inline elements whose class and id tell nothing that stages ask for: not read, for speed
PLAIN_TAGS = frozenset("b strong i em u font small sup sub big tt img input wbr o:p code s strike".split())
HEADING_LEVELS = {f"h{n}": n for n in range(1, 7)}
LIST_TAGS = frozenset(("ul", "ol", "menu", "dir"))

INLINE, BOX, LINK = range(3)

ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]")
ZERO_WIDTH_ENTITY = re.compile(
    "&(?:#(?:820[345]|8288|65279)(?!\\d)|#[xX](?:200[b-dB-D]|2060|[fF][eE][fF][fF])(?![0-9a-fA-F])|zwn?j|ZeroWidthSpace|NoBreak);?"
)
HAS_TEXT = re.compile("[0-9A-Za-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff10-\uff5a]")
ASTRAL = re.compile("[\U00020000-\U0003ffff]")
OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
WHOLE_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")
XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
UNNESTED_TAGS = frozenset(
    """area base br col embed hr img input link meta param source track wbr
    p li dt dd tr td th option thead tbody tfoot""".split()  # the second line's end tags may be left out
)


def parse_html(text: str) -> Layout | Rejected:
    """The page's layout; `Rejected` where it nests too deeply to be a page, or holds no visible word."""
    if text.count("<") > MANY_TAGS and _depth(text) > MAX_DEPTH:
        return Rejected(Reason.TOO_DEEP, f"elements nested deeper than {MAX_DEPTH}", "parse")
    text = ZERO_WIDTH_ENTITY.sub("", ZERO_WIDTH.sub("", text))
    root = LexborHTMLParser(XML_DECLARATION.sub("", text)).root
    walk = _Walk()
    if root is not None:
        walk.over(root)
    layout = walk.layout()
    return layout if layout.texts else Rejected(Reason.NO_TEXT, "no visible text", "parse")


def parse_text(text: str) -> Layout | Rejected:
    """Plain text's layout: one block a line that holds a word, all in one box."""
    lines = (" ".join(line.split()) for line in ZERO_WIDTH.sub("", text).split("\n"))
    texts = tuple(line for line in lines if _has_text(line))
    if not texts:
        return Rejected(Reason.NO_TEXT, "no visible text", "parse")
    zeros = (0,) * len(texts)
    return Layout(texts, zeros, zeros, (0,), ("#text",), ("",), (0,), (len(texts),), plain=True)


def _has_text(text: str) -> bool:
    return bool(HAS_TEXT.search(text) or ASTRAL.search(text))


def _depth(text: str) -> int:
    """How deeply the elements nest, at most."""
    depth = deepest = 0
    for match in OPEN_OR_CLOSE.finditer(text):
        closing, tag = match.groups()
        if tag.lower() in UNNESTED_TAGS:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


@dataclass(slots=True)
class _Walk:
    """The columns of a Layout while they grow."""

    texts: list[str] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)
    link_chars: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=lambda: [0])
    tag: list[str] = field(default_factory=lambda: ["#page"])
    name: list[str] = field(default_factory=lambda: [""])
    first: list[int] = field(default_factory=lambda: [0])
    last: list[int] = field(default_factory=lambda: [0])
    inline_names: dict[int, str] = field(default_factory=dict)
    links: list[tuple[str, list[str]]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    starts: dict[int, int] = field(default_factory=dict)  # <ol start> and <li value>, by box
    head: _Head = field(default_factory=lambda: _Head())  # noqa: PLW0108 -- defined below
    # the run of text since the last boundary
    run: list[str] = field(default_factory=list)
    run_box: int = 0
    run_link: int = 0
    run_names: list[str] = field(default_factory=list)

    def over(self, root: LexborNode) -> None:
        """Walk the tree once, in page order, without recursion."""
        box = 0
        link: list[str] | None = None
        entered: list[tuple[int, list[str] | None]] = []  # kind of each open element, and the link around it
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag
            child = None
            if tag == "-text":
                self.add(node.text_content or "", box, link)
            elif tag in BREAK_TAGS:
                self.flush()
            elif tag in DROPPED_TAGS:
                self.head.read(node, tag)
            elif tag is not None and tag[0] != "-":
                kind = INLINE
                outer = link
                if tag in BLOCK_TAGS:
                    kind = BOX
                    self.flush()
                    if tag == "title":  # text before <html> makes the parser leave <title> in the body
                        self.head.read(node, tag)
                    box = self.open(box, tag, node.attributes)
                elif tag == "a":
                    kind = LINK
                    link = []
                    href = node.attributes.get("href")
                    if href:
                        self.links.append((href, link))
                elif tag not in PLAIN_TAGS:
                    self.enter_inline(node, tag)
                child = node.child
                if child is not None:
                    entered.append((kind, outer))
                elif kind == BOX:
                    box = self.close(box)
                else:
                    link = outer
            if child is not None:
                node = child
                continue
            while True:
                following = node.next
                if following is not None:
                    node = following
                    break
                if not entered:
                    return
                kind, outer = entered.pop()
                if kind == BOX:
                    self.flush()
                    box = self.close(box)
                elif kind == LINK:
                    link = outer
                parent = node.parent
                if parent is None:
                    return
                node = parent

    def open(self, box: int, tag: str, attributes: dict[str, str | None]) -> int:
        number = len(self.parent)
        self.parent.append(box)
        self.tag.append(tag)
        self.first.append(len(self.texts))
        self.last.append(0)
        name = ""
        if attributes:
            name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
            style = attributes.get("style")
            if "hidden" in attributes or (style and HIDING.search(style)):
                self.hidden.add(number)
            if tag == "ol" or tag == "li":
                start = attributes.get("start" if tag == "ol" else "value") or ""
                if WHOLE_NUMBER.fullmatch(start):
                    self.starts[number] = int(start)
        self.name.append(name)
        return number

    def close(self, box: int) -> int:
        self.last[box] = len(self.texts)
        return self.parent[box]

    def enter_inline(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        if tag == "meta" or tag == "link" or tag == "base":
            self.head.read(node, tag)
        elif attributes:
            name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
            if name:
                self.run_names.append(name)

    def add(self, text: str, box: int, link: list[str] | None) -> None:
        if not self.run:
            if not text or text.isspace():
                return
            self.run_box = box
        self.run.append(text)
        if link is not None:
            link.append(text)
            self.run_link += len(text.strip())

    def flush(self) -> None:
        """A boundary: what has run up to here is a block, if it holds a word."""
        if self.run:
            text = " ".join("".join(self.run).split())
            if _has_text(text):
                if self.run_names:
                    self.inline_names[len(self.texts)] = " ".join(self.run_names)
                self.texts.append(text)
                self.boxes.append(self.run_box)
                self.link_chars.append(min(self.run_link, len(text)))
            self.run.clear()
            self.run_link = 0
        self.run_names.clear()

    def layout(self) -> Layout:
        self.flush()
        self.last[0] = len(self.texts)
        levels, numbers = self.structure()
        return Layout(
            texts=tuple(self.texts),
            boxes=tuple(self.boxes),
            link_chars=tuple(self.link_chars),
            box_parent=tuple(self.parent),
            box_tag=tuple(self.tag),
            box_name=tuple(self.name),
            box_first=tuple(self.first),
            box_last=tuple(self.last),
            inline_names=self.inline_names,
            levels=levels,
            numbers=numbers,
            links=tuple((href, " ".join("".join(anchor).split())) for href, anchor in self.links),
            hidden=frozenset(self.hidden),
            head=self.head.value(),
        )

    def structure(self) -> tuple[dict[int, int], dict[int, int]]:
        """Heading levels and list depths by block, and the numbers of <ol> items by their first block."""
        depth = [0] * len(self.parent)  # of lists around each box
        item = [False] * len(self.parent)  # whether the box lies in a list item
        counts: dict[int, int] = {}
        numbers: dict[int, int] = {}
        for box in range(1, len(self.parent)):
            tag, outer = self.tag[box], self.parent[box]
            depth[box] = depth[outer] + (tag in LIST_TAGS)
            item[box] = tag == "li" or (item[outer] and tag not in LIST_TAGS)
            if tag == "li" and self.tag[outer] == "ol":
                following = counts[outer] + 1 if outer in counts else self.starts.get(outer, 1)
                counts[outer] = self.starts.get(box, following)
                if self.first[box] < self.last[box]:
                    numbers[self.first[box]] = counts[outer]
        levels = {}
        for n, box in enumerate(self.boxes):
            level = HEADING_LEVELS.get(self.tag[box]) or (max(depth[box], 1) if item[box] else 0)
            if level:
                levels[n] = level
        return levels, numbers


@dataclass(slots=True)
class _Head:
    """What the page says of itself, while it is read."""

    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    canonical: str | None = None
    base: str | None = None

    def read(self, node: LexborNode, tag: str) -> None:
        """Take what `node` says: <head> with its children, or a single <meta>, <link>, <base>, <script>."""
        if tag == "head":
            child = node.child
            while child is not None:
                self.read(child, child.tag or "")
                child = child.next
        elif tag == "title":
            self.title = self.title or " ".join((node.text() or "").split())
        elif tag == "meta":
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if name:
                self.metas.setdefault(name.lower(), attributes.get("content") or "")
        elif tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                self.json_ld.append(node.text() or "")
        elif tag == "link":
            if (node.attributes.get("rel") or "").lower() == "canonical":
                self.canonical = self.canonical or node.attributes.get("href")
        elif tag == "base":
            self.base = self.base or node.attributes.get("href")

    def value(self) -> Head:
        return Head(self.title, self.metas, tuple(self.json_ld), self.canonical, self.base)
