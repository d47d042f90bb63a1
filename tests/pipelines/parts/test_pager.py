"""Which part of an article a page is, and what is no part of any."""

from __future__ import annotations

import pytest

from pipelines.layout import Layout
from pipelines.model import Part
from pipelines.parse import parse_html
from pipelines.parts.pager import part_of
from tests.pipelines.parts.pages import STYLES, Style, html

HOST = "http://www.a.test"


def seen(url: str, body: str, title: str | None = None) -> Part | None:
    layout = parse_html(f"<html><body><p>正文</p>{body}</body></html>")
    assert isinstance(layout, Layout)
    return part_of(f"{HOST}{url}", layout, title)


def of_style(n: int, count: int, style: Style) -> Part | None:
    layout = parse_html(html(n, count, style))
    assert isinstance(layout, Layout)
    return part_of(f"{HOST}{style.url(n)}", layout, style.title.format(n=n, count=count))


@pytest.mark.parametrize("name", STYLES)
def test_all_parts_name_one_article_in_their_order(name: str) -> None:
    style = STYLES[name]
    found = [of_style(n, 4, style) for n in (1, 2, 3, 4)]
    told = [part for part in found if part is not None]
    assert len(told) == 4
    assert len({part.article for part in told}) == 1
    assert [part.number for part in told] == sorted({part.number for part in told})
    assert told[0].number == 0


@pytest.mark.parametrize("name", STYLES)
def test_the_parts_lead_to_all_of_each_other(name: str) -> None:
    style = STYLES[name]
    found = [of_style(n, 4, style) for n in (1, 2, 3, 4)]
    urls = {url for part in found if part for _, url in part.others}
    assert urls == {f"{HOST}{style.url(n)}" for n in (1, 2, 3, 4)}


def test_a_title_tells_how_many_parts_there_are() -> None:
    part = of_style(1, 3, STYLES["title tells"])
    assert part is not None
    assert part.count == 3


@pytest.mark.parametrize("anchor", ["阅读全文", "显示全部", "在本页阅读全文", "单页阅读", "【全文阅读】", "不分页显示"])
def test_a_view_of_the_whole_is_told(anchor: str) -> None:
    part = seen("/a/20250304.html", f'<a href="20250304_2.html">2</a> <a href="20250304_all.html">{anchor}</a>')
    assert part is not None
    assert part.others == ((-1, f"{HOST}/a/20250304_all.html"), (2, f"{HOST}/a/20250304_2.html"))


@pytest.mark.parametrize(
    "body", ['<a href="20250304.html">分页阅读</a>', '<a href="20250304.html">1</a><a href="20250304_2.html">2</a>']
)
def test_the_whole_view_knows_itself(body: str) -> None:
    part = seen("/a/20250304_all.html", body)
    assert part is not None
    assert (part.article, part.number) == ("//www.a.test/a/20250304", -1)


def test_the_head_tells_the_next_part() -> None:
    layout = parse_html("<html><head><link rel=next href='/a/20250304_2.html'></head><body><p>正文</p></body></html>")
    assert isinstance(layout, Layout)
    part = part_of(f"{HOST}/a/20250304.html", layout, None)
    assert part is not None
    assert part.others == ((2, f"{HOST}/a/20250304_2.html"),)


NO_PARTS = {
    "neighbours": ("/a/20250304.html", '<a href="20250303.html">上一篇</a> <a href="20250305.html">下一篇</a>'),
    "neighbours called pages": (
        "/a/20250304.html",
        '<a href="20250303.html">上一页</a> <a href="20250305.html">下一页</a>',
    ),
    "numbered neighbours": (
        "/a/t2025_551.html",
        '<a href="t2025_550.html">上一页</a> <a href="t2025_552.html">下一页</a>',
    ),
    "neighbours whose numbers end in their list's": (
        "/a/thread-7-12-1.html",
        '<a href="thread-7-11-1.html">上一页</a> <a href="thread-7-13-1.html">下一页</a>',
    ),
    "a ranking with numbers": (
        "/a/show-12-45-1.html",
        '<a href="show-12-31-1.html">1</a> <a href="show-12-77-1.html">2</a>',
    ),
    "neighbouring months": (
        "/a/news-2024-05-1.html",
        '<a href="news-2024-04-1.html">上一页</a> <a href="news-2024-06-1.html">下一页</a>',
    ),
    "the same thread by way of another list": (
        "/a/thread-515-1-1.html",
        '<a href="thread-515-2-3.html">2</a> <a href="thread-516-2-1.html">2</a>',
    ),
    "chapters of a book": (
        "/book/5.html",
        '<a href="4.html">上一页</a> <a href="./">目录</a> <a href="6.html">下一页</a>',
    ),
    "a ranking": ("/a/20250304.html", '<a href="/a/20250301.html">1</a> <a href="/a/20250302.html">2</a>'),
    "a section's pager": ("/loans/", '<a href="/loans/">1</a> <a href="/loans/list_2.html">2</a>'),
    "a list's pager": ("/list.html", '<a href="/list_2.html">2</a> <a href="/list_2.html">下一页</a>'),
    "a home page's pager": ("/", '<a href="/2/">2</a> <a href="/2/">下一页</a>'),
    "a pager of comments": ("/a/20250304.html", '<a href="20250304.html?cpage=2">2</a> <a href="?cpage=2">下一页</a>'),
    "comments by anchor": (
        "/a/20250304.html",
        '<a href="?page=2#comments">2</a> <a href="?page=2#comments">下一页</a>',
    ),
    "comments by path": ("/a/20250304/", '<a href="comment-page-2/#comments">2</a>'),
    "a long list's pager": ("/a/20250304.html", '<a href="?p=2">2</a> <a href="?p=83">83</a>'),
    "an album": ("/pic/20250304.html", '<a href="20250304_2.html">下一张</a> <a href="20250304_2.html">2</a>'),
    "another list on the page": (
        "/a/20250304.html",
        '<a href="/tag/loans_2.html">2</a> <a href="/tag/loans_2.html">下一页</a>',
    ),
    "counts of comments": ("/a/20250304.html", '<a href="/comment/20250304.html">2</a>'),
    "scripts": ("/a/20250304.html", '<a href="javascript:void(0)">2</a> <a href="#">下一页</a>'),
    "another host": ("/a/20250304.html", '<a href="http://m.a.test/a/20250304_2.html">下一页</a>'),
    "no link at all": ("/a/20250304.html", "下一页"),
    "a broken link": ("/a/20250304.html", '<a href="http://[x/20250304_2.html">下一页</a>'),
    "a whole text elsewhere": ("/a/20250304.html", '<a href="/b/77.html">阅读全文</a>'),
}


def test_where_two_numbers_may_count_the_pager_tells_which() -> None:
    last = seen("/a/show-12-45-1.html", '<a href="show-12-45-2.html">2</a> <a href="show-12-45-2.html">下一页</a>')
    assert last is not None
    assert (last.article, last.others) == ("//www.a.test/a/show-12-45", ((2, f"{HOST}/a/show-12-45-2.html"),))
    before = seen("/a/show-12-1-1.html", '<a href="show-12-2-1.html">2</a> <a href="show-12-1-2.html">x</a>')
    assert before is not None
    assert before.others == ((2, f"{HOST}/a/show-12-2-1.html"),)


@pytest.mark.parametrize("name", NO_PARTS)
def test_what_is_no_part(name: str) -> None:
    assert seen(*NO_PARTS[name]) is None


@pytest.mark.parametrize("url", ["", "a/20250304.html", "file:///a/20250304.html", "http://[x/1.html"])
def test_without_an_address_there_are_no_parts(url: str) -> None:
    layout = parse_html('<p>正文 <a href="20250304_2.html">下一页</a></p>')
    assert isinstance(layout, Layout)
    assert part_of(url, layout, None) is None
