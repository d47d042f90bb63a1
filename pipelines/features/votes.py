"""The box that the paragraphs vote for: a first guess at where the article is."""

from __future__ import annotations

import numpy as np

from pipelines.evidence import Bools, Evidence, Floats, Ints, running
from pipelines.features.pages import Pages

WEIGHTS = (1.0, 0.5, 0.2)  # of a vote for the nearest box and the two around it
FAR_BOX = 100  # characters of running text between the title and a box that halve its score
FAR_BLOCK = 300  # … and between the title and a block's box that halve the block's vote
FARTHEST_BLOCK = 0.1  # the least weight of a vote: a long article has far blocks
BEFORE_TITLE = 0.5


def boxes_around(evidence: Evidence, count: int) -> Ints:
    """count × n: boxes around each of n blocks, the nearest of several blocks first, each holding more than the one before."""
    around = np.empty((count, len(evidence.size)), np.int64)
    around[0] = evidence.nearest
    for k in range(1, count):
        around[k] = evidence.outer[around[k - 1]]
    return around


def best_box(pages: Pages, around: Ints, kept: Bools, title: Ints) -> Ints:
    """p: the box with the most votes of the paragraphs in `kept`, those near the title first; the page's box without votes.

    `title` has each page's title block, or NONE.
    """
    of_blocks, of_boxes = _nearness(pages, kept, around[0], title)
    return pages.best_box(votes(pages, around, kept * of_blocks) * of_boxes)


def votes(pages: Pages, around: Ints, weight: Floats | Bools | float = 1.0) -> Floats:
    """What the paragraphs give to each box, times the share of its text that is not linked.

    A paragraph gives its length and punctuation, times its `weight`, to the nearest box and parts of it to the two around
    that: the candidates of Mozilla Readability, less steep.
    """
    evidence, count = pages.evidence, len(pages.page_of_box)
    given = evidence.paragraph * (evidence.size - evidence.linked + 2 * evidence.punctuation) * weight
    score = sum(
        (part * np.bincount(box, given, count) for part, box in zip(WEIGHTS, around, strict=False)), np.zeros(count)
    )
    unlinked: Floats = score * (1 - pages.linked / np.maximum(pages.size, 1e-3))
    return unlinked


def _nearness(pages: Pages, kept: Bools, nearest: Ints, title: Ints) -> tuple[Floats, Floats]:
    """Weights of the blocks' votes and of the boxes' scores, so that the first article wins over longer ones below it.

    A block weighs 1 where its box holds the title or follows it at once, and less with the running text between the two;
    so does a box, more steeply. What stands before the title weighs half. Without a title all weigh 1.
    """
    evidence = pages.evidence
    prose = running(evidence.prose * kept)
    of_boxes, of_blocks = pages.spread_to_boxes(title), pages.spread(title)
    between = np.maximum(prose[evidence.first] - prose[of_boxes], 0.0)
    near_blocks = np.maximum(1 / (1 + between[nearest] / FAR_BLOCK), FARTHEST_BLOCK)
    near_blocks = np.where(pages.numbers < of_blocks, BEFORE_TITLE, near_blocks)
    near_boxes = np.where(evidence.last <= of_boxes, BEFORE_TITLE, 1 / (1 + between / FAR_BOX))
    return np.where(of_blocks < 0, 1, near_blocks), np.where(of_boxes < 0, 1, near_boxes)
