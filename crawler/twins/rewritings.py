"""What a crawl has learned of how its sites rewrite URLs; kept in the frontier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from crawler.frontier.twins import AGREEING, Rewriting
from crawler.frontier.twins import Twins as Tables
from crawler.twins.rewriting import Address, address, plainness, rewriting, rewritten

BACK = "back "  # before the shape of URLs that a template makes others of, where none makes those of the others
MOST, MOST_OF_SHAPE = 2_000, 16  # rewritings; those that fewest pages agree with are forgotten


class Other(NamedTuple):
    """A page's twin, by which rewriting it stands for the page, and whether it is the one to ask for first."""

    url: str
    rewriting: int
    first: bool


class Rewritings:
    """A crawl's rewritings by the shapes of the URLs that they are for; `given_back` is called where pages wait again."""

    def __init__(self, tables: Tables, given_back: Callable[[int], None]) -> None:
        self._tables, self._given_back = tables, given_back
        self.just_learned: list[
            Rewriting
        ] = []  # whose URLs do not tell, when it is their turn, of which pages they are twins
        self._by_shape: dict[str, list[Rewriting]] = {}
        for one in tables.rewritings():
            self._by_shape.setdefault(one.shape, []).append(one)

    def __bool__(self) -> bool:
        return bool(self._by_shape)

    @property
    def learned(self) -> list[Rewriting]:
        """Those that are believed."""
        return [one for some in self._by_shape.values() for one in some if is_learned(one)]

    def of(self, here: Address) -> list[Rewriting]:
        """Those of URLs of this kind, those of the section last."""
        return [one for shape in here.shapes for one in self._by_shape.get(shape, ())]

    def standing(self, here: Address) -> dict[str, Rewriting]:
        """The twins that may stand for the URL though it cannot be made of theirs, as it has a date; and by what they do."""
        found = (one for shape in here.shapes for one in self._by_shape.get(BACK + shape, ()) if not one.wrong)
        return {twin: one for one in found if (twin := rewritten(one.template, here))}

    def expected(self, here: Address, url: str) -> dict[str, Rewriting]:
        """The twins that the URL may have; those that are believed, by the rewriting that makes them so."""
        found: dict[str, Rewriting] = {}
        for one in self.of(here):
            twin = None if one.wrong else rewritten(one.template, here)
            if twin and twin != url and not (twin in found and is_learned(found[twin])):
                found[twin] = one
        return found

    def made_of(self, url: str) -> Iterator[tuple[Rewriting, str]]:
        """The twins that need not be asked for once the page at `url` was read, and what makes them."""
        here = address(url)
        for one in self.of(here):
            if is_learned(one) and (made := rewritten(one.template, here)) and made != url:
                yield one, made

    def others(self, url: str) -> Iterator[Other]:
        """The twins that stand for the page at `url` once they were read."""
        here = address(url)
        seen = {url}
        for one in self.of(here):
            twin = rewritten(one.template, here)
            if twin is None or twin in seen:
                continue
            seen.add(twin)
            if back := next((rule for rule, made in self.made_of(twin) if made == url), None):
                yield Other(twin, back.id, one.told >= AGREEING or plainness(twin) < plainness(url))
        for twin, one in self.standing(here).items():
            if is_learned(one):
                yield Other(twin, one.id, first=False)

    def making(self, here: Address, url: str) -> Iterator[Rewriting]:
        """Those that make the URL of a twin's, and have not shown to be wrong."""
        for one in self.of(here):
            twin = rewritten(one.template, here)
            for back in self.of(there := address(twin)) if twin else ():
                if not back.wrong and rewritten(back.template, there) == url:
                    yield back
        yield from self.standing(here).values()

    def learn(self, first: Address, second: Address, holds: bool | None, *, told: bool, known: bool = True) -> None:
        """Two pages were compared: whether the first shows what the second says; None: that was not seen.

        `told`: the first names the second's URL as its own. What does not hold is remembered of URLs `known` to be one page's.
        """
        shapes, template = first.shapes, rewriting(first, second)
        if template is None:
            shapes, template = tuple(BACK + shape for shape in second.shapes), rewriting(second, first)
        for shape in shapes if template else ():
            one = next((one for one in self._by_shape.get(shape, ()) if one.template == template), None)
            if one is None and template and (holds or known):
                one = self._new(Rewriting(shape, template))
            if one is not None:
                one.agreed += holds is True
                one.told += told
                self.keep(one, wrong=one.wrong or holds is False)
                if holds and one.agreed == AGREEING and not one.wrong and rewriting(second, first) is None:
                    self.just_learned.append(one)

    def keep(self, one: Rewriting, *, wrong: bool) -> None:
        """The rewriting is remembered; where it turns out to be wrong, its pages wait again."""
        turned, one.wrong = wrong and not one.wrong, wrong
        self._tables.keep(one)
        if turned and (pages := self._tables.give_back(one.id)):
            self._given_back(pages)

    def _new(self, one: Rewriting) -> Rewriting | None:
        """The rewriting has a place, where need be that of the one that fewest pages agree with; None where all are believed."""
        here = self._by_shape.setdefault(one.shape, [])
        crowded = here if len(here) >= MOST_OF_SHAPE else []
        if not crowded and sum(map(len, self._by_shape.values())) >= MOST:
            crowded = [other for some in self._by_shape.values() for other in some]
        if crowded and not self._drop(min(crowded, key=lambda other: (other.agreed, other.id))):
            return None
        self._by_shape.setdefault(one.shape, []).append(one)
        return one

    def _drop(self, one: Rewriting) -> bool:
        """The rewriting is forgotten, unless enough pages agree with it."""
        if one.agreed >= AGREEING:
            return False
        self._by_shape[one.shape].remove(one)
        if not self._by_shape[one.shape]:
            del self._by_shape[one.shape]
        self._tables.drop(one)
        return True


def is_learned(one: Rewriting) -> bool:
    """Enough pairs agreed, and none did not."""
    return one.agreed >= AGREEING and not one.wrong
