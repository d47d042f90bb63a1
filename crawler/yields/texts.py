"""What pages say, and what of it their host has not said before."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.yields.memory import MOST_LISTS, MOST_PAGES, Recent, keep
from crawler.yields.urls import numbers, words
from pipelines.letters import han_of

NEW_LETTERS = 40  # of a page, that its host has not said before: prose that is new
LONG = 200  # letters of an article that is told by its text alone: a page to print it has a title of its own
NEW_WORD = 4  # letters of a line that is new: pages that have one do not say the same
LONG_TITLE = 4  # characters of a title that pages about an article repeat
MOST_SAID = 1_000  # lines that are remembered of all articles of one title
PART = 0.95  # of an article that others with its title have said: a part of those
NO_LETTERS = re.compile(r"[\W\d_]+")


class New(NamedTuple):
    """What a page says that its host has not said before."""

    is_article: bool
    is_again: bool  # a known article, whatever its title, or a part of one with its title
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
        self._titles: OrderedDict[str, str] = OrderedDict()  # of articles, by their URLs
        self._titled: OrderedDict[tuple[str, str], frozenset[int]] = OrderedDict()  # a host's title → all said under it

    def __len__(self) -> int:
        return max(len(self._said), len(self._titles), len(self._titled))

    def read(self, url: str, above: str | None, article: str | None, lines: Iterable[str]) -> New:
        """What of a page's article, if it holds one, and of its lines is new; `above` is the page that told the URL.

        The URL's own words and numbers, which the pages of searches, of calendars and of soft 404s repeat, say nothing, nor does
        the title of an article `above`, which the pages of forms repeat: to pass it on, to report it.
        """
        host, lines = urlsplit(url).netloc, list(lines)
        title, _, text = (article or "").partition("\n")
        title_above, said_before = self._titles.get(above or "", ""), self._titled.get((host, title), frozenset())
        if len(title) >= LONG_TITLE:
            keep(self._titles, url, title, MOST_PAGES)
            said = frozenset(map(hash, (*lines, *text.split("\n"))))
            known = said_before if len(said_before) < MOST_SAID else frozenset()  # one title of many articles
            keep(self._titled, (host, title), known | said, MOST_LISTS)
        elif not article and len(title_above) >= LONG_TITLE:
            lines = [line.replace(title_above, "") for line in lines]
        differs = bool(self._said.add({hash((host, "exactly", line)) for line in lines}))
        left = _without("\n".join(lines), words(url), numbers(url)).split("\n") if lines else []
        keys = {hash((host, "but for its own", line)): line for line in left}
        unknown = self._said.add(set(keys))
        saying = f"{host} says {hash(frozenset(keys))}" if keys else ""
        texts = [keys[key] for key in unknown]
        letters_of = {hash((host, letters)): len(letters) for letters in map(_letters, texts, han_of(texts)) if letters}
        new = [letters_of[key] for key in self._said.add(set(letters_of))]
        is_again = len(text) >= LONG and not self._said.add({hash((host, "text", text))})
        is_again = is_again or _share(text, said_before) >= PART
        is_article = article is not None and bool(self._said.add({hash((host, "article", article))})) and not is_again
        says = max(new, default=0) >= NEW_WORD
        return New(is_article, is_again, sum(new) >= NEW_LETTERS, says, bool(unknown), differs, saying)


def _share(text: str, said: frozenset[int]) -> float:
    """How much of the text, of 0 to 1, are these lines."""
    lines = text.split("\n")
    return sum(len(line) for line in lines if hash(line) in said) / max(1, sum(map(len, lines)))


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
