"""Copies of what is known: by which parameters and ids URLs differ, though their pages do not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.yields.memory import MOST_KINDS, MOST_LISTS, Recent, keep
from crawler.yields.urls import Variant, differences, is_about, kinds, refines, variants

COPIES, COPIES_OF_HOST = 2, 4  # more copies than twice the others: a difference on a pattern, and anywhere on a host
OTHERS = 2  # new URLs without the difference: what tells them is no copy


class Copies:
    """What differences between URLs were worth."""

    def __init__(self) -> None:
        self._told = Recent()  # URLs
        self._read = Recent()  # URLs, and what is left of them without their ids
        self._shown: OrderedDict[int, frozenset[int]] = OrderedDict()  # a page → what it links to
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # a difference → copies, others

    def __len__(self) -> int:
        return max(len(self._told), len(self._read), len(self._shown), len(self._counts))

    def tell(self, url: str) -> None:
        """The URL is known."""
        self._told.add({hash(url)})

    def is_told(self, url: str) -> bool:
        """The URL itself is known, or with an id in it."""
        return hash(url) in self._told or hash(url) in self._read

    def shows(self, url: str, shown: frozenset[int], known: frozenset[int]) -> int | None:
        """How many of the known articles that the page shows those do not that it may be a copy of; None where what they
        showed is not known."""
        bases = [hash(one.base) for one in differences(url)]
        before = [self._shown[base] for base in bases if base in self._shown]
        extra = known.difference(*before)
        for key in (hash(url), *(hash(one.base) for one in variants(url) if hash(one.base) not in self._shown)):
            keep(self._shown, key, shown, MOST_LISTS)
        return len(extra) if before else None

    def read(self, url: str, told: set[str], *, is_copy: bool | None) -> None:
        """The page, which told these new URLs, said and showed nothing new, or did, or nobody knows."""
        found = list(self._differences(url, self._read)) if is_copy is not None else []
        if found:
            goes_on = {(one.name, one.base) for link in told for one in variants(link)}
            others = [{one.name for one in differences(link)} for link in told if self.is_other(link, url)]
            for name, _, one in found:
                if not one.is_id and (one.name, one.base) in goes_on:
                    continue  # a list that goes on, perhaps behind its last page
                is_other = not is_copy or sum(one.name not in names for names in others) >= OTHERS
                copies, more = self._counts.get(name, (0, 0))
                keep(self._counts, name, (copies + (not is_other), more + is_other), MOST_KINDS)
        self._read.add({hash(url), *(hash(one.base) for one in variants(url) if one.is_id)})

    def is_other(self, link: str, url: str) -> bool:
        """The link leads elsewhere than to one more of the same choices, to the page itself, or to what may be a copy."""
        return not (refines(link, url) or is_about(link, url) or any(self.verdict(link)))

    def verdict(self, url: str) -> tuple[str, bool]:
        """The difference for which the URL is a copy of a known one, or ""; whether it may be one."""
        may_be = False
        for name, enough, one in self._differences(url, self._read, self._told):
            copies, others = self._counts.get(name, (0, 0))
            if copies >= enough + 2 * others:
                return name, True
            may_be = may_be or one.is_id or copies > others
        return "", may_be

    @staticmethod
    def _differences(url: str, *known: Recent) -> Iterator[tuple[str, int, Variant]]:
        """In what the URL differs from known ones, on their pattern and on the host; how many copies are enough."""
        for one in differences(url):
            if any(hash(one.base) in those for those in known):
                yield f"{kinds(one.base)[0]} {one.name}", COPIES, one
                yield f"{urlsplit(url).netloc} {one.name}", COPIES_OF_HOST, one
