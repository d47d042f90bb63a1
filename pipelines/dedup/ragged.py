"""Rows of unequal length in one flat array, so that a batch of texts is one call of numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value", bound=np.generic)
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged(Generic[Value]):
    """Row n is `values[offsets[n] : offsets[n + 1]]`; `offsets` starts with 0 and has one entry more than rows."""

    values: npt.NDArray[Value]
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> npt.NDArray[Value]:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def __iter__(self) -> Iterator[npt.NDArray[Value]]:
        bounds = self.offsets.tolist()
        return (self.values[first:last] for first, last in pairwise(bounds))

    @property
    def lengths(self) -> Offsets:
        return np.diff(self.offsets)

    def rows(self) -> Offsets:
        """The number of the row that each value stands in."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def where(self, keep: npt.NDArray[np.bool_]) -> Ragged[Value]:
        """The rows with those of their values that are to be kept."""
        left = np.flatnonzero(keep)
        return Ragged(self.values.take(left), left.searchsorted(self.offsets))


def ragged(rows: Iterable[npt.NDArray[Any]], kind: npt.DTypeLike) -> Ragged[Any]:
    """The rows, copied into one."""
    listed = list(rows)
    values = np.concatenate([np.empty(0, kind), *listed]).astype(kind, copy=False)
    return Ragged(values, np.cumsum([0, *map(len, listed)]))
