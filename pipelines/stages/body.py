"""Keep the blocks that the learned classifier takes for the article's, and remove the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipelines.classifier import Classifier, learned, learned_id
from pipelines.evidence import Bools, Floats, Ints, running
from pipelines.features import Features
from pipelines.features.pages import NONE, Pages, side_by_side
from pipelines.features.votes import WEIGHTS, best_box, boxes_around
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
        return self.many([document])[0]

    def many(self, documents: Sequence[Document]) -> list[Document]:
        """One document for each, the same as alone: those that the classifier judges are judged together."""
        done = [self._without_classifier(document) for document in documents]
        unjudged = [document for document, out in zip(documents, done, strict=True) if out is None]
        judged = (after for group in self._groups(unjudged) for after in self._judged(group))
        return [out or next(judged) for out in done]

    def _groups(self, documents: Sequence[Document]) -> Iterator[list[Document]]:
        """The documents in order, in groups that are not held in memory at once where they are huge."""
        group: list[Document] = []
        blocks = 0
        for document in documents:
            blocks += len(document.layout.texts)
            if group and blocks > self.most_blocks:
                yield group
                group, blocks = [], len(document.layout.texts)
            group.append(document)
        if group:
            yield group

    def _without_classifier(self, document: Document) -> Document | None:
        if document.layout.plain:
            return _from_title(document)
        return _in_box(document) if len(document.layout.texts) > self.most_blocks else None

    def _judged(self, documents: Sequence[Document]) -> Iterator[Document]:
        known, probability = (self.classifier or learned()).judged(documents)
        body = self.chosen(documents, known, probability)
        for document, first, end in zip(documents, known.pages.start.tolist(), known.pages.end.tolist(), strict=True):
            judged = replace(document, probability=tuple(probability[first:end].tolist()))
            kept = body[first:end]
            judged = _overruling(judged, np.flatnonzero(kept).tolist())
            yield judged.removing(np.flatnonzero(~kept).tolist(), "body.unlikely")

    def chosen(self, documents: Sequence[Document], known: Features, probability: Floats) -> Bools:
        """The blocks to keep, by their probabilities."""
        pages = known.pages
        evidence, spread = pages.evidence, pages.spread
        removed_by = [rule for document in documents for rule in document.removed_by]
        untouched = np.array([rule is None for rule in removed_by])
        free = np.array([rule is None or rule in OVERRULED for rule in removed_by])
        best = self.best(pages, probability * free)
        bar = spread(np.minimum(np.maximum(self.bar * best, self.lowest_bar), self.highest_bar))
        body = free & (probability > bar)
        mass = running(evidence.size * body)
        total, before = spread(pages.total(mass)), mass[1:] - mass[pages.low]
        inside = (before > self.ends * total) & (before < (1 - self.ends) * total)
        running_text = untouched & (evidence.link < 0.5)
        wedged = np.zeros_like(body)
        wedged[1:-1] = body[:-2] & body[2:]
        body |= inside & running_text & (probability > np.where(wedged, self.wedged, self.between) * bar)
        body |= self.of_article(known, body) & running_text & (probability > self.alike * bar)
        body &= (evidence.link < self.linked) | (evidence.size > self.long)
        body |= _rest_of_tables(documents, pages, body) & free
        bare = ~np.logical_or.reduceat(body, pages.start)
        bare &= pages.all_prose >= self.mostly_prose * pages.all_size
        # a page of nothing else, of a shape that no site gives it
        return np.where(spread(bare), untouched & evidence.paragraph, body)

    def best(self, pages: Pages, probability: Floats) -> Floats:
        """The mean probability of each page's best text, by size: of a short page, of what is nearly as probable as the best."""
        order = np.lexsort((-probability, pages.page))  # within each page, the likeliest first
        likely, page = probability[order], pages.page
        highest = pages.spread(np.maximum.reduceat(probability, pages.start))
        size = pages.evidence.size[order] * (likely > self.nearly * highest)
        sums = running(size)
        most = pages.spread(np.minimum(pages.total(sums), self.best_text))
        taken = size * (sums[:-1] - sums[pages.low] < most)
        count = len(pages.start)
        return np.bincount(page, likely * taken, count) / np.maximum(np.bincount(page, taken, count), 1e-9)

    def of_article(self, known: Features, body: Bools) -> Bools:
        """Paragraphs at the place of the template that holds most of the body: an article's last ones look less like it."""
        boxes, pages = known.boxes, known.pages
        place = _numbered(boxes.around[0] * (boxes.path.max() + 1) + boxes.path)
        size = pages.evidence.size * body
        same: Bools = np.bincount(place, size)[place] > self.same_place * pages.spread(pages.total(running(size)))
        return same & pages.evidence.paragraph


def _numbered(values: Ints) -> Ints:
    """The values as numbers from 0 on, the same for the same value: for a few values faster than np.unique."""
    number: dict[int, int] = {}
    return np.array([number.setdefault(value, len(number)) for value in values.tolist()])


def _rest_of_tables(documents: Sequence[Document], pages: Pages, body: Bools) -> Bools:
    """The cells of every table that has a cell in the body and leads nowhere."""
    whole = np.zeros(len(body), np.bool_)
    for document, first in zip(documents, pages.start.tolist(), strict=True):
        tables: dict[int, list[int]] = {}
        if Role.TABLE in document.roles:
            for n, role in enumerate(document.roles):
                if role is Role.TABLE:
                    tables.setdefault(document.layout.table_around(n), []).append(first + n)
        for cells in tables.values():
            whole[cells] = body[cells].any() and not pages.evidence.link[cells].any()
    return whole


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
    evidence, title = document.evidence, document.title_block
    kept = np.array([rule is None for rule in document.removed_by])
    around = boxes_around(evidence, len(WEIGHTS))
    box = best_box(side_by_side([evidence]), around, kept, np.array([NONE if title is None else title]))[0]
    first, last = int(evidence.first[box]), int(evidence.last[box])
    return document.removing((n for n in range(len(kept)) if not first <= n < last), "body.outside")
