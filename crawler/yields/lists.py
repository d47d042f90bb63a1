"""Which known articles pages show: what tells a list from a page with a few links, and its next part from the same again."""

from __future__ import annotations

from collections import OrderedDict
from urllib.parse import urlsplit

from crawler.yields.memory import MOST_KINDS, Recent, keep
from crawler.yields.urls import kinds

OTHERS = 5  # of so many articles on a list, all but one are others than lists have shown
LISTED = 2  # known articles that a page shows anew, more than articles do: a list


class Shown:
    """The known articles that a crawl's pages showed; articles are told by their hashes."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[frozenset[int], ...]] = (
            OrderedDict()
        )  # a kind, a host's articles → two pages
        self._ever = Recent()  # articles with the kind of the page

    def __len__(self) -> int:
        return max(len(self._last), len(self._ever))

    def newly(self, url: str, known: frozenset[int], *, is_next: bool) -> int:
        """How many of these the last pages of the page's kinds did not show, and the last articles; a list's next part has to
        be new among its parts alone."""
        own, widest, articles = kinds(url)[0], kinds(url)[-1], _articles(url)
        before = [
            page for name in ((own,) if is_next else (own, widest, articles)) for page in self._last.get(name, ())
        ]
        for name in {own, widest}:
            self._follows(name, known)
        return len(known.difference(*before))

    def by_article(self, url: str) -> None:
        """The page that was read last at `url` is an article."""
        self._follows(_articles(url), self._last[kinds(url)[0]][-1])

    def goes_on(self, url: str, known: frozenset[int], listed: int, usual: float) -> bool:
        """A list's next part shows none that its other parts have shown: there are so many as the list has articles, and other
        pages show them too, so that it need not show more of them than articles do."""
        return self._others(kinds(url)[0], known) >= listed > usual / 2

    def are_others(self, url: str, known: frozenset[int], listed: int, usual: float) -> bool:
        """Lists have shown hardly any of the known articles that the page lists anew."""
        others = self._others(kinds(url)[-1], known)
        return others >= LISTED and OTHERS * others >= (OTHERS - 1) * (listed - usual)

    def _others(self, name: str, known: frozenset[int]) -> int:
        """How many of these no page of the kind has shown."""
        return len(self._ever.add({hash((name, one)) for one in known}))

    def _follows(self, name: str, known: frozenset[int]) -> None:
        keep(self._last, name, (*self._last.get(name, ())[-1:], known), MOST_KINDS)


def _articles(url: str) -> str:
    return f"articles of {urlsplit(url).netloc}"
