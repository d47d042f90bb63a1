"""What a page's visible lines tell of its publication."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from pipelines.layout import Layout
from pipelines.model import Document, Role
from pipelines.stages.dates import Calendar, Dated, dates_in
from pipelines.stages.lines import letters
from pipelines.stages.metadata.found import Told
from pipelines.stages.metadata.line import Line, dates_of, is_headline, named, read_line
from pipelines.stages.metadata.names import HAN
from pipelines.stages.metadata.told import moment_told

LONGEST_META = 120  # characters
ABOVE_TITLE = 8  # blocks
BELOW_TITLE = 12
SHORTEST_SENTENCE = 12  # characters
SHORTEST_PROSE = 40  # characters
LONGEST_VALUE = 40  # characters of a block that is the value of a label in the block before
SOLID = re.compile(r"\w{3,16}")
LINKED = 0.9  # share of a name's characters in a link to its bearer's page
LONGEST_ALONE = 10  # characters of a name on a line of its own
BESIDE = 2  # blocks between a line with a bare name and one with a date, or the title, at most
ENDS = ":：。！？!?…；，"  # no name ends so
WIDEST_GAP = 10  # blocks without running text within an article, tables apart, and below it to its last line
LEAD = 60  # characters of a paragraph in which its reporter is named
TAIL = 48
SENTENCE_SIGN = re.compile(r"[，。！？；]|, |\. ")
DATE_AND_LABEL = re.compile(r"[来來]源\s?[:：].*(?:19|20)\d{2}[-年/.]\d|(?:19|20)\d{2}[-年/.]\d.*[来來]源\s?[:：]")
LABELLED = re.compile(
    r"\W{0,3}(?:\d{4}[-年/.]\d{1,2}[-月/.]\d{1,2}日?[\sT]?\d|文\s?[:：/丨|]|(?:信息|文章|稿件|新闻)?[来來]源|稿源|作\s?者|[记記]者|责任|编辑|发[布表]|時間|时间|日期)"
)
NAMES_AUTHOR = re.compile(
    r"author|byline|writer|user-?_?name|nick|authi\b|poster|contributor|zuozhe|zz\b", re.IGNORECASE
)
NAMES_SOURCE = re.compile(r"source|laiyuan|\bly\b|media-?name|\bfrom\b|origin(?!al)|publisher", re.IGNORECASE)
PROFILE = re.compile(  # in an address: a person's own page
    r"/(?:u|user|users|author|authors|people|person|space|member|profile|reporter)s?/(?!sign|log|reg|pass|new)|[?&](?:uid|userid|author)=|space-(?:uid|username)",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"(?:更新|修改|推荐文章于|编辑于|編輯於|updated|modified|edited|reviewed)\W*(?:时间|時間|日期|于|於|on|at)?\W*$",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"(?:发布|發布|發佈|发表|發表|发稿|刊发|出版|时间|時間|日期|published|posted)\W*(?:时间|時間|日期|于|於|on|at|by.{0,30})?\W*$",
    re.IGNORECASE,
)
OTHER_DATE = re.compile(
    r"(?:截止|截至|活动|开始|结束|有效|实施|施行|成立|注册|登录|出生|生日|原载|翻译|注册时间|在线时间|回复于|回复)(?:时间|日期)?\W*$|(?:阅读|抓取)(?:时间|日期)\W*$"
)
WIRE = re.compile(
    rf"[\s【\[(（“]*(?:据)?(?P<name>[{HAN}A-Z]{{1,10}}?(?:社|网|網|報|报|台|客户端|新闻|在线|财经|日讯))(?:记者)?"
    rf"(?:[{HAN}、·]{{0,14}}?(?:(?:\d{{1,2}}月)?\d{{1,2}}日[电電]|(?:\d{{1,2}}月)?\d{{1,2}}日(?:消息|报道)|讯|訊)|(?<=社)[{HAN}]{{2,6}}[电電])"
    rf"(?:\s?[(（](?P<names>[{HAN}、\s]{{2,24}})[)）])?"
)
IN_LEAD = re.compile(
    r"(?P<bracket>[(（【〔\[]?)(?:[^()（）【】〔〕]{0,12}?)(?:记者|記者|通讯员|通訊員)\s*[:：/]?\s*(?P<names>[^()（）【】〔〕\[\]。]{2,40})"
)
SIGNED_TAIL = re.compile(
    rf"[(（](?P<names>[{HAN}]{{2,4}}(?:[\s、]+[{HAN}]{{2,4}}){{0,3}}?)\s*(?:[{HAN}]{{2}}报道)?\s*[)）]\W*$"
)
IN_TAIL = re.compile(
    rf"[(（【\[〔](?:[{HAN}]{{0,14}}(?:记者|記者|评论员)|(?:本文)?作者|撰文|撰稿|文)\s*[:：/丨|]?\s*(?P<names>[^()（）【】]{{2,40}})[)）】\]〕]\W*$"
)
DATE_BELOW = re.compile(
    r"^\W{0,3}(?:(?:发布|發布|发表|發表|更新|编辑|創建|录入|上传|发稿|刊发)?(?:时间|時間|日期)|发布于|发表于|编辑于|编辑|發表於|發佈於)\s*[:：]?\s*\d"
    r"|发布时间\s*[:：]?\s*\d|本[贴帖]由.{1,16}于\s?\d"
)
META_SIGN = re.compile(
    r"\d{4}\s?[-/.年]\s?\d|[来來]\s?源|稿源|出[处處自]|[转轉摘]自|作\s?者|[记記]者|撰\s?[文稿]|[发發][布佈表]|文\s?[:：/丨|]|By|Author"
)
TELLING = re.compile(rf"\d{{2}}|[前天]|{META_SIGN.pattern}")  # each line above a title that tells something
# a search goes from one character that begins a sign to the next; \s matches no \0, so that no sign lies across blocks
FIRST_SIGN = re.compile(rf"(?=[0-9来來稿出转轉摘自作记記撰发發文BA])(?:{META_SIGN.pattern})")
CREDITS = "credits."
TELLS_NOTHING = ("recommendations.", "comments.")
ASIDE = (*TELLS_NOTHING, "footer.")  # families of rules whose blocks tell nothing of the article


@dataclass(slots=True)
class Shown:
    """What the lines tell, in the order of trust."""

    published: list[tuple[Dated, str]] = field(default_factory=list)
    modified: list[tuple[Dated, str]] = field(default_factory=list)
    authors: list[Told] = field(default_factory=list)  # labelled
    sources: list[Told] = field(default_factory=list)
    bare: list[tuple[int, str, str]] = field(default_factory=list)  # (block, name, hint)
    papers: list[Told] = field(default_factory=list)  # whose reporters signed
    paired: set[int] = field(default_factory=set)  # blocks of which one is the label, the next its value
    editors: set[str] = field(default_factory=set)
    lines: dict[int, Line] = field(default_factory=dict)
    title: int = -1  # the block that shows the title
    prose: int = 0  # the first block of running text below it
    calendar: Calendar = field(default_factory=Calendar)
    signs: list[int] | None = None
    further: dict[int, Line] = field(default_factory=dict)

    def telling(self, document: Document) -> list[int]:
        """The short blocks that hold a word or a date as lines about a publication do; looked for once."""
        if self.signs is None:
            self.signs = _signed_blocks(document.layout.texts)
        return self.signs

    def dates(self, document: Document, n: int) -> Sequence[Dated]:
        """The dates of a block. Most have none, and are not read any further."""
        line = self.further.get(n) or self.lines.get(n)
        pieces = document.layout.pieces.get(n, ())
        return line.dates if line else dates_of(document.layout.texts[n], self.calendar, pieces)[1]

    def line(self, document: Document, n: int) -> Line:
        """What a block tells; read once."""
        if n not in self.further:
            layout = document.layout
            near = self.lines.get(n)
            self.further[n] = near or read_line(layout.texts[n], self.calendar, layout.pieces.get(n, ()))
        return self.further[n]


def _signed_blocks(texts: Sequence[str]) -> list[int]:
    """The numbers of the short texts with a match of META_SIGN."""
    short = [n for n, text in enumerate(texts) if len(text) <= LONGEST_META]
    ends = list(accumulate(len(texts[n]) + 1 for n in short))
    joined = "\0".join([texts[n] for n in short])
    found = {bisect_right(ends, match.start()) for match in FIRST_SIGN.finditer(joined)}
    return [short[k] for k in sorted(found)]


def near_title(document: Document, title: int, prose: int) -> list[int]:
    """Short blocks around the title and above the running text, nearest to the title first, those below it before those above."""
    texts = document.layout.texts
    start = title if title >= 0 else prose
    last = min(max(prose, start + ABOVE_TITLE // 2), start + 3 * BELOW_TITLE, len(texts))
    numbers = (
        n
        for n in range(max(start - ABOVE_TITLE, 0), last)
        if n != title and len(texts[n]) <= LONGEST_META and not _aside(document, n)
    )
    return sorted(numbers, key=lambda n: (n < start, abs(n - start)))


def title_at(document: Document) -> int:
    """The number of the block that shows the title, though a rule removed it; -1 where none does."""
    shown = document.title_block
    if shown is not None:
        return shown
    layout = document.layout
    same = (n for n, text in enumerate(layout.texts) if text == document.title)
    return next((n for n in same if layout.box_tag[layout.boxes[n]] != "title"), -1)


def first_prose(document: Document, start: int) -> int:
    """The first block of running text from `start` on; the end where there is none."""
    texts, removed_by = document.layout.texts, document.removed_by
    for n in (np.flatnonzero(document.evidence.paragraph[start:]) + start).tolist():
        if removed_by[n] is None and is_sentence(texts[n]):
            return int(n)
    return len(texts)


def is_sentence(text: str) -> bool:
    """Whether a text reads as running text, and not as a line of labels, however long."""
    if len(text) >= SHORTEST_SENTENCE and text[-1] in "。！？":
        return True
    if len(text) < SHORTEST_PROSE or not SENTENCE_SIGN.search(text) or LABELLED.match(text):
        return False
    return len(text) > LONGEST_META or not DATE_AND_LABEL.search(text)


def _aside(document: Document, n: int) -> bool:
    rule = document.removed_by[n]
    return rule is not None and rule.startswith(ASIDE)


def read_shown(document: Document, calendar: Calendar) -> Shown:
    """What the lines near the title tell, then those further down."""
    title = title_at(document)
    shown = Shown(title=title, prose=first_prose(document, title + 1), calendar=calendar)
    near = near_title(document, title, shown.prose)
    texts, pieces = document.layout.texts, document.layout.pieces
    for n in near:
        if n > title or TELLING.search(texts[n]):
            shown.lines[n] = _read(texts[n], calendar, pieces.get(n, ()))
    near = list(shown.lines)
    for n in near:
        _take_dates(shown, document, n)
        _take_values(shown, document, n)
    dated = [n for n in near if shown.lines[n].dates]
    for n in near:
        if n < shown.prose:
            _take_names(shown, document, n, dated, title)
    return shown


def _read(text: str, calendar: Calendar, pieces: Sequence[str]) -> Line:
    """What a line tells; of a sentence only its dates."""
    if is_sentence(text):
        return Line(tuple(dates_in(text, calendar)), (), (), len(text), text)
    return read_line(text, calendar, pieces)


def _take_dates(shown: Shown, document: Document, n: int) -> None:
    if is_sentence(document.layout.texts[n]):
        return
    text = shown.lines[n].text
    marked = moment_told(document.layout.moments.get(n), shown.calendar)
    if marked and not any(dated.when for dated in shown.lines[n].dates):  # 3天前
        (shown.modified if UPDATED.search(text[:12]) else shown.published).append((marked, "line.time"))
        return
    for dated in shown.lines[n].dates:
        before = text[max(dated.start - 12, 0) : dated.start]
        if dated.when is None or OTHER_DATE.search(before):
            continue
        if UPDATED.search(before):
            shown.modified.append((dated, "line.updated"))
        else:
            shown.published.append((dated, "line.published" if PUBLISHED.search(before) else "line.date"))


def _take_values(shown: Shown, document: Document, n: int) -> None:
    """The labelled sources and authors of a line; where a label ends it, the next block is the value."""
    layout, values = document.layout, shown.lines[n].values
    if is_sentence(layout.texts[n]) or layout.boxes[n] in layout.hidden:
        return
    for k, value in enumerate(values):
        last = k + 1 == len(values)
        if (
            last
            and not value.text
            and value.kind in ("source", "author")
            and n + 1 < len(layout.texts)
            and len(layout.texts[n + 1]) <= LONGEST_VALUE
        ):
            value = value._replace(text=layout.texts[n + 1])  # noqa: PLW2901 -- the same value, read further
        if value.kind == "other_person":
            shown.editors.add(value.text)
        elif name := named(value):
            kept = {"source": shown.sources, "paper": shown.papers}.get(value.kind, shown.authors)
            kept.append(Told(name, f"line.{value.kind}"))
            if value is not values[k]:
                shown.paired |= {n, n + 1}


def _take_names(shown: Shown, document: Document, n: int, dated: list[int], title: int) -> None:
    """Bare names beside a date, or where the box's name says what they are."""
    layout, line, rule = document.layout, shown.lines[n], document.removed_by[n]
    if not line.names or len(line.names) > 3 or is_sentence(layout.texts[n]) or layout.boxes[n] in layout.hidden:
        return
    hint, name = _hint(layout, n), line.names[0].text
    if letters(name) in letters(document.title or ""):
        return
    if hint != "author" and _is_profile(layout, name):
        hint = "author"
    if line.dates:
        shown.bare += [(n, one.text, hint or ("after-date" if one.after_date else "before-date")) for one in line.names]
    elif (
        (line.values and not hint)
        or line.rest
        or len(line.names) > 1
        or layout.texts[n][-1] in ENDS
        or not (rule is None or rule.startswith(CREDITS))
    ):
        return
    elif hint:
        shown.bare.append((n, name, hint))
    elif n > title and len(name) <= LONGEST_ALONE and any(0 < other - n <= BESIDE for other in dated):
        shown.bare.append((n, name, "above-date"))
    elif 0 < n - title <= BESIDE and title >= 0 and document.evidence.link[n] > LINKED and SOLID.fullmatch(name):
        shown.bare.append((n, name, "link"))
    elif 0 < n - title <= BESIDE or any(n - other == 1 for other in dated):
        shown.bare.append((n, name, "alone"))


def _hint(layout: Layout, n: int) -> str:
    """What the names of the block's box and of a narrow one around it say that it holds."""
    box = layout.boxes[n]
    parent = layout.box_parent[box]
    around = layout.box_name[parent] if layout.box_last[parent] - layout.box_first[parent] <= 2 else ""
    for names in (f"{layout.box_name[box]} {layout.inline_names.get(n, '')}", around):  # the nearer one knows better
        if NAMES_AUTHOR.search(names):
            return "author"
        if NAMES_SOURCE.search(names):
            return "source"
    return ""


def _is_profile(layout: Layout, name: str) -> bool:
    """Whether a name is linked to its bearer's own page."""
    return any(
        name in text and text.strip() == name and PROFILE.search(layout.anchors[n][0])
        for n, text in enumerate(layout.anchor_texts)
    )


def article_end(document: Document, prose: int) -> int:
    """Where the text that begins at `prose` ends: no running text in the next blocks."""
    end, roles = prose, document.roles
    for n in (np.flatnonzero(document.evidence.paragraph[prose:]) + prose).tolist():
        if n > end + WIDEST_GAP and n > end + WIDEST_GAP + roles[end:n].count(Role.TABLE):
            break
        if document.removed_by[n] is None:
            end = n
    return end


def below(document: Document, shown: Shown) -> list[int]:
    """The short lines in and under the text that still stand, or that rules removed which speak of the article, too."""
    texts, removed_by = document.layout.texts, document.removed_by
    last = min(article_end(document, shown.prose) + WIDEST_GAP, len(texts))
    return [
        n
        for n in range(max(shown.title, 0), last)
        if len(texts[n]) <= LONGEST_META and not (removed_by[n] or "").startswith(TELLS_NOTHING)
    ]


def meta_blocks(document: Document, shown: Shown, chosen: set[str | None]) -> Iterator[int]:
    """The blocks that tell nothing but dates, sources, authors and counts, and those of the chosen bare names."""
    names = {n for n, name, _ in shown.bare if name in chosen}
    yield from shown.paired
    texts, removed_by = document.layout.texts, document.removed_by
    for n in sorted({*shown.lines, *shown.telling(document)}):
        text, near = texts[n], n in shown.lines
        if removed_by[n] is not None or len(text) > LONGEST_META or is_sentence(text):
            continue
        if not near and is_headline(document.layout.pieces.get(n, (text,))[0]):
            continue
        line = shown.line(document, n)
        rest = line.rest + sum(len(name.text) for name in line.names)
        told = line.dates or any(named(value) for value in line.values)
        if (told and (rest <= 4 or (near and rest <= 16))) or (n in names and rest <= LONGEST_VALUE // 2):
            yield n
