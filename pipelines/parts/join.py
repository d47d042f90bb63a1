"""Documents of an article's parts → one document: their blocks in order, metadata of the first, comments without doubles.

What sites print anew on each part is removed: the lead, a title with a number, notices at the foot. Such lines stand at
the edges of a part; a copy elsewhere is found as on any page, by `RemoveSecondCopy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from pipelines.evidence import measure
from pipelines.layout import joined
from pipelines.model import Comment, Document
from pipelines.parts.address import WHOLE
from pipelines.stages.lines import letters
from pipelines.stages.second_copy import RemoveSecondCopy

EDGE = 6  # kept lines at either end of a part among which repetitions are looked for
WHOLE_SHARE = 0.8  # a view of the whole article has at least this much of the parts' text
NUMERALS = "[0-9一二三四五六七八九十]"
MARK = rf"第?\s*{NUMERALS}{{1,3}}\s*[页頁]|第?\s*\d{{1,2}}\s*[页頁]?\s*[/／]\s*(?:共\s*)?\d{{1,2}}\s*[页頁]?"
TITLE_MARK = re.compile(
    rf"\s*(?:[（(\[【]\s*(?:{MARK}|全文)\s*[)）\]】]|[-_—|·\s]*第\s*{NUMERALS}{{1,3}}\s*[页頁])\W*$"
)
TITLE_NUMBER = re.compile(r"\s*[（(\[【]\s*(\d{1,2})\s*[)）\]】]\s*$")
NOTICE = re.compile(
    rf"\W*(?:{MARK}|第?\s*\d+\s*[页頁]?\W*共\s*\d+\s*[页頁]|(?:本文)?共\s*\d+\s*[页頁](?:\W*\w{{0,4}}第\s*\d+\s*[页頁])?|未完待[续續]|[接转轉]?[上下][接转轉]?第?.{{0,2}}[页頁]"
    r"|(?:本文)?(?:未完|尚未(?:结束|完)).{0,16}|请?(?:继续)?(?:看|阅读|点击|翻到)+下一?[页頁].{0,10}|下一?[页頁][:：].{0,40})\W*"
)


def join(documents: Sequence[Document]) -> Document:
    """The one document of an article's parts, given in any order, which need not all be there."""
    parts = sorted(documents, key=_number)
    whole = [document for document in parts if _number(document) == WHOLE]
    parts = parts[len(whole) :]
    about = (parts or whole)[0]
    if whole and _size(whole[0]) >= WHOLE_SHARE * _size(_following(parts, about)):
        return _following(whole[:1], about)
    return _following(parts, about)


def plain_title(title: str, number: int) -> str:
    """The title without its part's mark: (1/3), _第2页, and (2) where it is the part's own number in the URL."""
    bare = TITLE_MARK.sub("", title)
    match = TITLE_NUMBER.search(bare)
    if match and int(match[1]) in (number or 1, number + 1):
        bare = bare[: match.start()]
    return bare.strip() or title


def _number(document: Document) -> int:
    return document.part.number if document.part else 0


def _size(document: Document) -> int:
    return sum(len(document.layout.texts[n]) for n in document.kept)


def _following(parts: Sequence[Document], about: Document) -> Document:
    """One document of the parts, one after the other; `about` tells what no block does."""
    if not parts:
        return about
    layout = joined([part.layout for part in parts])
    told = [about, *parts]
    dated = next((one for one in told if one.published), about)
    title = next((plain_title(one.title, _number(one)) for one in told if one.title), None)
    document = replace(
        about,
        layout=layout,
        evidence=measure(layout),
        roles=tuple(role for part in parts for role in part.roles),
        removed_by=tuple(rule for part in parts for rule in part.removed_by),
        title=title,
        published=dated.published,
        published_has_time=dated.published_has_time,
        author=next((one.author for one in told if one.author), None),
        source=next((one.source for one in told if one.source), None),
        comments=_merged(comment for one in told for comment in one.comments),
        part=None,
        probability=_shares(parts),
    )
    return RemoveSecondCopy()(_without_edges(document, _bounds(parts)))


def _shares(parts: Sequence[Document]) -> tuple[float, ...]:
    """Each block's probability of being body; none where the classifier has not judged every part."""
    if not all(part.probability for part in parts):
        return ()
    return tuple(share for part in parts for share in part.probability)


def _merged(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Each comment once, whichever parts show it."""
    first: dict[tuple[str, str | None], Comment] = {}
    for comment in comments:
        first.setdefault((comment.text, comment.author), comment)
    return tuple(first.values())


def _bounds(parts: Sequence[Document]) -> list[tuple[int, int]]:
    ends = list(accumulate(len(part.layout.texts) for part in parts))
    return list(zip([0, *ends], ends, strict=False))


def _without_edges(document: Document, bounds: Sequence[tuple[int, int]]) -> Document:
    """The lines that parts repeat at their edges stand once: those above the text on the first, those below on the last."""
    kept = document.kept
    parts = [[n for n in kept if first <= n < end] for first, end in bounds]
    lines = {n: document.layout.letters[n] for n in kept}
    title = letters(document.title or "")
    heads = {lines[n] for n in parts[0][:EDGE]} | {title}
    repeated: list[int] = []
    notices: list[int] = []
    for above, part in enumerate(parts[1:], 1):
        _take(document, part[:EDGE], lines, heads, repeated, notices)
        heads |= {lines[n] for n in parts[above][:EDGE]}
    gone = {*repeated, *notices}  # else a line that stands on each part, above and below, would stand nowhere
    parts = [[n for n in part if n not in gone] for part in parts]
    tails = {lines[n] for n in parts[-1][-EDGE:]}
    for part in parts[-2::-1]:
        _take(document, part[: -EDGE - 1 : -1], lines, tails, repeated, notices)
        tails |= {lines[n] for n in part[-EDGE:]}
    return document.removing(notices, "parts.notice").removing(repeated, "parts.repeated")


def _take(
    document: Document,
    edge: Iterable[int],
    lines: dict[int, str],
    known: set[str],
    repeated: list[int],
    notices: list[int],
) -> None:
    """From the edge inwards, lines that are known or mere notices, up to the first that is neither."""
    for n in edge:
        text = document.layout.texts[n]
        if NOTICE.fullmatch(text):
            notices.append(n)
        elif lines[n] in known or letters(plain_title(text, 0)) in known:
            repeated.append(n)
        else:
            return
