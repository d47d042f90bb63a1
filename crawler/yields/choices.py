"""Which URLs join choices: filters of a shop, labels of a blog, which can be put together in any number and order."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from crawler.yields.memory import MOST_KINDS, keep
from crawler.yields.urls import joined, kinds

DIMENSIONS, VALUES = 2, 2  # a page that offers so many choices in so many things at once: they can be joined


class Choices:
    """The patterns of a crawl's URLs that join choices."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, tuple[int, int]] = (
            OrderedDict()
        )  # a pattern → its URLs told as choices, and others

    def __len__(self) -> int:
        return len(self._told)

    def joins(self, url: str) -> bool:
        """Most URLs of its pattern join choices."""
        choices, others = self._told.get(kinds(url)[0], (0, 0))
        return choices > others

    def tells(self, url: str, told: Iterable[str]) -> None:
        """The page told these URLs, which nobody had told."""
        told = list(told)
        own = [one for one in told if one.partition("?")[0] == url.partition("?")[0] and "&" in one]
        choices = {*(own if self.joins(url) else _added(url, own)), *_joined(url, told)}
        for one in told:
            pattern, is_choice = kinds(one)[0], one in choices
            before, others = self._told.get(pattern, (0, 0))
            keep(self._told, pattern, (before + is_choice, others + (not is_choice)), MOST_KINDS)


def _added(url: str, own: list[str]) -> list[str]:
    """Those of the URLs, of the page's own path, that choose something beside what the page has chosen; none where it
    offers choices of one thing alone. Numbers are no choices: they may be parts of a list."""
    chosen = set(parse_qsl(urlsplit(url).query))
    offered: defaultdict[str, set[str]] = defaultdict(set)
    found = []
    for one in own:
        new = set(parse_qsl(urlsplit(one).query)) - chosen
        if not any(value.isdecimal() for _, value in new):
            found.append(one)
            for name, value in new:
                offered[name].add(value)
    return found if sum(len(values) >= VALUES for values in offered.values()) >= DIMENSIONS else []


def _joined(url: str, told: Iterable[str]) -> list[str]:
    """Those of the URLs, of the page's folder, whose last segment joins another name to the page's."""
    folder, names = joined(url)
    near = ((one, *joined(one)) for one in told if names and one.startswith(folder) and "?" not in one)
    return [one for one, where, others in near if where == folder and others > names]
