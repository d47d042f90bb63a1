"""The learned block classifier: each block's probability of being body, and what spoke for and against it.

Two logistic regressions, stacked: the second sees the features and the first one's probabilities of the blocks around. The
weights are a table with an id (tables/learned/body.json), made by `python -m benchmarks.body_classifier`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from pipelines import features as first_stage
from pipelines.errors import ConfigurationError
from pipelines.evidence import Floats, Ints
from pipelines.features import Features, features, reading, smoothing
from pipelines.features.wanted import Wanted
from pipelines.model import Document

GRID = 1024  # probabilities are rounded to its fractions, so that sums of them are exact and the same on each machine
TABLE = "learned/body.json"
COLUMNS = 512  # that are clipped at once: a copy of more is fetched from the system, and given back to it, at each call
FIRST = first_stage.NAMES
SECOND = (*smoothing.NAMES, *FIRST)


class Contribution(NamedTuple):
    """What one feature of a block speaks for or against its being body."""

    feature: str
    value: float
    logit: float  # added to the logarithm of the odds, against the middle of what was seen in training


class Part(NamedTuple):
    """Of one table: the rows that are read, their weights, and the bounds that they are clipped to."""

    at: Ints
    weights: Floats
    low: Floats  # rows × 1
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A logistic regression over some of the features, clipped to what was seen in training."""

    names: tuple[str, ...]
    at: Ints  # the rows that the named features stand in
    weights: Floats
    bias: float
    low: Floats
    high: Floats
    _parts: dict[tuple[int, ...], tuple[Part, ...]] = field(default_factory=dict, init=False, repr=False)

    def probability(self, *tables: Floats) -> Floats:
        """Of each column of the tables, which stand below one another; on the grid and never 0 or 1."""
        logit = np.full(tables[0].shape[1], self.bias)
        parts = self.parts(tuple(map(len, tables)))
        for first in range(0, len(logit), COLUMNS):
            columns = slice(first, first + COLUMNS)
            for table, part in zip(tables, parts, strict=True):
                own = table[part.at, columns]
                np.maximum(own, part.low, out=own)
                np.minimum(own, part.high, out=own)
                logit[columns] += part.weights @ own
        probability = 1 / (1 + np.exp(-np.minimum(np.maximum(logit, -30), 30)))
        found: Floats = np.minimum(np.maximum(np.rint(probability * GRID), 1), GRID - 1) / GRID
        return found

    def parts(self, rows: tuple[int, ...]) -> tuple[Part, ...]:
        """What is read of each table, by the tables' numbers of rows."""
        if rows not in self._parts:
            ends = tuple(accumulate(rows))
            self._parts[rows] = tuple(self._part(end - count, end) for count, end in zip(rows, ends, strict=True))
        return self._parts[rows]

    def _part(self, first: int, end: int) -> Part:
        mine = (self.at >= first) & (self.at < end)
        low, high = self.low[mine, None], self.high[mine, None]
        return Part(self.at[mine] - first, self.weights[mine], low, high)

    def among(self, names: Sequence[str]) -> Linear:
        """The same regression over tables whose rows are the features of these names alone."""
        row = {name: number for number, name in enumerate(names)}
        at = np.array([row[name] for name in self.names])
        return Linear(self.names, at, self.weights, self.bias, self.low, self.high)

    def contributions(self, column: Floats, count: int) -> tuple[Contribution, ...]:
        """The strongest features of one block, strongest first; the middle of what was seen in training counts as 0."""
        column = column[self.at]
        logits = (np.clip(column, self.low, self.high) - (self.low + self.high) / 2) * self.weights
        order = np.argsort(-np.abs(logits), kind="stable")[:count]
        return tuple(Contribution(self.names[k], float(column[k]), float(logits[k])) for k in order)


@dataclass(frozen=True, eq=False)
class Classifier:
    """Both stages, and the id of their table."""

    id: str
    first: Linear
    second: Linear

    def judged(self, documents: Sequence[Document]) -> tuple[Features, Floats]:
        """The documents' features, as far as they are read, and each block's probability of being body."""
        first, again, stages = self._reads
        known = features(documents, first)
        probability = stages[0].probability(known.rows)
        return known, stages[1].probability(smoothing.smoothed(known, probability, again), known.rows)

    @cached_property
    def _reads(self) -> tuple[Wanted, Wanted, tuple[Linear, Linear]]:
        """The features that the stages read, the second stage's own ones, and the stages over these alone."""
        names = {*self.first.names, *self.second.names}
        first, again = reading(sorted(names.intersection(FIRST))), Wanted(names.intersection(smoothing.NAMES))
        rows = first.of(FIRST)
        return first, again, (self.first.among(rows), self.second.among((*again.of(smoothing.NAMES), *rows)))

    def inputs(self, known: Features) -> Floats:
        """What the second stage may read: one row a feature of SECOND. `known` has every feature of FIRST."""
        return np.concatenate((smoothing.smoothed(known, self.first.probability(known.rows)), known.rows))


@cache
def learned() -> Classifier:
    """The classifier that stands in the package. Raises ConfigurationError where it was made for other features."""
    return read(_text(), TABLE)


@cache
def learned_id() -> str:
    """The id of the table in the package."""
    return table_id(_text())


@cache
def _text() -> str:
    return files("pipelines.tables").joinpath(*TABLE.split("/")).read_text("utf-8")


def table_id(text: str) -> str:
    """16 hex digits over a table's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(text: str, where: str) -> Classifier:
    """The classifier of a table's text. Raises ConfigurationError where it was made for other features."""
    told: Mapping[str, Any] = json.loads(text)
    try:
        first, second = _linear(told["first"], FIRST), _linear(told["second"], SECOND)
    except KeyError as missing:
        raise ConfigurationError(
            f"the classifier's weights were made for other features: {missing}",
            where=where,
            hint="train it again: python -m benchmarks.body_classifier --write",
        ) from missing
    return Classifier(table_id(text), first, second)


def _linear(told: Mapping[str, Any], available: Sequence[str]) -> Linear:
    rows: Mapping[str, Sequence[float]] = told["features"]
    number = {name: row for row, name in enumerate(available)}
    weights, low, high = np.array(list(rows.values())).T
    return Linear(tuple(rows), np.array([number[name] for name in rows]), weights, float(told["bias"]), low, high)
