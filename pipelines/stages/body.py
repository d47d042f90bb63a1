"""Keep the blocks that the learned classifier takes for the article's, and remove the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from pipelines.classifier import Classifier, learned, learned_id
from pipelines.evidence import Bools, Evidence, Floats
from pipelines.features import Features, features
from pipelines.features.votes import WEIGHTS, best_box, boxes_around
from pipelines.layout import Layout
from pipelines.model import Document, Role
from pipelines.stages.roles import starting_roles
from pipelines.tables import boilerplate_rules

# rules that go by a box's name or tag alone, and others that say so of themselves
OVERRULED = frozenset(rule.id for rule in boilerplate_rules() if rule.says is None or rule.yields)


@dataclass(frozen=True, slots=True)
class SelectBody:
    """Only blocks that are probably body are kept, and what stands between them.

    The bar is lower on pages whose best text looks less like an article than others': what there is of it is kept, and
    whether the page is published is for a later stage. Rules that read a block's words have a veto; rules that go by a
    box's name or tag are overruled where the classifier says body.
    """

    bar: float = 0.6  # of the probability of the page's best text
    lowest_bar: float = 0.12
    highest_bar: float = 0.5
    best_text: float = 300  # characters
    nearly: float = 0.05  # of the highest probability: there is no more best text than that
    between: float = 0.5  # of the bar, for blocks between others that are kept
    wedged: float = 0.35  # … where both neighbours are
    ends: float = 0.03  # of the kept text at each end; what lies between them is inside the article
    alike: float = 0.3  # of the bar, for paragraphs at the same place of the template as most of what is kept
    same_place: float = 0.5  # of the body, at one place of the template
    linked: float = 0.9  # of a short line that only leads elsewhere
    long: float = 60  # characters: such a line is a paragraph, wherever it leads
    mostly_prose: float = 0.8  # of the text of a page that holds nothing else
    most_blocks: int = 20_000  # of a page whose features are held in memory: 3 kB a block
    table: str = field(default_factory=learned_id)  # of the classifier's weights
    classifier: Classifier | None = field(default=None, repr=False)  # another than the package's

    def __call__(self, document: Document) -> Document:
        if document.layout.plain:
            return _from_title(document)
        if len(document.layout.texts) > self.most_blocks:
            return _in_box(document)
        known = features(document)
        probability = (self.classifier or learned()).probabilities(known)
        body = self.chosen(document, known, probability)
        document = replace(document, probability=tuple(probability.tolist()))
        document = _overruling(document, np.flatnonzero(body).tolist())
        return document.removing(np.flatnonzero(~body).tolist(), "body.unlikely")

    def chosen(self, document: Document, known: Features, probability: Floats) -> Bools:
        """The blocks to keep, by their probabilities."""
        untouched = np.fromiter((rule is None for rule in document.removed_by), np.bool_)
        free = untouched | np.fromiter((rule in OVERRULED for rule in document.removed_by), np.bool_)
        evidence = document.evidence
        bar = min(max(self.bar * self.best(evidence, probability * free), self.lowest_bar), self.highest_bar)
        body = free & (probability > bar)
        mass = np.cumsum(evidence.size * body)
        inside = (mass > self.ends * mass[-1]) & (mass < (1 - self.ends) * mass[-1])
        running_text = untouched & (evidence.link < 0.5)
        wedged = np.zeros_like(body)
        wedged[1:-1] = body[:-2] & body[2:]
        body |= inside & running_text & (probability > np.where(wedged, self.wedged, self.between) * bar)
        body |= self.of_article(known, body) & running_text & (probability > self.alike * bar)
        body &= (evidence.link < self.linked) | (evidence.size > self.long)
        body |= _rest_of_tables(document, body) & free
        if not body.any() and evidence.prose_sum[-1] >= self.mostly_prose * evidence.size_sum[-1]:
            return untouched & evidence.paragraph  # a page of nothing else, of a shape that no site gives it
        return body

    def best(self, evidence: Evidence, probability: Floats) -> float:
        """The mean probability of the page's best text, by size: of a short page, of what is nearly as probable as the best."""
        order = np.argsort(-probability, kind="stable")
        size = evidence.size[order] * (probability[order] > self.nearly * probability.max())
        count = int(np.searchsorted(np.cumsum(size), min(self.best_text, size.sum()))) + 1
        return float((probability[order] * size)[:count].sum() / max(size[:count].sum(), 1e-9))

    def of_article(self, known: Features, body: Bools) -> Bools:
        """Paragraphs at the place of the template that holds most of the body: an article's last ones look less like it."""
        boxes = known.boxes
        _, place = np.unique(boxes.around[0] * (boxes.path.max() + 1) + boxes.path, return_inverse=True)
        mass = np.bincount(place, known.evidence.size * body)
        same: Bools = mass[place] > self.same_place * mass.sum()
        return same & known.evidence.paragraph


def _rest_of_tables(document: Document, body: Bools) -> Bools:
    """The cells of every table that has a cell in the body and leads nowhere."""
    tables: dict[int, list[int]] = {}
    for n, role in enumerate(document.roles):
        if role is Role.TABLE:
            tables.setdefault(_table(document.layout, n), []).append(n)
    whole = np.zeros(len(body), np.bool_)
    for cells in tables.values():
        whole[cells] = body[cells].any() and not document.evidence.link[cells].any()
    return whole


def _table(layout: Layout, n: int) -> int:
    """The box of the table that a cell stands in."""
    box = layout.boxes[n]
    while box and layout.box_tag[box] != "table":
        box = layout.box_parent[box]
    return box


def _overruling(document: Document, body: list[int]) -> Document:
    """The document with blocks of the body standing again that a rule had removed."""
    removed = [n for n in body if document.removed_by[n] is not None]
    if not removed:
        return document
    roles, removed_by, starting = list(document.roles), list(document.removed_by), starting_roles(document.layout)
    said = {document.layout.texts[n] for n in removed if roles[n] is Role.COMMENT}
    for n in removed:
        roles[n], removed_by[n] = starting[n], None
    comments = tuple(comment for comment in document.comments if comment.text not in said)
    return replace(document, roles=tuple(roles), removed_by=tuple(removed_by), comments=comments)


def _from_title(document: Document) -> Document:
    """Plain text has no boxes: the article runs from its title on."""
    title = document.title_block or 0
    return document.removing(range(title), "body.outside")


def _in_box(document: Document) -> Document:
    """Of a huge page the box that its paragraphs vote for."""
    kept = np.fromiter((rule is None for rule in document.removed_by), np.bool_)
    around = boxes_around(document.layout, document.evidence, len(WEIGHTS))
    box = best_box(document.evidence, around, kept, document.title_block) or 0
    first, last = int(document.evidence.first[box]), int(document.evidence.last[box])
    return document.removing((n for n in range(len(kept)) if not first <= n < last), "body.outside")
