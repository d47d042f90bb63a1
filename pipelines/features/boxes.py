"""The boxes around each block: what they hold, what they are called, and which of them looks like the article's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evidence import Bools, Evidence, Floats, Ints, running
from pipelines.features.names import HIDDEN, NAMES, hints
from pipelines.features.pages import Pages, Rows
from pipelines.features.votes import best_box, boxes_around, votes
from pipelines.layout import Layout

AROUND = 5  # widening boxes around a block that are looked at
MEASURES = (
    "size",
    "link",
    "prose_in",
    "prose_share",
    "size_share",
    "blocks",
    "mean",
    "punctuation",
    "ruled",
    "headings",
)
DOMINANT = (0.5, 0.8)  # shares of the page's prose that the smallest box is sought for
TINY = 1e-3  # keeps shares of nothing at 0


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """What the rows of boxes are made of, for the other families to read. b boxes, n blocks, AROUND boxes a block."""

    around: Ints  # AROUND × n: boxes around each block, each holding more blocks than the one before
    path: Ints  # n: the same number for blocks at the same place of the page's template
    rows: Rows  # of ROWS
    page: Floats  # PAGE × p: measures of each page as a whole, to be told to its blocks


ROWS = (
    *(f"{measure}_{k}" for k in range(1, AROUND + 1) for measure in MEASURES),
    *(f"share_before_{k}" for k in range(1, AROUND + 1)),
    *(f"score_{k}" for k in range(1, AROUND + 1)),
    *(f"siblings_{k}" for k in range(1, AROUND + 1)),
    *(f"own_{name}" for name in NAMES),
    *(f"near_{name}" for name in NAMES),
    *(f"around_{name}" for name in NAMES),
    "path_blocks",
    "path_share",
    "path_prose_in",
    "in_dominant_half",
    "in_dominant_most",
    "in_voted",
    "in_voted_outer",
    "in_chosen",
    "in_chosen_outer",
    "in_chosen_times_share",
    "in_chosen_below_title",
    "before_chosen",
    "after_chosen",
)
PAGE = ("chosen_share", "voted_share", "chosen_mean")


def measured(layouts: Sequence[Layout], pages: Pages, kept: Bools, title: Ints, heading: Bools, ruled: Floats) -> Boxes:
    """The boxes of pages whose blocks `kept` still stand; `title` has the titles' blocks, `ruled` the size that rules took."""
    evidence, page = pages.evidence, pages.page
    first, last = evidence.first, evidence.last
    around = boxes_around(evidence, AROUND)
    measures = _measures(pages, heading, ruled)
    prose = evidence.prose_sum[last] - evidence.prose_sum[first]
    all_prose = pages.total(evidence.prose_sum) + TINY
    score = votes(evidence, around)
    voted, chosen = pages.best_box(score), best_box(pages, around, kept, title)
    paths, names = _templates(layouts)
    path = paths[evidence.box]
    siblings = np.log1p(np.bincount(paths, prose > 0)[paths])
    count = last - first
    rows = (
        measures[:, around].transpose(1, 0, 2).reshape(-1, len(page)),
        (pages.numbers - first[around]) / np.maximum(count[around] - 1, 1),
        score[around] / (score[voted] + TINY)[page],
        siblings[around],
        _named(evidence, names),
        *_of_paths(path, pages),
        *_places_of_boxes(pages, prose, voted, chosen, title),
    )
    mean = np.log1p(prose[chosen] / np.maximum(count[chosen], 1))
    return Boxes(around, path, rows, np.stack((prose[chosen] / all_prose, prose[voted] / all_prose, mean)))


def _measures(pages: Pages, heading: Bools, ruled: Floats) -> Floats:
    """MEASURES × b: what each box holds, and its share of the page."""
    evidence, page = pages.evidence, pages.page_of_box
    first, last = evidence.first, evidence.last
    sums = running(np.stack((evidence.size, evidence.linked, evidence.prose, evidence.punctuation, ruled, heading)))
    size, linked, prose, punctuation, taken, headings = sums[:, last] - sums[:, first]
    all_size, _, all_prose, *_ = pages.total(sums)
    count, whole = last - first, size + TINY
    return np.stack(
        (
            np.log1p(size),
            linked / whole,
            prose / whole,
            prose / (all_prose + TINY)[page],
            size / (all_size + TINY)[page],
            np.log1p(count),
            np.log1p(size / np.maximum(count, 1)),
            punctuation / (size + 3),
            taken / whole,
            np.log1p(headings),
        )
    )


def _templates(layouts: Sequence[Layout]) -> tuple[Ints, Ints]:
    """Of each box: the number of its path of tags and names from its page down, and the hints of its own and outer names.

    Boxes without text, half of a page's, have their page's path and no hints.
    """
    paths: list[int] = []  # of the boxes
    own: list[int] = []  # of the paths
    every: list[int] = []
    for layout in layouts:
        base, root = len(paths), len(own)
        seen: dict[tuple[int, str, str, bool], int] = {}
        hidden = layout.hidden
        own.append(0)
        every.append(0)
        columns = zip(
            layout.box_first, layout.box_last, layout.box_parent, layout.box_tag, layout.box_name, strict=True
        )
        for box, (first, last, parent, tag, name) in enumerate(columns):
            if first == last or not box:
                paths.append(root)
                continue
            key = (paths[base + parent], tag, name, box in hidden)
            path = seen.get(key)
            if path is None:
                path = seen[key] = len(own)
                bits = hints(tag, name) | HIDDEN * key[3]
                own.append(bits)
                every.append(bits | every[key[0]])
            paths.append(path)
    at = np.array(paths)
    return at, np.array((own, every))[:, at]


def _named(evidence: Evidence, names: Ints) -> Ints:
    """Hints of the block's box, of that and the two around it, and of all around it: one row a hint."""
    parents = evidence.parent
    own_names, every = names
    near = own_names | own_names[parents] | own_names[parents[parents]]
    bits = np.stack((own_names, near, every))[:, evidence.box]
    hint = np.arange(len(NAMES))[:, None]
    found: Ints = ((bits[:, None, :] >> hint) & 1).reshape(-1, len(evidence.box))
    return found


def _of_paths(path: Ints, pages: Pages) -> Rows:
    """How many blocks stand at the same place of the template, and what part of them is prose."""
    evidence = pages.evidence
    size, prose = np.bincount(path, evidence.size), np.bincount(path, evidence.prose)
    all_size = pages.total(evidence.size_sum) + TINY
    return np.log1p(np.bincount(path))[path], size[path] / all_size[pages.page], (prose / (size + TINY))[path]


def _places_of_boxes(pages: Pages, prose: Floats, voted: Ints, chosen: Ints, title: Ints) -> Rows:
    """Where the block stands to the boxes that may be the article's."""
    evidence, page, numbers = pages.evidence, pages.page, pages.numbers
    first, last, outer = evidence.first, evidence.last, evidence.outer
    all_prose = pages.total(evidence.prose_sum) + TINY
    dominant = [pages.innermost_box(prose >= (share * all_prose)[pages.page_of_box]) for share in DOMINANT]
    boxes = np.stack((*dominant, voted, outer[voted], chosen, outer[chosen]))
    inside = (numbers >= first[boxes][:, page]) & (numbers < last[boxes][:, page])
    in_chosen = inside[4]
    below = (title >= 0) & (first[chosen] >= title - 1)
    return (
        inside,
        in_chosen * (prose[chosen] / all_prose)[page],
        in_chosen & below[page],
        np.clip(first[chosen][page] - numbers, 0, 20),
        np.clip(numbers - last[chosen][page] + 1, 0, 20),
    )
