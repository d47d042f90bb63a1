"""The recipe: what happens to a page, in which order. Read this first.

One recipe in one order serves the live crawl and every rebuild. Its fingerprint is made of each stage's repr, which states
all of its settings, and stands in the manifest of what was built with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.decode import decode
from pipelines.embedded import reveal
from pipelines.evidence import measure
from pipelines.layout import Layout
from pipelines.model import Document, Earlier, Media, Outcome, Page, Reason, Rejected, Stage
from pipelines.optout import POLICIES, ObeyOptOuts, unkept
from pipelines.parse import parse_html, parse_text
from pipelines.render import record
from pipelines.shells import shell
from pipelines.stages.body import SelectBody
from pipelines.stages.boilerplate import ApplyRules
from pipelines.stages.comment_pages import RefuseCommentPages
from pipelines.stages.comments import CollectComments
from pipelines.stages.gate import RequireArticle
from pipelines.stages.keep_posts import KeepPosts
from pipelines.stages.kind import TellKind
from pipelines.stages.metadata import FindMetadata
from pipelines.stages.notices import RefuseNotices
from pipelines.stages.parts import TellPart, refused
from pipelines.stages.roles import starting_roles
from pipelines.stages.script import TellScript
from pipelines.stages.second_copy import RemoveSecondCopy
from pipelines.stages.templates import RemoveTemplates
from pipelines.stages.title import FindTitle, RemoveRepeatedTitle
from pipelines.stages.topic import RequireTopic
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic

NOT_MODIFIED = 304
MAX_BYTES = 16 * 2**20  # of a page, decompressed; the longest articles that we met have 2 MB
BROKEN_OFF = (
    "disconnect",
    "time",
)  # WARC-Truncated: an article cut where nobody chose; "length" is an archive's own limit
BATCH_PAGES = 16  # cleaned in one call: more share no more, and no longer fit into a processor's cache
LONGEST_PROLOG = 4096
FEED = (
    re.compile(  # the root element of a list for machines, whose texts are those of other pages; no step is taken back
        rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.{0,1000}?\?>|<!--.{0,1000}?-->)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]",
        re.DOTALL,
    )
)
PAGE_TYPES = ("html", "xhtml", "text/plain", "xml")  # parts of the Content-Types that may hold an article


@lru_cache(maxsize=4)
def recipe(templates: Templates, topic: Topic = NO_TOPIC, obeys: bool = False) -> tuple[Stage, ...]:
    """The stages of a run, in order. Templates go before the article's box is looked for, its topic is told at the end.

    `obeys`: pages whose publishers opt out are rejected. So it is in datasets; a single page is cleaned for whoever has it.
    """
    first = [ObeyOptOuts()] if obeys else []
    learned = [RemoveTemplates(templates)] if templates.id else []
    focus = [RequireTopic(topic)] if topic.id else []
    return (
        *first,
        ApplyRules(),
        FindTitle(),
        TellPart(),
        FindMetadata(),
        RemoveRepeatedTitle(),
        TellKind(),
        CollectComments(),
        *learned,
        SelectBody(),
        KeepPosts(),
        RemoveSecondCopy(),
        RefuseNotices(),
        RequireArticle(),
        RefuseCommentPages(),
        *focus,
        TellScript(),
    )


def fingerprint(templates: Templates = NO_TEMPLATES, topic: Topic = NO_TOPIC, obeys: bool = False) -> str:
    """16 hex digits over every setting of every stage."""
    return hashlib.sha256("\n".join(map(repr, recipe(templates, topic, obeys))).encode()).hexdigest()[:16]


RECIPE = recipe(NO_TEMPLATES)
FINGERPRINT = fingerprint()


def clean(page: Page, templates: Templates = NO_TEMPLATES, topic: Topic = NO_TOPIC) -> Outcome:
    """The page's outcome: a `Record` to publish or the reason why not. Never raises on account of the page."""
    return finish(page, read_safely(page), templates, topic)


def clean_many(
    pages: Sequence[Page], templates: Templates = NO_TEMPLATES, topic: Topic = NO_TOPIC, obeys: bool = False
) -> list[Outcome]:
    """One outcome a page, the same as `clean` gives, in less time: some stages look at many pages as fast as at one.

    All of them are held in memory: BATCH_PAGES at a time are fast. Never raises on account of a page.
    """
    return finish_many(pages, list(map(read_safely, pages)), templates, topic, obeys)


def finish(
    page: Page,
    document: Document | Rejected,
    templates: Templates = NO_TEMPLATES,
    topic: Topic = NO_TOPIC,
    obeys: bool = False,
) -> Outcome:
    """The outcome of a page that was read already, so that it need not be read again: `document` is what `read` gave.

    Never raises on account of the page.
    """
    return finish_many([page], [document], templates, topic, obeys)[0]


def finish_many(
    pages: Sequence[Page],
    documents: Sequence[Document | Rejected],
    templates: Templates = NO_TEMPLATES,
    topic: Topic = NO_TOPIC,
    obeys: bool = False,
) -> list[Outcome]:
    """One outcome a page, the same as `finish` gives, as `clean_many` is to `clean`."""
    washed = _washed(list(documents), recipe(templates, topic, obeys))
    return [_outcome(page, document) for page, document in zip(pages, washed, strict=True)]


def wash(page: Page, stages: Sequence[Stage] = RECIPE) -> Document | Rejected:
    """The page's document after every stage, or the first rejection. Never raises on account of the page."""
    return _washed([read_safely(page)], stages)[0]


def read_safely(page: Page) -> Document | Rejected:
    """As `read`, and what it raises is a rejection."""
    try:
        return read(page)
    except Exception as error:  # a defect of ours must not end the run
        return _fault("read", error)


def _outcome(page: Page, document: Document | Rejected) -> Outcome:
    if isinstance(document, Rejected):
        return Outcome(page, document)
    try:
        return Outcome(page, record(document))
    except Exception as error:  # a defect of ours must not end the run
        return Outcome(page, _fault("render", error))


def _washed(documents: list[Document | Rejected], stages: Sequence[Stage]) -> list[Document | Rejected]:
    """Stage by stage, what is still a document goes on."""
    for stage in stages:
        at = [n for n, document in enumerate(documents) if isinstance(document, Document)]
        standing = [document for document in documents if isinstance(document, Document)]
        for n, result in zip(at, _through(stage, standing), strict=True):
            documents[n] = result
    return documents


def _through(stage: Stage, documents: list[Document]) -> list[Document | Rejected]:
    """What the stage makes of each document: of all in one call where it can."""
    many: Callable[[list[Document]], list[Document | Rejected]] | None = getattr(stage, "many", None)
    if many and len(documents) > 1:
        try:
            return many(documents)
        except Exception:  # noqa: S110 -- a page at a time, the one with the defect is found
            pass
    return [_staged(stage, document) for document in documents]


def _staged(stage: Stage, document: Document) -> Document | Rejected:
    name = type(stage).__name__
    try:
        result = stage(document)
    except Exception as error:  # a defect of ours must not end the run
        return _fault(name, error)
    return refused(replace(result, stage=name), document) if isinstance(result, Rejected) else result


def read(page: Page) -> Document | Rejected:
    """The page decoded, parsed and measured, with nothing removed yet."""
    layout = _laid_out(page)
    return layout if isinstance(layout, Rejected) else document_of(page, layout, layout.encoding)


def laid_out(page: Page) -> Layout | Rejected:
    """The page decoded and parsed, and not measured, for who only looks. Never raises on account of the page."""
    try:
        return _laid_out(page)
    except Exception as error:  # a defect of ours must not end the run
        return _fault("read", error)


def _laid_out(page: Page) -> Layout | Rejected:
    if refused := _refused(page):
        return refused
    text = decode(page.body, page.headers.get("content-type"))
    if isinstance(text, Rejected):
        return replace(text, stage=text.stage or "decode")
    layout = (
        parse_text(text.text) if page.media is Media.TEXT else reveal(text.text, parse_html(text.utf8 or text.text))
    )
    if isinstance(layout, Rejected):
        return (layout.reason is Reason.NO_TEXT and shell(text.text)) or layout
    return layout if text.encoding == layout.encoding else replace(layout, encoding=text.encoding)


def document_of(page: Page, layout: Layout, encoding: str) -> Document:
    """A document with nothing removed yet."""
    return Document(page, layout, measure(layout), encoding, starting_roles(layout), (None,) * len(layout.texts))


def _refused(page: Page) -> Rejected | None:
    """Why a response is not even read."""
    if page.fault is not None:
        return page.fault
    if page.repeats is not None:
        return Rejected(Reason.UNCHANGED, _as_before(page.repeats, page.url), "read")
    if told := unkept(page):
        return told
    if page.status >= 400 or page.status < 200 or page.status == NOT_MODIFIED:  # and nobody asked
        return Rejected(Reason.HTTP_ERROR, f"status {page.status}", "read")
    if page.status >= 300:
        return Rejected(Reason.REDIRECT, f"status {page.status} to {page.headers.get('location', 'nowhere')}", "read")
    kind = page.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and not any(name in kind for name in PAGE_TYPES):
        return Rejected(Reason.NOT_A_PAGE, f"content type {kind}", "read")
    if (path := _path(page.url)).endswith("/robots.txt") or path in POLICIES:
        return Rejected(Reason.NOT_A_PAGE, path.rpartition("/")[2], "read")
    if page.headers.get("warc-truncated") in BROKEN_OFF:
        return Rejected(Reason.DAMAGED, f"the response broke off after {len(page.body)} bytes", "read")
    if FEED.match(page.body[:LONGEST_PROLOG]):
        return Rejected(Reason.LIST, "a feed or sitemap", "read")
    if len(page.body) > MAX_BYTES:
        return Rejected(Reason.TOO_LARGE, f"{len(page.body)} bytes, of {MAX_BYTES} at most", "read")
    return None


def _as_before(earlier: Earlier, url: str) -> str:
    when = f" at {earlier.fetched_at.isoformat()}" if earlier.fetched_at else ""
    return f"as fetched{when}" + (f" from {earlier.url}" if earlier.url != url else "")


def _path(url: str) -> str:
    """The URL's path; "" where it is no URL."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _fault(stage: str, error: Exception) -> Rejected:
    return Rejected(Reason.FAULT, f"{type(error).__name__}: {error}", stage)
