"""The URLs that were met lately, so that the same links of many pages are not looked up on disk again and again."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 1 << 16  # of the latest; as many of those before


class Recent:
    """The latest URLs that are known to be known."""

    def __init__(self) -> None:
        self._young: set[str] = set()
        self._old: set[str] = set()

    def unknown(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that are not among the latest, in their order."""
        return [url for url in urls if url not in self._young and url not in self._old]

    def add(self, urls: Iterable[str]) -> None:
        """These are known."""
        self._young.update(urls)
        if len(self._young) > MOST:
            self._young, self._old = set(), self._young
