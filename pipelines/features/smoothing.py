"""What the blocks around a block are, by a first judgement of all of them: the second stage's own features.

Stacked sequential learning (Cohen and Carvalho, IJCAI 2005): the second classifier sees the first one's probabilities of the
neighbours, of the boxes around, and of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

import numpy as np

from pipelines.evidence import Floats, Ints, running
from pipelines.features import Features
from pipelines.features.along import latest, shifted, within
from pipelines.features.boxes import AROUND, TINY
from pipelines.features.pages import Pages, stacked
from pipelines.features.places import levels
from pipelines.features.wanted import EVERY, Row, Rows, RowsOf, Wanted

STEPS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (1, 3, 6, 12)  # blocks to each side
OFFSETS = (0.35, 0.6)  # probabilities above which a block speaks for a box or a run
FINE = 2**20  # offsets are rounded to its fractions, so that sums of what they leave are exact
FARTHEST = 20
NO_BODY = -7  # logit of what lies beyond a page's ends
BEST = ("in_box", "place_in_box", "mean_of_box", "share_of_box", "in_run", "from_run")
BESIDE = tuple(f"logit{step:+d}" for step in STEPS)
OF_BOXES = {
    name: tuple(f"{name}_{k}" for k in range(1, AROUND + 1))
    for name in ("box_mean", "box_share", "box_blocks", "body_before_box")
}
OF_PATHS = ("path_mean_body", "path_share_body")
WITHIN = {name: tuple(f"{name}_within_{reach}" for reach in WINDOWS) for name in ("mean", "blocks")}
ALONG = ("share_before", "share_after", "body_before", "body_after", "body_on_page")
OF_BEST = {offset: tuple(f"{name}_{offset}" for name in BEST) for offset in OFFSETS}
ENDS = ("from_first", "from_last", "other_since_body")
OF_FIRST = ("level", "same_box", "near_box")
NAMES = (
    "logit",
    "probability",
    *BESIDE,
    *chain.from_iterable(OF_BOXES.values()),
    *OF_PATHS,
    *chain.from_iterable(WITHIN.values()),
    *ALONG,
    *chain.from_iterable(OF_BEST.values()),
    *ENDS,
    *OF_FIRST,
)


@dataclass(frozen=True, eq=False)
class Judged:
    """Blocks and their first probabilities (n), and running sums (n + 1) that several features are made of."""

    known: Features
    probability: Floats

    @property
    def pages(self) -> Pages:
        return self.known.pages

    @cached_property
    def logit(self) -> Floats:
        found: Floats = np.log(self.probability / (1 - self.probability))
        return found

    @cached_property
    def body(self) -> Floats:
        """n + 1: size, as far as it is probably body."""
        return running(self.pages.evidence.size * self.probability)

    @cached_property
    def number(self) -> Floats:
        """n + 1: blocks, as far as they are probably body."""
        return running(self.probability)

    @cached_property
    def total(self) -> Floats:
        """p: size of the page's probable body, and a trifle."""
        return self.pages.total(self.body) + TINY

    @cached_property
    def title(self) -> Ints:
        """p: the title's block, or the page's first."""
        return np.maximum(self.known.title, self.pages.start)


def smoothed(known: Features, probability: Floats, wanted: Wanted = EVERY) -> Floats:
    """Those of NAMES that are wanted × n: features of n blocks whose first probabilities are given."""
    judged = Judged(known, probability)
    steps = wanted.at(BESIDE).tolist()
    return stacked(
        (
            *wanted.rows({"logit": lambda: judged.logit, "probability": lambda: probability}),
            *(shifted(judged.logit, STEPS[step], known.pages, beyond=NO_BODY) for step in steps),
            *_of_boxes(judged, wanted),
            *_of_paths(judged, wanted),
            *_windows(judged, wanted),
            *_along(judged, wanted),
            *(row for offset in OFFSETS for row in _best(judged, offset, wanted)),
            *_ends(judged, wanted),
            *_to_first(judged, wanted),
        ),
        len(probability),
    )


def _exact(offset: float) -> float:
    return round(offset * FINE) / FINE


def _of_boxes(judged: Judged, wanted: Wanted) -> Rows:
    """What the boxes around the block hold of the probable body."""
    boxes, pages, body = judged.known.boxes, judged.pages, judged.body
    whole, title = pages.evidence.size_sum, judged.title

    def over(sums: Floats, k: Ints) -> Floats:
        found: Floats = sums[boxes.last[k]] - sums[boxes.first[k]]
        return found

    of_kind: Mapping[str, RowsOf] = {
        "box_mean": lambda k: over(body, k) / (over(whole, k) + TINY),
        "box_share": lambda k: over(body, k) / pages.spread(judged.total),
        "box_blocks": lambda k: over(judged.number, k) / (boxes.last[k] - boxes.first[k]),
        "body_before_box": lambda k: np.log1p(np.maximum(body[boxes.first[k]] - pages.spread(body[title]), 0)),
    }
    return tuple(of_kind[kind](k) for kind, names in OF_BOXES.items() if len(k := wanted.at(names)))


def _of_paths(judged: Judged, wanted: Wanted) -> Rows:
    """What the blocks at the same place of the template hold of the probable body."""
    size, path = judged.pages.evidence.size, judged.known.boxes.path

    mass = np.bincount(path, size * judged.probability)
    rows: Mapping[str, Row] = {
        "path_mean_body": lambda: (mass / (np.bincount(path, size) + TINY))[path],
        "path_share_body": lambda: mass[path] / judged.pages.spread(judged.total),
    }
    return wanted.rows(rows)


def _windows(judged: Judged, wanted: Wanted) -> Rows:
    pages = judged.pages
    if not any(len(wanted.at(names)) for names in WITHIN.values()):
        return ()
    over = within(WINDOWS, pages)
    of_kind: Mapping[str, Row] = {
        "mean": lambda: over(judged.body) / (over(pages.evidence.size_sum) + TINY),
        "blocks": lambda: over(judged.number) / over(np.arange(len(judged.number))),
    }
    return tuple(wanted.picked(names, of_kind[kind]()) for kind, names in WITHIN.items() if len(wanted.at(names)))


def _along(judged: Judged, wanted: Wanted) -> Rows:
    """The probable body before and after the block."""
    pages, body = judged.pages, judged.body
    before, total = body[:-1] - body[pages.low], pages.spread(judged.total)
    rows: Mapping[str, Row] = {
        "share_before": lambda: before / total,
        "share_after": lambda: 1 - (body[1:] - body[pages.low]) / total,
        "body_before": lambda: np.log1p(before),
        "body_after": lambda: np.log1p(body[pages.high] - body[1:]),
        "body_on_page": lambda: pages.spread(np.log1p(pages.total(body))),
    }
    return wanted.rows(rows)


def _best(judged: Judged, offset: float, wanted: Wanted) -> Rows:
    """The box and the run of blocks that gain most, and where the blocks stand to them."""
    pages, body, spread = judged.pages, judged.body, judged.pages.spread
    evidence, numbers = pages.evidence, pages.numbers
    whole = evidence.size_sum
    gains = running(evidence.size * (judged.probability - _exact(offset)))
    box = pages.best_box(pages.within_boxes(gains))
    first, last = evidence.first[box], evidence.last[box]
    low, high = spread(first), spread(last)

    def mass() -> Floats:
        found: Floats = body[last] - body[first]
        return found

    def place() -> Floats:
        found: Floats = np.minimum(np.maximum((numbers - low) / spread(np.maximum(last - first, 1)), -0.5), 1.5)
        return found

    @cache
    def run() -> tuple[Ints, Ints]:
        start, end = _best_run(gains, pages)
        return spread(start), spread(end)

    def from_run() -> Ints:
        start, end = run()
        behind: Ints = np.minimum(np.maximum(numbers - end, 0), FARTHEST)
        return np.where(numbers < start, np.maximum(numbers - start, -FARTHEST), behind)

    rows: Sequence[Row] = (
        lambda: (numbers >= low) & (numbers < high),
        place,
        lambda: spread(mass() / (whole[last] - whole[first] + TINY)),
        lambda: spread(mass() / judged.total),
        lambda: (numbers >= run()[0]) & (numbers <= run()[1]),
        from_run,
    )
    return wanted.rows(dict(zip(OF_BEST[offset], rows, strict=True)))


def _best_run(gains: Floats, pages: Pages) -> tuple[Ints, Ints]:
    """The first and last block of the run that gains most, of each page: Kadane's, by running sums."""
    runs = []
    for first, behind in zip(pages.start.tolist(), pages.end.tolist(), strict=True):
        own = gains[first : behind + 1]
        end = int((own[1:] - np.minimum.accumulate(own[:-1])).argmax())
        runs.append((first + int(own[: end + 1].argmin()), first + end))
    start, end = np.array(runs).T
    return start, end


def _ends(judged: Judged, wanted: Wanted) -> Rows:
    """How far the block is from the first and last of the body, and how much else came since the last of it."""
    pages, numbers = judged.pages, judged.pages.numbers
    likely = judged.probability > 0.5
    first, last = pages.first(likely), pages.last(likely)
    first = pages.spread(np.where(first >= 0, first, pages.start))
    last = pages.spread(np.where(last >= 0, last, pages.end - 1))

    def since() -> Floats:
        other = running(pages.evidence.size * (1 - judged.probability))
        before = latest(likely, pages)
        gone = np.log1p(np.maximum(other[:-1] - other[np.maximum(before, 0)], 0))
        return np.where(before >= 0, gone, 8.0)

    rows: Mapping[str, Row] = {
        "from_first": lambda: np.minimum(np.maximum(numbers - first, -FARTHEST), FARTHEST),
        "from_last": lambda: np.minimum(np.maximum(numbers - last, -FARTHEST), FARTHEST),
        "other_since_body": since,
    }
    return wanted.rows(rows)


def _to_first(judged: Judged, wanted: Wanted) -> Rows:
    """How many boxes lie between the block and the first of the body below the title."""
    if not len(wanted.at(OF_FIRST)):
        return ()
    pages, probability = judged.pages, judged.probability
    likely = pages.first((probability > 0.4) & (pages.numbers > pages.spread(judged.title)))
    level, _ = levels(np.where(likely >= 0, likely, pages.greatest(probability)), judged.known.boxes, pages)
    return wanted.rows(
        {"level": lambda: np.minimum(level, 8), "same_box": lambda: level == 0, "near_box": lambda: level <= 1}
    )
