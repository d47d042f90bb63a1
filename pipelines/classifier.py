"""The learned block classifier: each block's probability of being body, and what spoke for and against it.

Two logistic regressions, stacked: the second sees the features and the first one's probabilities of the blocks around. The
weights are a table with an id (tables/learned/body.json), made by `python -m benchmarks.body_classifier`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from pipelines import features as first_stage
from pipelines.errors import ConfigurationError
from pipelines.evidence import Floats, Ints
from pipelines.features import Features, smoothing

GRID = 1024  # probabilities are rounded to its fractions, so that sums of them are exact and the same on each machine
TABLE = "learned/body.json"
FIRST = first_stage.NAMES
SECOND = (*smoothing.NAMES, *FIRST)


class Contribution(NamedTuple):
    """What one feature of a block speaks for or against its being body."""

    feature: str
    value: float
    logit: float  # added to the logarithm of the odds, against the middle of what was seen in training


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A logistic regression over some of the features, clipped to what was seen in training."""

    names: tuple[str, ...]
    at: Ints  # the rows that the named features stand in
    weights: Floats
    bias: float
    low: Floats
    high: Floats

    def probability(self, *tables: Floats) -> Floats:
        """Of each column of the tables, which stand below one another; on the grid and never 0 or 1."""
        logit = np.full(tables[0].shape[1], self.bias)
        first = 0
        for table in tables:
            mine = (self.at >= first) & (self.at < first + len(table))
            own = table[self.at[mine] - first]
            np.maximum(own, self.low[mine, None], out=own)
            np.minimum(own, self.high[mine, None], out=own)
            logit += self.weights[mine] @ own
            first += len(table)
        probability = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        found: Floats = np.clip(np.rint(probability * GRID), 1, GRID - 1) / GRID
        return found

    def contributions(self, column: Floats, count: int) -> tuple[Contribution, ...]:
        """The strongest features of one block, strongest first; the middle of what was seen in training counts as 0."""
        column = column[self.at]
        logits = (np.clip(column, self.low, self.high) - (self.low + self.high) / 2) * self.weights
        order = np.argsort(-np.abs(logits), kind="stable")[:count]
        return tuple(Contribution(self.names[k], float(column[k]), float(logits[k])) for k in order)


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """Both stages, and the id of their table."""

    id: str
    first: Linear
    second: Linear

    def probabilities(self, known: Features) -> Floats:
        """Each block's probability of being body."""
        return self.second.probability(smoothing.smoothed(known, self.first.probability(known.rows)), known.rows)

    def inputs(self, known: Features) -> Floats:
        """What the second stage reads: one row a feature of SECOND."""
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
