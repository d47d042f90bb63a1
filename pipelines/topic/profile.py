"""What the example pages say more often than pages about anything do, and how much of it another text says.

A feature weighs the logarithm of how much larger its share is among the examples than in the background, times its share
among the examples. A text is worth the weights of what it says, those that it says often counted by the logarithm, for each
feature that it has at all. What a page about anything is worth by chance is known from the background: a text is on the
topic from twice that and a little more. (A classifier of one class: there are no examples of what is not wanted.)
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.topic.background import Background, packaged
from pipelines.topic.features import features, is_latin

VERSION = 1
ENOUGH = 0.5  # the score from which on a text is on the topic
MOST_FEATURES = 600  # of FEW and more examples
MOST_OF_FEW = 2_000  # … of fewer, whose own words cannot be told from the topic's
FEW = 4  # examples: from so many on, a feature stands in two of them at least
LEAST_LOG_RATIO = 1.2
LEAST_WORTH, TIMES_CHANCE = 0.004, 2.0  # the worth that is asked for
ASKED_OF_FEW = 0.6  # times that, where the examples are few: they show less of the topic
TIMES_OF_SHORT = 4.0  # the worth that is asked for, where a short text's words are not outweighed by the rest of a page
FEWEST_FEATURES = 40  # that a text has to be judged by: about 20 Chinese characters


class Why(NamedTuple):
    """What speaks for a text's being on the topic and against it, what says most first."""

    score: float
    words_for: tuple[str, ...]
    words_against: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Topic:
    """What `examples` pages have in common. Two topics of one id are the same."""

    weights: Mapping[str, float] = field(default_factory=dict)
    worth: float = 0.0  # that is asked of a text
    examples: int = 0

    @cached_property
    def text(self) -> str:
        """The topic as it stands on disk, the heaviest features first."""
        ranked = dict(sorted(self.weights.items(), key=lambda entry: (-entry[1], entry[0])))
        values = {"version": VERSION, "examples": self.examples, "worth": self.worth, "features": ranked}
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"

    @cached_property
    def id(self) -> str:
        """16 hex digits; "" of no topic."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16] if self.weights else ""

    def score(self, text: str) -> float | None:
        """0 to 1, ENOUGH and more is on the topic; None of a text that is too short to tell, or where there is no topic."""
        return self._score(features(text))

    def likeness(self, text: str) -> float:
        """How much a text speaks of the topic, be it as short as a link's: 0 to 1. It orders, and is no verdict."""
        found = features(text)
        worth = math.fsum(self._worths(found).values()) / max(2, found.total())
        return worth / (worth + TIMES_OF_SHORT * self.worth) if worth else 0.0

    def why(self, text: str, most: int = 8) -> Why | None:
        """The score, and the features that count most for it and against it; None where there is no score."""
        found = features(text)
        score = self._score(found)
        if score is None:
            return None
        rare = packaged().rarity
        against = {one: number * rare(one) for one, number in found.items() if one not in self.weights and number > 1}
        return Why(round(score, 3), _most(self._worths(found), most), _most(against, most))

    def _score(self, found: Counter[str]) -> float | None:
        size = found.total()
        if not self.weights or size < FEWEST_FEATURES:
            return None
        worth = math.fsum(self._worths(found).values()) / size
        return worth / (worth + self.worth)

    def _worths(self, found: Counter[str]) -> dict[str, float]:
        known = self.weights
        return {one: known[one] * (1 + math.log(number)) for one, number in found.items() if one in known}

    def __repr__(self) -> str:
        return f"Topic({self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Topic) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:  # a worker that is sent the topic again and again reads it once
        from pipelines.topic.table import parse

        return parse, (self.text,)


NO_TOPIC = Topic()


def learn(texts: Iterable[str], background: Background | None = None) -> Topic:
    """What these texts are about; no topic where there are none. `background` is what taoxi comes with, unless told."""
    known = background or packaged()
    pages = [features(text) for text in texts]
    few = len(pages) < FEW
    held = Counter(feature for page in pages for feature in page)
    least = 1 if few else 2
    weights = {}
    for feature, number in held.items():
        ratio = math.log((number + 0.5) / (len(pages) + 1)) + known.rarity(feature)
        if number >= least and ratio >= LEAST_LOG_RATIO:
            weights[feature] = round(ratio * number / len(pages), 3)
    ranked = sorted(weights, key=lambda feature: (-weights[feature], feature))
    chosen = {feature: weights[feature] for feature in ranked[: MOST_OF_FEW if few else MOST_FEATURES]}
    chance = math.fsum(
        weight * known.share(feature) / known.size[is_latin(feature)] for feature, weight in chosen.items()
    )
    worth = (ASKED_OF_FEW if few else 1) * (LEAST_WORTH + TIMES_CHANCE * chance)
    return Topic(chosen, round(worth, 5), len(pages)) if chosen else NO_TOPIC


def _most(worths: Mapping[str, float], most: int) -> tuple[str, ...]:
    """The features of the highest worth; of those that lie within another, the other alone."""
    chosen: list[str] = []
    for feature in sorted(worths, key=lambda one: (-worths[one], one)):
        if not any(feature in one or one in feature for one in chosen):
            chosen.append(feature)
        if len(chosen) == most:
            break
    return tuple(chosen)
