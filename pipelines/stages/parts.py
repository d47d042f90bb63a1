"""Tell of which article the page is a part, where its site spreads the article over several pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.model import Document, Reason, Rejected
from pipelines.parts.address import names_article
from pipelines.parts.pager import part_of

SHORT = frozenset(
    (Reason.NO_ARTICLE, Reason.LIST, Reason.OFF_TOPIC)
)  # what a last part of two lines looks like; its article's topic is told of the whole
# … in characters of Chinese: with more, what the gate takes for a list is one, and no article's last lines
MOST_TEXT = 60


@dataclass(frozen=True, slots=True)
class TellPart:
    """The document knows which part of an article it is, by its URL and the links of its pager; None where it is whole."""

    def __call__(self, document: Document) -> Document:
        if document.layout.plain:
            return document
        part = part_of(document.page.url, document.layout, document.title)
        return document if part is None else replace(document, part=part)


def refused(rejected: Rejected, document: Document) -> Rejected:
    """The rejection, which tells of what `document` may be a short part although it is no article of its own."""
    if document.part is None or rejected.reason not in SHORT or not names_article(document.part.article):
        return rejected
    if rejected.reason is Reason.LIST and document.evidence.prose[list(document.kept)].sum() >= MOST_TEXT:
        return rejected
    return replace(rejected, part=document.part)
