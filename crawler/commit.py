"""Captures become rows: the one way from a crawl into its dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from pipelines.dataset import Dataset, Manifest
from pipelines.engine import run
from pipelines.model import Outcome
from pipelines.recipe import FINGERPRINT, clean
from pipelines.sources import read, segments


def commit(
    dataset: Dataset,
    files: list[Path],
    *,
    now: datetime,
    processes: int = 1,
    watch: Callable[[Iterable[Outcome]], Iterable[Outcome]] = lambda outcomes: outcomes,
) -> Manifest | None:
    """The captures in `files` are part of the dataset, in this order; None where there are none.

    `watch` sees the outcomes on their way, for a progress line.
    """
    if not files:
        return None
    outcomes = watch(run(read(files), clean=clean, processes=processes))
    return dataset.append(
        outcomes, now=now, kind="crawl", segments=segments(files, dataset.captures), recipe=FINGERPRINT
    )
