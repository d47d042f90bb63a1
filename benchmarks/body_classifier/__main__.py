"""Train the block classifier on the labelled pages of ../shared, or measure it on sites that it did not see.

python -m benchmarks.body_classifier               cross-validated scores, whole sites left out, three splits into folds
python -m benchmarks.body_classifier --write       train on all pages and write pipelines/tables/learned/body.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import fmean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import pipelines
from benchmarks.body_classifier.logistic import fitted
from benchmarks.body_classifier.made import made_pages
from benchmarks.body_classifier.pages import BEFORE, SETS, Labelled, labelled_pages
from benchmarks.body_classifier.score import Score
from benchmarks.body_classifier.shared_bench import SHARED
from benchmarks.table import show
from pipelines.classifier import FIRST, SECOND, TABLE, Classifier, Linear
from pipelines.evidence import Floats, Ints
from pipelines.features import Features, features, smoothing
from pipelines.model import Document, Rejected
from pipelines.recipe import RECIPE

FOLDS = 5
SEEDS = (0, 1, 2)
WORST = 26
MADE_WEIGHT = 0.25  # of a made page, beside a real one
STRONGEST = 120  # features a stage: fewer generalise no worse, and are read faster
WRITTEN = Path(str(pipelines.__path__[0])) / "tables" / TABLE


@dataclass(slots=True, eq=False)
class Sample:
    """A page, the sites that it tells of, and its features."""

    page: Labelled
    sites: frozenset[str]
    known: Features
    weights: Floats
    again: Floats | None = None  # the second stage's own features

    @property
    def taught(self) -> bool:
        """Whether the page is trained on: threads' posts are body, and look like comments."""
        return not self.page.discussion


def main() -> int:
    """Print the table, or write the weights; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="body_classifier", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="train on all pages and write the table")
    parser.add_argument(
        "--choose", action="store_true", help="choose the features anew, instead of those that the table names"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="splits into folds (default: 0 1 2)")
    parser.add_argument("--pages", action="store_true", help="also list the pages that score worst")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.stdout.write("nothing to train on: the labelled pages (../shared) are not on this machine\n")
        return 0
    samples = _samples()
    chosen = _chosen(samples) if arguments.choose else _named()
    if arguments.write:
        WRITTEN.parent.mkdir(exist_ok=True)
        WRITTEN.write_text(_as_json(_trained(samples, chosen)), "utf-8", newline="\n")
        sys.stdout.write(f"{WRITTEN}\n")
        return 0
    rows: list[list[str]] = []
    for seed in arguments.seeds:
        scores = _cross_validated(samples, chosen, seed)
        rows += _table(scores, f"folds {seed}")
        if arguments.pages:
            _list_worst(scores)
    show(("folds", "set", "pages", "F1", "leak", "lost", "accepted"), rows)
    return 0


def _samples() -> list[Sample]:
    pages = list(labelled_pages())
    _tell(f"{len(pages)} labelled pages")
    made = list(made_pages(pages, seed=0))
    _tell(f"{len(made)} pages made of them")
    real = [Sample(page, frozenset((page.site,)), features([page.document]), page.weights) for page in pages]
    return real + [Sample(page, sites, features([page.document]), page.weights * MADE_WEIGHT) for page, sites in made]


class Chosen(NamedTuple):
    """The rows that each stage reads."""

    first: Ints
    second: Ints


def _named() -> Chosen:
    """The features that the table in the package names."""
    told = json.loads(WRITTEN.read_text("utf-8"))
    number = [{name: row for row, name in enumerate(names)} for names in (FIRST, SECOND)]
    first, second = (
        np.array([rows[name] for name in told[stage]["features"]])
        for stage, rows in zip(("first", "second"), number, strict=True)
    )
    return Chosen(first, second)


def _chosen(samples: Sequence[Sample]) -> Chosen:
    """The strongest features of stages that read all of them."""
    every = Chosen(np.arange(len(FIRST)), np.arange(len(SECOND)))
    taught = [sample for sample in samples if sample.taught]
    first = fitted(_rows(taught, every.first), *_answers(taught)).strongest(STRONGEST)
    _look_again(samples, every._replace(first=first))
    return Chosen(first, fitted(_inputs(taught, every.second), *_answers(taught)).strongest(STRONGEST))


def _trained(samples: Sequence[Sample], chosen: Chosen) -> Classifier:
    """The classifier of these pages."""
    taught = [sample for sample in samples if sample.taught]
    _look_again(samples, chosen)
    second = fitted(_inputs(taught, chosen.second), *_answers(taught)).linear(SECOND, chosen.second)
    return Classifier("", _first(samples, chosen), second)


def _look_again(samples: Sequence[Sample], chosen: Chosen) -> None:
    """Each sample has the second stage's own features, by first stages that saw no page of its site."""
    fold = _folds(samples, 0)
    for k in range(FOLDS):
        first = _first([sample for sample in samples if not _tells_of(sample, fold, k)], chosen)
        for sample in samples:
            if fold[sample.page.site] == k:
                sample.again = smoothing.smoothed(sample.known, first.probability(sample.known.rows))


def _first(samples: Sequence[Sample], chosen: Chosen) -> Linear:
    taught = [sample for sample in samples if sample.taught]
    return fitted(_rows(taught, chosen.first), *_answers(taught)).linear(FIRST, chosen.first)


def _rows(samples: Sequence[Sample], at: Ints) -> NDArray[np.float32]:
    return np.concatenate([sample.known.rows[at].T.astype(np.float32) for sample in samples])


def _inputs(samples: Sequence[Sample], at: Ints) -> NDArray[np.float32]:
    own, shared = at[at < len(smoothing.NAMES)], at[at >= len(smoothing.NAMES)] - len(smoothing.NAMES)
    parts = [
        np.concatenate((sample.again[own], sample.known.rows[shared])).T.astype(np.float32)
        for sample in samples
        if sample.again is not None
    ]
    return np.concatenate(parts)


def _answers(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    body = np.concatenate([sample.page.body for sample in samples]).astype(np.float64)
    return body, np.concatenate([sample.weights for sample in samples])


def _folds(samples: Sequence[Sample], seed: int) -> Mapping[str, int]:
    """Site → fold: whole sites, each set spread evenly."""
    of_site: defaultdict[str, list[str]] = defaultdict(list)
    for sample in samples:
        if sample.page.set in SETS:
            of_site[sample.page.site].append(sample.page.set)
    size = {name: sum(sets.count(name) for sets in of_site.values()) for name in SETS}
    sites = sorted(of_site)
    Random(seed).shuffle(sites)  # noqa: S311 -- no secret
    load = [dict.fromkeys(SETS, 0.0) for _ in range(FOLDS)]
    fold = {}
    for site in sorted(sites, key=lambda site: -len(of_site[site])):
        full = [
            fmean(load[k][name] + 0.3 * sum(load[k].values()) / len(SETS) for name in of_site[site])
            for k in range(FOLDS)
        ]
        emptiest = full.index(min(full))
        fold[site] = emptiest
        for name in of_site[site]:
            load[emptiest][name] += 1 / size[name]
    return fold


def _tells_of(sample: Sample, fold: Mapping[str, int], k: int) -> bool:
    return any(fold[site] == k for site in sample.sites)


class Outcome(NamedTuple):
    """What became of a page: its score, and why it was rejected where it was."""

    page: Labelled
    score: Score
    rejected: str


def _cross_validated(samples: Sequence[Sample], chosen: Chosen, seed: int) -> list[Outcome]:
    """Each real page's score by a classifier that saw no page of its site, in either stage."""
    fold = _folds(samples, seed)
    scores = []
    for k in range(FOLDS):
        classifier = _trained([sample for sample in samples if not _tells_of(sample, fold, k)], chosen)
        for sample in samples:
            if fold[sample.page.site] == k and sample.page.scorer is not None:
                kept, rejected = _kept(sample.page.document, classifier)
                scores.append(Outcome(sample.page, sample.page.scorer(kept), rejected))
        _tell(f"folds {seed}: {k + 1} of {FOLDS}")
    return scores


def _kept(document: Document, classifier: Classifier) -> tuple[Sequence[int], str]:
    """The blocks that the whole recipe keeps with this classifier, or why there are none."""
    stages = (replace(RECIPE[BEFORE], classifier=classifier), *RECIPE[BEFORE + 1 :])  # type: ignore[type-var]  # is SelectBody
    result: Document | Rejected = document
    for stage in stages:
        if isinstance(result, Rejected):
            break
        result = stage(result)
    return ([], f"{result.reason}: {result.detail}") if isinstance(result, Rejected) else (result.kept, "")


def _groups(page: Labelled) -> tuple[str, ...]:
    if page.set == "zhpages":
        return ("zhpages", "zhpages forum, qa") if page.discussion else ("zhpages",)
    return (f"wcxb {page.kind}",) if page.set == "wcxb" else (page.set,)


def _table(outcomes: Sequence[Outcome], title: str) -> list[list[str]]:
    groups: defaultdict[str, list[Score]] = defaultdict(list)
    for page, score, _ in outcomes:
        for group in _groups(page):
            groups[group].append(score)
    rows = []
    for name, scored in sorted(groups.items()):
        articles = [score for score in scored if score.f1 is not None]
        others = len(scored) - len(articles)
        rows.append(
            [
                title,
                name,
                str(len(articles)),
                f"{fmean(score.f1 or 0.0 for score in articles):.4f}",
                f"{fmean(score.leak for score in articles):.4f}",
                str(sum(score.lost for score in articles)),
                f"{sum(score.accepted for score in scored)} of {others}" if others else "",
            ]
        )
    return rows


def _list_worst(outcomes: Sequence[Outcome]) -> None:
    for name in SETS:
        worst = [outcome for outcome in outcomes if outcome.page.set == name and outcome.score.f1 is not None]
        for page, score, rejected in sorted(worst, key=lambda outcome: (outcome.score.f1, outcome.page.id))[:WORST]:
            sys.stdout.write(
                f"{name} {page.id} {page.site} {page.kind} {score.f1:.3f} leak {score.leak:.3f} {rejected}\n"
            )
        for page, score, _ in outcomes:
            if page.set == name and score.accepted:
                sys.stdout.write(f"{name} {page.id} {page.site} {page.kind} accepted: {score.letters} letters\n")


def _as_json(classifier: Classifier) -> str:
    """The table's text: a line a feature with its weight and the bounds that it is clipped to."""
    parts = []
    for stage in ("first", "second"):
        linear: Linear = getattr(classifier, stage)
        columns = zip(linear.names, linear.weights.tolist(), linear.low.tolist(), linear.high.tolist(), strict=True)
        lines = ",\n".join(f"   {json.dumps(name)}: {json.dumps(numbers)}" for name, *numbers in columns)
        parts.append(f'{json.dumps(stage)}: {{\n  "bias": {linear.bias},\n  "features": {{\n{lines}\n  }}\n }}')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
