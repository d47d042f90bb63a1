"""Find when the article was published, by whom, and where it came from (来源)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from pipelines.model import Document, Role
from pipelines.stages.lines import DATE, read_date

PUBLISHED_NAMES = (
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "_pubtime",
    "apub:time",
    "weibo: article:create_at",
    "weibo:article:create_at",
    "dc.date.issued",
    "date",
)
JSON_LD_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')
LABEL_END = (
    r"(?=\s|$|[|｜│,，;；()（）\[\]【】]|\d{4}[-年/.]|浏览|点击|阅读|字体|字号|评论"
    r"|(?:来源|來源|(?:发布|發布|发表)?(?:时间|時間|日期)|作者|(?:责任|責任)?编辑|发布|發布|发布者|发布人)\s*[:：/])"
)
SOURCE = re.compile(
    r"(?:信息|文章|新闻|稿件|本文|内容)?(?:来源|來源|稿源|出处|出自|來自)(?:于|自)?\s*(?:[:：]\s*[《「【\[(（]*\s*|[\[【])"
    r"([^\s\[\]【】《》]{1,40}?(?:[(（][^()（）]{1,6}[)）])?)\s*(?:[》」】)）\]]|" + LABEL_END + ")"
)
# 何苗 张梦洁: up to four names of two to four 汉字, and no label of the next thing told
NAME = r"(?!编辑|責任|责任|来源|來源|时间|日期|发布|浏览|阅读|字体|点击|评论|记者|記者|摄影|通讯员|调查|报道|原创)[\u4e00-\u9fff·]{2,4}"  # noqa: E501 -- one pattern, one line
NAMES = rf"{NAME}(?:[\s、，,/]+{NAME}){{0,3}}"
AUTHOR = re.compile(
    rf"(?:(?:文章)?作者|撰文|撰稿|发布者|发布人|发表人|文)\s*[:：/︱|丨]\s*({NAMES}{LABEL_END}|\S{{1,20}}?{LABEL_END})"
)
REPORTER = re.compile(rf"(?:记者|記者)\s*[:：/]?\s*({NAMES})(?=\s|$|[)）/／〕】\]])")
SIGNED = re.compile(rf"(?:来源|出处).{{0,20}}作者\s*[:：]\s*({NAMES})$")
NAME_THEN_TIME = re.compile(r"(?:作者\s*)?(?P<name>[^\s\d:：]{1,20})\s*[|·•/]?\s*" + DATE.pattern + r"\W*")
LATER_DATE = re.compile(
    r"(?:发布于|发表于|发布时间|发表时间|发布日期|編輯於|编辑于|时间|日期|更新时间|發表於|發佈於)\s*[:：]?\s*"
    + DATE.pattern
)
META_SIGN = re.compile(
    r"\d{4}|[来來]源|稿源|出处|出自|來自|作者|[记記]者|撰[文稿]|发布|发表|文\s*[:：/]"
)  # each META line has one
NO_NAME = frozenset(
    "发布 发表 发布于 发表于 时间 日期 更新 更新时间 发布时间 来源 编辑 首发 原创 发布日期 星期一 北京时间".split()
)
SMALL_WORDS = re.compile(
    r"(?:信息|文章|新闻|稿件)?(?:来源|來源|作者|时间|時間|日期|发布|發布|发表|發表|更新|浏览|阅读|点击|评论|字体|字号|编辑|记者|记录|查看|人气|次数|数|次|量|于|我要|条|IP|属地|归属地|原创|阅|读)"
    r"|[\d\W_]+"
)
LONGEST_META = 120  # characters
NO_SOURCE = frozenset("网络 互联网 转载文章 转载 原创 网友 本站 本网 整理 未知 不详".split())
LEAD = 40  # characters of a paragraph in which its reporter is named
FROM_TITLE = 8  # blocks around the title that may hold the line of date and source


@dataclass(frozen=True, slots=True)
class FindMetadata:
    """The document has what it tells of its publication, and the lines that tell it are labelled META."""

    def __call__(self, document: Document) -> Document:
        near = list(_near_title(document))
        texts = document.layout.texts
        shown = _shown_date(document, near)
        published = _told_date(document) or shown
        source = _source(document, near)
        author = _author(document, near)
        document = document.labelling(
            {n: (Role.META, "meta.line") for n in range(len(texts)) if _is_meta(document, n, near)}
        )
        return replace(
            document,
            published=published[0] if published else None,
            published_has_time=bool(published and published[1]),
            author=author,
            source=source,
        )


def _near_title(document: Document) -> Iterator[int]:
    """Short blocks around the title and above the running text, nearest to the title first."""
    layout = document.layout
    title = document.title_block or 0
    paragraph = document.evidence.paragraph
    prose = next(
        (
            n
            for n in range(title + 1, len(layout.texts))
            if document.removed_by[n] is None and paragraph[n] and len(layout.texts[n]) >= 40
        ),
        title,
    )
    for n in sorted(
        range(max(title - FROM_TITLE, 0), min(max(prose, title + FROM_TITLE // 2), len(layout.texts))),
        key=lambda n: (n < title, abs(n - title)),
    ):
        if n != title and len(layout.texts[n]) <= LONGEST_META:
            yield n


def _told_date(document: Document) -> tuple[datetime, bool] | None:
    """The date of the page's meta tags or JSON-LD."""
    head = document.layout.head
    told = (head.metas[name] for name in PUBLISHED_NAMES if head.metas.get(name))
    linked = (match[1] for text in head.json_ld for match in JSON_LD_PUBLISHED.finditer(_unescaped(text)))
    return next((date for text in (*told, *linked) if (date := read_date(text))), None)


def _unescaped(json_text: str) -> str:
    try:
        return json.dumps(json.loads(json_text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return json_text


def _shown_date(document: Document, near: list[int]) -> tuple[datetime, bool] | None:
    """The date on a line near the title, one with a time of day first; else one below that says it is the publication's."""
    texts = document.layout.texts
    lines = (
        texts[n]
        for n in near
        if not document.evidence.paragraph[n] or len(texts[n]) < 40 or LATER_DATE.search(texts[n])
    )
    dates = [date for text in lines if (date := read_date(text))]
    if dates:
        return next((date for date in dates if date[1]), dates[0])
    below = (texts[n] for n in document.kept if len(texts[n]) <= LONGEST_META)
    return next((read_date(text) for text in below if LATER_DATE.match(text) or DATE.fullmatch(text)), None)


def _source(document: Document, near: list[int]) -> str | None:
    """The source on a line near the title, else on a line further down that begins with it."""
    texts = document.layout.texts
    shown = (match[1] for n in near if (match := SOURCE.search(texts[n])))
    below = (match[1] for n in document.kept if len(texts[n]) <= LONGEST_META and (match := SOURCE.match(texts[n])))
    return next((name for name in (*shown, *below) if name not in NO_SOURCE), None)


def _author(document: Document, near: list[int]) -> str | None:
    """Who is named on a line near the title, else where the article is signed, else the reporter of its first or last lines."""
    texts, kept = document.layout.texts, document.kept
    shown = (match[1] for pattern in (AUTHOR, REPORTER) for n in near if (match := pattern.search(texts[n])))
    timed = (match["name"] for n in near if (match := NAME_THEN_TIME.fullmatch(texts[n])) and _is_name(match["name"]))
    credited = (n for n, rule in enumerate(document.removed_by) if rule is None or rule.startswith("credits."))
    signed = (
        match[1]
        for n in credited
        if len(texts[n]) <= LONGEST_META
        and (match := AUTHOR.match(texts[n].lstrip("(（【[ ")) or SIGNED.search(texts[n]))
    )
    ends = [*(texts[n][:LEAD] for n in kept[:2]), *(texts[n] for n in kept[-3:] if len(texts[n]) <= LEAD)]
    reported = (match[1] for text in ends if (match := REPORTER.search(text)))
    return next(chain(shown, timed, signed, reported), None)


def _is_name(text: str) -> bool:
    return text not in NO_NAME and not any(word in text for word in ("来源", "时间", "发布"))


def _is_meta(document: Document, n: int, near: list[int]) -> bool:
    """A line that tells nothing but dates, sources, authors and counts."""
    text = document.layout.texts[n]
    if document.removed_by[n] is not None or len(text) > LONGEST_META or not META_SIGN.search(text):
        return False
    if n in near and NAME_THEN_TIME.fullmatch(text):
        return True
    rest, told = text, False
    for pattern in (SOURCE, AUTHOR, REPORTER, DATE):
        rest, count = pattern.subn(" ", rest)
        told = told or count > 0
    rest = SMALL_WORDS.sub("", rest)
    return told and (len(rest) <= 4 or (n in near and len(rest) <= 16 and not document.evidence.paragraph[n]))
