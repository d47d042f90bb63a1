"""The four nouns of the core: Page, Document, Record, Rejected.

A `Page` is one response as served. The parser turns it into a `Document`: text blocks in page order plus metadata. Stages
label blocks and never delete them, so kept blocks + removed blocks = the visible page. What is published is a `Record`;
what is not is a `Rejected`, an outcome and never an exception.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pipelines.evidence import Evidence
    from pipelines.layout import Layout


METADATA = ("title", "published", "modified", "author", "source", "section", "canonical")  # fields with a provenance


class Media(StrEnum):
    """How a page's bytes are to be read."""

    HTML = "html"
    TEXT = "text"  # one line a block


class Role(StrEnum):
    """What a block is on its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CAPTION = "caption"
    CODE = "code"
    COMMENT = "comment"
    TITLE = "title"
    META = "meta"
    BOILERPLATE = "boilerplate"


class Kind(StrEnum):
    """What a page's text is made of."""

    ARTICLE = "article"
    FORUM = "forum"  # a thread: every post is body, and the replies are comments, too
    QA = "qa"  # a question and its answers: both are body, and the answers are comments, too


class Reason(StrEnum):
    """Why a page is not published. Closed: a dataset's reader may rely on these values."""

    UNREADABLE = "unreadable"  # a path or record that could not be read
    DAMAGED = "damaged"  # a capture cut off or corrupted before its end
    FETCH_FAILED = "fetch_failed"  # no response came
    HTTP_ERROR = "http_error"  # a response with a status other than 2xx or 3xx
    REDIRECT = "redirect"
    NOT_A_PAGE = "not_a_page"  # robots.txt, images, scripts, PDF, …
    EMPTY = "empty"  # no bytes
    BINARY = "binary"  # bytes that are no text in any encoding
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"  # nested deeper than any page written for people
    NO_TEXT = "no_text"  # a page without a visible word
    LIST = "list"  # a home, section or search page: links to articles, none of its own
    CAPTCHA = "captcha"  # 验证码, a slider, a check of the browser
    BLOCKED = "blocked"  # a firewall's page, a country or address that is shut out
    LOGIN_REQUIRED = "login_required"  # a login form, or words that one is needed
    SOFT_404 = "soft_404"  # missing, deleted or withdrawn, told in words under status 200
    PARKED = "parked"  # a domain for sale, hosting that expired, a site under construction
    ERROR_PAGE = "error_page"  # a fault or maintenance of the server's, told in words under status 200
    PAYWALL = "paywall"  # no text but for those who pay
    NO_ARTICLE = "no_article"  # text, but none that reads as an article
    UNCHANGED = "unchanged"  # a later visit that found the page as it was: the row of that visit stands for it
    OPTED_OUT = "opted_out"  # its publisher says not to: noindex, noarchive, noai, a TDM reservation, ai.txt
    OFF_TOPIC = "off_topic"  # an article about other things than the examples
    JOINED = "joined"  # a part of an article (下一页): its text stands in the document of the first part
    FAULT = "fault"  # a stage raised: a defect of ours, the page is kept aside


@dataclass(frozen=True, slots=True)
class Part:
    """A page is one part of an article that its site spreads over several (下一页).

    `article` is what the URLs of its parts have in common. `number` is the one in the page's URL: 0 for the first page,
    which has none, and -1 for a view of the whole article. `others` are the parts that the page links to, by number.
    """

    article: str
    number: int
    others: tuple[tuple[int, str], ...]
    count: int = 0  # of parts, where the title tells it (1/3)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page or document that is not published: why, in words, and the stage that said so."""

    reason: Reason
    detail: str = ""
    stage: str = ""
    part: Part | None = None  # alone it is no article, but it may be a short part of one


@dataclass(frozen=True, slots=True)
class Capture:
    """Where a page lies: the file's name (without folder) and the byte offset, or the record's number, in it."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The response that a later one repeats, as a WARC `revisit` record names it."""

    url: str
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class Page:
    """One response as served: the only input of the core.

    `headers` has lower-case names. `body` is free of transfer and content encodings. `fetched_at` is aware (UTC) and None
    where the source does not tell. A page that could not be read has an empty body and its `fault`. One that was visited
    again and had not changed has an empty body, too, and the response that it `repeats`.
    """

    url: str
    body: bytes = b""
    fetched_at: datetime | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: Media = Media.HTML
    capture: Capture | None = None
    fault: Rejected | None = None
    repeats: Earlier | None = None

    @cached_property
    def id(self) -> str:
        """32 hex digits: the same for the same response, whichever file it is read from."""
        told = f"{self.url}\n{self.fetched_at.isoformat() if self.fetched_at else ''}\n{self.status}\n"
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
        digest.update(hashlib.sha256(self.body).digest())
        return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment."""

    text: str
    author: str | None = None
    role: str | None = None  # 律师, 法务助理, … where the page tells one
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a thread, or the question or an answer: where its message stands, and what its rim tells."""

    blocks: tuple[int, ...]  # the message's, without signature, floor and buttons
    author: str | None = None
    published: datetime | None = None
    floor: int | None = None  # 1 is the thread's first post


class Block(NamedTuple):
    """A maximal run of visible text between block-level boundaries, with its label."""

    text: str
    role: Role
    removed_by: str | None = None  # id of the rule that removed it; None = kept
    level: int = 0  # headings: 1–6; list items: depth from 1; cells of a table: column from 1
    number: int | None = None  # items of an ordered list: theirs; cells: row from 1, the first of them is the head


# NamedTuple's own constructor is a function of Python's
_BLOCK: Callable[[tuple[Any, ...]], Block] = partial(tuple.__new__, Block)


@dataclass(frozen=True, slots=True)
class Document:
    """A page as labelled text blocks plus metadata. Nothing is deleted.

    `layout` is what the parser saw and `evidence` what was measured on it: they never change. `roles` and `removed_by`
    have one entry a block.
    """

    page: Page
    layout: Layout
    evidence: Evidence
    encoding: str
    roles: tuple[Role, ...]
    removed_by: tuple[str | None, ...]
    title: str | None = None
    published: datetime | None = None
    published_has_time: bool = False
    modified: datetime | None = None
    author: str | None = None
    source: str | None = None
    section: str | None = None
    canonical: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)  # field of the metadata → id of what told it
    comments: tuple[Comment, ...] = ()
    script: str = ""
    part: Part | None = None
    kind: Kind = Kind.ARTICLE
    posts: tuple[Post, ...] = ()  # of a thread or Q&A, in page order; the first is what the others answer
    probability: tuple[float, ...] = ()  # of each block's being body, once the classifier has judged

    @property
    def kept(self) -> tuple[int, ...]:
        """The numbers of the blocks that nothing has removed."""
        return _standing(self.removed_by)

    @property
    def title_block(self) -> int | None:
        """The number of the block that shows the title, once it is found."""
        return self.roles.index(Role.TITLE) if Role.TITLE in self.roles else None

    @property
    def blocks(self) -> tuple[Block, ...]:
        levels, numbers, count = self.layout.levels, self.layout.numbers, len(self.roles)
        level = [levels.get(n, 0) for n in range(count)]
        number = map(numbers.get, range(count))
        columns = zip(self.layout.texts, self.roles, self.removed_by, level, number, strict=False)
        return tuple(map(_BLOCK, columns))

    def removing(self, numbers: Iterable[int], rule: str, role: Role = Role.BOILERPLATE) -> Document:
        """These blocks are removed by `rule`; one that is removed already keeps its first rule."""
        return self.labelling(dict.fromkeys(numbers, (role, rule)))

    def labelling(self, labels: Mapping[int, tuple[Role, str | None]], over: frozenset[str] = frozenset()) -> Document:
        """Blocks that still stand, or that the rules `over` removed, take these roles and removers."""
        fresh = {n: label for n, label in labels.items() if (rule := self.removed_by[n]) is None or rule in over}
        if not fresh:
            return self
        roles, removed_by = list(self.roles), list(self.removed_by)
        for n, (role, rule) in fresh.items():
            roles[n], removed_by[n] = role, rule
        return replace(self, roles=tuple(roles), removed_by=tuple(removed_by))


@dataclass(frozen=True, slots=True)
class Record:
    """What is published of a page: one row of `documents`, with the blocks that were removed."""

    title: str | None
    text: str  # one kept block a line, without the title
    blocks: tuple[Block, ...]  # the kept ones, in page order: `markdown` tells them with their structure
    published: datetime | None
    published_has_time: bool
    author: str | None
    source: str | None
    comments: tuple[Comment, ...]
    script: str  # "Hans", "Hant", "" where the text tells neither
    encoding: str
    removed: tuple[Block, ...]
    text_simplified: str | None = None  # where the source's script is traditional
    embedded: str = ""  # json-ld, state or escaped: the article stood in the page's data alone
    part: Part | None = None  # of an article that is not joined yet
    parts: tuple[str, ...] = ()  # URLs of the pages that were joined, in order
    parts_missing: tuple[str, ...] = ()  # URLs, or numbers, of the parts that did not come
    kind: Kind = Kind.ARTICLE
    modified: datetime | None = None
    section: str | None = None  # channel or breadcrumb, its steps separated by " > "
    canonical: str | None = None  # the article's address as the page tells it, absolute
    provenance: Mapping[str, str] = field(default_factory=dict)  # field of the metadata → id of what told it


Stage = Callable[[Document], Document | Rejected]


@lru_cache(maxsize=64)  # ten stages ask, of which five remove something; they see 16 pages in turn
def _standing(removed_by: tuple[str | None, ...]) -> tuple[int, ...]:
    return tuple([n for n, rule in enumerate(removed_by) if rule is None])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page."""

    page: Page
    result: Record | Rejected
