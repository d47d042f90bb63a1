"""Where a crawl may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from crawler.links import Hosts
from crawler.source import Source

REMEMBERED = 1 << 16  # URLs of which it is known: the same links stand on many pages


class Scope:
    """The hosts of a crawl's starts and sources, and of the pages there those that their source wants."""

    def __init__(self, sources: Sequence[Source], starts: Iterable[str]) -> None:
        self.hosts = Hosts.of(
            starts,
            allowed=[host for one in sources for host in one.allowed],
            domains=[name for one in sources for name in one.domains],
        )
        self._sources = [(one.hosts, one) for one in sources]
        self.allows = lru_cache(REMEMBERED)(self._allows)

    def source_of(self, url: str) -> Source | None:
        """The source on whose hosts the URL lies."""
        return next((one for hosts, one in self._sources if hosts.allows(url)), None)

    def renders(self, url: str) -> bool:
        """Whether the URL's source wants its pages rendered."""
        source = self.source_of(url)
        return source is not None and source.browser

    def _allows(self, url: str) -> bool:
        if not self.hosts.allows(url):
            return False
        source = self.source_of(url)
        return source is None or source.wants(url)
