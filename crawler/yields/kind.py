"""One kind of URL: what its requests brought, and when it is over."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

HOPE = 3  # pages in vain of a kind that was never good, before it waits; one that tells but its own is enough
# pages in vain before an endless kind is given up: a pattern; folders; a chain, or what says something; what has hope
FEW, FEW_OF_MANY, HOPEFUL, LAST = 2, 4, 8, 12
MANY = 4  # new URLs of its own kind that each page tells: they multiply
FORMS, TELLERS = 4, 3  # copies alone of what so many pages of other kinds tell, one each, or what endless pages tell
ALIKE = 40  # … of any other kind with an end, and pages that say the same whatever they link to
# pages in vain of a kind that was good before it waits, besides the requests that a fruit took; one more for EACH so many good
# pages, but no more than that: deep in an archive lists show what is known already
PATIENCE, EACH, MORE = 2, 4, 6
STRANGERS = 4  # first pages of patterns in folders that brought nothing for long
MOST_VAIN = 40  # that are remembered
# pages of what is told by its own pages, but for one in so many, where hardly one in so many new URLs has met another page, or
# told none: it waits, and its deepest go first
GROWN, APART, ENDS = 16, 16, 50
BOTTOM, BREEDS = 32, 2  # pages without which the deepest have shown no end, where each tells so many new URLs


class Vain(NamedTuple):
    """A page that was not good: the number of its reading, and what it was like."""

    at: int
    told: int = 0  # new URLs of its kind
    same: bool = False  # it said nothing that others of its host had not said
    copy: bool = False  # … numbers included, and it showed no other articles
    varies: bool = False  # it said a number that its URL has not, and no other page
    saying: str = ""  # the same for those that say the same, but for the words and numbers of their URLs
    ends: bool = False  # it told no new URLs that have more in common with it than their host
    deeper: bool = False  # it told URLs that go on from its own
    hopeful: bool = False  # it told new URLs of other kinds, which may bring something
    promises: tuple[str, ...] = ()  # the patterns of which it told several
    lists_none: bool = False  # it showed no known articles but those that all pages show
    gone: bool = False  # there was no page …
    never: bool = False  # … nor will there be


@dataclass(slots=True)
class Kind:
    """What the requests of one kind brought."""

    is_wide: bool = False  # of many patterns
    is_choice: bool = False  # of several patterns, which are queries of one path
    asked: int = 0
    strangers: int = 0  # the first ones of their patterns, though it had brought nothing for long
    held: int = 0  # articles that they held
    fruits: int = 0  # … or led to
    usual: float = 0.0  # known articles that each article of the host shows: what leads to no more of them is no list
    told: int = 0  # new URLs of the kind that they told; twice as many where these look random
    lists: int = 0  # pages that were good, and held no article
    novel: int = 0  # pages that were good for their prose
    showed: int = 0  # pages that were good for what they showed
    singly: int = 0  # pages of other patterns that told one of it
    listed: int = 0  # … and that told several
    entered: int = 0  # its URLs that pages of other kinds told first
    met: int = 0  # known URLs of it that its pages link to, but for those on the way to them
    leaves: int = 0  # pages that told none of it
    vain: list[Vain] = field(default_factory=list)  # since the last good one
    times: int = 0  # … and how many they are

    @property
    def is_spent(self) -> bool:
        """It has brought nothing, or nothing for long: it waits."""
        if self._patience:
            return len(self.vain) >= self._patience
        return len(self.vain) >= HOPE or any(one.told and not one.hopeful for one in self.vain)

    @property
    def is_mostly_good(self) -> bool:
        """Most of its pages held articles, or were lists."""
        return 2 * (self.held + self.lists) > self.asked

    @property
    def takes_strangers(self) -> bool:
        """It was good once: a few patterns of it that were never tried are, what others brought says little about them."""
        return bool(self.fruits or self.lists) and self.strangers < STRANGERS

    @property
    def multiplies(self) -> bool:
        """Each of its pages tells many more, and leads to less: choices of what stands in lists, mostly."""
        return not self.held and self.asked > 1 and self.told >= MANY * self.asked > self.fruits

    @property
    def may_be_apart(self) -> bool:
        """So far the rest of the site hardly links to it."""
        return APART * self.entered <= max(self.asked, GROWN)

    @property
    def is_apart(self) -> bool:
        """It has grown, and out of itself, and hardly any of its pages has met another, or told none."""
        return self.asked >= GROWN and self.may_be_apart and ENDS * (self.met + self.leaves) <= self.told

    @property
    def is_bottomless(self) -> bool:
        """Its pages tell ever more, and never the same: as pages that are made up do, which say what articles say."""
        return self.is_apart and self.asked >= BOTTOM and self.told >= BREEDS * self.asked

    @property
    def is_maze(self) -> bool:
        """What pages tell that all say the same, and its own pages, too: hardly any of them led to an article."""
        dry = sum(one.lists_none or not one.hopeful for one in self.vain)
        return HOPEFUL <= dry <= len(self.vain) <= 2 * dry and FEW_OF_MANY * self.fruits <= self.asked

    @property
    def is_hollow(self) -> bool:
        """Its pages tell ever more, and have said nothing new and led to nothing for long, whatever they promise: two kinds may
        promise each other."""
        grows = not (self.is_wide or self.is_choice or self.held or self.fruits) and self.told >= BREEDS * self.asked
        enough = 2 * GROWN if any(one.hopeful for one in self.vain) else GROWN
        return grows and len(self.vain) >= enough and all(one.same for one in self.vain)

    @property
    def _is_gone(self) -> bool:
        """Of many that were asked for there was no page."""
        was_good = self.held or self.fruits or self.lists or self.is_wide
        return not was_good and len(self.vain) >= ALIKE and all(one.never for one in self.vain)

    @property
    def is_kept(self) -> bool:
        """Pages that promise some of it do not promise too much: most of it holds articles, or says something each time."""
        if self.is_hollow:
            return False
        says = [one for one in self.vain if one.ends and not one.copy]
        varies = 2 * sum(one.varies for one in says) >= len(self.vain)
        differ = 4 * len({one.saying for one in says}) >= 3 * len(self.vain)
        return 2 * self.held >= self.asked > 0 or (len(self.vain) > 0 and (varies or differ))

    def promises_any(self, is_so: Callable[[str], bool]) -> bool:
        """Pages in vain told several of a pattern that is so."""
        return any(is_so(name) for one in self.vain for name in one.promises)

    @property
    def is_barren(self) -> bool:
        """It has brought nothing for long: enough, where its pages show what is known in one more order."""
        return len(self.vain) >= (self._patience or HOPEFUL)

    def is_over(self, kept: Callable[[str], bool], *, bred: bool, endless: bool) -> bool:
        """It has brought nothing even behind everything else; for a URL that its own pages `bred`, or for another, of which
        there are without end where those are that tell it."""
        if self.is_hollow or self._is_gone:
            return True
        vain = [one for one in self.vain if not one.gone and not any(map(kept, one.promises))]
        if bred and 2 * sum(one.told > 0 for one in vain) >= len(vain):
            if self.told <= self.asked and not any(one.same or one.copy for one in vain):
                return len(vain) >= ALIKE  # a chain, each of which says something: photos, questions of a line
            dry = [one for one in vain if not one.hopeful]
            is_dry = 2 * len(dry) >= len(vain) and len(dry) >= self._enough(dry)
            return is_dry or len(vain) >= max(LAST, 2 * self._patience)
        return len(vain) >= max(self._patience, self._alike(vain[1:], endless=endless and not self.is_kept))

    def _alike(self, later: list[Vain], *, endless: bool) -> float:
        """So many pages are enough that are like these, the first one's successors, and were not told by their own kind."""
        is_form = self.singly >= TELLERS and not self.listed
        if all(one.copy for one in later):
            return FORMS if is_form or endless else ALIKE
        if is_form and self.told and all(one.same for one in later):
            return HOPEFUL
        is_one_page = not self.is_wide and all(one.same and one.saying == later[0].saying != "" for one in later)
        return ALIKE if is_one_page or (endless and not any(one.varies for one in later)) else math.inf

    def _enough(self, dry: list[Vain]) -> int:
        """So many pages in vain are enough."""
        if self._patience:
            return self._patience + 1
        later = dry[1:]  # the first page of a kind says something new in any case
        if all(one.copy for one in later):
            return FEW_OF_MANY if self.is_choice or (self.is_wide and any(one.deeper for one in dry)) else FEW
        is_chain, says = self.told <= self.asked, not all(one.same for one in later)
        if is_chain or (says and not self.multiplies):
            return HOPEFUL
        return FEW_OF_MANY if self.is_wide else FEW

    @property
    def _patience(self) -> int:
        """So many pages in vain are usual for it; 0 where nothing is, as it was never good."""
        leads = self.fruits > self.usual * self.asked or 2 * self.fruits >= self.asked >= HOPEFUL
        if not (self.held or leads or 2 * self.lists >= self.asked >= HOPEFUL):
            return 0
        good = max(0, self.asked - len(self.vain))
        return min(MOST_VAIN // 2, PATIENCE + good // (self.fruits or self.lists) + min(good // EACH, MORE))

    def was_vain(self, one: Vain) -> None:
        self.vain = [*self.vain[-MOST_VAIN:], one]
        self.times += 1

    def was_good(self, at: int) -> None:
        """The page that was read then turns out to be good: what was in vain before it does not count."""
        self.vain = [one for one in self.vain if one.at > at]
        self.times = len(self.vain)


NO_KIND: Final = Kind()
