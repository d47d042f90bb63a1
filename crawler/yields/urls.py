"""The kinds of a URL, and what it is a variant of: what can be told from how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit
from zlib import crc32

DIGITS = re.compile(r"\d+")
MIXED = re.compile(r"[a-zA-Z]+\d+[a-zA-Z]\w*|\d+[a-zA-Z]+\d\w*")  # letters and digits by turns, as in ids and hashes
HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}|[a-zA-Z0-9]{21,}")
LONG_ID = 4
NO_WORD = re.compile(r"[\W_]+")
SLUG = re.compile(r"[^\W\d_]+(?:-\w+){2,}|[^\W\d_]+(?:_[^\W_]+){2,}")  # a name of several words …
SLUG_WORDS = 2  # … so many, and not a word with numbers: article-1025-1
LETTERS = re.compile(r"[^\W\d_]+")
WORD = re.compile(r"[\u3400-\u9fff]{2,}|[a-zA-Z]{3,}")
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)?(?!\d)")
JOINT = re.compile("[+,]")  # between the names that a segment joins
MOST_PARAMETERS = 8


class Variant(NamedTuple):
    """A URL differs from `base` in this: a parameter by its name, or a segment that looks like a session's id."""

    name: str
    base: str
    is_id: bool  # its value looks like a session's id


@lru_cache(maxsize=1 << 14)
def kinds(url: str) -> tuple[str, ...]:
    """The kinds of a URL, the most specific first: its pattern, each of its parameters, its folders."""
    parts = urlsplit(url)
    *folders, last = [_shape(segment) for segment in parts.path.split("/")[1:]] or [""]
    names = parameters(parts.query)
    path = "/".join([parts.netloc, *folders, last])
    any_query = "?" if names else ""
    above = ["/".join([parts.netloc, *folders[:depth]]) + f"/*{any_query}" for depth in range(len(folders), 0, -1)]
    if not names:
        return (path, *above)
    told = dict.fromkeys((f"{path}?{'&'.join(names)}", *(f"{path}?{name}&*" for name in names), f"{path}?*"))
    return (*told, *above)


@lru_cache(maxsize=1 << 14)
def tail(url: str) -> str:
    """The kind of all URLs of the host that end in the same name, whatever stands before it: a relative link written amiss;
    "" where the name has digits, or stands at the top."""
    parts = urlsplit(url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    return f"{parts.netloc} …/{last}" if folder and last and not (DIGITS.search(last) or looks_random(last)) else ""


@lru_cache(maxsize=1 << 14)
def size(url: str) -> str:
    """The kind of those URLs of the pattern whose numbers are as long: dead links lead to ids that no page of the site has
    had; "" where there is none."""
    parts = urlsplit(url)
    lengths = _lengths((*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))))
    return f"{kinds(url)[0]} of {lengths}" if lengths else ""


@lru_cache(maxsize=1 << 14)
def form(url: str) -> str:
    """The kind of the host's URLs as deep as this whose paths end alike: articles have the same form in any folder."""
    parts = urlsplit(url)
    *folders, last = parts.path.split("/")
    return f"{parts.netloc} {len(folders)} {_shape(last)} of {_lengths((last,))}"


def _lengths(names: Iterable[str]) -> str:
    """The lengths of the numbers in these names, but for those that look random."""
    return " ".join(str(len(found)) for name in names if not looks_random(name) for found in DIGITS.findall(name))


def parameters(query: str) -> list[str]:
    """The names of a query's parameters, in the order of the alphabet."""
    return sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})


@lru_cache(maxsize=1 << 14)
def place(url: str) -> tuple[str, frozenset[str]]:
    """The shape of the URL's path, and the names of its parameters."""
    parts = urlsplit(url)
    return parts.netloc + "/".join(map(_shape, parts.path.split("/"))), frozenset(parameters(parts.query))


def refines(url: str, other: str) -> bool:
    """The URL is of the other's pattern, or has more parameters: it may be one more combination of the same choices."""
    (here, names), (there, others) = place(url), place(other)
    return here == there and names >= others


def is_about(url: str, other: str) -> bool:
    """The URL's query takes the other's path along: to sign in and come back to it, to pass it on."""
    path = urlsplit(other).path
    return len(path) > 1 and path in unquote(urlsplit(url).query)


def _shape(segment: str) -> str:
    return ".".join(map(_named, unquote(segment).split(".")))


def _named(name: str) -> str:
    if sum(not one.isdecimal() for one in JOINT.split(name) if one) > 1:
        return "+"
    numbers = DIGITS.sub("N", name)
    if SLUG.fullmatch(name) and numbers.count("N") < 3 and len(LETTERS.findall(name)) >= SLUG_WORDS:
        return "~"
    return "#" if looks_random(name) else numbers


def looks_random(name: str) -> bool:
    """It looks like a session's id or a hash."""
    parts = NO_WORD.split(name)
    return any((len(part) >= LONG_ID and MIXED.fullmatch(part)) or HASH.fullmatch(part) for part in parts)


@lru_cache(maxsize=1 << 14)
def is_random(url: str) -> bool:
    """A segment or a value of the URL looks random, or its path turns in a circle."""
    parts = urlsplit(url)
    shapes = [_shape(segment) for segment in parts.path.strip("/").split("/")]
    circles = len(shapes) - len(set(shapes)) >= (3 if "N" in shapes else 1)
    return circles or "#" in shapes or any(looks_random(value) for _, value in parse_qsl(parts.query))


def is_deeper(url: str, other: str) -> bool:
    """The URL's path goes on from the other's, to a name that is neither random nor one that it has had."""
    return len(urlsplit(url).path.strip("/")) > len(urlsplit(other).path.strip("/")) and (
        urlsplit(url).path.startswith(urlsplit(other).path) and not is_random(url)
    )


def is_next(url: str, other: str) -> bool:
    """The URL differs from the other in one number alone, which is one more or one less: the next part of a list."""
    if DIGITS.sub("N", url) != DIGITS.sub("N", other):
        return False
    changed = [(int(a), int(b)) for a, b in zip(DIGITS.findall(url), DIGITS.findall(other), strict=True) if a != b]
    return len(changed) == 1 and abs(changed[0][0] - changed[0][1]) == 1


def joined(url: str) -> tuple[str, frozenset[str]]:
    """The URL's folder, and the names that the last segment of its path joins."""
    folder, _, last = url.partition("?")[0].rpartition("/")
    return folder, frozenset(filter(None, JOINT.split(unquote(last))))


def is_numbered(url: str) -> bool:
    """A value of the URL's query is a number: it may be a part of a list."""
    return any(value.isdecimal() for _, value in parse_qsl(urlsplit(url).query))


@lru_cache(maxsize=1 << 14)
def variants(url: str) -> tuple[Variant, ...]:
    """What the URL may be a variant of: itself without each parameter, or all, and without each segment that looks
    like an id."""
    parts = urlsplit(url)
    pairs, segments = [pair for pair in parts.query.split("&") if pair], parts.path.split("/")
    found = []
    for pair in pairs[:MOST_PARAMETERS]:
        name, _, value = pair.partition("=")
        rest = "&".join(one for one in pairs if one is not pair)
        found.append(Variant(f"?{name}", urlunsplit(parts._replace(query=rest)), looks_random(value)))
    if len(pairs) > 1:
        found.append(Variant(f"?{'&'.join(parameters(parts.query))}", urlunsplit(parts._replace(query="")), False))
    return (*found, *(_without(parts, n) for n, segment in enumerate(segments[:-1]) if looks_random(segment)))


@lru_cache(maxsize=1 << 14)
def marks(url: str) -> tuple[Variant, ...]:
    """What may be a mark in the URL that says nothing of its page, whatever it looks like: each parameter, each folder with
    a number or an id."""
    parts = urlsplit(url)
    folders = parts.path.split("/")[:-1]
    with_number = (n for n, folder in enumerate(folders) if DIGITS.search(folder) and not looks_random(folder))
    single = (one for one in variants(url) if "&" not in one.name)  # not all parameters at once
    return (*single, *(_without(parts, n) for n in with_number))


def _without(parts: SplitResult, n: int) -> Variant:
    """The URL without its nth folder."""
    segments = parts.path.split("/")
    base = urlunsplit(parts._replace(path="/".join(segments[:n] + segments[n + 1 :])))
    is_id = looks_random(segments[n])
    return Variant("/".join([*map(_shape, segments[:n]), "#" if is_id else _shape(segments[n])]), base, is_id)


def differences(url: str) -> tuple[Variant, ...]:
    """As `variants`, and the URL without its last segment: a relative link written amiss puts one behind any address."""
    parts = urlsplit(url)
    *above, last = parts.path.rstrip("/").split("/")
    if not any(above) or DIGITS.search(last):
        return variants(url)
    folder = "/".join(above)
    bases = (urlunsplit(parts._replace(path=path)) for path in (folder, f"{folder}/"))
    return (*variants(url), *(Variant(f"…/{last}", base, False) for base in bases))


def words(url: str) -> Iterator[str]:
    """The words in a URL's path and values."""
    return (found[0] for found in WORD.finditer(_said_by(url)))


def numbers(url: str) -> set[str]:
    """The numbers in a URL's path and values, without leading zeros; a date that is written as one is three more."""
    dated = DATE.sub(r"\g<0> \1 \2 \3", _said_by(url))
    return {found[0].lstrip("0") for found in DIGITS.finditer(dated)} - {""}


def _said_by(url: str) -> str:
    parts = urlsplit(url)
    return unquote(f"{parts.path} {parts.query}".replace("+", " "))


def within(url: str, depth: int) -> int:
    """The order of what waits at one level: the deepest shows soonest what is there; of a list's links, any."""
    return min(depth, 1000) * 64 + crc32(url.encode()) % 64
