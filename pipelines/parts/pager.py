"""Which part of an article a page is, and which others there are, by the links of its pager.

A link counts where its anchor is a pager's (2, 第2页, 下一页, 尾页, 阅读全文) and its URL is the same article's: the two
URLs have a reading in common, and the numbers in them fit the anchor. So 下一篇, the pagers of comments and of other
lists on the page, and numbers that count something are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

from pipelines.layout import Layout
from pipelines.model import Part
from pipelines.parts.address import FIRST, WHOLE, Reading, names_list, readings

MOST = 40  # parts of an article; a longer pager is that of a list, or of comments
LONGEST = 40  # of an anchor such as 第2页：what it is about
DIGITS = "一二三四五六七八九十"
OPENERS = r"(?:点击|進入|进入|阅读|查看|翻到|返回|go ?to)*\s*"
COMMENTS = re.compile(r"comment|reply|respond|pinglun|\bpl\b", re.IGNORECASE)  # in a link's fragment
OF_TITLE = re.compile(r"[（(\[【]\s*第?\s*(\d{1,2})\s*[页頁]?\s*[/／共]\s*(?:共\s*)?(\d{1,2})\s*[页頁]?\s*[)）\]】]")


class Word(Enum):
    """What a pager's anchor says, beside a number."""

    NEXT = auto()
    PREVIOUS = auto()
    FIRST = auto()
    LAST = auto()
    WHOLE = auto()
    PAGED = auto()
    PICTURE = auto()


WORDS = re.compile(
    OPENERS
    + "(?:"
    + "|".join(
        f"(?P<{word.name}>{pattern})"
        for word, pattern in (
            (Word.NEXT, r"(?:(?:下一?|[后後]一?)[页頁]|余下全文|继续阅读|繼續閱讀|next(?: page)?\W*$)"),
            (Word.PREVIOUS, r"(?:(?:上一?|前一?)[页頁]|prev(?:ious)?(?: page)?\W*$)"),
            (Word.FIRST, r"(?:首[页頁]|第一[页頁]|first(?: page)?)\W*$"),
            (Word.LAST, r"(?:尾[页頁]|末[页頁]|最[后後]一?[页頁]|last(?: page)?)\W*$"),
            (
                Word.WHOLE,
                r"(?:(?:在?本[页頁])?(?:显示|顯示|浏览|展开|阅读|查看)?(?:全部|全文|剩余|完整)(?:内容|阅读|浏览|显示|文章)*|[单單一][页頁](?:阅读|显示|浏览|模式)"
                r"|不分[页頁](?:阅读|显示|浏览)?|view all|single page|full (?:text|article)|all)\W*$",
            ),
            (Word.PAGED, r"分[页頁](?:阅读|显示|浏览|模式)?\W*$"),
            (Word.PICTURE, r"(?:[上下]一?[张張图圖]|查看原[图圖]|幻灯)"),
        )
    )
    + ")",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    rf"第?\s*(?:(\d{{1,2}})|([{DIGITS}]))\s*[页頁]?\W*$|第(?:(\d{{1,2}})|([{DIGITS}]))[页頁]\s*[:：\s]"
)
ANY = re.compile(
    rf"[^\w\n]*(?=[\d{DIGITS}第上下前后後首尾末最余继繼返在本显顯浏展全剩完单單分不点進进阅查翻幻nplfvsag])"
    rf"(?:第?\s*(?:\d{{1,2}}|[{DIGITS}])\s*[页頁]?[^\w\n]*$|第(?:\d{{1,2}}|[{DIGITS}])[页頁]"
    r"|[^\n]{0,8}?(?:[上下前后後首尾末一]一?[页頁张張图圖]|全文|全部|剩余|完整|继续阅读|繼續閱讀|[单單一分][页頁]|查看原|幻灯)"
    r"|(?:next|prev|first|last|view|single|full|all)\b)",
    re.IGNORECASE | re.MULTILINE,
)
SIGNS = " \u3000[]()（）【】<>《》«»‹›·|-_.…→←"


class Anchor(NamedTuple):
    """A pager's link: what it says, and where it leads."""

    says: Word | int
    url: str


class Told(NamedTuple):
    """A link read as one to a part of the article."""

    says: Word | int
    number: int
    url: str


def part_of(url: str, layout: Layout, title: str | None) -> Part | None:
    """The part of an article that the page at `url` is; None for a page that is whole."""
    anchors = [*_anchors(url, layout), *_back_to_first(url, layout)]
    if not anchors:
        return None
    best, told = None, list[Told]()
    for own in readings(url):
        found = list(_consistent(own, anchors))
        if len(found) > len(told):
            best, told = own, found
    if best is None or names_list(best.article) or _is_album(told) or max(one.number for one in told) > MOST:
        return None
    number = FIRST if _is_first(best.number, told) else best.number
    others = _others(number, told)
    return Part(best.article, number, others, _count(title or layout.head.title)) if others else None


def _anchors(url: str, layout: Layout) -> Iterator[Anchor]:
    root = _joined(url, layout.head.base) if layout.head.base else url
    for says, href in _told_by_head(layout):
        yield Anchor(says, urldefrag(_joined(root, href)).url)
    for href, text in _like_pager(layout):
        if (said := _said(text)) is not None:
            target, fragment = urldefrag(_joined(root, href))
            if target != url and not COMMENTS.search(fragment):
                yield Anchor(said, target)


def _like_pager(layout: Layout) -> Iterator[tuple[str, str]]:
    """The links whose anchors may be a pager's, with their text: few."""
    for (href, _), text in zip(layout.anchors, layout.anchor_texts, strict=True):
        if _may_be_pager(text) and len(said := " ".join(text.split())) <= LONGEST:
            yield href, said


@lru_cache(maxsize=1 << 14)  # a site's pages have the same menus
def _may_be_pager(text: str) -> bool:
    """Whether an anchor is worth another look: hardly any is."""
    return ANY.match(text.replace("\n", " ")) is not None


def _back_to_first(url: str, layout: Layout) -> Iterator[Anchor]:
    """A view of the whole article tells the first page as its canonical address."""
    if layout.head.canonical and any(own.number == WHOLE for own in readings(url)):
        yield Anchor(Word.PAGED, _joined(url, layout.head.canonical))


def _told_by_head(layout: Layout) -> Iterable[tuple[Word, str]]:
    head = layout.head
    return [(word, href) for word, href in ((Word.NEXT, head.following), (Word.PREVIOUS, head.previous)) if href]


def _joined(root: str, href: str) -> str:
    try:
        return urljoin(root, href.strip())
    except ValueError:  # e.g. an unclosed [ in the host
        return ""


def _said(text: str) -> Word | int | None:
    """What a pager's anchor says; None for any other anchor."""
    text = text.lstrip(SIGNS)
    if match := NUMBERED.match(text):
        digits = match[1] or match[3]
        return int(digits) if digits else DIGITS.index(match[2] or match[4]) + 1
    match = WORDS.match(text)
    return Word[match.lastgroup] if match and match.lastgroup else None


def _consistent(own: Reading, anchors: list[Anchor]) -> Iterator[Told]:
    """The links to parts of the article as which the page's own URL is read."""
    found = [
        Told(says, other.number, url)
        for says, url in anchors
        for other in readings(url)
        if other.article == own.article and other.number != own.number and _fits(own.number, says, other.number)
    ]
    if own.loose and not any(one.number == FIRST or isinstance(one.says, int) for one in found):
        return  # 上一页 and 下一页 among /5.html and /6.html may lead to articles of their own
    yield from found


def _fits(own: int, says: Word | int, number: int) -> bool:
    """Whether the anchor fits the numbers of the two URLs. The second part has 2 in its URL, or 1 where the first has 0."""
    if isinstance(says, int):
        return number in (says, says - 1) or (number == FIRST and says == 1)
    if own == WHOLE or number == WHOLE:
        return (says is Word.WHOLE) == (number == WHOLE) or own == WHOLE
    match says:
        case Word.NEXT:
            return number == own + 1 or (own == FIRST and number == 2)
        case Word.PREVIOUS:
            return number == own - 1 or (own == 2 and number == FIRST)
        case Word.FIRST:
            return number <= 1
        case Word.LAST:
            return number > own
        case Word.PICTURE:
            return True
    return False


def _is_album(told: list[Told]) -> bool:
    return any(one.says is Word.PICTURE for one in told)


def _is_first(own: int, told: list[Told]) -> bool:
    """Whether a page with this number in its URL is the first: 1 is, where no link leads before it."""
    return own == FIRST or (own == 1 and all(one.number != FIRST for one in told))


def _others(own: int, told: list[Told]) -> tuple[tuple[int, str], ...]:
    """The other parts' numbers and URLs, in order; a first page with 1 in its URL is number 0, too."""
    firsts = {one.url for one in told if one.number == 1 and one.says in (1, Word.FIRST)}
    found: dict[int, str] = {}
    for one in told:
        found.setdefault(FIRST if one.url in firsts else one.number, one.url)
    return tuple(sorted((number, url) for number, url in found.items() if number != own))


def _count(title: str) -> int:
    """How many parts there are, where the title says so: (1/3)."""
    match = OF_TITLE.search(title)
    return int(match[2]) if match and 1 <= int(match[1]) <= int(match[2]) else 0
