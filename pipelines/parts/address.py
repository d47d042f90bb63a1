"""How a URL can be read as part N of an article.

A reading names the article, by what the URLs of its parts have in common, and the part's number in the URL: 0 for the
first page, whose URL mostly has none, and WHOLE for a view of the whole article. A URL has several readings, since
t2024_12.html may be part 12 of t2024 and may be an article of its own; the links of a pager tell which one holds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

WHOLE = -1
FIRST = 0

NUMBER = r"(?P<number>\d{1,2}|all|full|whole|quanwen)"  # an article has fewer than a hundred parts
ENDING = re.compile(r"\.(?:s?html?|xhtml|php|aspx?|jsp|do|cms)$", re.IGNORECASE)
INDEX = re.compile(r"(?:index|default|home)", re.IGNORECASE)
SUFFIXED = re.compile(rf"(?P<stem>.+?)(?:[_-](?:page|p)?[_-]?|\.|(?<=\d)p){NUMBER}", re.IGNORECASE)
WITHIN = re.compile(
    r"(?P<before>[a-z]\w*([-_])\d+\2)(?P<number>\d{1,2})(?P<behind>\2\d+)", re.IGNORECASE
)  # thread-515-2-1, whose last number is that of the list which led there; no date, as a name stands before it
SEGMENT = re.compile(rf"(?:(?:page|part|p)[_-]?)?{NUMBER}", re.IGNORECASE)
PAGES = frozenset(("page", "p", "part"))  # a segment of its own before the number: /x/page/2
PAGE_KEYS = frozenset(
    ("page", "p", "pn", "pg", "pageno", "page_no", "pagenum", "pageindex", "currentpage", "curpage", "cpageno", "paged")
)
WHOLE_PAIRS = frozenset(
    (("all", "1"), ("full", "1"), ("showall", "1"), ("fulltext", "1"), ("viewall", "1"), ("view", "all"))
)
OF_LISTS = re.compile(
    r"(?:list|index|category|categories|cat|tags?|channel|column|section|search|archives?|latest|news|page|forum|topic)s?",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"\d{4}[^/]*$|\d{4}[^/]*/\d[^/]*$|[a-z0-9]+(?:-[a-z0-9]+){3}[^/]*$", re.IGNORECASE
)  # an id, a slug of words


class Reading(NamedTuple):
    """One way to read a URL. A `loose` one has its number where other articles' URLs have one that counts something else: as
    a path's segment of digits alone, or before another number."""

    article: str
    number: int
    loose: bool = False


@lru_cache(maxsize=1 << 12)  # a pager names the same few URLs again and again
def readings(url: str) -> tuple[Reading, ...]:
    """The ways to read the URL, that of a first page before the others; none where it is no address of a page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ()
    found = [Reading(_article(parts, parts.path, parts.query), FIRST)]
    found += _by_query(parts)
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    stem = ENDING.sub("", name)
    if match := SUFFIXED.fullmatch(stem):
        found.append(Reading(_article(parts, f"{folder}/{match['stem']}", parts.query), _number(match["number"])))
    if (match := SEGMENT.fullmatch(stem)) and folder:
        above, _, last = folder.rpartition("/")
        paged = last.lower() in PAGES
        loose = stem.isdigit() and not paged
        found.append(Reading(_article(parts, above if paged else folder, parts.query), _number(match["number"]), loose))
    if match := WITHIN.fullmatch(stem):
        article = _article(parts, f"{folder}/{match['before']}*{match['behind']}", parts.query)
        found.append(Reading(article, int(match["number"]), loose=True))
    return tuple(found)


def names_article(article: str) -> bool:
    """Whether the address is that of a single article, with an id or a slug in it, and not that of a list."""
    return any(NAMED.search(told) for told in article.split("?"))


def names_list(article: str) -> bool:
    """Whether the address is a site's own or a section's, whose pages are lists."""
    path, _, query = article.partition("?")
    _, slash, last = path.removeprefix("//").rpartition("/")
    return not query and (not slash or not last or OF_LISTS.fullmatch(last) is not None)


def _by_query(parts: SplitResult) -> list[Reading]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    found = []
    for n, (key, value) in enumerate(pairs):
        rest = urlencode(pairs[:n] + pairs[n + 1 :])
        if (key.lower(), value.lower()) in WHOLE_PAIRS:
            found.append(Reading(_article(parts, parts.path, rest), WHOLE))
        elif key.lower() in PAGE_KEYS and re.fullmatch(NUMBER, value):
            found.append(Reading(_article(parts, parts.path, rest), _number(value)))
    return found


def _article(parts: SplitResult, path: str, query: str) -> str:
    """Host, path without ending and index page, and the query that is left."""
    path = ENDING.sub("", path.rstrip("/"))
    folder, _, name = path.rpartition("/")
    path = folder if INDEX.fullmatch(name) else path
    rest = urlencode(parse_qsl(query, keep_blank_values=True))
    return f"//{parts.netloc.lower()}{path}{f'?{rest}' if rest else ''}"


def _number(text: str) -> int:
    return int(text) if text.isdigit() else WHOLE
