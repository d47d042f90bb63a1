"""Remove the second copy of the article on the same page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.layout import Layout
from pipelines.model import Document

LONG = 30  # letters: a paragraph of this length that comes again is a copy, wherever it stands
MOST = 200_000  # letters: in longer texts only whole blocks are compared, since each is looked for in all before it
SUMMARY = re.compile(r"summary|abstract|digest|daodu|zhaiyao|\blead\b|intro|excerpt", re.IGNORECASE)
RUN_ON = 5  # short lines that are looked for together
RUN = 2  # neighbours: shorter lines are copies where they come again in the same order beside another


@dataclass(frozen=True, slots=True)
class RemoveSecondCopy:
    """Every kept block that says again what an earlier one said is removed, headings beside copied paragraphs included.

    Of a hidden copy and one that is shown, the hidden one goes.
    """

    def __call__(self, document: Document) -> Document:
        kept = document.kept
        lines = [document.layout.letters[n] for n in kept]
        first_at: dict[str, int] = {}
        earlier = [first_at.setdefault(line, k) for k, line in enumerate(lines)]  # own position where it is new
        hidden = _hidden(document.layout)
        copies = {
            k
            for k, line in enumerate(lines)
            if earlier[k] < k and (_tells(line) or (len(line) >= LONG and kept[k] in hidden))
        }
        copies |= _resegmented(lines)
        for step in (1, -1):  # spread from copied paragraphs to the lines beside them, down and then up
            for k in range(len(lines))[::step]:
                before = k - step
                if before in copies and earlier[k] < k and 0 < abs(earlier[k] - earlier[before]) <= RUN:
                    copies.add(k)
        copies = {
            earlier[k]
            if (kept[earlier[k]] in hidden and kept[k] not in hidden)
            else _outside_article(document, kept, earlier[k], k)
            for k in copies
        } | _summaries(document, kept, lines)
        return document.removing((kept[k] for k in sorted(copies)), "second-copy.block")


def _hidden(layout: Layout) -> frozenset[int]:
    """The blocks that the page hides."""
    return frozenset(n for box in layout.hidden for n in range(layout.box_first[box], layout.box_last[box]))


def _tells(line: str) -> bool:
    """Whether a line is long enough to be a copy wherever it comes again: Latin text says less in more letters, and pages of
    it repeat whole sentences on purpose."""
    return len(line) >= LONG and not line.isascii()


def _outside_article(document: Document, kept: tuple[int, ...], first: int, second: int) -> int:
    """Of two copies the one to remove: the second, unless the first is the summary above the article."""
    return first if _is_summary(document, kept[first]) else second


def _summaries(document: Document, kept: tuple[int, ...], lines: list[str]) -> set[int]:
    """The blocks that the page itself names a summary, and that one of the next paragraphs says in full."""
    return {
        k
        for k, line in enumerate(lines)
        if len(line) >= LONG and _is_summary(document, kept[k]) and any(line in after for after in lines[k + 1 : k + 4])
    }


def _is_summary(document: Document, n: int) -> bool:
    return SUMMARY.search(document.layout.box_name[document.layout.boxes[n]]) is not None


def _resegmented(lines: list[str]) -> set[int]:
    """The lines that the lines before them say in one run, whatever their borders; short ones as far as they run on."""
    said = "".join(lines)
    if len(said) > MOST:
        return set()
    start = 0
    copies: set[int] = set()
    for k, line in enumerate(lines):
        end, run = k + 1, line
        while len(run) < LONG and end < min(k + RUN_ON, len(lines)):
            run += lines[end]
            end += 1
        if _tells(run) and said.find(run, 0, start) >= 0:
            copies.update(range(k, end))
        elif k - 1 in copies and said.find(lines[k - 1] + line, 0, start) >= 0:  # the copy's last words
            copies.add(k)
        start += len(line)
    return copies
