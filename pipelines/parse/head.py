"""What a page says of itself outside its visible text."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipelines.layout import Head
from pipelines.optout import MOST_SAID, REPEATED, ROBOTS_HEADER, TDM
from pipelines.parse.tags import INLINE, KIND_OF, LEADING, TAGS, TELLING, TELLING_TAGS, UNSEEN

TOLD_AS_HEADER = frozenset(("refresh", ROBOTS_HEADER, TDM))  # in http-equiv
MOST_COMMAS = 3  # in a meta's name: robots,taoxi
TOLD_IN_HEAD = TELLING_TAGS - {"head"} | {"title"}
NOT_ENTERED = frozenset((TELLING, LEADING, UNSEEN))  # elements below which no walk goes
# what is read of the metas in an element: all, a <head>'s children, a <noscript>'s prohibitions, nothing
EVERY, CHILDREN, FORBIDDING, NONE = range(4)


@dataclass(slots=True)
class HeadReader:
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
                elif inner == "noscript":
                    self.read_noscript(child)
        elif tag == "title":
            self.title = self.title or " ".join((node.text() or "").split())
        elif tag == "meta":
            for name in _names(node.attributes):
                self.read_meta(name, node.attributes.get("content") or "")
        elif tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                self.json_ld.append(node.text() or "")
        elif tag == "link":
            self.read_link(node.attributes)
        elif tag == "base":
            self.base = self.base or node.attributes.get("href")

    def read_metas(self, root: LexborNode) -> None:
        """Take what a walk over the page would take of its metas."""
        known: dict[int, int] = {}  # element → what is read of the metas in it
        for meta in root.css("meta"):
            way, node = [], meta.parent
            while node is not None and node.mem_id not in known:
                way.append(node)
                node = node.parent
            within = EVERY if node is None else known[node.mem_id]
            for one in reversed(way):
                within = known[one.mem_id] = _within(one, within)
            if within in (EVERY, CHILDREN):
                self.read(meta, "meta")
            elif within == FORBIDDING:
                self.read_forbidding(meta)

    def read_noscript(self, node: LexborNode) -> None:
        """Take what a publisher forbids who runs no scripts; all else there is of another page than is read."""
        for meta in node.css("meta"):
            self.read_forbidding(meta)

    def read_forbidding(self, meta: LexborNode) -> None:
        for name in _names(meta.attributes):
            if name in REPEATED:
                self.read_meta(name, meta.attributes.get("content") or "")

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


def _within(node: LexborNode, around: int) -> int:
    """What is read of the metas in an element, by what is read of those around it."""
    tag = TAGS.get(node.tag_id)
    if tag == "noscript" and around != NONE:
        return FORBIDDING
    if around == EVERY and tag == "head":
        return CHILDREN
    is_entered = around == FORBIDDING or (around == EVERY and KIND_OF.get(node.tag_id, INLINE) not in NOT_ENTERED)
    return around if is_entered else NONE


def _names(meta: dict[str, str | None]) -> list[str]:
    """What a <meta> tells of: several names in one, or what stands for a header."""
    if name := meta.get("property") or meta.get("name") or meta.get("itemprop"):
        return [one.strip() for one in name.lower().split(",", MOST_COMMAS)]
    told = (meta.get("http-equiv") or "").strip().lower()
    return [told] if told in TOLD_AS_HEADER else []
