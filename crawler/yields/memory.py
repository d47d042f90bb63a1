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


def keep(held: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    """The entry is held as the newest; the oldest goes where there are more than `most`."""
    held[key] = value
    held.move_to_end(key)
    if len(held) > most:
        held.popitem(last=False)
