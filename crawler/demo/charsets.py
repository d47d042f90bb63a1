"""How pages are encoded and what they say about it, rightly, wrongly or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.model import PLAIN, Behaviour, Resource

PLACE = "<!--charset-->"  # templates leave this in <head>


@dataclass(frozen=True, slots=True)
class Charset:
    """The encoding of a page's bytes, and the labels in its HTTP header and <meta>; None = not told."""

    codec: str
    header: str | None
    meta: str | None
    bad_byte: bool = False


CHARSETS = {
    "utf-8": Charset("utf-8", "utf-8", "utf-8"),
    "utf-8 undeclared": Charset("utf-8", None, None),
    "utf-8, header says gbk": Charset("utf-8", "gbk", "utf-8"),
    "utf-8, meta says gb2312": Charset("utf-8", None, "gb2312"),
    "utf-8, one bad byte": Charset("utf-8", "utf-8", "utf-8", bad_byte=True),
    "gbk": Charset("gbk", "GBK", "gbk"),
    "gbk, told as gb2312": Charset("gbk", "gb2312", "gb2312"),
    "gbk, meta only": Charset("gbk", None, "gb2312"),
    "gbk, header only": Charset("gbk", "gbk", None),
    "gbk undeclared": Charset("gbk", None, None),
    "gbk, header says utf-8": Charset("gbk", "utf-8", "gb2312"),
    "gbk, meta says utf-8": Charset("gbk", None, "utf-8"),
    "big5": Charset("big5", "big5", "big5"),
    "big5, meta only": Charset("big5", None, "big5"),
    "big5 undeclared": Charset("big5", None, None),
    "big5, header says utf-8": Charset("big5", "utf-8", "big5"),
}
GBK_VARIANTS = tuple(name for name in CHARSETS if name.startswith("gbk"))


def encoded(html: str, name: str, *, behaviour: Behaviour = PLAIN) -> Resource:
    """The page as bytes with its declarations in place."""
    charset = CHARSETS[name]
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset.meta}">' if charset.meta else ""
    body = html.replace(PLACE, meta, 1).encode(charset.codec, "xmlcharrefreplace")
    if charset.bad_byte:
        body = body.replace(b"</body>", b"<span>\xff\xfe</span></body>", 1)
    kind = f"text/html; charset={charset.header}" if charset.header else "text/html"
    return Resource(body=body, headers=(("Content-Type", kind),), behaviour=behaviour)
