"""From a page's hrefs to URLs worth a request: absolute, http(s), without fragments, tracking and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_from_bytes, urlsplit

import ada_url

from pipelines.charset import SENT_AS_UTF8, encode_as

DEFAULT_PORTS = {"http": 80, "https": 443}
PROTOCOLS = frozenset({"http:", "https:"})
FROM_THE_ROOT = ("/", "http://", "https://")  # hrefs that lead to the same from each page of a site
NOT_FOLLOWED = ("#", "javascript:", "mailto:", "tel:", "sms:", "data:", "weixin:", "about:", "whatsapp:", "intent:")
_SUFFIXES = """jpg jpeg png gif webp bmp svg ico tif tiff avif css js mjs json xml rss atom map woff woff2 ttf eot
    otf mp3 mp4 m4a m4v flv avi mov wmv mkv webm wav ogg swf zip rar 7z gz tgz tar bz2 xz apk ipa exe dmg msi iso bin
    pdf doc docx xls xlsx ppt pptx csv epub mobi torrent"""
NO_PAGE = tuple(f".{suffix}" for suffix in _SUFFIXES.split())
# parameters that tell how the reader came, never what the page is: names, and the values with which they do
COINCIDENTAL = {
    r"utm_\w+|spm(_id_from)?|scm|fromuid|bd_vid|gclid|fbclid|msclkid|yclid|share_?(token|from|source|medium)|wechat_redirect"
    r"|isappinstalled|nsukey|tdsourcetag|jsessionid|phpsessid|aspsessionid\w*|session_?id": ".*",
    "from|fr": r"(?!\d[\d.:-]*$).*",  # timeline, aladdin; a number or date is where a list goes on, or begins
    "_t": r"(?!\d{1,6}$).*",  # a share's token, a moment; a small number may be a page's
    "timestamp": r"(\d{10}|\d{13})?",  # now, in seconds or milliseconds, so that no cache answers; others may be a list's
}
TRACKING = re.compile("|".join(f"({names})(=({values}))?" for names, values in COINCIDENTAL.items()), re.IGNORECASE)
SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)  # in the path, as Java servers write it
NEXT = re.compile(
    r"[\W_]*(?:下一?[页頁]|[后後]一?[页頁]|next(?: page)?)[\W_]*", re.IGNORECASE
)  # a list's link to its next page
QUERY = re.compile(r"^([^?#]*\?)([^#]*)")  # of an href, and what goes before it
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
UNQUOTED = "@[\\]^`{|}"  # second bytes of characters that browsers leave as they are, beside letters and digits
HALVES = re.compile("[\ud800-\udfff]")  # of characters
PUNYCODE = "xn--"  # before a host's label that stands for other characters than it shows
PORT = re.compile(r":\d+$")
MOBILE_OR_WWW = re.compile(r"^(www|m|wap|3g|mobile)\.(?=[^.]+\.)")


def is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))


class Link(NamedTuple):
    """A link of a page: absolute URL, anchor text, and what is said beside it, where that was asked for."""

    url: str
    anchor: str
    near: str = ""


def links(
    pairs: Iterable[tuple[str, str]],
    url: str,
    base: str | None = None,
    near: Callable[[int], str] | None = None,
    encoding: str = "utf-8",
) -> list[Link]:
    """The links of the page at `url`, in page order, each URL once with its first anchor text that says something.

    `pairs` are (href as written, anchor text); `base` is the page's <base href> as written; `near`, where it matters,
    tells what is said beside the nth pair; `encoding` is the page's.
    """
    if encoding not in SENT_AS_UTF8:
        pairs = [(href if href.isascii() else as_sent(href, encoding), anchor) for href, anchor in pairs]
    root = absolute(url, base) or url if base else url
    origin = "/".join(root.split("/", 3)[:3]) + "/"
    anchors: dict[str, tuple[str, int]] = {}
    for n, (href, anchor) in enumerate(pairs):
        known = anchors.get(href)
        if known is None or not known[0]:
            anchors[href] = anchor.strip(), n
    found: dict[str, tuple[str, int]] = {}
    for href, told in anchors.items():
        target = _target(origin if href.startswith(FROM_THE_ROOT) else root, href)
        if target and ((known := found.get(target)) is None or not known[0]):
            found[target] = told
    new = tuple.__new__  # a page has a hundred links, and their own constructor is a function of Python's
    return [new(Link, (target, anchor, near(n) if near else "")) for target, (anchor, n) in found.items()]


@lru_cache(maxsize=1 << 16)  # a site's menus link to the same pages from every page
def _target(root: str, href: str) -> str | None:
    if href.strip().lower().startswith(NOT_FOLLOWED):
        return None
    target = absolute(root, href) if href.strip() else None
    return normal(target) if target else None


@lru_cache(maxsize=1 << 16)
def as_sent(href: str, encoding: str) -> str:
    """The href with its query written in the page's encoding, as browsers write it; a path is UTF-8 everywhere (WHATWG)."""

    def quoted(run: re.Match[str]) -> str:
        return quote_from_bytes(encode_as(run[0], encoding), UNQUOTED)

    return QUERY.sub(lambda found: found[1] + BEYOND_ASCII.sub(quoted, found[2]), href)


def absolute(root: str, href: str) -> str | None:
    """The URL that an href leads to, as browsers have it (WHATWG); None where it is none."""
    try:
        url: str = ada_url.join_url(root, href)
    except ValueError:  # such as an unclosed [ in the host; half a character is none, and U+FFFD stands for it
        whole = HALVES.sub("\ufffd", href)
        return absolute(root, whole) if whole != href else None
    return url if PUNYCODE not in url or _spells_a_host(url) else None


def _spells_a_host(url: str) -> bool:
    """Each label of the host that is written as Punycode is what its characters are written as; ada-url takes any."""
    labels: str = ada_url.parse_url(url, attributes=("hostname",))["hostname"]
    return all(_is_spelled(label) for label in labels.split(".") if label.startswith(PUNYCODE))


def _is_spelled(label: str) -> bool:
    try:
        characters = label.removeprefix(PUNYCODE).encode("ascii").decode("punycode")
        host: str = ada_url.parse_url(f"http://{characters}/", attributes=("hostname",))["hostname"]
    except ValueError:
        return False
    return host == label


def fetchable(root: str, href: str) -> str | None:
    """The http(s) URL that an href leads to, without its fragment, be it a page or a file; None where it is none."""
    url = absolute(root, href.strip())
    return url.partition("#")[0] if url and url.startswith(("http://", "https://")) and host_of(url) else None


def redirected(root: str, location: str) -> str | None:
    """The http(s) URL that a Location header leads to, its bytes read as Latin-1; None where it is none."""
    raw = location.encode("latin-1", "replace")
    try:
        href = raw.decode()
    except UnicodeDecodeError:  # GBK, as it is: what its server wrote is what it understands
        href = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)
    return fetchable(root, href)


@lru_cache(maxsize=1 << 16)
def normal(url: str) -> str | None:
    """The URL as it is requested, without fragment, tracking, default port and password; None where it can be no page.

    It is written as browsers write it (WHATWG), which is ASCII. The order of the query stays.
    """
    try:
        parts = ada_url.parse_url(url, attributes=("protocol", "host", "pathname", "search"))
    except (ValueError, UnicodeEncodeError):
        return None
    path = SESSION.sub("", parts["pathname"])
    if parts["protocol"] not in PROTOCOLS or not parts["host"].strip(".") or path.lower().endswith(NO_PAGE):
        return None
    pairs = parts["search"].removeprefix("?").split("&")
    query = "&".join(pair for pair in pairs if pair and not TRACKING.fullmatch(pair))
    return f"{parts['protocol']}//{parts['host']}{path}{'?' if query else ''}{query}"


def host_of(url: str) -> str:
    """Host in lower case, with the port where it is not the scheme's own; "" where the URL has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


@dataclass(frozen=True)
class Hosts:
    """The hosts that a crawl may visit: `exact` ones with their www. and m. twins, `domains` with every subdomain and port."""

    exact: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()

    @classmethod
    def of(cls, urls: Iterable[str], *, allowed: Iterable[str] = (), domains: Iterable[str] = ()) -> Hosts:
        """The hosts of `urls`, and those that are `allowed` by name (host or host:port)."""
        names = [host_of(url) for url in urls] + [name.lower() for name in allowed]
        return cls(frozenset(_twinless(name) for name in names if name), tuple(name.lower() for name in domains))

    def allows(self, url: str) -> bool:
        host = host_of(url)
        if _twinless(host) in self.exact:
            return True
        names = {host, PORT.sub("", host)}
        return any(name == domain or name.endswith(f".{domain}") for domain in self.domains for name in names)


def _twinless(host: str) -> str:
    return MOBILE_OR_WWW.sub("", host)
