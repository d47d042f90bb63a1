"""What is held in memory, and no more than that: the oldest goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

MOST_KINDS, MOST_PAGES, MOST_HASHES, MOST_LISTS = 50_000, 50_000, 1 << 18, 2_000  # held: of the others nothing is known
Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent:
    """A set of hashes that forgets the oldest."""

    def __init__(self) -> None:
        self._young: set[int] = set()
        self._old: set[int] = set()

    def __contains__(self, key: int) -> bool:
        return key in self._young or key in self._old

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def add(self, keys: set[int]) -> set[int]:
        """The keys are held; gives those that were not."""
        new = keys - self._young - self._old
        self._young |= keys
        if len(self._young) > MOST_HASHES:
            self._young, self._old = set(), self._young
        return new


class Tally:
    """Of each name, how many pages told that it changes nothing, and how many that it does."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def __getitem__(self, name: str) -> tuple[int, int]:
        return self._counts.get(name, (0, 0))

    def count(self, name: str, *, changes: bool) -> None:
        """One page more."""
        nothing, something = self[name]
        keep(self._counts, name, (nothing + (not changes), something + changes), MOST_KINDS)

    def is_empty(self, name: str, enough: int) -> bool:
        """It changes nothing: so many pages told it, and twice as many as told otherwise."""
        nothing, something = self[name]
        return nothing >= enough + 2 * something


def keep(held: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    """The entry is held as the newest; the oldest goes where there are more than `most`."""
    held[key] = value
    held.move_to_end(key)
    if len(held) > most:
        held.popitem(last=False)
