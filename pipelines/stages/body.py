"""Find the box that holds the article, and remove what lies outside it or only leads elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.evidence import Bools, Floats, Ints, running, several
from pipelines.model import Document

LINKED = 0.5  # a block with more of its characters in links leads elsewhere
FAR_BOX = 100  # characters of running text between the title and a box that halve its score
FAR_BLOCK = 300  # … and between the title and a block's box that halve the block's vote
FARTHEST_BLOCK = 0.1  # the least weight of a vote: a long article has far blocks
BEFORE_TITLE = 0.5
LONG = 60  # … unless it is as long as a paragraph


@dataclass(frozen=True, slots=True)
class SelectBody:
    """Only blocks of the article's box are kept.

    Paragraphs vote for the boxes around them with their length and punctuation: fully for the nearest that holds several
    blocks, by half for the next, by a fifth for the third (the weights of Mozilla Readability's candidates, less steep).
    Votes count by the share of text that is not linked.
    """

    def __call__(self, document: Document) -> Document:
        if document.layout.plain:
            return _from_title(document)
        evidence = document.evidence
        kept = np.fromiter((rule is None for rule in document.removed_by), np.bool_, len(document.removed_by))
        box = _best_box(document, kept)
        if box is None:
            return document
        first, last = int(evidence.first[box]), int(evidence.last[box])
        document = document.removing((n for n in range(len(kept)) if not first <= n < last), "body.outside")
        led = np.flatnonzero((evidence.link > LINKED) & (evidence.size < LONG))
        return document.removing(led.tolist(), "body.link")


def _from_title(document: Document) -> Document:
    """Plain text has no boxes: the article runs from its title on."""
    title = document.title_block or 0
    return document.removing(range(title), "body.outside")


def _best_box(document: Document, kept: Bools) -> int | None:
    """The box with the most votes; None where no paragraph votes."""
    evidence, layout = document.evidence, document.layout
    count = len(layout.box_parent)
    nearest = several(evidence, layout)
    of_blocks, of_boxes = _nearness(document, kept, nearest)
    votes = np.where(kept & evidence.paragraph, evidence.size * (1 - evidence.link) + 2 * evidence.punctuation, 0.0)
    votes *= of_blocks
    second = evidence.outer[nearest]
    third = evidence.outer[second]
    score = (
        np.bincount(nearest, votes, count)
        + 0.5 * np.bincount(second, votes, count)
        + 0.2 * np.bincount(third, votes, count)
    )
    size = evidence.size_sum[evidence.last] - evidence.size_sum[evidence.first]
    linked = evidence.link_sum[evidence.last] - evidence.link_sum[evidence.first]
    score *= 1 - linked / np.maximum(size, 1e-3)
    score *= of_boxes
    best = int(score.argmax())
    return best if score[best] > 0 else None


def _nearness(document: Document, kept: Bools, nearest: Ints) -> tuple[Floats, Floats]:
    """Weights of the blocks' votes and of the boxes' scores, so that the first article wins over longer ones below it.

    A block weighs 1 where its box holds the title or follows it at once, and less with the running text between the two;
    so does a box, more steeply. What stands before the title weighs half. Without a title all weigh 1.
    """
    evidence = document.evidence
    title = document.title_block
    if title is None:
        return np.ones(len(kept)), np.ones(len(evidence.first))
    prose = running(evidence.prose * kept)
    between = np.maximum(prose[evidence.first] - prose[title], 0.0)
    of_blocks = np.maximum(1 / (1 + between[nearest] / FAR_BLOCK), FARTHEST_BLOCK)
    of_blocks[:title] = BEFORE_TITLE
    return of_blocks, np.where(evidence.last <= title, BEFORE_TITLE, 1 / (1 + between / FAR_BOX))
