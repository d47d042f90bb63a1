"""Copies of an article, as other sites make them: re-spaced, re-punctuated, traditional, spun, in parts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.demo.model import Article, Line
from crawler.demo.prose import stock

SPACES = (" ", " ", "\u3000", "\u00a0", "\u200b")
WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code).isalnum()})
OTHER_PUNCTUATION = str.maketrans("\uff0c\uff1a\uff1b\uff08\uff09\u201c\u201d", ",:;()\u300c\u300d")


def changed(line: Line, change: Callable[[str], str]) -> Line:
    """The line with its text changed, a table's row cell by cell."""
    if not line.cells:
        return Line(line.kind, change(line.text))
    cells = tuple(map(change, line.cells))
    return Line(line.kind, " ".join(cells), cells)


def rewritten(article: Article, change: Callable[[str], str], *, title: bool = False) -> Article:
    """The article with every line of its body changed, and its title and comments too where told so."""
    lines = tuple(changed(line, change) for line in article.lines)
    if not title:
        return replace(article, lines=lines)
    remarks = tuple(
        replace(said, author=change(said.author), text=change(said.text), role=change(said.role))
        for said in article.remarks
    )
    return replace(
        article,
        lines=lines,
        remarks=remarks,
        title=change(article.title),
        label=change(article.label),
        author=change(article.author),
        source=change(article.source),
        province=change(article.province),
        tags=tuple(map(change, article.tags)),
    )


def respaced(article: Article, rng: random.Random) -> Article:
    """The same letters with spaces strewn in."""

    def strew(text: str) -> str:
        return "".join(char + (rng.choice(SPACES) if rng.random() < 0.06 else "") for char in text).strip()

    return rewritten(article, strew)


def fullwidth(article: Article) -> Article:
    """Digits and Latin letters in full width, punctuation in half width and corner brackets."""
    return rewritten(article, lambda text: text.translate(WIDE).translate(OTHER_PUNCTUATION))


def traditional(article: Article) -> Article:
    """The article in traditional characters, title and comments too."""
    script = stock()["script"]
    table = str.maketrans(script["simplified"], script["traditional"])
    return rewritten(article, lambda text: text.translate(table), title=True)


def spun(article: Article, rng: random.Random, share: float) -> Article:
    """About `share` of the words that have a synonym are exchanged."""
    swaps: dict[str, str] = {}
    for one, other in stock()["synonyms"]["pairs"]:
        swaps.setdefault(one, other)
        swaps.setdefault(other, one)
    known = re.compile("|".join(sorted(swaps, key=lambda word: (-len(word), word))))

    def swap(text: str) -> str:
        return known.sub(lambda found: swaps[found[0]] if rng.random() < share else found[0], text)

    return rewritten(article, swap)


def parts(article: Article, count: int) -> Sequence[Article]:
    """The article's lines over `count` pages, each page opening where a heading stands if one is near."""
    size = len(article.lines) / count
    cuts = [0]
    for number in range(1, count):
        wanted = round(size * number)
        near = [n for n in range(wanted - 2, wanted + 3) if cuts[-1] + 3 <= n <= len(article.lines) - 3]
        headed = [n for n in near if article.lines[n].kind == "h"]
        cuts.append(min(headed or near, key=lambda n: abs(n - wanted)))
    bounds = zip(cuts, [*cuts[1:], len(article.lines)], strict=True)
    return [replace(article, lines=article.lines[first:last]) for first, last in bounds]
