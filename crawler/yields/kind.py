"""One kind of URL: what its requests brought, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

HOPE = 3  # pages in vain of a kind that was never good, before it waits; one that tells but its own is enough
# pages in vain before an endless kind is given up: a pattern; folders; a chain, or what says something; what has hope
FEW, FEW_OF_MANY, HOPEFUL, LAST = 2, 4, 8, 12
MANY = 4  # new URLs of its own kind that each page tells: they multiply
FORMS, TELLERS = 4, 3  # copies alone of what so many pages of other kinds tell, one each, or what endless pages tell
ALIKE = 40  # … of any other kind with an end
PATIENCE = 2  # pages in vain of a kind that was good before it waits, besides the requests that a fruit took
MOST_VAIN = 40  # that are remembered


class Vain(NamedTuple):
    """A page that was not good: the number of its reading, and what it was like."""

    at: int
    told: int = 0  # new URLs of its kind
    same: bool = False  # it said nothing that others of its host had not said
    copy: bool = False  # … numbers included, and it showed no other articles
    ends: bool = False  # it told no new URLs that have more in common with it than their host
    deeper: bool = False  # it told URLs that go on from its own
    hopeful: bool = False  # it told new URLs of other kinds, which may bring something
    promises: tuple[str, ...] = ()  # the patterns of which it told several
    gone: bool = False  # there was no page


@dataclass(slots=True)
class Kind:
    """What the requests of one kind brought."""

    is_wide: bool = False  # of many patterns
    asked: int = 0
    held: int = 0  # articles that they held
    fruits: int = 0  # … or led to
    usual: float = 0.0  # known articles that each article of the host shows: what leads to no more of them is no list
    told: int = 0  # new URLs of the kind that they told; twice as many where these look random
    novel: int = 0  # pages that were good for their prose
    showed: int = 0  # pages that were good for what they showed
    shown: list[frozenset[int]] = field(default_factory=list)  # known articles on the last pages
    singly: int = 0  # pages of other patterns that told one of it
    listed: int = 0  # pages that told several
    vain: list[Vain] = field(default_factory=list)  # since the last good one
    times: int = 0  # … and how many they are

    @property
    def is_spent(self) -> bool:
        """It has brought nothing, or nothing for long: it waits."""
        if self._patience:
            return len(self.vain) >= self._patience
        return len(self.vain) >= HOPE or any(one.told and not one.hopeful for one in self.vain)

    @property
    def multiplies(self) -> bool:
        """Each of its pages tells many more, and leads to less: choices of what stands in lists, mostly."""
        return not self.held and self.asked > 1 and self.told >= MANY * self.asked > self.fruits

    @property
    def is_kept(self) -> bool:
        """Pages that promise some of it do not promise too much: most of it holds articles, or says something each time."""
        says = sum(one.ends and not one.copy for one in self.vain)
        return 2 * self.held >= self.asked > 0 or 2 * says >= len(self.vain) > 0

    def is_over(self, kept: Callable[[str], bool], *, bred: bool, endless: bool) -> bool:
        """It has brought nothing even behind everything else; for a URL that its own pages `bred`, or for another, of which
        there are without end where those are that tell it."""
        vain = [one for one in self.vain if not one.gone and not any(map(kept, one.promises))]
        if bred and 2 * sum(one.told > 0 for one in vain) >= len(vain):
            dry = [one for one in vain if not one.hopeful]
            is_dry = 2 * len(dry) >= len(vain) and len(dry) >= self._enough(dry)
            return is_dry or len(vain) >= max(LAST, 2 * self._patience)
        is_form = self.singly >= TELLERS and not self.listed
        enough = FORMS if is_form or endless else ALIKE
        return len(vain) >= max(enough, self._patience) and all(one.copy for one in vain[1:])

    def _enough(self, dry: list[Vain]) -> int:
        """So many pages in vain are enough."""
        if self._patience:
            return self._patience + 1
        later = dry[1:]  # the first page of a kind says something new in any case
        if all(one.copy for one in later):
            return FEW_OF_MANY if self.is_wide and any(one.deeper for one in dry) else FEW
        is_chain, says = self.told <= self.asked, not all(one.same for one in later)
        if is_chain or (says and not self.multiplies):
            return HOPEFUL
        return FEW_OF_MANY if self.is_wide else FEW

    @property
    def _patience(self) -> int:
        """So many pages in vain are usual for it; 0 where nothing is, as it was never good."""
        if not self.held and self.fruits <= self.usual * self.asked:
            return 0
        return min(MOST_VAIN // 2, PATIENCE + max(0, self.asked - len(self.vain)) // self.fruits)

    def was_vain(self, one: Vain) -> None:
        self.vain = [*self.vain[-MOST_VAIN:], one]
        self.times += 1

    def was_good(self, at: int) -> None:
        """The page that was read then turns out to be good: what was in vain before it does not count."""
        self.vain = [one for one in self.vain if one.at > at]
        self.times = len(self.vain)


NO_KIND: Final = Kind()
