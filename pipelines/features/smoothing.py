"""What the blocks around a block are, by a first judgement of all of them: the second stage's own features.

Stacked sequential learning (Cohen and Carvalho, IJCAI 2005): the second classifier sees the first one's probabilities of the
neighbours, of the boxes around, and of the page.
"""

from __future__ import annotations

import numpy as np

from pipelines.evidence import Floats, Ints, running
from pipelines.features import Features
from pipelines.features.along import latest, neighbours, within
from pipelines.features.boxes import AROUND, TINY
from pipelines.features.pages import Pages, Rows, stacked
from pipelines.features.places import levels

STEPS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (1, 3, 6, 12)  # blocks to each side
OFFSETS = (0.35, 0.6)  # probabilities above which a block speaks for a box or a run
FINE = 2**20  # offsets are rounded to its fractions, so that sums of what they leave are exact
FARTHEST = 20
NO_BODY = -7  # logit of what lies beyond a page's ends
BEST = ("in_box", "place_in_box", "mean_of_box", "share_of_box", "in_run", "from_run")
NAMES = (
    "logit",
    "probability",
    *(f"logit{step:+d}" for step in STEPS),
    *(f"box_mean_{k}" for k in range(1, AROUND + 1)),
    *(f"box_share_{k}" for k in range(1, AROUND + 1)),
    *(f"box_blocks_{k}" for k in range(1, AROUND + 1)),
    *(f"body_before_box_{k}" for k in range(1, AROUND + 1)),
    "path_mean_body",
    "path_share_body",
    *(f"mean_within_{reach}" for reach in WINDOWS),
    *(f"blocks_within_{reach}" for reach in WINDOWS),
    "share_before",
    "share_after",
    "body_before",
    "body_after",
    "body_on_page",
    *(f"{name}_{offset}" for offset in OFFSETS for name in BEST),
    "from_first",
    "from_last",
    "other_since_body",
    "level",
    "same_box",
    "near_box",
)


def smoothed(known: Features, probability: Floats) -> Floats:
    """NAMES × n features of n blocks whose first probabilities are given."""
    boxes, pages = known.boxes, known.pages
    evidence, page = pages.evidence, pages.page
    size = evidence.size
    logit = np.log(probability / (1 - probability))
    sums = running(np.stack((size, size * probability, probability, size * (1 - probability))))
    body = sums[1]
    totals = pages.total(body)
    total, base, end = (totals + TINY)[page], body[pages.low], body[pages.high]
    first, last = evidence.first[boxes.around], evidence.last[boxes.around]
    whole, mass, blocks = sums[:3, last] - sums[:3, first]
    path_size, path_mass = np.bincount(boxes.path, size), np.bincount(boxes.path, size * probability)
    title = np.maximum(known.title, pages.start)
    return stacked(
        (
            logit,
            probability,
            neighbours(logit[None], STEPS, pages, beyond=NO_BODY),
            mass / (whole + TINY),
            mass / total,
            blocks / (last - first),
            np.log1p(np.maximum(body[first] - body[title][page], 0)),
            (path_mass / (path_size + TINY))[boxes.path],
            path_mass[boxes.path] / total,
            *_windows(sums, pages),
            (body[:-1] - base) / total,
            1 - (body[1:] - base) / total,
            np.log1p(body[:-1] - base),
            np.log1p(end - body[1:]),
            np.log1p(totals)[page],
            *(row for offset in OFFSETS for row in _best(pages, size * (probability - _exact(offset)), body, sums[0])),
            *_ends(probability, sums[3], pages),
            *_to_first(known, probability, title),
        ),
        len(NAMES),
    )


def _exact(offset: float) -> float:
    return round(offset * FINE) / FINE


def _windows(sums: Floats, pages: Pages) -> Rows:
    whole, mass, blocks = within(sums[:3], WINDOWS, pages)
    ones = within(np.arange(sums.shape[1])[None], WINDOWS, pages)[0]
    return mass / (whole + TINY), blocks / ones


def _best(pages: Pages, gain: Floats, body: Floats, whole: Floats) -> Rows:
    """The box and the run of blocks that gain most, and where the blocks stand to them."""
    evidence, page, numbers = pages.evidence, pages.page, pages.numbers
    gains = running(gain)
    box = pages.best_box(gains[evidence.last] - gains[evidence.first])
    first, last = evidence.first[box], evidence.last[box]
    mass = body[last] - body[first]
    start, end = (column[page] for column in _best_run(gains, pages))
    return (
        (numbers >= first[page]) & (numbers < last[page]),
        np.clip((numbers - first[page]) / np.maximum(last - first, 1)[page], -0.5, 1.5),
        (mass / (whole[last] - whole[first] + TINY))[page],
        (mass / (pages.total(body) + TINY))[page],
        (numbers >= start) & (numbers <= end),
        np.where(numbers < start, np.maximum(numbers - start, -FARTHEST), np.clip(numbers - end, 0, FARTHEST)),
    )


def _best_run(gains: Floats, pages: Pages) -> tuple[Ints, Ints]:
    """The first and last block of the run that gains most, of each page: Kadane's, by running sums."""
    runs = []
    for first, behind in zip(pages.start.tolist(), pages.end.tolist(), strict=True):
        own = gains[first : behind + 1]
        end = int((own[1:] - np.minimum.accumulate(own[:-1])).argmax())
        runs.append((first + int(own[: end + 1].argmin()), first + end))
    start, end = np.array(runs).T
    return start, end


def _ends(probability: Floats, other: Floats, pages: Pages) -> Rows:
    """How far the block is from the first and last of the body, and how much else came since the last of it."""
    likely, numbers = probability > 0.5, pages.numbers
    first, last = pages.first(likely), pages.last(likely)
    first, last = (
        np.where(first >= 0, first, pages.start)[pages.page],
        np.where(last >= 0, last, pages.end - 1)[pages.page],
    )
    last_body = latest(likely, pages)
    since = np.log1p(np.maximum(other[:-1] - other[np.maximum(last_body, 0)], 0))
    return (
        np.clip(numbers - first, -FARTHEST, FARTHEST),
        np.clip(numbers - last, -FARTHEST, FARTHEST),
        np.where(last_body >= 0, since, 8.0),
    )


def _to_first(known: Features, probability: Floats, title: Ints) -> Rows:
    """How many boxes lie between the block and the first of the body below the title."""
    pages = known.pages
    likely = pages.first((probability > 0.4) & (pages.numbers > title[pages.page]))
    level, _ = levels(np.where(likely >= 0, likely, pages.greatest(probability)), known.boxes, pages)
    return np.minimum(level, 8), level == 0, level <= 1
