"""What a short line tells of a publication: dates, labelled values (来源：, 作者：, 记者 …), bare names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.stages.dates import Calendar, Dated, dates_in
from pipelines.stages.metadata.names import HAN, QUOTES, authors_named, is_medium, people_named, source_named

_NOT_HAN = rf"(?<![{HAN}])"
_COUNTED = r"浏览|瀏覽|点击|點擊|阅读|閱讀|人气|评论|評論|回复|回覆|查看|收藏|点赞|分享|转发|访问|观看|播放|字号|字體|字体|来自(?!\s?[:：])|IP\s?属地|属地|打印|举报|参与|扫码|热度|订阅|关注|我要|语音|上一篇|下一篇"  # noqa: E501 -- one pattern, one line
_KINDS = {
    "other": r"(?:图片|图源|图|数据|资料|資料|配图|音频|视频|封面|照片)\s?(?:来源|來源|源)?\s*[:：/]",
    "source": (
        _NOT_HAN
        + r"(?:信息|文章|新闻|稿件|本文|内容|消息|新聞)?(?:来\s?源|來\s?源|稿源|出处|出處|出自|转自|轉自|转载自|摘自|原载|文源)(?:媒体|网站)?(?:于|自|於)?\s*"  # noqa: E501 -- one pattern, one line
        r"(?:[:：]|/(?=\S)|(?=[\[【《「]))|"
        + _NOT_HAN
        + r"来自\s?[:：]|"
        + _NOT_HAN
        + r"(?:本文|文章|信息)?(?:来源|來源)(?:于\s?|\s)(?=\S)"
    ),
    "author": (
        r"(?:文章|本文|原)?作\s?者\s*[:：/丨|︱｜]|"
        + _NOT_HAN
        + r"作者\s(?=\S)|(?:撰\s?文|撰\s?稿|执笔|執筆|发布者|发布人|发表人|发帖人|楼主|投稿人|UP主|采写)\s*[:：/丨|︱]\s*|"
        + _NOT_HAN
        + r"文\s?[:：/丨|︱｜]\s?|(?:(?:^|[|•·]\s?)|(?<![A-Za-z])(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Aa]rticle|[Ss]tory)\s)(?:[Bb]y|BY)(?::\s*|\s+)(?=[A-Z\u00c0-\u024f])"  # noqa: E501 -- one pattern, one line
        r"|(?:[Bb]y|BY):?$|(?<![A-Za-z])(?:[Aa]uthors?|AUTHORS?):\s*"
    ),
    "reporter": r"(?:全媒体|见习|实习|首席|特约|特派)*(?:记者|記者|评论员|評論員|特派员|撰稿人|主笔)\s*[:：/]?\s*",
    "stringer": r"(?:特约)?(?:通讯员|通訊員)\s*[:：/]?\s*",
    "other_person": (
        r"(?:(?:责任|責任|本文|网络|执行|值班|主|美术|图文|见习|实习|栏目|新媒体)?(?:编辑|編輯|责编|主编|編審)|编审|审核|校对|校對|监制|监\s制|审读|排版|制作|来稿|选稿|初审|复审|终审|一审|二审|三审|终校|核稿|签发|摄影|供图|策划|统筹|编译|翻译|译者|翻譯|编者"
        r"|[Ee]dited by|[Rr]eviewed by|[Pp]hoto(?:graph)?s? by|[Ff]act.checked by|[Ee]ditor)\s*(?:[:：/丨|]|\s(?=\S)|$)"
    ),
    "time": (
        r"(?:首次)?(?:发布|發布|發佈|发表|發表|更新|发稿|刊发|创建|修改|提交|采集|上传|编辑|最后|出版)?(?:时间|時間|日期)\s*[:：]"
        r"|(?:发布|發布|發佈|发表|發表|更新|编辑|編輯|提问)[于於]\s*[:：]?|(?:发布|發布|发表|更新)[:：]"
        r"|" + _NOT_HAN + r"(?:发布|發布|发表|更新|时间|時間|日期)(?=\s|$)"
        r"|(?:[Pp]ublished|[Pp]osted|[Uu]pdated|[Mm]odified)(?: on)?:?\s"
    ),
    "count": (
        r"(?:"
        + _NOT_HAN
        + r"(?:已被|共)?(?:"
        + _COUNTED
        + r")|(?:已被|共)?(?:"
        + _COUNTED
        + r")(?:次数|量|数|數)?(?=\s?[:：(（\d])|我要评论|我要評論|参与互动|網友評論|网友评论|手机看新闻"
        r"|(?:关键词|标签|编号|索引号|文号|栏目|分类|频道|所属|积分|级别|责任|版权|推荐)(?=\s?[:：]))"
        r"(?:次数|量|数|數)?\s*[:：(（]?|\d[\d.,]*\s?[万萬kK+]?\s*(?:次|条|人|个|篇|字|位|分钟|min|views?|comments?|阅读|浏览|评论)"
    ),
}
_FIRST = {  # of each kind: the characters with which its labels begin; a count may begin with a number, too
    "other": "图数资資配音视封照",
    "source": "信文新稿本内消来來出转轉摘原",
    "author": "文本原作撰执執发楼投采U|•·WwPpAaSsBb",
    "reporter": "全见实首特记記评評撰主",
    "stringer": "特通",
    "other_person": "责責本网执值主美图见实栏新编編审校监排制来选初复终一二三核签摄供策统翻译EeRrPpFf",
    "time": "首发發更刊创修提采上编編最出时時日PpUuMm",
    "count": "已共浏瀏点點阅閱人评評回查收赞分转访观播字来I属打举参扫热订关我语上下網网手标编索文栏频所积级责版推",
}
LABELS = {kind: re.compile(pattern) for kind, pattern in sorted(_KINDS.items())}
BEGINNING = {  # a character → the patterns of the labels that begin with it
    first: tuple((kind, pattern) for kind, pattern in LABELS.items() if first in _FIRST[kind])
    for first in sorted({*"".join(_FIRST.values())})
}
NUMBERED = (("count", LABELS["count"]),)
FIRST = re.compile(rf"[{''.join(map(re.escape, BEGINNING))}]|\d+")
NAMING = re.compile("[源處处自载者撰笔筆发楼稿主采文yYA员員]")  # labels of sources and people have one of these
SIGNS = re.compile(  # any label has one of these
    "[源处處自载者撰笔筆发楼稿主采文yYA图据料資频面片员員编編责責审校监版作签影划筹译翻r时時期于於布佈表新d"
    "览覽击擊读讀气论論复覆看藏赞享问观放号號體体地印报与码热阅注要音篇词签目类道属分别权荐次条人个字位w]"
)
# no letter of a date, nor of what NO_NAME matches at such length
HEADLINE = re.compile(r"\W*[^\W\d_A-Za-z年前时创维享权案]{9,}")
PIECES = re.compile(
    r"(?=[\s|｜│丨︱•・·/—–-])"  # each begins so; else a search would try them all at each character
    r"(?:\s*[|｜│丨︱•・\x1f]\s*|\s+[·/—–-]+\s+|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|^[·/—–-]+\s+|\s+[·/—–-]+$)"
)
NO_NAME = re.compile(
    r"[\W\d_]*|[\w.-]+\.(?:com|cn|net|org|tw|hk)(?:\.\w+)?|(?:.{0,8}时间.{0,8}|整合|综合|编译|採訪|采访|整理|實際入稿|早上|晚上|上午|中午|号以前|北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|.{0,8}创作者|审核通过|最后由|京港台|电梯直达|报道|報導|新闻|新聞|字级.{0,4}|字級.{0,4}|文字大小|友善列印|轉寄.{0,4}|檢舉.{0,4}|大|中|小|正文|首页|原创|轉載|转载|分享|收藏|打印|列印|纠错|举报|关注|\+?\s*关注|订阅|播报文章|朗读|听新闻|手机看|投诉|登录|注册|返回.{0,4}|关闭|复制.{0,4}|链接|只看.{0,4}|倒序.{0,4}"
    r"|楼主|沙发|精华|置顶|推荐|热门|最新|广告|作者|来源|时间|发布|更新|编辑|字号|网摘|纠错|手机看(?:新闻)?|微博|博客|.{0,2}说两句|我要.{0,6}|参与互动|网友.{0,4}|A[+-]?(?: A[+-]?)*|T[+|-]?|.{0,4}标准(?:时间)?|北京时间|站内|幻灯|音频|视频|其它内容|[大中小]{2,3}|加入收藏|调整字体|.{0,8}二维码|微信.{0,4}|微博.{0,4}|QQ.{0,4}|评论.{0,4}|讨论.{0,2}|.{0,6}分享.{0,6}|查看.{0,4}|展开|收起|目录"  # noqa: E501 -- one pattern, one line
    r"|周[一二三四五六日]|星期.|上午|下午|上一[篇页]|下一[篇页]|更多|全文|摘要|导读|核心提示|编者按|.{0,4}阅读原文|已?于|在|发|由|至|到|[京沪粤][A-Z0-9].*|.{4,}有限公司|.{0,3}版权.*|.{0,8}[网備备]案.*|第\d+.*"
    r"|share|print|email|save|listen|comments?|min(?:ute)?s? read|read|ET|EST|EDT|PT|PST|UTC|GMT|AM|PM|updated|published|posted|home|menu|search|subscribe|follow|copy link|advertisement|sponsored|news|blog|facebook|twitter|linkedin|whatsapp|pinterest|reddit)",  # noqa: E501 -- one pattern, one line
    re.IGNORECASE | re.DOTALL,
)
ROLE_IN_BRACKETS = re.compile(r"[\[【(（](?:整理|编译|综合|转载|原创|图文|作者|认证)[\]】)）].*$")
LONGEST_NAME = 24
_BREAK = "\x1f"  # between inline elements; white space to patterns
ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./_-]*?(?=(?:19|20)\d{2}[-年/.]\d|[^A-Za-z0-9./_-]|$)")
SENTENCE = re.compile(r"[，。！？；、,!?;>»›→：]")
PHOTO = re.compile(r"[摄攝](?:影)?\W*$")
NOT_LETTERS = re.compile(r"[\W\d_]+")


class Value(NamedTuple):
    """A labelled value: its label's kind, and what follows up to the next label or date."""

    kind: str
    text: str


class Name(NamedTuple):
    """What stands on a line without a label and could be a name."""

    text: str
    after_date: bool


class Line(NamedTuple):
    """What a line tells."""

    dates: tuple[Dated, ...]
    values: tuple[Value, ...]
    names: tuple[Name, ...]
    rest: int  # letters that are no part of all that, nor of what such lines say besides (阅读 12, 分享)
    text: str = ""  # as it was read: what the dates' spans count in


def read_line(text: str, calendar: Calendar, pieces: Sequence[str] = ()) -> Line:
    """The dates, labelled values and bare names of a short line; `pieces` are its inline elements' texts where it has several."""
    text, dates = dates_of(text, calendar, pieces)
    labelled = SIGNS.search(text) is not None
    if not dates and not labelled and len(text) > 2 * LONGEST_NAME:
        return Line((), (), (), len(text), text)
    parts, last = [], 0
    for dated in dates:
        parts.append(text[last : dated.start])
        last = dated.end
    parts.append(text[last:])
    values: list[Value] = []
    names: list[Name] = []
    rest = 0
    for k, part in enumerate(parts):
        labels = _labels(part) if labelled else []
        ends = [*(start for start, _, _ in labels), len(part)]
        found, unread = _bare_names(part[: ends[0]])
        names += [Name(name, k > 0) for name in found]
        rest += unread
        for (start, stop, kind), end in zip(labels, ends[1:], strict=True):
            value = Value(kind, part[stop:end].strip())
            if kind == "reporter":
                _take_paper(values, found if start == ends[0] else [], value.text)
            values.append(value)
            rest += _unread(value)
    return Line(tuple(dates), tuple(values), tuple(names), rest, text)


def dates_of(text: str, calendar: Calendar, pieces: Sequence[str] = ()) -> tuple[str, list[Dated]]:
    """A short line as it is read, and its dates alone."""
    if pieces:
        text = _BREAK.join(" ".join(piece.split()) for piece in pieces)
    if "http" in text or "www." in text:
        text = ADDRESS.sub(_BREAK, text)
    return text, dates_in(text, calendar)


def is_headline(text: str) -> bool:
    """Whether a line begins with more letters than a line about a publication has beside its labels and names."""
    head = HEADLINE.match(text)
    return head is not None and not _labels(head[0])


def _labels(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of each label in a text, none within another."""
    labels: list[tuple[int, int, str]] = []
    last = 0
    for first in FIRST.finditer(text):
        start = first.start()
        if start < last:
            continue
        longest, told = start, ""
        for kind, pattern in BEGINNING.get(text[start], NUMBERED):
            if (match := pattern.match(text, start)) and match.end() > longest:
                longest, told = match.end(), kind
        if told:
            labels.append((start, longest, told))
            last = longest
    return labels


def _take_paper(values: list[Value], before: list[str], reporters: str) -> None:
    """What stands before 记者 is the paper's name: 文丨安心报记者 林小舟, 安心报记者 林小舟."""
    if values and values[-1].kind == "author" and values[-1].text:
        values[-1] = values[-1]._replace(kind="paper")
    elif before and len(before[-1]) >= 3 and people_named(reporters):
        values.append(Value("paper", before[-1]))


def named(value: Value) -> str | None:
    """The source or the authors that a value names."""
    if value.kind in ("source", "paper"):
        return source_named(value.text)
    if value.kind in ("reporter", "stringer"):
        return None if PHOTO.search(value.text) else people_named(value.text)
    name = authors_named(value.text) if value.kind == "author" else None
    return None if name and is_medium(name) else name


def _bare_names(text: str) -> tuple[list[str], int]:
    """The pieces of a text that could be names, and the letters of those that could not."""
    names, unread = [], 0
    for piece in PIECES.split(text):
        bare = ROLE_IN_BRACKETS.sub("", piece).strip(QUOTES + "()（）")
        if SENTENCE.search(bare) or len(bare) > LONGEST_NAME:
            unread += _letters(bare)
        elif len(bare) >= 2 and not NO_NAME.fullmatch(bare):
            names.append(bare)
    return names, unread


def _unread(value: Value) -> int:
    """The letters of a value that are no part of a name."""
    if value.kind in ("other_person", "stringer"):
        return 0 if len(value.text) <= LONGEST_NAME else _letters(value.text)
    name = named(value)
    after = value.text[value.text.find(name.split()[-1]) + len(name.split()[-1]) :] if name else value.text
    names, unread = _bare_names(after)
    return sum(map(_letters, names)) + unread


def _letters(text: str) -> int:
    return len(NOT_LETTERS.sub("", text))
