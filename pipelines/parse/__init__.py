"""Text → Layout: one parse a page, one walk over its tree.

The parser is lexbor (by selectolax): it builds the tree that a browser builds, faster than any other we measured. This
package is its only home, so that it can be exchanged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from pipelines.layout import Layout
from pipelines.mend import mended
from pipelines.model import Reason, Rejected
from pipelines.parse.head import HeadReader
from pipelines.parse.text import ZERO_WIDTH, has_text
from pipelines.parse.walk import Walk

LITTLE_TEXT = 400  # characters: what a page shows that is drawn by scripts
LEADING = re.compile(
    rb"<(?:a|area|base|link|meta)(?=[\s/])[^<>]*>", re.IGNORECASE
)  # tags that lead elsewhere, or tell how
NOSCRIPT = re.compile(rb"<(/?)noscript\b", re.IGNORECASE)


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


def outline_of(source: str | bytes) -> Layout:
    """The page's layout, be there a visible word or not; links and metas alone where it nests too deeply to be a page."""
    return _laid_out(_outlined(_as_bytes(source)))


def metas_of(source: str | bytes) -> Mapping[str, str]:
    """The metas of the page's outline, without a walk over the page: that takes several times as long."""
    reader, root = HeadReader(), _parsed(_outlined(_as_bytes(source)))
    if root is not None:
        reader.read_metas(root)
    return reader.metas


def _outlined(source: bytes) -> bytes:
    page = mended(source)
    return b"".join(LEADING.findall(source)) if isinstance(page, Rejected) else page


def _as_bytes(source: str | bytes) -> bytes:
    return source.encode("utf-8", "ignore") if isinstance(source, str) else source


def parse_text(text: str) -> Layout | Rejected:
    """Plain text's layout: one block a line that holds a word, all in one box."""
    lines = (" ".join(line.split()) for line in ZERO_WIDTH.sub("", text).split("\n"))
    texts = tuple(line for line in lines if has_text(line))
    if not texts:
        return Rejected(Reason.NO_TEXT, "no visible text", "parse")
    zeros = (0,) * len(texts)
    return Layout(texts, zeros, zeros, (0,), ("#text",), ("",), (0,), (len(texts),), plain=True)


def _laid_out(page: bytes) -> Layout:
    root = _parsed(page)
    walk = Walk()
    if root is not None:
        walk.over(root)
    return walk.layout()


def _parsed(page: bytes) -> LexborNode | None:
    return LexborHTMLParser(page, options=LexborDocumentOptions.WO_EVENTS.value).root
