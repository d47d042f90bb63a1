"""Captures become rows: the one way from a crawl into its dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pipelines.dataset import Dataset, Manifest
from pipelines.dataset.documentation import document
from pipelines.dataset.validation import REJECTS
from pipelines.engine import run
from pipelines.errors import QualityError
from pipelines.model import Outcome
from pipelines.parts.holding import Holding
from pipelines.personal.privacy import NO_PRIVACY, Privacy
from pipelines.recipe import clean_many, fingerprint, recipe
from pipelines.sources import read, segments
from pipelines.templates import NO_TEMPLATES, Templates
from pipelines.topic import NO_TOPIC, Topic


def commit(dataset: Dataset, files: list[Path], *, force: bool = False, **told: Any) -> Manifest | None:
    """The captures in `files` are part of the dataset, as `_appended` has it.

    A source that suddenly rejects its pages is told, and holds nothing up: the rows that it had stay, a reject is a row as
    well, and a crawl that waited for somebody's --force would stand still for good. Its manifest says so under `forced`.
    """
    try:
        return _appended(dataset, files, force=force, **told)
    except QualityError as error:
        if error.rules != {REJECTS}:
            raise
        return _appended(dataset, files, force=True, **told)


def _appended(
    dataset: Dataset,
    files: list[Path],
    *,
    now: datetime,
    ended: bool = True,
    processes: int = 1,
    templates: Templates = NO_TEMPLATES,
    topic: Topic = NO_TOPIC,
    privacy: Privacy = NO_PRIVACY,
    force: bool = False,
    watch: Callable[[Iterable[Outcome]], Iterable[Outcome]] = lambda outcomes: outcomes,
) -> Manifest | None:
    """The captures in `files` are part of the dataset, in this order; None where there is nothing to commit.

    Parts of articles that the last commit held go before them; where the run has not `ended`, what still waits is held
    again. `watch` sees the outcomes on their way, for a progress line. Raises QualityError where rows break a rule, unless
    `force`.
    """
    held = dataset.held()
    first = list(islice(held, 1)) if ended or files else []
    if not files and not first:
        return None
    pages = chain(first, held, read(files))
    obeys = dataset.obeys()
    clean = partial(clean_many, templates=templates, topic=topic, obeys=obeys)
    outcomes = watch(run(pages, clean=clean, processes=processes))
    manifest = dataset.append(
        outcomes,
        now=now,
        kind="crawl",
        segments=segments(files, dataset.captures),
        recipe=fingerprint(templates, topic, obeys),
        templates=templates,
        topic=topic,
        privacy=privacy,
        obeys=obeys,
        force=force,
        holding=Holding(ended=ended, stages=recipe(templates, topic, obeys)),
    )
    document(dataset.version())
    return manifest
