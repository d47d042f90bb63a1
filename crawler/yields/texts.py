"""What pages say, and what of it their host has not said before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.yields.memory import Recent
from crawler.yields.urls import numbers, words
from pipelines.letters import han_of

NEW_LETTERS = 40  # of a page, that its host has not said before: prose that is new
LONG = 200  # letters of an article that is told by its text alone: a page to print it has a title of its own
NEW_WORD = 4  # letters of a line that is new: pages that have one do not say the same
NO_LETTERS = re.compile(r"[\W\d_]+")


class New(NamedTuple):
    """What a page says that its host has not said before."""

    is_article: bool
    is_again: bool  # a known article, whatever its title
    is_prose: bool
    says: bool  # a few words
    varies: bool  # at least a number that its URL has not
    differs: bool  # at least a number
    saying: (
        str  # of the pages of its host that say the same, but for that; "" where it says nothing, so nothing is known
    )


class Texts:
    """What hosts said."""

    def __init__(self) -> None:
        self._said = Recent()

    def __len__(self) -> int:
        return len(self._said)

    def read(self, url: str, article: str | None, lines: Iterable[str]) -> New:
        """What of a page's article, if it holds one, and of its lines is new. The URL's own words and numbers, which the pages of
        searches, of calendars and of soft 404s repeat, say nothing."""
        host, lines = urlsplit(url).netloc, list(lines)
        differs = bool(self._said.add({hash((host, "exactly", line)) for line in lines}))
        left = _without("\n".join(lines), words(url), numbers(url)).split("\n") if lines else []
        keys = {hash((host, "but for its own", line)): line for line in left}
        unknown = self._said.add(set(keys))
        saying = f"{host} says {hash(frozenset(keys))}" if keys else ""
        texts = [keys[key] for key in unknown]
        said = {hash((host, letters)): len(letters) for letters in map(_letters, texts, han_of(texts)) if letters}
        new = [said[key] for key in self._said.add(set(said))]
        text = (article or "").partition("\n")[2]
        is_again = len(text) >= LONG and not self._said.add({hash((host, "text", text))})
        is_article = article is not None and bool(self._said.add({hash((host, "article", article))})) and not is_again
        says = max(new, default=0) >= NEW_WORD
        return New(is_article, is_again, sum(new) >= NEW_LETTERS, says, bool(unknown), differs, saying)


def _without(text: str, own: Iterable[str], counted: Iterable[str]) -> str:
    """The text without these words, the longest first, and numbers; few URLs have words that stand on their page."""
    if found := sorted((re.escape(word) for word in own if word in text), key=len, reverse=True):
        text = re.sub("|".join(found), "", text)
    for number in counted:
        text = _without_number(text, number)
    return text


def _without_number(text: str, number: str) -> str:
    """The text without the number and the zeros before it, where it is no part of a longer one.

    A pattern that says so is looked for at each character: that takes eight times as long.
    """
    first, *pieces = text.split(number)
    kept, last = [first], len(pieces) - 1
    for n, after in enumerate(pieces):
        before = kept[-1].rstrip("0")  # nothing: one that was kept stands there, but for the text's beginning
        begins = not before[-1:].isdecimal() if before else n == 0
        ends = not after[:1].isdecimal() if after else n == last
        kept[-1:] = [before, after] if begins and ends else [kept[-1], number, after]
    return "".join(kept)


def _letters(text: str, han: str) -> str:
    """What a text says, without numbers and names of pages: its Chinese characters, where it has any."""
    return han or NO_LETTERS.sub("", text)
