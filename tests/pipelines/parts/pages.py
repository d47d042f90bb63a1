"""Articles over several pages, in the pager styles that sites have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.model import Capture, Page

HOST = "http://www.a.test"
NOW = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
LEAD = "导语：欠款多了不要慌，先弄清自己欠了谁、欠了多少。"
RIGHTS = "文中的三位借款人都用了化名，数目也改过。"
SAYS = (
    "第{n}步先写清单，把每一笔欠款的本金、利息、还款日和催收电话都记在同一张纸上，利率最高的那一笔排在最前面。",
    "第{n}步再打电话，说明失业或者生病的情形，问清楚能不能延期或者分期，并且把客服的工号和通话时间一起记下来。",
)
SHORT = "最后一步，量力而行。"
PADDING = "<p><a href='/x'>网贷问答</a> <a href='/y'>信用卡</a> <a href='/z'>车贷房贷</a></p>"


@dataclass(frozen=True)
class Style:
    """How a site writes the URL of page `n` of `count`, and what stands in its pager."""

    url: Callable[[int], str]
    pager: Callable[[int, int, Callable[[int], str]], str]
    title: str = "信用卡逾期怎么协商"


def link(url: str, text: str) -> str:
    return f'<a href="{url}">{text}</a>'


def numbers(n: int, count: int, url: Callable[[int], str]) -> str:
    """1 2 3 下一页, the page's own number a link, too."""
    return " ".join(link(url(k), str(k)) for k in range(1, count + 1)) + words(n, count, url)


def sections(n: int, count: int, url: Callable[[int], str]) -> str:
    return " ".join(f"<li>{link(url(k), f'第{k}页：第{k}步怎么走')}</li>" for k in range(1, count + 1) if k != n)


def brackets(n: int, count: int, url: Callable[[int], str]) -> str:
    shown = [link(url(k), f"[{k}]") if k != n else f"[{k}]" for k in range(1, count + 1)]
    return link(url(1), "首页") + " ".join(shown) + link(url(count), "尾页")


def words(n: int, count: int, url: Callable[[int], str]) -> str:
    """上一页 下一页 alone."""
    before = link(url(n - 1), "上一页") if n > 1 else "上一页"
    return before + " " + (link(url(n + 1), "下一页&gt;&gt;") if n < count else "下一页")


def named(pattern: str, first: str = "/a/20250304.html") -> Callable[[int], str]:
    return lambda n: first if n == 1 else pattern.format(n=n, before=n - 1)


STYLES = {
    "underscore": Style(named("/a/20250304_{n}.html"), numbers),
    "from one": Style(
        named("/a/t20250304_551.html".replace(".html", "_{before}.html"), "/a/t20250304_551.html"), numbers
    ),
    "words alone": Style(named("/a/20250304_{n}.html"), words),
    "words from one": Style(named("/a/20250304_{before}.html"), words),
    "hyphen": Style(named("/a/20250304-{n}.shtml", "/a/20250304.shtml"), brackets),
    "all numbered": Style(lambda n: f"/a/20250304_{n}.html", numbers),
    "query": Style(named("/show.php?id=4471&page={n}", "/show.php?id=4471"), numbers),
    "query, words": Style(named("/show.php?id=4471&page={n}", "/show.php?id=4471"), words),
    "folder": Style(named("/archives/7788/{n}/", "/archives/7788/"), numbers),
    "under its file": Style(named("/archives/7788.html/{n}", "/archives/7788.html"), numbers),
    "before the list's number": Style(lambda n: f"/thread-20515-{n}-1.html", numbers),
    "before another list's": Style(lambda n: f"/thread-515-{n}-12.html", brackets),
    "index": Style(named("/2025/0304/7788/index_{n}.html", "/2025/0304/7788/index.html"), numbers),
    "sections": Style(named("/a/20250304_{n}.html"), sections),
    "title tells": Style(named("/a/20250304_{n}.html"), words, "信用卡逾期怎么协商({n}/{count})"),
    "title numbered": Style(named("/a/20250304_{n}.html"), numbers, "信用卡逾期怎么协商_第{n}页"),
}


def html(n: int, count: int, style: Style, *, short_end: bool = False, more: str = "") -> str:
    title = style.title.format(n=n, count=count)
    says = "".join(f"<p>{text.format(n=n)}</p>" for text in SAYS)
    says = f"<p>{SHORT}</p>" if short_end and n == count else says
    return (
        f"<html><head><title>{title} - 某某网</title></head><body>{PADDING}<h1>{title}</h1><p>2025-03-04 10:20 来源：江城日报</p>"
        f"<div class='text'><p>{LEAD}</p>{says}<p>{RIGHTS}</p></div><div class='pages'>{style.pager(n, count, style.url)}</div>"
        f"{more}<p>上一篇：{link('/a/20250303.html', '网贷能不能提前还')} 下一篇：{link('/a/20250305.html', '征信怎么查')}</p>"
        "</body></html>"
    )


def part(n: int, count: int, style: Style = STYLES["underscore"], **more: object) -> Page:
    """Page `n` of an article over `count` pages."""
    body = html(n, count, style, **more).encode()  # type: ignore[arg-type]  # html's own arguments
    return Page(f"{HOST}{style.url(n)}", body, NOW, capture=Capture("20250304T000000Z-00001.warc.gz", n * 1000))


def parts(count: int, style: Style = STYLES["underscore"], **more: object) -> list[Page]:
    return [part(n, count, style, **more) for n in range(1, count + 1)]


def single(name: str, says: str = "这一篇只有一页，") -> Page:
    """An article on one page."""
    body = f"<html><head><title>{name}怎么办</title></head><body><h1>{name}怎么办</h1>" + "".join(
        f"<p>{says}{name}的事情，{text.format(n=1)}</p>" for text in SAYS
    )
    return Page(f"{HOST}/b/{name}.html", body.encode(), NOW, capture=Capture("20250304T000000Z-00001.warc.gz", 7))
