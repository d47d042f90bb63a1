"""Of each site so many pages, the same ones in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappush, heapreplace
from typing import Generic, TypeVar

from pipelines.model import Page
from pipelines.templates.site import SiteKind, site_of

T = TypeVar("T")
MOST_PAGES = 200  # of a site: a line that stands on a fifth of its pages shows as well on so many
MOST_HELD = 200_000  # of all sites: beyond, each site is halved


class Sample(Generic[T]):
    """Values of pages, at most `most_pages` a site and `most_held` in all: those of the pages with the smallest ids.

    Ids are hashes, so this is a fair draw; that it depends on no order is what makes a table reproducible.
    """

    def __init__(self, most_pages: int = MOST_PAGES, most_held: int = MOST_HELD) -> None:
        self._most_pages, self._most_held = most_pages, most_held
        self._heaps: dict[str, list[tuple[int, T]]] = {}  # largest id first, as its negative
        self._ids: dict[str, set[int]] = {}
        self._held = 0

    def add(self, site: str, page_id: str, value: T) -> bool:
        """Whether the page belongs to the sample, as far as the pages up to here tell."""
        heap, ids = self._heaps.setdefault(site, []), self._ids.setdefault(site, set())
        rank = -int(page_id, 16)
        if rank in ids or (len(heap) >= self._most_pages and rank < heap[0][0]):
            return rank in ids
        ids.add(rank)
        if len(heap) >= self._most_pages:
            ids.discard(heapreplace(heap, (rank, value))[0])
        else:
            heappush(heap, (rank, value))
            self._held += 1
            while self._held > self._most_held and self._most_pages > 1:
                self._halve()
        return rank in ids

    def of_sites(self) -> Iterator[tuple[str, list[T]]]:
        """Each site's values by its pages' ids; sites in the order of their names."""
        for site, heap in sorted(self._heaps.items()):
            yield site, [value for _, value in sorted(heap, key=lambda held: -held[0])]

    def _halve(self) -> None:
        self._most_pages //= 2
        for site, heap in self._heaps.items():
            heap.sort(key=lambda held: -held[0])
            del heap[self._most_pages :]
            heap.reverse()  # ascending: a heap as it is
            self._ids[site] = {rank for rank, _ in heap}
        self._held = sum(map(len, self._heaps.values()))


def sampled(pages: Iterable[Page], site_kind: SiteKind, most_pages: int = MOST_PAGES) -> Iterator[Page]:
    """The pages that may belong to a site's sample; the others need not be cleaned."""
    sample: Sample[None] = Sample(most_pages)
    for page in pages:
        if page.repeats is None and (site := site_of(page.url, site_kind)) and sample.add(site, page.id, None):
            yield page
