"""Copies of what is known: by which parameters and ids URLs differ, though their pages do not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sized
from urllib.parse import urlsplit

from crawler.yields.memory import MOST_LISTS, MOST_PAGES, Recent, Tally, keep
from crawler.yields.urls import Variant, differences, is_about, kinds, refines, variants

COPIES, COPIES_OF_HOST = 2, 4  # more copies than twice the others: a difference on a pattern, and anywhere on a host
ARRANGING = frozenset(  # parameters that arrange what a list shows: other known articles first make no new page
    "sort order orderby order_by order-by sortby sort_by sorting sorttype sort_type sortorder paixu dir direction view layout"
    " display style theme skin perpage per_page per-page pagesize page_size page-size limit rows".split()
)
OTHERS = 2  # new URLs without the difference: what tells them is no copy


class Copies:
    """What differences between URLs were worth."""

    def __init__(self) -> None:
        self._told = Recent()  # URLs
        self._plain = Recent()  # patterns of URLs that were told without an id
        self._read = Recent()  # URLs, and what is left of them without their ids
        self._shown: OrderedDict[int, frozenset[int]] = OrderedDict()  # a page → what it links to
        self._under: OrderedDict[int, Variant] = OrderedDict()  # what a read URL is a variant of → that
        self._counts = Tally()  # of differences

    def __len__(self) -> int:
        held: list[Sized] = [self._told, self._plain, self._read, self._shown, self._under, self._counts]
        return max(map(len, held))

    def tell(self, url: str) -> None:
        """The URL is known."""
        self._told.add({hash(url)})
        if not any(one.is_id for one in variants(url)):
            self._plain.add({hash(kinds(url)[0])})

    def is_told(self, url: str) -> bool:
        """The URL itself is known."""
        return hash(url) in self._told

    def is_read(self, url: str) -> bool:
        """The page was read, or with an id in its URL."""
        return hash(url) in self._read

    @property
    def has_any(self) -> bool:
        """A page was read that may be a copy."""
        return len(self._counts) > 0

    def is_mark(self, one: Variant) -> bool:
        """The id in a URL makes copies and nothing else."""
        return one.is_id and any(self._counts.is_empty(*name) for name in names(one))

    def is_marked(self, url: str) -> bool:
        """An id in the URL makes copies and nothing else, and others of its pattern are told without one: so may this be, and
        the plain URL would be asked for again."""
        return any(hash(kinds(one.base)[0]) in self._plain for one in variants(url) if self.is_mark(one))

    def shows(self, url: str, shown: set[str], known: frozenset[int]) -> int | None:
        """How many of the known articles that the page shows those do not that it may be a copy of; None where what they
        showed is not known."""
        links = frozenset(map(hash, shown))
        if any(one.is_id for one in variants(url)):  # so have its links, and may be told without them from some page on
            links |= {hash(one.base) for link in shown for one in variants(link) if one.is_id}
        bases = [hash(url), *(hash(one.base) for one in differences(url))]
        before = [self._shown[base] for base in bases if base in self._shown]
        extra = known.difference(*before)
        for key in (hash(url), *(hash(one.base) for one in variants(url) if hash(one.base) not in self._shown)):
            keep(self._shown, key, links, MOST_LISTS)
        return len(extra) if before else None

    def read(self, url: str, told: set[str], *, is_article: bool, is_copy: bool | None) -> None:
        """The page told these new URLs. `is_copy`: it says nothing new and shows no other articles; None where nobody knows."""
        found = [one for one in self._differences(url, self._read) if is_copy is not None or _is_arranging(one[2])]
        if found:
            goes_on = {(one.name, one.base) for link in told for one in variants(link)}
            others = [{one.name for one in differences(link)} for link in told if self.is_other(link, url)]
            for name, _, one in found:
                if not one.is_id and (one.name, one.base) in goes_on:
                    continue  # a list that goes on, perhaps behind its last page
                is_other = (is_article if _is_arranging(one) else not is_copy) or sum(
                    one.name not in names for names in others
                ) >= OTHERS
                self._counts.count(name, changes=is_other)
        if is_copy is not None and (before := self._under.get(hash(url))):  # the plain URL came after it
            for name, _ in names(before):
                self._counts.count(name, changes=not is_copy)
        for one in variants(url):
            if not one.is_id:
                keep(self._under, hash(one.base), one, MOST_PAGES)
        self._read.add({hash(url), *(hash(one.base) for one in variants(url) if one.is_id)})

    def is_other(self, link: str, url: str) -> bool:
        """The link leads elsewhere than to one more of the same choices, to the page itself, or to what may be a copy."""
        return not (refines(link, url) or is_about(link, url) or any(self.verdict(link)))

    def verdict(self, url: str) -> tuple[str, bool]:
        """The difference for which the URL is a copy of a known one, or ""; whether it may be one."""
        may_be = False
        for name, enough, one in self._differences(url, self._read, self._told):
            if self._counts.is_empty(name, enough):
                return name, True
            copies, others = self._counts[name]
            may_be = may_be or one.is_id or copies > others or _is_arranging(one)
        return "", may_be

    @staticmethod
    def _differences(url: str, *known: Recent) -> Iterator[tuple[str, int, Variant]]:
        """In what the URL differs from known ones, on their pattern and on the host; how many copies are enough."""
        for one in differences(url):
            if any(hash(one.base) in those for those in known):
                for name, enough in names(one):
                    yield name, enough, one


def _is_arranging(one: Variant) -> bool:
    """The difference shows the same in another order, or in other portions."""
    return not one.is_id and ARRANGING.issuperset(one.name.removeprefix("?").lower().split("&"))


def names(one: Variant) -> tuple[tuple[str, int], tuple[str, int]]:
    """What a difference is called on its pattern, and on the host; how many copies are enough there."""
    return (f"{kinds(one.base)[0]} {one.name}", COPIES), (f"{urlsplit(one.base).netloc} {one.name}", COPIES_OF_HOST)
