"""Where a fetched page leads to, whatever it is made of."""

from __future__ import annotations

import pytest

from crawler.seen import Seen
from pipelines.model import Page
from pipelines.recipe import laid_out

HOST = "http://h.test"


def leads_to(body: bytes | str, content_type: str = "text/html") -> list[str]:
    html = body.encode() if isinstance(body, str) else body
    page = Page(f"{HOST}/list/", html, headers={"content-type": content_type})
    return [link.url.removeprefix(HOST) for link in Seen(page, laid_out(page)).links]


@pytest.mark.parametrize(
    ("encoding", "query", "sent"),
    [
        ("gbk", "微粒贷", "%CE%A2%C1%A3%B4%FB"),
        ("gb2312", "a=1&k=贷 款", "a=1&k=%B4%FB%20%BF%EE"),
        ("gbk", "k=%B4%FB", "k=%B4%FB"),
        ("gbk", "丂~€&#128512;", "%81@~%80%26%23128512%3B"),
        ("gbk", "&#134071;", "%26%23134071%3B"),
        ("big5", "貸款", "%B6U%B4%DA"),
        ("big5", "貸&#x355D;", "%B6U%26%2313661%3B"),
        ("utf-8", "贷", "%E8%B4%B7"),
        ("utf-16", "贷", "%E8%B4%B7"),
    ],
)
def test_a_query_is_sent_in_the_pages_encoding_as_browsers_send_it(encoding: str, query: str, sent: str) -> None:
    html = f'<meta charset="{encoding}"><p>{"信用卡每月分期，先看利率。" * 9}</p><a href="/表/s.php?{query}#末">'
    assert leads_to(html.encode(encoding, "xmlcharrefreplace")) == [f"/%E8%A1%A8/s.php?{sent}"]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (
            "<frameset><frame src=left.html><frame src=/main.html></frameset><noframes>请升级</noframes>",
            ["left.html", "/main.html"],
        ),
        ("<p>专题<iframe src=/body.html>无</iframe><iframe src=about:blank></iframe><iframe></iframe>", ["/body.html"]),
        (f"<p>{'说明' * 300}<noscript><ul><li><a href=/1.html>一</a></ul></noscript>", ["/1.html"]),
        ("<p>网点<map><area href=/1.html alt=贷款><area nohref></map><a href=/2.html>二</a>", ["/2.html", "/1.html"]),
        ("<link rel=next href=2.html><p>列表<a href=/1.html>一</a>", ["/1.html", "2.html"]),
        ("<link rel=next href=2.html><p>列表<a href=/list/2.html>2</a><a href=/1.html>一</a>", ["2.html", "/1.html"]),
        ("<base href=/b/><link rel=next href=2.html><p>列表", ["/b/2.html"]),
    ],
)
def test_frames_areas_noscript_and_a_next_page_that_the_head_names_are_links(html: str, found: list[str]) -> None:
    assert leads_to(html) == [f"{'' if path.startswith('/') else '/list/'}{path}" for path in found]


def test_what_an_area_says_is_its_anchor() -> None:
    html = "<p>网点<map><area href=/1.html alt=贷款></map><iframe src=/2.html title=计算器></iframe>"
    page = Page(f"{HOST}/", html.encode())
    assert [link.anchor for link in Seen(page, laid_out(page)).links] == ["贷款", "计算器"]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<title>入口</title><a href=/home.html><img src=enter.jpg></a>", ["/home.html"]),
        ("<base href=/b/><a href=1.html><img alt=攻略></a><map><area href=/2.html></map>", ["/b/1.html", "/2.html"]),
        ("<frameset><frame src=/main.html></frameset>", ["/main.html"]),
        ("<meta http-equiv=refresh content='0;url=/on.html'><a href=/home.html><img></a>", ["/home.html", "/on.html"]),
        (
            "<base href=/b/><a href=1.html>一</a>" + "<div>" * 30_000 + "<a class=x href='2.html'>二</a>",
            ["/b/1.html", "/b/2.html"],
        ),
        ("", []),
    ],
)
def test_a_page_without_a_word_or_too_deep_leads_on(html: str, found: list[str]) -> None:
    assert leads_to(html) == found


@pytest.mark.parametrize("body", ["<a href=/home.html><img></a>", "<div>" * 30_000])
def test_a_page_without_a_word_may_forbid_to_follow_its_links(body: str) -> None:
    page = Page(f"{HOST}/", f"<meta name=robots content=nofollow>{body}".encode())
    assert not Seen(page, laid_out(page)).may_be_followed


def test_a_query_on_a_page_without_a_word_is_sent_in_its_encoding() -> None:
    html = '<meta charset=gbk><title>信用卡每月分期</title><a href="/s?k=分期"><img></a>'
    assert leads_to(html.encode("gbk")) == ["/s?k=%B7%D6%C6%DA"]
