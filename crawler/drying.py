"""Whether a crawl for a topic has seen what there is of it: hardly any of the last pages was on it."""

from __future__ import annotations

from bisect import bisect_right

LEAST, MOST = 500, 5_000  # pages that have to be dry: so many, or more …
EXPECTED = 20  # … until at the rate so far so many on the topic would have been among them
FEW = 0.05  # of these, and fewer: the yield has died


class Yield:
    """How many of the pages read were on the topic, lists among them, and how many of the last ones."""

    def __init__(self) -> None:
        self.pages = 0
        self.good = 0
        self._lately: list[int] = []  # numbers of those on the topic

    def read(self, *, is_good: bool) -> None:
        """One more page was read."""
        self.pages += 1
        if is_good:
            self.good += 1
            self._lately = [*self._lately[bisect_right(self._lately, self.pages - MOST) :], self.pages]

    @property
    def has_died(self) -> bool:
        """On the topic were a twentieth or less of what is usual among so many pages. False until LEAST were read."""
        rate = self.good / self.pages if self.pages else 0.0
        last = min(MOST, max(LEAST, round(EXPECTED / rate))) if rate else MOST
        found = len(self._lately) - bisect_right(self._lately, self.pages - last)
        return self.pages >= last and found <= FEW * rate * last
