"""Marks in links that say nothing of their pages, whatever they look like: against caches, of a visit, for counting.

Each page has addresses without end where all that lead to it are marked, and none of them is the one without a mark. What
tells is that pages say the same with other values, several of them: those of one script do, too, where they are gone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from crawler.yields.memory import MOST_KINDS, MOST_PAGES, Recent, keep
from crawler.yields.urls import Variant, kinds, marks

PAGES, PAGES_OF_HOST = 2, 4  # that say the same with another value, more than twice those that do not


class Marks:
    """What pages said with one value of a mark and another; of marks without which nobody told their URLs."""

    def __init__(self, is_told: Callable[[str], bool]) -> None:
        self._is_told = is_told
        # a page without one of its marks → what it said, whatever the mark was; None before it was read
        self._pages: OrderedDict[int, int | None] = OrderedDict()
        self._same = Recent()  # of those, the ones that said it again
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # a mark → pages that did, others

    def __len__(self) -> int:
        return max(len(self._pages), len(self._same), len(self._counts))

    def asked(self, url: str) -> None:
        """A request leaves."""
        for one in self._of(url):
            if _key(one) not in self._pages:
                keep(self._pages, _key(one), None, MOST_PAGES)

    def read(self, url: str, whole: int) -> None:
        """The page says this in all."""
        for one in self._of(url):
            before = self._pages.get(_key(one))
            if before is None:
                keep(self._pages, _key(one), whole, MOST_PAGES)
            elif before != whole or self._same.add({_key(one)}):
                for name, _ in _names(one):
                    same, others = self._counts.get(name, (0, 0))
                    keep(self._counts, name, (same + (before == whole), others + (before != whole)), MOST_KINDS)

    def bare(self, url: str) -> str:
        """The URL without a mark that says nothing: what is known of the page with other values counts for it."""
        return next((one.base for one in self._empty(url) if not self._is_told(one.base)), url)

    def without(self, urls: Iterable[str]) -> set[str]:
        """As `bare`, of each."""
        return set(map(self.bare, urls)) if len(self._same) else set(urls)

    def verdict(self, url: str) -> tuple[str, bool]:
        """The mark that says nothing, where the page is known with another value of it or without, or ""; whether it is under
        way."""
        for one in self._empty(url):
            if self._pages.get(_key(one)) is not None or self._is_told(one.base):
                return f"{urlsplit(url).netloc} {one.name}", False
            if _key(one) in self._pages:
                return "", True
        return "", False

    def _empty(self, url: str) -> list[Variant]:
        """The marks of the URL that say nothing."""
        if not len(self._same):
            return []
        return [one for one in marks(url) if any(self._is_empty(*name) for name in _names(one))]

    def _is_empty(self, name: str, enough: int) -> bool:
        same, others = self._counts.get(name, (0, 0))
        return same >= enough + 2 * others

    def _of(self, url: str) -> list[Variant]:
        return [one for one in marks(url) if not self._is_told(one.base)]


def _key(one: Variant) -> int:
    return hash((one.name, one.base))


def _names(one: Variant) -> tuple[tuple[str, int], tuple[str, int]]:
    """What the mark is called on its pattern, and on the host; how many pages are enough there."""
    return (f"{kinds(one.base)[0]} {one.name}", PAGES), (f"{urlsplit(one.base).netloc} {one.name}", PAGES_OF_HOST)
