"""Along the pages' blocks: the neighbours' values, sums within reach, and the latest block of a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.evidence import Bools, Floats, Ints
from pipelines.features.pages import NONE, Pages


def shifted(values: NDArray[Any], step: int, pages: Pages, beyond: float = 0.0) -> Floats:
    """n: the value that many blocks on; `beyond` past the page's ends."""
    count = len(values)
    found = np.full(count, float(beyond))
    behind = max(count - abs(step), 0)
    found[max(-step, 0) :][:behind] = values[max(step, 0) :][:behind]
    for k in range(abs(step) if len(pages.start) > 1 else 0):  # what came from another page
        over = pages.start[1:] + k if step < 0 else pages.end[:-1] - 1 - k
        found[over[(over >= 0) & (over < count)]] = beyond
    return found


def within(reach: Sequence[int], pages: Pages) -> Callable[[Floats | Ints], Floats]:
    """What makes of running sums (n + 1) the sums over each block and that many to each side of it: reaches × n."""
    numbers, reaches = pages.numbers, np.array(reach)[:, None]
    low, high = np.maximum(numbers - reaches, pages.low), np.minimum(numbers + reaches + 1, pages.high)
    return lambda sums: np.asarray(sums[high] - sums[low], np.float64)


def latest(marks: Bools, pages: Pages) -> Ints:
    """Of each block, the number of the last marked one before it on its page; NONE where there is none. Last axis."""
    found = np.full(marks.shape, NONE)
    np.maximum.accumulate(np.where(marks, pages.numbers, NONE)[..., :-1], axis=-1, out=found[..., 1:])
    return np.where(found >= pages.low, found, NONE)
