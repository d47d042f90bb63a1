"""A saved HTML page."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipelines.model import Capture, Media, Page
from pipelines.sources.compression import opened
from pipelines.sources.faults import MAX_BODY, named, too_large, unreadable, why

_LOOKS_SO = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)", re.IGNORECASE)
_CANONICAL = re.compile(rb"<link\b[^>]*\brel=[\"']?canonical\b[^>]*>", re.IGNORECASE)
_HREF = re.compile(rb"\bhref=[\"']?(https?://[^\s\"'>]+)", re.IGNORECASE)


def looks_like(head: bytes) -> bool:
    return bool(_LOOKS_SO.match(head))


def pages(path: Path) -> Iterator[Page]:
    """The file's one page. Its url is the one that the page itself tells in its first 2 KB, else the path as given."""
    yield whole_file(path, Media.HTML)


def whole_file(path: Path, media: Media) -> Page:
    """The file as one page; one too large is not read to its end."""
    place = Capture(path.name, 0)
    try:
        with opened(path) as stream:
            body = stream.read(MAX_BODY + 1)
    except (OSError, EOFError, zlib.error) as error:
        return unreadable(path, why(error))
    if len(body) > MAX_BODY:
        return too_large(named(path), place)
    url = _told(body[:2048]) if media is Media.HTML else None
    return Page(url or named(path), body, media=media, capture=place)


def _told(head: bytes) -> str | None:
    saved = _SAVED_FROM.search(head)
    link = _CANONICAL.search(head)
    found = saved or (link and _HREF.search(link[0]))
    return found[1].decode("utf-8", "replace") if found else None
