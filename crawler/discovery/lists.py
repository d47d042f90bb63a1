"""Sitemaps and feeds as they are found in the wild, read from bytes: sitemaps.org's protocol, RSS 0.9 to 2.0, RDF, Atom,
JSON Feed.

Names count, namespaces do not: many sites declare wrong ones or none. Broken XML is read as far as it goes, and a bare & is
one. Entities are never put in, and a document that declares any is refused. Memory does not grow with the list.
"""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from io import BytesIO
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from pipelines.sources.compression import GZIP, decoded

SUFFIXES = (".xml", ".gz", ".rss", ".atom", ".rdf", ".txt")
MOST_BYTES = 50 << 20  # decompressed; sitemaps.org's own limit, and so is the next
MOST_ENTRIES = 50_000
MOST_WITHIN = 10_000  # elements of an entry that are looked at: a page's thousand images have five each
MOST_ELEMENTS = 2_000_000  # of a list
MOST_JSON = 2 << 20  # bytes of a feed: it is read as a whole
MOST_PACKED = 3  # times that a body is packed, one within the other
PIECE = 1 << 16  # bytes that the parser is fed at a time
LONGEST_TITLE = 200
LONGEST_REFERENCE = 10  # bytes of &#x10FFFF;
HEAD = 1 << 16
BEFORE_ROOT = re.compile(rb"\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL)
ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex|rss|feed|rdf)[\s>/]", re.IGNORECASE)
DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
DECLARED_16 = re.compile(rb"\s*<\?xml[^>]{1,200}encoding\s*=\s*[\"']utf-16[^>]{1,200}\?>", re.IGNORECASE)
UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
CDATA, CDATA_END = b"<![CDATA[", b"]]>"
URL_LINE = re.compile(r"https?://\S+", re.IGNORECASE)
ENTRIES = {"url": "loc", "sitemap": "loc", "item": "link", "entry": "link"}  # an entry → its child with the URL
DATES = ("lastmod", "updated", "pubdate", "published", "date", "publication_date", "date_modified", "date_published")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LINK_TAG = re.compile(rb"<link\b[^>]{1,1000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(rb"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
FEED_TYPES = {b"application/" + name for name in (b"rss+xml", b"atom+xml", b"rdf+xml", b"feed+json")}
JSON_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL as a list has it written; `is_list`: it leads to another sitemap. `changed` is a hint, and often wrong.

    Feeds and news sitemaps tell titles.
    """

    url: str
    is_list: bool = False
    changed: date | None = None
    title: str = ""


def entries(body: bytes, content_type: str = "") -> list[Entry] | None:
    """The entries of a sitemap (index, news, text, gzip) or feed, in their order; None where the body is neither.

    A list that may not be read, because it is too large when decompressed or declares entities, has none.
    """
    for _ in range(MOST_PACKED):
        if not body.startswith(GZIP):
            break
        if not _fits(body):
            return []
        body = decoded(body, "gzip", MOST_BYTES)
        content_type = "text/plain"  # if it is no XML
    body = _as_utf8(body)
    start = _root_at(body)
    if start is not None:
        return [] if b"<!ENTITY" in body[:start] else list(islice(_entries(body), MOST_ENTRIES))
    if JSON_FEED.match(body) and b"jsonfeed.org" in body[:HEAD]:
        return _items(body)
    return _lines(body) if content_type.partition(";")[0].strip().lower() == "text/plain" else None


def is_called_list(url: str) -> bool:
    """The URL's name is one of lists, never one of pages."""
    return url.partition("?")[0].partition("#")[0].lower().endswith(SUFFIXES)


def may_be_list(url: str) -> bool:
    """The URL's name is one of lists, or one that sitemaps have where a program makes them: /sitemap, /sitemap.php?n=2."""
    return is_called_list(url) or "sitemap" in url.lower()


def feeds(body: bytes) -> list[str]:
    """The hrefs of a page's <link rel=alternate> to feeds, as written."""
    found = []
    for tag in LINK_TAG.findall(body[: 1 << 16]):
        told = {one[1].lower(): one[2] or one[3] or one[4] or b"" for one in ATTRIBUTE.finditer(tag)}
        if b"alternate" in told.get(b"rel", b"").lower().split() and told.get(b"type", b"").lower() in FEED_TYPES:
            found.append(told.get(b"href", b"").decode("utf-8", "replace").replace("&amp;", "&").strip())
    return [href for href in found if href]


def _fits(packed: bytes) -> bool:
    """The gzip body has no more than MOST_BYTES unpacked; looked at piece by piece, so that a bomb fills no memory."""
    size = 0
    with gzip.open(BytesIO(packed)) as file, suppress(OSError, EOFError, zlib.error):
        while size <= MOST_BYTES and (piece := file.read(1 << 16)):
            size += len(piece)
    return size <= MOST_BYTES


def _root_at(body: bytes) -> int | None:
    """Where the root element of a sitemap or feed begins."""
    head, at = body[:HEAD], 0
    while before := BEFORE_ROOT.match(head, at):
        at = before.end()
    return at if ROOT.match(head, at) else None


def _as_utf8(body: bytes) -> bytes:
    """The body in UTF-8 where it was in UTF-16; without a declaration of UTF-16, which .NET writes before UTF-8, too."""
    encoding = UTF_16.get(body[:2])
    if encoding is None:
        plain = body.removeprefix(codecs.BOM_UTF8)
        return DECLARED_16.sub(b"", plain, count=1) if DECLARED_16.match(plain) else body
    text = body[: 2 * MOST_BYTES].decode(encoding, "replace").removeprefix("\ufeff")
    return DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _mended(body: bytes) -> Iterator[bytes]:
    """The body in pieces; every & that begins no entity of XML's own is written as one, but for those in CDATA."""
    at = 0
    while at < len(body):
        told = _found(body, CDATA, at)
        while at < told:
            end = min(at + PIECE, told)
            if end < told and (reference := body.rfind(b"&", end - LONGEST_REFERENCE, end)) > at:
                end = reference  # its end stands in the next piece
            yield BARE.sub(b"&amp;", body[at:end])
            at = end
        end = _found(body, CDATA_END, told)
        yield from (body[start : min(start + PIECE, end)] for start in range(told, end, PIECE))
        at = end


def _found(body: bytes, what: bytes, start: int) -> int:
    at = body.find(what, start)
    return at if at >= 0 else len(body)


def _entries(body: bytes) -> Iterator[Entry]:
    """Each entry as it ends; what was read is dropped, so that no tree grows."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    alternates: set[str] = set()  # each page's entry names those of all its languages, mostly
    around = within = 0  # entries that are open, and elements in the outermost of them
    for event, element in islice(_events(parser, body), 2 * MOST_ELEMENTS):
        name = _name(str(element.tag))
        if event == "start":
            within = within + 1 if around else 0
            around += name in ENTRIES
            continue
        around -= name in ENTRIES
        if name in ENTRIES and len(element) and (url := _url(element, ENTRIES[name])):  # an image has a <url>, too
            told = {_name(str(child.tag)): (child.text or "").strip() for child in element.iter()}
            url = _resolved(url, element.base)
            yield Entry(url, name == "sitemap", _changed(told), told.get("title", "")[:LONGEST_TITLE])
            others = dict.fromkeys(_alternates(element) if name == "url" else ())
            yield from (Entry(other) for other in others if other not in alternates and other != url)
            alternates.update(others)
        if not around:
            element.clear()
        if not around or within > MOST_WITHIN:
            _drop_before(element)


def _events(parser: etree.XMLPullParser, body: bytes) -> Iterator[tuple[str, etree._Element]]:
    """What the parser meets in the body, as far as it goes."""
    with suppress(etree.XMLSyntaxError):
        for piece in _mended(body):
            parser.feed(piece)
            yield from parser.read_events()


def _drop_before(element: etree._Element) -> None:
    """The sibling before the element is gone: the parser still holds the element itself."""
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None:
        parent.remove(before)


def _name(tag: str) -> str:
    """The element's name without namespace, in lower case."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _url(element: etree._Element, name: str) -> str:
    """What the entry leads to; a feed's link may stand in an attribute, or in an identifier that is one."""
    identifier = ""
    for child in element:
        text = (child.text or "").strip()
        if _name(str(child.tag)) == name:
            if text:
                return text
            if child.get("href") and child.get("rel", "alternate") == "alternate":
                return (child.get("href") or "").strip()
        elif (
            _name(str(child.tag)) == "guid" and child.get("isPermaLink", "true") == "true" and URL_LINE.fullmatch(text)
        ):
            identifier = text
    return identifier


def _alternates(element: etree._Element) -> Iterator[str]:
    """The same page in other languages or for other devices, as Google has it: <xhtml:link rel="alternate">."""
    for child in element:
        href = (child.get("href") or "").strip()
        if href and _name(str(child.tag)) == "link" and child.get("rel", "").lower() == "alternate":
            yield _resolved(href, element.base)


def _resolved(url: str, base: str | None) -> str:
    """The URL by the xml:base around it, which may be relative, too."""
    try:
        return urljoin(base or "", url)
    except ValueError:  # such as an unclosed [ in the host
        return url


def _changed(told: Mapping[str, str]) -> date | None:
    return next((day for name in DATES if (day := _day(told.get(name, "")))), None)


def _day(text: str) -> date | None:
    """The day of an ISO or e-mail date."""
    try:
        iso = ISO_DAY.match(text)
        return date.fromisoformat(iso[0]) if iso else parsedate_to_datetime(text).date() if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _items(body: bytes) -> list[Entry] | None:
    """The entries of a JSON Feed."""
    try:
        items = json.loads(body if len(body) <= MOST_JSON else b"{}").get("items")
    except (ValueError, RecursionError):
        return None
    found = []
    for item in items if isinstance(items, list) else ():
        texts = item.items() if isinstance(item, dict) else ()
        told = {name: text.encode("utf-8", "replace").decode() for name, text in texts if isinstance(text, str)}
        if url := told.get("url") or told.get("external_url"):
            found.append(Entry(url, changed=_changed(told), title=told.get("title", "")[:LONGEST_TITLE]))
    return found[:MOST_ENTRIES]


def _lines(body: bytes) -> list[Entry] | None:
    """A text sitemap: one URL a line, and few lines that are none."""
    found: list[Entry] = []
    others = 0
    for line in BytesIO(body[:MOST_BYTES].removeprefix(codecs.BOM_UTF8).replace(b"\r", b"\n")):
        url = line.decode("utf-8", "replace").strip()
        if URL_LINE.fullmatch(url):
            found.append(Entry(url))
        else:
            others += bool(url)
        if len(found) == MOST_ENTRIES:
            break
    return found if len(found) > others else None
