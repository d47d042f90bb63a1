"""How the URL of a page becomes that of its twin: m. for www., /amp/ before the path, ?id=5 for /5.html.

A rewriting is read off two URLs. The first one's *shape* is what it has in common with its site's others of that kind; its
*values* are the rest, in order. The second one is written as a *template*: text, and the values, or parts of them, that it
takes over. So `https://www.h/a/2024/57.html` and `https://m.h/view?aid=57` show how each `https://www.h/*/#/#.html` is
rewritten. Whether a rewriting tells the truth is not seen here: see `twins`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.frontier.twins import Template

# words in a URL that tell which of the twins it is, not which page
MARKS = frozenset("amp m wap 3g mobile touch h5 pc www index default print".split())
HOST_MARK = re.compile(r"^(?:www|m|wap|3g|mobile|amp|touch|h5)\.(?=[^.]+\.)")
ENDING = re.compile(r"[A-Za-z][A-Za-z.0-9]{0,11}$")  # html, amp.html
TOKENS = re.compile(r"[0-9A-Za-z]+|[^0-9A-Za-z]+")
NUMBERED = re.compile(r"[0-9A-Za-z]*\d[0-9A-Za-z]*")
WORDS = re.compile(r"[A-Za-z]+")
MOST_WORDS = 2  # around a number, as in article_5; a title in words and numbers is one value
OWN_DIGITS = 2  # of a value in a template's query, as in ?amp=1; longer numbers name a page, and those in the path do
DIGITS = re.compile(r"\d+")
WHOLE = -1


class Address(NamedTuple):
    """A URL's shapes, its values with where each stands, and its texts: one before each value, and one after the last."""

    shapes: tuple[str, ...]  # the second one with the first folder as written: a section may have rules of its own
    labels: tuple[object, ...]
    values: tuple[str, ...]
    texts: tuple[str, ...]


def address(url: str) -> Address:
    """The URL (normalized) as shape and values; `texts` and `values` in turn are the URL."""
    head, _, query = url.partition("?")
    origin, _, path = head.partition("//")
    host, _, path = path.partition("/")
    *folders, last = path.split("/")
    stem, ending = _split(last)
    labels: list[object] = [*range(-len(folders), 0), 0]  # counted from the end: the last folder is -1
    texts = [f"{origin}//{host}/", *("/" for _ in folders)]
    values, tail = [*folders, stem], ending
    for n, pair in enumerate(query.split("&") if query else ()):
        name, equals, value = pair.partition("=")
        texts.append(f"{tail}{'&' if n else '?'}{name}{equals}")
        labels.append(name)
        values.append(value)
        tail = ""
    texts.append(tail)
    rest = "".join(text + _kind(value) for text, value in zip(texts[1:], values[1:], strict=False)) + tail
    kind = _kind(values[0])
    shapes = [texts[0] + kind + rest] + ([texts[0] + values[0] + rest] if folders and kind == "*" else [])
    return Address(tuple(shapes), tuple(labels), tuple(values), tuple(texts))


def rewriting(source: Address, target: Address) -> Template | None:
    """The template that makes the target of the source's values; None where the target takes over nothing, or names a page
    by a number of its own."""
    pieces: list[str | tuple[int, int]] = []
    for text, label, value in zip(target.texts, target.labels, target.values, strict=False):
        told = list(_told(source, label, value))
        own = [len(run) for piece in told if isinstance(piece, str) for run in DIGITS.findall(piece)]
        if value.lower() not in MARKS and any(length > (0 if isinstance(label, int) else OWN_DIGITS) for length in own):
            return None
        pieces += [text, *told]
    pieces.append(target.texts[-1])
    template = tuple(_joined(pieces))
    return template if len(template) > 1 else None


def rewritten(template: Template, source: Address) -> str | None:
    """The template filled in by the source's values; None where it has no such."""
    made = []
    for piece in template:
        if isinstance(piece, str):
            made.append(piece)
            continue
        number, token = piece
        if number >= len(source.values):
            return None
        tokens = [source.values[number]] if token == WHOLE else TOKENS.findall(source.values[number])[token:]
        if not tokens:
            return None
        made.append(tokens[0])
    return "".join(made)


def folded(url: str) -> str:
    """What the usual twins have in common: the URL without scheme, marks, index and the order of its query."""
    head, _, query = url.partition("?")
    host, _, path = head.partition("//")[2].partition("/")
    *folders, last = path.split("/")
    stem, ending = _split(last)
    kept = [one for one in (*folders, stem) if one and one.lower() not in MARKS]
    pairs = sorted(pair for pair in query.split("&") if not MARKS.intersection(pair.lower().split("=")))
    ending = ending.replace(".amp", "") if stem.lower() not in MARKS else ""
    return f"{HOST_MARK.sub('', host)}/{'/'.join(kept)}{ending}?{'&'.join(pairs)}"


def plainness(url: str) -> tuple[int, int, str]:
    """What makes a twin the one to ask for, where the pages name none: the fewest marks, then the shortest URL."""
    words = re.split(r"\W+", url.lower())
    return sum(word in MARKS and word != "www" for word in words), len(url), url


def _split(last: str) -> tuple[str, str]:
    """A file's name, and its ending with the dot."""
    stem, _, ending = last.partition(".")
    return (stem, f".{ending}") if stem and ENDING.match(ending) else (last, "")


def _kind(value: str) -> str:
    if value.lower() in MARKS:
        return value
    if not any(sign.isdigit() for sign in value):
        return "*" if value else ""
    masked = NUMBERED.sub("#", value)
    return masked if len(WORDS.findall(masked)) <= MOST_WORDS and masked.count("#") <= MOST_WORDS else "*"


def _told(source: Address, label: object, value: str) -> Iterator[str | tuple[int, int]]:
    """The target's value as what it takes over: a value of the same place first, else the last one that is the same."""
    if not value or value.lower() in MARKS:
        yield value
        return
    same = [n for n, one in enumerate(source.values) if one == value]
    if same:
        yield next((n for n in same if source.labels[n] == label), same[-1]), WHOLE
        return
    tokens = {
        token: (n, m)
        for n, one in enumerate(source.values)
        for m, token in enumerate(TOKENS.findall(one))
        if NUMBERED.fullmatch(token)
    }
    for token in TOKENS.findall(value):
        yield tokens.get(token, token)


def _joined(pieces: list[str | tuple[int, int]]) -> Iterator[str | tuple[int, int]]:
    """Texts in a row are one."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        yield piece
        text = ""
    if text:
        yield text
