"""What a site's permanent redirects from one form of its URLs to another have in common, so that they are not asked for.

Forms of a URL differ in scheme and host, in the slash at the end, an index page or the ending of a file, and in nothing
else. Where `AGREEING` URLs of one shape were redirected to a form, and none answered itself, the others of that shape are
asked for in that form at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from crawler.frontier.moves import Move
from crawler.frontier.moves import Moves as Table
from crawler.frontier.twins import AGREEING
from crawler.twins.rewriting import address

MOST = 2_000  # shapes
PERMANENT = frozenset((301, 308))
TAIL = re.compile(r"(?:/(?:(?:index|default)\.\w{1,5})?|\.s?html?)$", re.IGNORECASE)


class Form(NamedTuple):
    """A URL as what its forms have in common, and as what they do not."""

    path: str
    query: str
    origin: str
    tail: str

    @property
    def url(self) -> str:
        """The URL itself."""
        return f"{self.origin}{self.path}{self.tail}{self.query}"

    def is_of(self, other: Form) -> bool:
        """Whether both are forms of one URL."""
        return (self.path, self.query) == (other.path, other.query)


def form(url: str) -> Form:
    """The URL (normalized), read as one of its forms."""
    head, mark, query = url.partition("?")
    scheme, _, rest = head.partition("//")
    host, slash, path = rest.partition("/")
    path = slash + path
    found = TAIL.search(path)
    tail = found[0] if found else ""
    return Form(path.removesuffix(tail), mark + query, f"{scheme}//{host}", tail)


class Moves:
    """A crawl's moves by the shapes of the URLs that they are for; `given_back` is called with how many pages wait again."""

    def __init__(self, table: Table, given_back: Callable[[int], None]) -> None:
        self._table, self._given_back = table, given_back
        self._by_shape = {one.shape: one for one in table.all()}

    def target_of(self, url: str) -> str | None:
        """Where the URL would be redirected to; None where that is not known."""
        one = next((one for one in self._of(url) if one.agreed >= AGREEING), None)
        if one is None or one.wrong:
            return None
        target = form(url)._replace(origin=one.origin, tail=one.tail).url
        return target if target != url else None

    def moved(self, source: str, target: str, status: int) -> None:
        """A redirect led from one URL to the other."""
        here, there = form(source), form(target)
        if not here.path or not here.is_of(there):
            return
        if self.target_of(target) == source:
            self.stays(target)
        if status not in PERMANENT:
            return
        for shape in address(source).shapes:
            one = self._by_shape.get(shape)
            if one is None and len(self._by_shape) < MOST:
                one = self._by_shape[shape] = Move(shape, there.origin, there.tail)
            if one is None:
                continue
            one.agreed += 1
            self._keep(one, wrong=one.wrong or (one.origin, one.tail) != (there.origin, there.tail))

    def stays(self, url: str) -> None:
        """The page at the URL was read there: URLs like it are not all redirected."""
        for one in self._of(url):
            if not one.wrong and form(url)._replace(origin=one.origin, tail=one.tail).url != url:
                self._keep(one, wrong=True)

    def _of(self, url: str) -> list[Move]:
        """The moves of URLs of this kind, that of the section first."""
        if not self._by_shape:
            return []
        return [one for shape in reversed(address(url).shapes) if (one := self._by_shape.get(shape))]

    def _keep(self, one: Move, *, wrong: bool) -> None:
        """The move is remembered; where it turns out to be wrong, its pages wait again."""
        turned, one.wrong = wrong and not one.wrong, wrong
        self._table.keep(one)
        if turned and one.agreed >= AGREEING:
            back = [page for page, url in self._table.settled() if self.target_of(url) is None]
            if back:
                self._table.give_back(back)
                self._given_back(len(back))
