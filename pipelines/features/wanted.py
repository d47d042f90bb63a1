"""Which features are computed: all of them where a classifier is trained, those that it reads where it judges.

A page's blocks are few, so an array operation costs the same whatever it computes: what nobody reads is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence import Ints

Rows = tuple[NDArray[Any], ...]  # one row or several rows each, of n columns
Row = Callable[[], NDArray[Any]]
RowsOf = Callable[[Ints], NDArray[Any]]  # by the places of those that are wanted


class Wanted:
    """The names of features that are read; without names, all are."""

    def __init__(self, names: Iterable[str] | None = None) -> None:
        self._names = None if names is None else frozenset(names)
        self._places: dict[tuple[str, ...], Ints] = {}

    def __contains__(self, name: str) -> bool:
        return self._names is None or name in self._names

    def of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the names that are wanted, in their order."""
        return tuple(names[place] for place in self.at(names).tolist())

    def at(self, names: tuple[str, ...]) -> Ints:
        """The places of those of the names that are wanted."""
        if (places := self._places.get(names)) is None:
            places = np.array([place for place, name in enumerate(names) if name in self], np.int64)
            self._places[names] = places
        return places

    def rows(self, rows: Mapping[str, Row]) -> Rows:
        """The rows of those of the names that are wanted, in their order; the others are not computed."""
        return tuple(row() for name, row in rows.items() if name in self)

    def picked(self, names: tuple[str, ...], rows: NDArray[Any]) -> NDArray[Any]:
        """Those of the rows whose names are wanted."""
        return rows if self._names is None else rows[self.at(names)]


EVERY = Wanted()
