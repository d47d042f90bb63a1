"""What the demo site consists of: articles, resources by URL, and the truth about each URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Line:
    """One block of an article's body. Kinds: p paragraph, h heading, n numbered, b bullet, row of a table."""

    kind: str
    text: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A reader's comment below an article."""

    author: str
    text: str
    day: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its writer made it, before any site shows it."""

    id: str
    topic: str
    label: str
    title: str
    lines: tuple[Line, ...]
    published: datetime  # Asia/Shanghai, naive
    author: str
    source: str
    remarks: tuple[Remark, ...]
    tags: tuple[str, ...]
    province: str

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a server answers beyond the plain body."""

    delay: float = 0.0  # seconds before the answer
    cut: bool = False  # Content-Length tells more than is sent
    stream: int = 0  # this many bytes of filler follow the body, without a Content-Length
    first: tuple[int, ...] = ()  # statuses of the first answers; 429 comes with Retry-After: 1


PLAIN = Behaviour()


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer of the site."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    behaviour: Behaviour = PLAIN


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right about one URL.

    `expected`: kept, duplicate, joined (a later part of an article), rejected or never fetched. Pages with one `text_id`
    fold to the same letters: one of them is kept, whichever comes first. `article_id` also holds spun copies and parts
    together. `published` is ISO 8601, a day or a time; None where the page does not tell. Of an article in parts the
    first page tells the whole. An article that is off the topic is kept only by a crawl without examples.
    """

    url: str
    family: str
    kind: str  # article, part, off_topic, list, home, tag, error, trap, redirect
    expected: str
    article_id: str = ""
    text_id: str = ""
    copy_kind: str = ""  # original, exact, respaced, fullwidth, traditional, twin, spun, negative, part
    title: str | None = None
    published: str | None = None
    author: str | None = None
    source: str | None = None
    body: tuple[str, ...] = ()
    comments: int = 0
    parts: tuple[str, ...] = ()  # URLs of the pages of an article in parts, in order
    parts_missing: tuple[str, ...] = ()  # of these, the ones that the site does not have
    charset: str = ""  # how the page is encoded and declared; see charsets.py
    fault: str = ""  # what stands between the crawler and the page

    @property
    def is_article(self) -> bool:
        """Whether the page belongs into the dataset, kept or as a copy."""
        return self.expected in {"kept", "duplicate"}


@dataclass(frozen=True)
class Site:
    """The whole demo site, the same for the same seed. `pages` are its finite part, `answer` knows the traps."""

    seed: int
    hosts: tuple[str, ...]
    start_urls: tuple[str, ...]
    pages: Mapping[str, Resource]
    truth: Mapping[str, Truth]
    trap: Callable[[str], Resource | None] = field(repr=False)
    examples: Mapping[str, bytes] = field(
        default_factory=dict
    )  # file name → page: what is looked for, on no host of the site
    crawl_delay: Mapping[str, float] = field(default_factory=dict)  # host → seconds
    disallowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # host → path prefixes

    def answer(self, url: str) -> Resource:
        """What the server says at this URL; a 404 page where there is none."""
        return self.pages.get(url) or self.trap(url) or NOT_FOUND

    def forbidden(self, url: str) -> bool:
        """Whether robots.txt forbids this URL."""
        parts = urlsplit(url)
        return parts.path.startswith(self.disallowed.get(parts.netloc, ()) or ("\0",))

    def articles(self) -> Iterator[Truth]:
        return (truth for truth in self.truth.values() if truth.is_article)


NOT_FOUND = Resource(
    body=b"<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr>"
    b"<center>nginx</center></body></html>",
    status=404,
)
