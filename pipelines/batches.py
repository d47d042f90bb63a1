"""Streams cut into lists, so that what is done in one call for many is bounded in number and size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], *, count: int, size: int, size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in order, in lists of at most `count` that end where they hold `size`."""
    batch: list[T] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size_of(item)
        if len(batch) >= count or held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
