"""Tell readers' comments apart from the article: who, in which role, when, what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median_low

from pipelines.evidence import Evidence
from pipelines.layout import Layout
from pipelines.model import Comment, Document, Role
from pipelines.stages.lines import DATE, letters, read_date

HEADING = re.compile(
    r"(?:网友|精彩|热门|最新|全部|最热|用户|精选|所有|读者|熱門|網友)(?:评论|点评|跟帖|留言|热评|評論|回应|迴響)(?:区|列表)?\W*\d*\W*|评论区|评论列表|評論區|評論列表|迴響|讀者回應|comments?\W*\d*"
    r"|(?:大家|网友|网友们|读者|網友)(?:都)?(?:怎么|怎麼|如何)(?:说|看|評價|评价)\W*",
    re.IGNORECASE,
)
# 头像 NAME DATE, NAME 2025-03-21 10:00, 2025-03-21
HEAD_LINE = re.compile(
    r"(?:头像|頭像)?\s*(?P<who>\S(?:.{0,28}?\S)?)??\s*(?:发表于|发布于|于|[|·•:：])?\s*(?P<when>"
    + DATE.pattern
    + r"|(?:\d{1,2}月\d{1,2}日|\d{1,2}-\d{1,2}\s|今天|昨天|前天)\s*\d{1,2}:\d{2}|\d{1,2}\s?(?:分[钟鐘]|小[时時]|天|[个個]月)前"
    + r")\W*(?:来自.{0,12}|IP.{0,12}|回复|举报|赞|\d|\s)*"
)
# in each heading and avatar line; each begins with a character as it is, which makes the search fast
COMMENT_SIGN = re.compile("评|評|跟帖|留言|回应|迴響|回應|头像|頭像|大家|网友|读者|網友|c(?i:omment)|C(?i:omment)")
AVATAR = re.compile(r"^(?:头像|頭像)\s*")
ROLES = (
    "实习律师|执业律师|律师助理|专业律师|主任律师|律师|法务助理|法律顾问|法律咨询师|法律工作者|法务专员|法务|法律援助|合规专员|信用管理师|理财师|理财顾问|"
    "分析师|咨询师|会计师|客服|版主|楼主|管理员|作者|站长|小编"
)
NAME_AND_ROLE = re.compile(rf"(?P<name>.+?)\s*[-—_·|/(（\[【]\s*(?P<role>{ROLES})\s*[)）\]】]?")


@dataclass(frozen=True, slots=True)
class CollectComments:
    """Readers' comments stand in the document's `comments`, and their blocks are labelled so and removed from the text."""

    def __call__(self, document: Document) -> Document:
        labels: dict[int, tuple[Role, str | None]] = {}
        found: dict[tuple[str | None, str], Comment] = {}
        for numbers, rule in _sections(document):
            told, used = _read_section(document.layout, numbers)
            for comment in told:
                found.setdefault((comment.author, letters(comment.text)), comment)
            labels |= dict.fromkeys(used, (Role.COMMENT, rule))
        return replace(document.labelling(labels), comments=tuple(found.values()))


def _sections(document: Document) -> Iterator[tuple[list[int], str]]:
    """The blocks of each run of comments, and the rule that says so."""
    layout = document.layout
    boxed = [n for n, role in enumerate(document.roles) if role is Role.COMMENT]
    for first, last in _runs(boxed):
        yield list(range(first, last)), "comments.named-box"
    taken = set(boxed)
    looked = 0  # a heading within blocks that hold no comment heads none either
    for n, text in enumerate(layout.texts):
        if (
            n >= looked
            and COMMENT_SIGN.search(text, 0, 24)
            and n not in taken
            and (_is_heading(text) or (AVATAR.match(text) and HEAD_LINE.fullmatch(text)))
        ):
            numbers = list(_opened(document, n))
            looked = numbers[-1] + 1
            if any(HEAD_LINE.fullmatch(layout.texts[k]) for k in numbers[_is_heading(text) :]):
                taken.update(numbers)
                yield numbers, "comments.section"


def _is_heading(text: str) -> bool:
    return len(text) <= 24 and HEADING.fullmatch(text.strip(" ：:（）()【】[]|")) is not None


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = None
    for before, n in zip([None, *numbers], [*numbers, None], strict=True):
        if before is not None and (n is None or n != before + 1):
            yield first if first is not None else before, before + 1
            first = n
        elif first is None:
            first = n


def _opened(document: Document, heading: int) -> Iterator[int]:
    """The heading and the blocks that it opens: to the end of its box, or to a block that something has removed."""
    layout, evidence = document.layout, document.evidence
    last = _end(layout, evidence, heading)
    yield heading
    for n in range(heading + 1, last):
        if document.removed_by[n] is not None and document.roles[n] is not Role.META:
            return
        yield n


def _end(layout: Layout, evidence: Evidence, n: int) -> int:
    box = layout.boxes[n]
    while evidence.last[box] - n <= 1 and box:
        box = layout.box_parent[box]
    return int(evidence.last[box])


def _read_section(layout: Layout, numbers: list[int]) -> tuple[list[Comment], list[int]]:
    """The comments told in these blocks, and the blocks that they take."""
    starts: list[int] = []
    named: list[str | None] = []
    stops: list[int] = []
    for k, n in enumerate(numbers):
        match = HEAD_LINE.fullmatch(layout.texts[n])
        # the line behind a head line is its comment, and no name
        name = _name_before(layout, numbers, k) if match and starts[-1:] != [k - 2] else None
        if match and (match["who"] or name or AVATAR.match(layout.texts[n])):
            starts.append(k)
            named.append(name)
        elif match:  # 发布于 and a date behind the comments is the article's
            stops.append(k)
    if not starts:
        return [Comment(layout.texts[n]) for n in numbers if len(layout.texts[n]) >= 12], numbers
    firsts = [start - (name is not None) for start, name in zip(starts, named, strict=True)]
    bounds = zip(starts, [*firsts[1:], len(numbers)], strict=True)
    stops.append(len(numbers))
    ends = [min(stops[bisect_left(stops, start + 2)], end) if start + 2 < end else end for start, end in bounds]
    lines = [end - start - 1 for start, end in zip(starts, ends, strict=True)]
    if len(lines) > 1:  # what follows the last comment's text is not its own
        ends[-1] = min(ends[-1], starts[-1] + 1 + max(median_low(lines[:-1]), 1))
    elif layout.plain:
        ends[-1] = min(ends[-1], starts[-1] + 2)
    told = [
        _comment(layout, numbers[start], name, numbers[start + 1 : end])
        for start, name, end in zip(starts, named, ends, strict=True)
    ]
    return [comment for comment in told if comment.text], numbers[: ends[-1]]


def _name_before(layout: Layout, numbers: list[int], start: int) -> str | None:
    """The line before a line that tells only a date, where it is a name."""
    match = HEAD_LINE.fullmatch(layout.texts[numbers[start]])
    if match is None or match["who"] or start == 0:
        return None
    before = layout.texts[numbers[start - 1]]
    return before if len(before) <= 24 and not HEADING.fullmatch(before) and before[-1] not in "。！？!?…" else None


def _comment(layout: Layout, head: int, name: str | None, body: list[int]) -> Comment:
    match = HEAD_LINE.fullmatch(layout.texts[head])
    when = read_date(layout.texts[head])
    told = AVATAR.sub("", name or (match["who"] if match else None) or "").strip()
    role = NAME_AND_ROLE.fullmatch(told)
    text = "\n".join(layout.texts[n] for n in body)
    published = when[0] if when else None
    return Comment(text, (role["name"] if role else told) or None, role["role"] if role else None, published)
