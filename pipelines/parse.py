"""Text → Layout: one parse a page, one walk over its tree.

The parser is lexbor (by selectolax): it builds the tree that a browser builds, faster than any other we measured. This
module is its only home, so that it can be exchanged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from pipelines.layout import Head, Layout
from pipelines.mend import mended
from pipelines.model import Reason, Rejected
from pipelines.optout import MOST_SAID, REPEATED, ROBOTS_HEADER

BLOCK_TAGS = frozenset(
    """html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table caption colgroup tbody
    thead tfoot tr td th ul option select optgroup textarea button title marquee frameset noframes""".split()
)
DROPPED_TAGS = frozenset("style template noscript iframe object embed svg map canvas applet math".split())
TELLING_TAGS = frozenset("head script meta link base".split())  # shown to nobody, but they tell of the page
UNSEEN_SELECTOR = ", ".join(sorted(DROPPED_TAGS | {"head", "script"}))
TOLD_AS_HEADER = frozenset(("refresh", ROBOTS_HEADER))  # in http-equiv
TOLD_IN_HEAD = TELLING_TAGS - {"head"} | {"title"}
CHILDLESS_TAGS = frozenset("img input wbr area col param source track".split())
BREAK_TAGS = frozenset(("br", "hr"))
HEADING_LEVELS = {f"h{n}": n for n in range(1, 7)}
ITEM_OR_LIST = frozenset(("li", "ul", "ol", "menu", "dir"))

TELLING_PROPERTIES = frozenset(("author", "articleBody"))
INLINE, LINK, BOX, BREAK, TEXT, TELLING, UNSEEN = range(7)
KINDS = {
    **dict.fromkeys(BLOCK_TAGS, BOX),
    **dict.fromkeys(BREAK_TAGS, BREAK),
    **dict.fromkeys(TELLING_TAGS, TELLING),
    **dict.fromkeys(DROPPED_TAGS | CHILDLESS_TAGS, UNSEEN),
    "a": LINK,
}
LITTLE_TEXT = 400  # characters: what a page shows that is drawn by scripts
LONGEST_PIECED = 120  # characters of a block whose text nodes are told apart: a line of date, author and source
LONGEST_NAMES = 200  # characters kept of the inline elements' names around a text

ZERO_WIDTHS = "\u200b\u200c\u200d\u2060\ufeff"
ZERO_WIDTH = re.compile(f"[{ZERO_WIDTHS}]")
HAS_TEXT = re.compile("[0-9A-Za-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff10-\uff5a]")
ASTRAL = re.compile("[\U00020000-\U0003ffff]")
NOSCRIPT = re.compile(rb"<(/?)noscript\b", re.IGNORECASE)
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
WHOLE_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")


def parse_html(source: str | bytes) -> Layout | Rejected:
    """The page's layout; `Rejected` where it nests too deeply to be a page, or holds no visible word.

    Bytes are taken as UTF-8: whoever has them spares the encoding.
    """
    page = mended(_as_bytes(source))
    if isinstance(page, Rejected):
        return page
    layout = _laid_out(page)
    if sum(map(len, layout.texts)) < LITTLE_TEXT and NOSCRIPT.search(page):
        without_scripts = _laid_out(NOSCRIPT.sub(rb"<\1div", page))  # for readers of a page that scripts draw
        if sum(map(len, without_scripts.texts)) > 2 * LITTLE_TEXT or not layout.texts:
            layout = without_scripts
    return layout if layout.texts else Rejected(Reason.NO_TEXT, "no visible text", "parse")


def metas_of(source: str | bytes) -> Mapping[str, str]:
    """What a page's metas say, be there a visible word or not; nothing where it nests too deeply to be a page."""
    page = mended(_as_bytes(source))
    return {} if isinstance(page, Rejected) else _laid_out(page).head.metas


def _as_bytes(source: str | bytes) -> bytes:
    return source.encode("utf-8", "ignore") if isinstance(source, str) else source


def parse_text(text: str) -> Layout | Rejected:
    """Plain text's layout: one block a line that holds a word, all in one box."""
    lines = (" ".join(line.split()) for line in ZERO_WIDTH.sub("", text).split("\n"))
    texts = tuple(line for line in lines if _has_text(line))
    if not texts:
        return Rejected(Reason.NO_TEXT, "no visible text", "parse")
    zeros = (0,) * len(texts)
    return Layout(texts, zeros, zeros, (0,), ("#text",), ("",), (0,), (len(texts),), plain=True)


def _laid_out(page: bytes) -> Layout:
    root = LexborHTMLParser(page, options=LexborDocumentOptions.WO_EVENTS.value).root
    walk = _Walk()
    if root is not None:
        walk.over(root)
    return walk.layout()


def _has_text(text: str) -> bool:
    return text[:1].isalnum() or HAS_TEXT.search(text) is not None or ASTRAL.search(text) is not None


def _tags_by_id() -> dict[int, str]:
    page = LexborHTMLParser("")
    return {page.create_node(tag).tag_id: tag for tag in KINDS}


def _kinds_by_id() -> dict[int, int]:
    kinds = {id_: KINDS[tag] for id_, tag in TAGS.items()}
    for node in LexborHTMLParser("<p><!--comment-->text").css("p")[0].iter(include_text=True):
        kinds[node.tag_id] = TEXT if node.is_text_node else UNSEEN
    return kinds


TAGS = _tags_by_id()  # numbers in place of names: the parser has them at hand
KIND_OF = _kinds_by_id()
TITLE = next(id_ for id_, tag in TAGS.items() if tag == "title")
NUMBERED = {id_: {"ol": "start", "li": "value"}[tag] for id_, tag in TAGS.items() if tag in {"ol", "li"}}


@dataclass(slots=True)
class _Walk:
    """What a walk over the tree finds. A *run* is the text between two boundaries: a block, if it holds a word."""

    runs: list[tuple[list[str], int, int]] = field(default_factory=list)  # parts, box, characters in links
    boxes: list[tuple[int, str, str, int]] = field(
        default_factory=lambda: [(0, "#page", "", 0)]
    )  # parent, tag, name, first
    last: list[int] = field(default_factory=lambda: [0])
    links: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)  # <a title>, by link
    places: list[int] = field(default_factory=list)  # of each link, the run that it stands in or before
    inline_names: dict[int, list[str]] = field(default_factory=dict)
    moments: dict[int, str] = field(default_factory=dict)  # <time datetime>, by run
    hidden: set[int] = field(default_factory=set)
    starts: dict[int, int] = field(default_factory=dict)  # <ol start> and <li value>, by box
    head: _Head = field(default_factory=lambda: _Head())  # noqa: PLW0108 -- defined below

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

    def layout(self) -> Layout:
        """The columns, without the runs that hold no word."""
        texts: list[str] = []
        boxes, link_chars = [], []
        pieces: dict[int, Sequence[str]] = {}
        blocks = [0]  # before each run
        for parts, box, chars in self.runs:
            text = " ".join((parts[0] if len(parts) == 1 else "".join(parts)).split())
            if text[:1].isalnum() or _has_text(text):
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


@dataclass(slots=True)
class _Head:
    """What the page says of itself, while it is read."""

    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    canonical: str | None = None
    base: str | None = None
    previous: str | None = None
    following: str | None = None
    twins: list[str] = field(default_factory=list)

    def read(self, node: LexborNode, tag: str) -> None:
        """Take what `node` says: <head> with its children, or a single <meta>, <link>, <base>, <script>."""
        if tag == "head":
            for child in node.iter():
                if (inner := TAGS.get(child.tag_id)) in TOLD_IN_HEAD:
                    self.read(child, inner)
        elif tag == "title":
            self.title = self.title or " ".join((node.text() or "").split())
        elif tag == "meta":
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if name:
                self.read_meta(name.strip().lower(), attributes.get("content") or "")
            elif (told := (attributes.get("http-equiv") or "").strip().lower()) in TOLD_AS_HEADER:
                self.read_meta(told, attributes.get("content") or "")
        elif tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                self.json_ld.append(node.text() or "")
        elif tag == "link":
            self.read_link(node.attributes)
        elif tag == "base":
            self.base = self.base or node.attributes.get("href")

    def read_meta(self, name: str, content: str) -> None:
        before = self.metas.get(name) if name in REPEATED else None
        if before is None:
            self.metas.setdefault(name, content)
        elif len(before) < MOST_SAID:  # no page of nothing but metas takes quadratic time
            between = "\n" if name == ROBOTS_HEADER else ", "
            self.metas[name] = f"{before}{between}{content}"

    def read_link(self, attributes: dict[str, str | None]) -> None:
        rel = (attributes.get("rel") or "").lower()
        if rel == "canonical":
            self.canonical = self.canonical or attributes.get("href")
        elif rel == "next":
            self.following = self.following or attributes.get("href")
        elif rel == "prev":
            self.previous = self.previous or attributes.get("href")
        elif rel == "amphtml" or (rel == "alternate" and attributes.get("media")):
            self.twins.append(attributes.get("href") or "")

    def value(self) -> Head:
        links = self.canonical, self.base, self.previous, self.following
        return Head(self.title, self.metas, tuple(self.json_ld), *links, tuple(self.twins))
