"""The boxes around each block: what they hold, what they are called, and which of them looks like the article's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from pipelines.evidence import Bools, Floats, Ints, running
from pipelines.features.names import HIDDEN, NAMES, hints
from pipelines.features.pages import Pages
from pipelines.features.votes import best_box, boxes_around, votes
from pipelines.features.wanted import Row, Rows, Wanted
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
DOMINANT = {"in_dominant_half": 0.5, "in_dominant_most": 0.8}  # shares of the page's prose: its smallest box is sought
TINY = 1e-3  # keeps shares of nothing at 0


@dataclass(frozen=True, eq=False)
class Boxes:
    """What the rows of boxes are made of, for the other families to read. b boxes, n blocks, AROUND boxes a block."""

    pages: Pages
    around: Ints  # AROUND × n: boxes around each block, each holding more blocks than the one before
    path: Ints  # n: the same number for blocks at the same place of the page's template
    rows: Rows  # of those of ROWS that are wanted
    page: Floats  # PAGE × p: measures of each page as a whole, to be told to its blocks

    @cached_property
    def first(self) -> Ints:
        """AROUND × n: the first block of each box around a block."""
        return self.pages.evidence.first[self.around]

    @cached_property
    def last(self) -> Ints:
        """AROUND × n: the block behind the last of each box around a block."""
        return self.pages.evidence.last[self.around]


MEASURED = tuple(f"{measure}_{k}" for k in range(1, AROUND + 1) for measure in MEASURES)
BEFORE = tuple(f"share_before_{k}" for k in range(1, AROUND + 1))
SCORES = tuple(f"score_{k}" for k in range(1, AROUND + 1))
SIBLINGS = tuple(f"siblings_{k}" for k in range(1, AROUND + 1))
NAMED = tuple(f"{whose}_{name}" for whose in ("own", "near", "around") for name in NAMES)
PATHS = ("path_blocks", "path_share", "path_prose_in")
INSIDE = (*DOMINANT, "in_voted", "in_voted_outer", "in_chosen", "in_chosen_outer")
BESIDE = ("in_chosen_times_share", "in_chosen_below_title", "before_chosen", "after_chosen")
ROWS = (*MEASURED, *BEFORE, *SCORES, *SIBLINGS, *NAMED, *PATHS, *INSIDE, *BESIDE)
PAGE = ("chosen_share", "voted_share", "chosen_mean")


def measured(
    layouts: Sequence[Layout], pages: Pages, kept: Bools, title: Ints, heading: Bools, ruled: Floats, wanted: Wanted
) -> Boxes:
    """The boxes of pages whose blocks `kept` still stand; `title` has the titles' blocks, `ruled` the size that rules took."""
    evidence = pages.evidence
    around = boxes_around(evidence, AROUND)
    score = votes(pages, around)
    voted, chosen = pages.best_box(score), best_box(pages, around, kept, title)
    paths, names = _templates(layouts)
    path = paths[evidence.box]
    prose, all_prose, count = pages.prose, pages.all_prose + TINY, pages.blocks
    rows = (
        _measures(pages, heading, ruled, around, wanted),
        *_before(pages, around[wanted.at(BEFORE)]),
        *_scores(pages, score, voted, around[wanted.at(SCORES)]),
        np.log1p(np.bincount(paths, prose > 0)[paths])[around[wanted.at(SIBLINGS)]],
        _named(pages, names, wanted),
        *_of_paths(path, pages, wanted),
        *_places_of_boxes(pages, voted, chosen, title, wanted),
    )
    mean = np.log1p(prose[chosen] / np.maximum(count[chosen], 1))
    return Boxes(pages, around, path, rows, np.array((prose[chosen] / all_prose, prose[voted] / all_prose, mean)))


def _measures(pages: Pages, heading: Bools, ruled: Floats, around: Ints, wanted: Wanted) -> Floats:
    """MEASURED: what each box around a block holds, and its share of the page."""
    size, linked, prose, count = pages.size, pages.linked, pages.prose, pages.blocks
    whole = size + TINY
    of_boxes: Mapping[str, Row] = {  # b
        "size": lambda: np.log1p(size),
        "link": lambda: linked / whole,
        "prose_in": lambda: prose / whole,
        "prose_share": lambda: prose / pages.spread_to_boxes(pages.all_prose + TINY),
        "size_share": lambda: size / pages.spread_to_boxes(pages.all_size + TINY),
        "blocks": lambda: np.log1p(count),
        "mean": lambda: np.log1p(size / np.maximum(count, 1)),
        "punctuation": lambda: pages.within_boxes(running(pages.evidence.punctuation)) / (size + 3),
        "ruled": lambda: pages.within_boxes(running(ruled)) / whole,
        "headings": lambda: np.log1p(pages.within_boxes(running(heading))),
    }
    level, measure = np.divmod(wanted.at(MEASURED), len(MEASURES))
    table = np.zeros((len(MEASURES), len(size)))
    for row in set(measure.tolist()):
        table[row] = of_boxes[MEASURES[row]]()
    return table[measure[:, None], around[level]]


def _before(pages: Pages, around: Ints) -> Rows:
    """What part of each of these boxes stands before the block."""
    if not len(around):
        return ()
    return ((pages.numbers - pages.evidence.first[around]) / np.maximum(pages.blocks[around] - 1, 1),)


def _scores(pages: Pages, score: Floats, voted: Ints, around: Ints) -> Rows:
    """The votes for each of these boxes, as a share of the page's best."""
    return (score[around] / pages.spread(score[voted] + TINY),) if len(around) else ()


def _templates(layouts: Sequence[Layout]) -> tuple[Ints, Ints]:
    """Of each box: the number of its path of tags and names from its page down, and the hints of its own and outer names.

    Boxes without text, half of a page's, have their page's path and no hints.
    """
    paths: list[int] = []  # of the boxes
    own: list[int] = []  # of the paths
    every: list[int] = []
    for layout in layouts:
        root, tags, names, parents, hidden = len(own), layout.box_tag, layout.box_name, layout.box_parent, layout.hidden
        of_boxes = [root] * len(tags)
        seen: dict[tuple[int, str, str, bool], int] = {}
        own.append(0)
        every.append(0)
        for box, (first, last) in enumerate(zip(layout.box_first, layout.box_last, strict=True)):
            if first == last or not box:
                continue
            key = (of_boxes[parents[box]], tags[box], names[box], box in hidden)
            path = seen.get(key)
            if path is None:
                path = seen[key] = len(own)
                bits = hints(key[1], key[2]) | HIDDEN * key[3]
                own.append(bits)
                every.append(bits | every[key[0]])
            of_boxes[box] = path
        paths += of_boxes
    at = np.array(paths)
    return at, np.array((own, every))[:, at]


def _named(pages: Pages, names: Ints, wanted: Wanted) -> Ints:
    """Hints of the block's box, of that and the two around it, and of all around it: one row a hint."""
    parents = pages.evidence.parent
    own, every = names
    outer = parents[parents]
    bits = np.array((own, own | own[parents] | own[outer], every))[:, pages.evidence.box]
    whose, hint = np.divmod(wanted.at(NAMED), len(NAMES))
    found: Ints = (bits[whose] >> hint[:, None]) & 1
    return found


def _of_paths(path: Ints, pages: Pages, wanted: Wanted) -> Rows:
    """How many blocks stand at the same place of the template, and what part of them is prose."""
    evidence = pages.evidence

    rows: Mapping[str, Row] = {
        "path_blocks": lambda: np.log1p(np.bincount(path))[path],
        "path_share": lambda: np.bincount(path, evidence.size)[path] / pages.spread(pages.all_size + TINY),
        "path_prose_in": lambda: (np.bincount(path, evidence.prose) / (np.bincount(path, evidence.size) + TINY))[path],
    }
    return wanted.rows(rows)


def _places_of_boxes(pages: Pages, voted: Ints, chosen: Ints, title: Ints, wanted: Wanted) -> Rows:
    """Where the block stands to the boxes that may be the article's."""
    evidence, spread, numbers = pages.evidence, pages.spread, pages.numbers
    outer, share = evidence.outer, pages.all_prose + TINY
    candidates: Mapping[str, Row] = {
        "in_voted": lambda: voted,
        "in_voted_outer": lambda: outer[voted],
        "in_chosen": lambda: chosen,
        "in_chosen_outer": lambda: outer[chosen],
    } | {name: partial(_dominant, pages, least * share) for name, least in DOMINANT.items()}
    boxes = np.array([candidates[name]() for name in wanted.of(INSIDE)], np.int64).reshape(-1, len(chosen))
    first, last = evidence.first[chosen], evidence.last[chosen]
    inside = (numbers >= spread(evidence.first[boxes])) & (numbers < spread(evidence.last[boxes]))
    start, end = spread(first), spread(last)
    below = (title >= 0) & (first >= title - 1)
    in_chosen = (numbers >= start) & (numbers < end)
    beside: Mapping[str, Row] = {
        "in_chosen_times_share": lambda: in_chosen * spread(pages.prose[chosen] / share),
        "in_chosen_below_title": lambda: in_chosen & spread(below),
        "before_chosen": lambda: np.minimum(np.maximum(start - numbers, 0), 20),
        "after_chosen": lambda: np.minimum(np.maximum(numbers - end + 1, 0), 20),
    }
    return inside, *wanted.rows(beside)


def _dominant(pages: Pages, least: Floats) -> Ints:
    """p: the smallest box with so much prose."""
    return pages.innermost_box(pages.prose >= pages.spread_to_boxes(least))
