"""Remove what the page's site says on its other pages, too: promos, disclaimers and notices inside the article's box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.model import Document, Role
from pipelines.tables import boilerplate_rules
from pipelines.templates.table import FAMILY, Template, Templates, is_prose, line

OURS = f"{FAMILY}."
YIELDING = frozenset(rule.id for rule in boilerplate_rules() if rule.yields)  # what they removed may come back as body
NUMBERED = re.compile(r"\s*[(（【第]?\s*(?:[一二三四五六七八九十]{1,3}|\d{1,3})\s*[)）】、.．:：章节條条步]")


@dataclass(frozen=True, slots=True)
class RemoveTemplates:
    """Blocks that the table knows of the page's site are removed.

    A short line that the page's own prose follows stays as its heading, unless nearly all pages of the site have it.
    """

    templates: Templates
    most_prose: float = 0.5  # of the page's: where templates are more, those that the fewest pages share stay
    heading_share: float = 0.8

    def __call__(self, document: Document) -> Document:
        known = self.templates.on(document.page.url)
        if not known:
            return document
        found = _found(document, known)
        headings = self._headings(document, found)
        chosen = self._affordable(document, {n: one for n, one in found.items() if n not in headings})
        return document.labelling({n: (Role.BOILERPLATE, found[n].id) for n in chosen}, over=YIELDING)

    def _headings(self, document: Document, found: Mapping[int, Template]) -> set[int]:
        """The short blocks among those found whose next neighbour, of what is the page's own, is prose."""
        own_prose_follows, headings = False, set()
        for n in reversed(range(len(document.layout.texts))):
            if n not in found and document.removed_by[n] is None:
                own_prose_follows = bool(document.evidence.paragraph[n])
            elif n in found and own_prose_follows and self._may_head(document, n, found[n]):
                headings.add(n)
        return headings

    def _may_head(self, document: Document, n: int, template: Template) -> bool:
        if document.roles[n] is Role.HEADING:
            return True
        numbered = NUMBERED.match(document.layout.texts[n]) is not None
        return not is_prose(template.line) and (numbered or template.share < self.heading_share)

    def _affordable(self, document: Document, found: Mapping[int, Template]) -> list[int]:
        """The blocks to remove: the most widely shared first, up to so much of the page's prose."""
        left = self.most_prose * float(document.evidence.prose_sum[-1])
        chosen = []
        for n in sorted(found, key=lambda n: (-found[n].pages, n)):
            prose = float(document.evidence.prose[n])
            if prose <= left:
                left -= prose
                chosen.append(n)
        return chosen


def _found(document: Document, known: Mapping[str, Template]) -> dict[int, Template]:
    """The blocks that the table knows, those that it or a yielding rule has removed included; cells of tables are left alone."""
    found = {}
    for n, (rule, role) in enumerate(zip(document.removed_by, document.roles, strict=True)):
        stands = (
            rule is None or rule in YIELDING
        ) and role is not Role.TABLE  # pages of one kind share their tables' heads
        if (stands or (rule or "").startswith(OURS)) and (template := known.get(line(document.layout.texts[n]))):
            found[n] = template
    return found
