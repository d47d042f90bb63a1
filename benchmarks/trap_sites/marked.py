"""Sites without a trap whose links carry marks that change and mean nothing: against caches, for counting, of a session.

Each page has thereby addresses without end, and none of them is the one without a mark.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.trap_sites.gazette import gazette
from benchmarks.trap_sites.made import MadeSite
from benchmarks.trap_sites.simple import simple

HREF = re.compile(r'href="(/[^"]*)"')
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Mark:
    """What is put into links: `{}` in `query` or in `folder` stands for the value. One a link, or one a page."""

    values: Callable[[random.Random], Callable[[], str]]
    query: str = ""
    folder: str = ""
    of_page: bool = False
    lists_alone: bool = False

    def put(self, path: str, value: str) -> str:
        joint = "&amp;" if "?" in path else "?"
        return self.folder.format(value) + path + (joint + self.query.format(value) if self.query else "")

    def off(self, path: str) -> str:
        """The path without its mark."""
        if self.folder:
            return re.sub(f"^{re.escape(self.folder).replace(re.escape('{}'), '[^/]+')}", "", path) or "/"
        return re.sub(f"[?&]{re.escape(self.query).replace(re.escape('{}'), '[^&]+')}$", "", path)


def _counted(first: int, step: int) -> Callable[[random.Random], Callable[[], str]]:
    def start(chance: random.Random) -> Callable[[], str]:
        numbers = itertools.count(first, step)
        return lambda: str(next(numbers) + chance.randrange(step))

    return start


def _fraction(chance: random.Random) -> Callable[[], str]:
    return lambda: f"{chance.random():.16f}"


def _digits(chance: random.Random) -> Callable[[], str]:
    return lambda: str(chance.randrange(10**6, 10**9))


def _letters(chance: random.Random) -> Callable[[], str]:
    return lambda: "".join(chance.choices(LETTERS, k=10))


MARKS = {
    "counter": Mark(_counted(1, 1), "v={}"),
    "counter on lists": Mark(_counted(1_700_000_000, 1), "_r={}", lists_alone=True),
    "milliseconds": Mark(_counted(1_700_000_000_000, 3), "n={}"),
    "fraction": Mark(_fraction, "rnd={}"),
    "fraction on lists": Mark(_fraction, "rnd={}", lists_alone=True),
    "digits of a page": Mark(_digits, "kid={}", of_page=True),
    "counter of a page": Mark(_counted(1, 1), "kid={}", of_page=True),
    "letters of a page": Mark(_letters, "sk={}", of_page=True),
    "folder of digits": Mark(_digits, folder="/s{}", of_page=True),
}


@dataclass
class MarkedSite(MadeSite):
    """A made site whose links are marked."""

    mark: Mark = MARKS["counter"]
    value: Callable[[], str] = field(default=str)

    def bare(self, path: str) -> str:
        return self.mark.off(path)

    def answer(self, path: str) -> tuple[int, str, str]:
        status, body, target = super().answer(self.bare(path))
        of_page = self.value()

        def marked(found: re.Match[str]) -> str:
            bare = found[1].replace("&amp;", "&")
            if self.mark.lists_alone and not self.pages.get(bare, ("",))[0].startswith("list"):
                return found[0]
            return f'href="{self.mark.put(found[1], of_page if self.mark.of_page else self.value())}"'

        return status, HREF.sub(marked, body), target

    def kind(self, path: str) -> str:
        return super().kind(self.bare(path))


def marked(base: Callable[[], MadeSite], name: str) -> MarkedSite:
    """The site without its traps, its links marked."""
    site, mark = base(), MARKS[name]
    value = mark.values(random.Random(site.seed))  # noqa: S311 -- pages, no secret
    shown = MarkedSite(f"{site.name}, {name}", site.seed, site.frame, mark=mark, value=value)
    shown.pages, shown.gone, shown.articles = site.pages, site.gone, site.articles
    return shown


MARKED: dict[str, Callable[[], MadeSite]] = {
    f"{base.__name__}, {name}": partial(marked, base, name) for base in (simple, gazette) for name in MARKS
}
