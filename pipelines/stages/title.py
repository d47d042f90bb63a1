"""Find the article's title, and its repetitions as captions and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipelines.model import Document, Role
from pipelines.stages.lines import DATE, letters, same_line

SEPARATORS = re.compile(
    r"\s*[_|│｜–—―»«]+\s*|\s+[-·~:：]\s+|(?<=[^\x00-\x7f])-{1,3}(?=[^\x00-\x7f]|[^-]{2,12}$)|-{1,3}(?=[^\x00-\x7f][^-]{1,11}$)"
)
LONGEST_TITLE = 100
MOST_LINES = 2_000  # of plain text that may say the title again
FARTHEST_TITLE = 60  # blocks of plain text above its title, at most
ABOVE_PROSE = 5  # blocks above the running text
HEADING_TAGS = frozenset(f"h{level}" for level in range(1, 7))
TITLE_NAME = re.compile(r"title|headline|subject|\btit\b|\bbt\b", re.IGNORECASE)
CATEGORY = re.compile(r"([\[【][^\[\]【】]{1,10}[\]】])\s*(?=.{4})")
SHARE_NAMES = ("og:title", "twitter:title")


@dataclass(frozen=True, slots=True)
class FindTitle:
    """The document has its title, and the block that shows it is labelled so."""

    def __call__(self, document: Document) -> Document:
        find = _plain_title if document.layout.plain else _html_title
        rule, found = "title.heading", find(document)
        if found is None and not document.layout.plain:
            rule, found = "title.above-text", _heading_above(document, _first_prose(document))
        if found is None:
            told = _told_title(document)
            return replace(document, title=told, provenance={"title": "head.title"} if told else {})
        document = document.labelling({found: (Role.TITLE, rule)})
        return replace(document, title=_without_category(document, found), provenance={"title": rule})


@dataclass(frozen=True, slots=True)
class RemoveRepeatedTitle:
    """Lines that only say the title again (image captions, headings of a second copy) are removed."""

    def __call__(self, document: Document) -> Document:
        title = letters(document.title or "")
        if len(title) < 4:
            return document
        line = document.layout.letters
        shortest, longest = 0.8 * len(title), 1.3 * len(document.title or "") + 8
        repeated = [
            n
            for n, text in enumerate(document.layout.texts)
            if shortest <= len(text) <= longest and document.removed_by[n] is None and same_line(line[n], title)
        ]
        return document.removing(repeated, "title.repeated")


def _without_category(document: Document, n: int) -> str:
    """The heading without its category in brackets, [求助], where that is a link of its own: else its author wrote it."""
    layout, match = document.layout, CATEGORY.match(document.layout.texts[n])
    if match is None:
        return layout.texts[n]
    links = zip(layout.anchor_blocks, layout.anchor_texts, strict=False)
    linked = any(block == n and text.strip() == match[1] for block, text in links)
    return layout.texts[n][match.end() :] if linked else layout.texts[n]


def _told_title(document: Document) -> str | None:
    """The title that the page's head tells, without the site's name."""
    head = document.layout.head
    told = head.title or next((head.metas[name] for name in SHARE_NAMES if head.metas.get(name)), "")
    parts = [part for part in SEPARATORS.split(told) if part]
    return parts[0] if parts else None


def _html_title(document: Document) -> int | None:
    """The block that shows the title: like <title>, a heading, above the running text."""
    layout, evidence = document.layout, document.evidence
    told = letters(layout.head.title)
    shares = [letters(layout.head.metas.get(name, "")) for name in SHARE_NAMES]
    best, best_score = None, 0.55
    first_prose = _first_prose(document)
    last = min(first_prose + 3, len(layout.texts))
    far = (
        n for n, level in layout.levels.items() if level == 1 and n >= last and layout.box_tag[layout.boxes[n]] == "h1"
    )
    for n in (*range(last), *far):
        text = layout.texts[n]
        if not 4 <= len(text) <= LONGEST_TITLE:
            continue
        tag = layout.box_tag[layout.boxes[n]]
        if tag == "title":  # one that stands in the body, as the parser leaves it on broken pages, is not shown
            continue
        own = layout.letters[n]
        score = _likeness(own, told) * min(len(own), 20) / 20
        score += (tag == "h1") * (0.5 if told else 0.6) + (tag in ("h2", "h3")) * 0.2 + (own in shares) * 0.3
        score += ("title" in layout.box_name[layout.boxes[n]].lower()) * 0.2
        score -= float(evidence.link[n]) * 0.4 + (n > first_prose) * 0.2 + (n >= last) * 0.3
        if score > best_score:
            best, best_score = n, score
    return best


def _heading_above(document: Document, first_prose: int) -> int | None:
    """Where <title> tells only the site's name: the nearest block above the running text that is marked as a heading."""
    layout = document.layout
    for n in range(first_prose - 1, max(first_prose - ABOVE_PROSE, 0) - 1, -1):
        text, box = layout.texts[n], layout.boxes[n]
        marked = layout.box_tag[box] in HEADING_TAGS or TITLE_NAME.search(layout.box_name[box])
        fits = 4 <= len(text) <= LONGEST_TITLE and not DATE.search(text) and not _is_label(text)
        if marked and fits and document.removed_by[n] is None and document.evidence.link[n] < 0.5:
            return n
    return None


def _likeness(own: str, told: str) -> float:
    """How much of a block's letters the page's <title> says: 1 and more where it says them in one run."""
    if not own or not told:
        return 0.0
    if own in told:
        return 1.0 + min(len(own), 30) / 30
    common = set(own) & set(told)
    return (
        len(common) / len(set(own)) if len(common) > 2 and not own.isascii() else 0.0
    )  # any English line has most letters


def _plain_title(document: Document) -> int | None:
    """Of the short lines above the running text, the one that later lines repeat, or else the last that is none of the
    page's own lines."""
    texts = document.layout.texts
    head = [
        n
        for n in range(min(_first_prose(document) + 1, len(texts), FARTHEST_TITLE))
        if document.removed_by[n] is None
        and 4 <= len(texts[n]) <= LONGEST_TITLE
        and not DATE.search(texts[n])
        and not _is_label(texts[n])
    ]
    head = [n for n in head if not _is_prose(document, n)] or head
    if not head:
        return None
    lines = document.layout.letters
    short = [line for line, text in zip(lines, texts, strict=True) if len(text) <= LONGEST_TITLE][:MOST_LINES]
    body = "".join(lines)

    def rank(n: int) -> tuple[int, float]:
        repeats = sum(same_line(lines[n], line) for line in short) - 1
        return (repeats > 0) * (len(lines[n]) >= 6), _said_in(lines[n], body)

    return max(head, key=lambda n: (*rank(n), -n))


def _is_label(text: str) -> bool:
    return text.rstrip().endswith((":", "：")) or bool(re.match(r"(?:来源|來源|作者|时间|编辑)\s*[:：]", text))


def _said_in(line: str, body: str) -> float:
    """How often the body says the line's two-letter words, by the line's length: a title's words come up again."""
    return sum(body.count(line[n : n + 2]) > 2 for n in range(len(line) - 1)) / 10


def _first_prose(document: Document) -> int:
    """The number of the first block of running text that nothing has removed; the last block where there is none."""
    last = len(document.layout.texts) - 1
    return next((n for n in document.kept if _is_prose(document, n)), last)


def _is_prose(document: Document, n: int) -> bool:
    return bool(document.evidence.paragraph[n]) and len(document.layout.texts[n]) >= 40
