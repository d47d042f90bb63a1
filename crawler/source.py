"""A source: one site, told in one TOML file. A mistake in it is told with file, line and what was likely meant."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.links import Hosts, normal
from pipelines.errors import ConfigurationError

QUERY, PAGE = "{query}", "{page}"  # in a search's template
MOST_SEARCH_PAGES = 100
BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Source:
    """Where to start, which hosts may be visited, and which of their URLs are followed.

    `domains` stand for themselves, every subdomain and port; `allowed` are single hosts (host or host:port). `follow` (lists,
    sections) and `article` are regular expressions searched in a URL's path and query; with neither, all are followed.
    `delay` is in seconds between two requests to a host, `revisit_days` the least and the most days between two visits of a
    page. `sitemaps`: None reads those that robots.txt names, True asks for /sitemap.xml as well, False reads none, nor feeds
    that pages name. `search` is a URL with {query} and perhaps {page}, asked for each of `queries` and the pages 1 to
    `search_pages`.
    """

    name: str
    start: tuple[str, ...]
    domains: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    follow: tuple[re.Pattern[str], ...] = field(default=())
    article: tuple[re.Pattern[str], ...] = field(default=())
    delay: float | None = None
    revisit_days: tuple[float, float] | None = None
    browser: bool = False  # its pages are rendered
    sitemaps: bool | None = None
    search: str | None = None
    queries: tuple[str, ...] = ()
    search_pages: int = 1

    @property
    def begins(self) -> tuple[str, ...]:
        """The start URLs, and the pages of search results."""
        if self.search is None:
            return self.start
        pages = range(1, (self.search_pages if PAGE in self.search else 1) + 1)
        words = [quote(query, safe="") for query in self.queries]
        found = (self.search.replace(QUERY, word).replace(PAGE, str(page)) for page in pages for word in words)
        return (*self.start, *found)

    @property
    def hosts(self) -> Hosts:
        """Those of the start URLs, and those that it allows besides."""
        return Hosts.of(self.start, allowed=self.allowed, domains=self.domains)

    def wants(self, url: str) -> bool:
        """The URL is one that this source follows."""
        parts = urlsplit(url)
        where = parts.path + (f"?{parts.query}" if parts.query else "")
        patterns = self.follow + self.article
        return not patterns or any(pattern.search(where) for pattern in patterns)


class _Wrong(Exception):
    """What is wrong with a value, and what it should be."""


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("must be a text in quotes")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong('must be a list of texts, such as ["…", "…"]')
    return tuple(_text(entry) for entry in value)


def _urls(value: Any) -> tuple[str, ...]:
    urls = _texts(value)
    for url in urls:
        if wrong := _wrong_url(url):
            raise _Wrong(wrong)
    return urls


def check_url(url: str) -> None:
    """The text is an absolute http(s) URL with a host; else ConfigurationError."""
    if wrong := _wrong_url(url):
        raise ConfigurationError(wrong)


def _wrong_url(url: str) -> str | None:
    if BLANK.search(url):
        return f"{url!r} is no URL: it has a space or a control character in it; write %20 for a space"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{url!r} is no URL: {error}"
    if parts.scheme not in {"http", "https"}:
        return f"{url!r} is no URL that begins with http:// or https://"
    if not (host or "").strip("."):
        return f"{url!r} is no URL: it names no host"
    return None if normal(f"{parts.scheme}://{parts.netloc}") else f"{url!r} is no URL: {host!r} is no host"


def _hosts(value: Any) -> tuple[str, ...]:
    hosts = _texts(value)
    for host in hosts:
        if "/" in host:
            raise _Wrong(f"{host!r} must be a host such as example.com, without http:// and path")
    return tuple(host.lower() for host in hosts)


def _patterns(value: Any) -> tuple[re.Pattern[str], ...]:
    patterns = []
    for text in _texts(value):
        try:
            patterns.append(re.compile(text))
        except re.error as error:
            raise _Wrong(f"{text!r} is no regular expression: {error}") from None
    return tuple(patterns)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise _Wrong("must be a number of seconds from 0 to 3600")
    return float(value)


def _days(value: Any) -> tuple[float, float]:
    numbers = value if isinstance(value, list) and len(value) == 2 else [None]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in numbers):
        raise _Wrong("must be two numbers of days, the least and the most, such as [1, 90]")
    least, most = map(float, numbers)
    if not 0 <= least <= most <= 3650:
        raise _Wrong("must be two numbers of days from 0 to 3650, the smaller one first, such as [1, 90]")
    return least, most


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _template(value: Any) -> str:
    text = _text(value)
    if QUERY not in text:
        raise _Wrong(f"must be a URL with {QUERY} in it, such as https://www.example.com/s?q={QUERY}&p={PAGE}")
    if wrong := _wrong_url(text.replace(QUERY, "q").replace(PAGE, "1")):
        raise _Wrong(wrong)
    if "{" in text.split("/", 3)[2]:
        raise _Wrong("the host must be told in full")
    return text


def _few_pages(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SEARCH_PAGES:
        raise _Wrong(f"must be a whole number from 1 to {MOST_SEARCH_PAGES}")
    return value


KEYS: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "start": _urls,
    "domains": _hosts,
    "allowed": _hosts,
    "follow": _patterns,
    "article": _patterns,
    "delay": _seconds,
    "revisit_days": _days,
    "browser": _switch,
    "sitemaps": _switch,
    "search": _template,
    "queries": _texts,
    "search_pages": _few_pages,
}
REQUIRED = ("name", "start")


def load(path: Path) -> Source:
    """The source that the file describes; ConfigurationError with file and line where it has a mistake."""
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1] if line else len(text.splitlines())}"
        raise ConfigurationError(f"not valid TOML: {error}", where=where) from None
    except RecursionError:
        raise ConfigurationError("not a source: nested too deep", where=str(path)) from None
    values = {key: _value(path, text, key, value) for key, value in table.items()}
    for key in REQUIRED:
        if not values.get(key):
            raise ConfigurationError(f"{key!r} is missing", where=f"{path}:1", hint=f"add: {_EXAMPLES[key]}")
    for key, other in (("search", "queries"), ("queries", "search"), ("search_pages", "search")):
        if values.get(key) and not values.get(other):
            where = f"{path}:{_line_of(text, key)}"
            raise ConfigurationError(f"{key!r} is there, {other!r} is missing", where=where)
    return Source(**values)


_EXAMPLES = {"name": 'name = "example"', "start": 'start = ["https://www.example.com/"]'}


def _read(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():  # a pipe is empty the second time, a device has no end
            raise ConfigurationError("is not a file", where=str(path))
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError("is not UTF-8 text", where=str(path)) from None
    except OSError as error:
        raise ConfigurationError(error.strerror or str(error), where=str(path)) from None


def _value(path: Path, text: str, key: str, value: Any) -> Any:
    where = f"{path}:{_line_of(text, key)}"
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(KEYS)}"
        raise ConfigurationError(f"unknown key {key!r}", where=where, hint=hint)
    try:
        return KEYS[key](value)
    except _Wrong as wrong:
        raise ConfigurationError(f"{key}: {wrong}", where=where) from None


def _line_of(text: str, key: str) -> int:
    name = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\].=]""")
    return next((number for number, line in enumerate(text.split("\n"), 1) if name.match(line)), 1)
