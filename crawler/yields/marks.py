"""Marks in links that say nothing of their pages, whatever they look like: against caches, of a visit, for counting.

Each page has addresses without end where all that lead to it are marked, and none of them is the one without a mark. What
tells is that pages say the same with other values, several of them: those of one script do, too, where they are gone.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.yields.copies import Copies, names
from crawler.yields.memory import MOST_PAGES, Recent, Tally, keep
from crawler.yields.urls import Variant, marks


class Marks:
    """What pages said with one value of a mark and another; of marks without which nobody told their URLs."""

    def __init__(self, copies: Copies) -> None:
        self._copies, self._is_told = copies, copies.is_told
        # a page without one of its marks → what it said, whatever the mark was; None before it was read
        self._pages: OrderedDict[int, int | None] = OrderedDict()
        self._bare = Recent()  # pages that were told with marks that say nothing
        self._same = Recent()  # of those, the ones that said it again
        self._counts = Tally()  # of marks

    def __len__(self) -> int:
        return max(len(self._pages), len(self._bare), len(self._same), len(self._counts))

    def asked(self, url: str) -> None:
        """A request leaves."""
        for one in self._of(url):
            if _key(one) not in self._pages:
                keep(self._pages, _key(one), None, MOST_PAGES)

    def read(self, url: str, whole: int) -> bool:
        """The page says this in all. Gives whether that tells of one more mark that it says nothing."""
        told = False
        for one in self._of(url):
            before = self._pages.get(_key(one))
            if before is None:
                keep(self._pages, _key(one), whole, MOST_PAGES)
            elif before != whole or self._same.add({_key(one)}):
                for name, enough in names(one):
                    was_empty = self._counts.is_empty(name, enough)
                    self._counts.count(name, changes=before != whole)
                    told |= self._counts.is_empty(name, enough) and not was_empty
        return told

    def bare(self, url: str) -> str:
        """The URL without a mark that says nothing: what is known of the page with other values counts for it."""
        return next((one.base for one in self._empty(url) if not self._is_told(one.base)), url)

    def without(self, urls: Iterable[str]) -> set[str]:
        """As `bare`, of each."""
        return set(map(self.bare, urls)) if self._may_say_nothing else set(urls)

    def new_of(self, urls: Iterable[str]) -> set[str]:
        """As `without`, but for pages that are known, or were told before with another mark."""
        if not self._may_say_nothing:
            return set(urls)
        pairs = [(url, self.bare(url)) for url in urls]
        return {
            bare for url, bare in pairs if bare == url or (not any(self.verdict(url)) and self._bare.add({hash(bare)}))
        }

    def verdict(self, url: str) -> tuple[str, bool]:
        """The mark that says nothing, where the page is known with another value of it or without, or ""; whether it is under
        way."""
        for one in self._empty(url):
            is_read = self._pages.get(_key(one)) is not None or (one.is_id and self._copies.is_read(one.base))
            if is_read or self._is_told(one.base):
                return f"{urlsplit(url).netloc} {one.name}", False
            if _key(one) in self._pages:
                return "", True
        return "", False

    @property
    def _may_say_nothing(self) -> bool:
        """Some mark may: most sites have none, and thousands of links."""
        return len(self._same) > 0 or self._copies.has_any

    def _empty(self, url: str) -> list[Variant]:
        """The marks of the URL that say nothing."""
        if not self._may_say_nothing:
            return []
        return [one for one in marks(url) if self._copies.is_mark(one) or self._is_empty(one)]

    def _is_empty(self, one: Variant) -> bool:
        return any(self._counts.is_empty(*name) for name in names(one))

    def _of(self, url: str) -> list[Variant]:
        """The marks of the URL, but for those that leave the same, as a month and its day may: each would prove the other."""
        found = marks(url)
        times = Counter(map(_key, found))
        return [one for one in found if times[_key(one)] == 1 and not self._is_told(one.base)]


def _key(one: Variant) -> int:
    """The page without the mark; a folder's own shape does not count: now and then an id has digits alone."""
    return hash((one.name if one.name.startswith("?") else "/", one.base))
