"""The parser: where blocks begin and end, what boxes hold them, what the head tells; and that no page breaks it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.layout import Layout, joined
from pipelines.mend import MAX_DEPTH
from pipelines.model import Reason, Rejected
from pipelines.parse import metas_of, outline_of, parse_html, parse_text
from pipelines.parse.tags import BLOCK_TAGS


def layout_of(html: str) -> Layout:
    layout = parse_html(html)
    assert isinstance(layout, Layout), layout
    return layout


def box_named(layout: Layout, name: str) -> int:
    return layout.box_name.index(name)


# ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SEGMENTS: dict[str, tuple[str, list[str]]] = {
    "paragraphs": ("<p>先核对账单<p>再联系客服", ["先核对账单", "再联系客服"]),
    "text between boxes": ("<div>账单<p>利率</p>期数</div>", ["账单", "利率", "期数"]),
    "inline elements join": ("<p>年<b>化</b>利<a href=/x>率</a><span>是</span><em>多少</em></p>", ["年化利率是多少"]),
    "unknown elements are inline": ("<p>每期<o:p></o:p><custom-tag>手续费</custom-tag></p>", ["每期手续费"]),
    "br": ("<p>一行<br>二行<br/>三行</p>", ["一行", "二行", "三行"]),
    "hr": ("上文<hr>下文", ["上文", "下文"]),
    "empty breaks": ("<p>一行<br><br>&nbsp;<br>二行</p>", ["一行", "二行"]),
    "space collapses": ("<p>  年化 \n\t 利率\u3000 10%  </p>", ["年化 利率 10%"]),
    "lines of the source are no borders": ("<p>年化\n利率</p>", ["年化 利率"]),
    "entities": ("<p>A&amp;B &lt;p&gt; &#24180;&#x606F;&hellip;</p>", ["A&B <p> 年息…"]),
    "an entity without its semicolon": ("<p>利率&nbsp10% &ltb&gt</p>", ["利率 10% <b>"]),
    "zero-width characters": ("<p>逾\u200b期\u200c会\u200d上\u2060征\ufeff信</p>", ["逾期会上征信"]),
    "zero-width entities": ("<p>逾&#8203;期&zwnj;吗</p>", ["逾期吗"]),
    "only signs are no block": ("<p>——</p><p>* * *</p><p>利率</p>", ["利率"]),
    "a rare character is a word": ("<p>\U00020bb7</p>", ["\U00020bb7"]),
    "kana, hangul, accents and full-width digits are words": (
        "<p>かな</p><p>한국</p><p>é</p><p>１２</p>",
        ["かな", "한국", "é", "１２"],
    ),
    "scripts and styles": ("<script>var a='甲'</script><style>乙</style><p>丙</p><noscript>丁</noscript>", ["丙"]),
    "templates, frames, drawings": (
        "<template><p>甲</p></template><iframe>乙</iframe><svg><text>丙</text></svg><p>丁</p>",
        ["丁"],
    ),
    "comments and CDATA": ("<p>甲<!-- 乙 -->丙</p><![CDATA[丁]]>", ["甲丙"]),
    "a table's cells": ("<table><tr><th>期数<th>费率<tr><td>3<td>1.9%</table>", ["期数", "费率", "3", "1.9%"]),
    "text astray in a table": ("<table>说明<tr><td>甲</td></tr></table>", ["说明", "甲"]),
    "a definition list": ("<dl><dt>本金<dd>借到手的钱</dl>", ["本金", "借到手的钱"]),
    "options and buttons": ("<select><option>甲<option>乙</select><button>提交</button>", ["甲", "乙", "提交"]),
    "pre keeps one block": ("<pre>第一行\n第二行</pre>", ["第一行 第二行"]),
    "unclosed and crossed": ("<div><b>甲<p>乙</b>丙</div>", ["甲", "乙丙"]),
    "stray end tags": ("</div></p></span>甲</td>乙", ["甲乙"]),
    "a tag that never ends": ("<p>甲</p><div class='乙", ["甲"]),
    "attributes with angle brackets": ("<p title='a>b'>甲</p>", ["甲"]),
    "no body": ("<html><head><title>题</title></head></html><p>甲", ["甲"]),
    "xml declaration": ("<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE html><p>甲</p>", ["甲"]),
    "a NUL inside": ("<p>甲\x00乙</p>", ["甲乙"]),
    "upper case": ("<DIV>甲</DIV><BR><P>乙</P>", ["甲", "乙"]),
    "other line separators stay inside": ("<p>甲\u2028乙\x85丙</p>", ["甲 乙 丙"]),
}


@pytest.mark.parametrize(("html", "texts"), SEGMENTS.values(), ids=SEGMENTS)
def test_text_is_cut_where_a_reader_sees_it_cut(html: str, texts: list[str]) -> None:
    assert [text.replace("\ufffd", "") for text in layout_of(html).texts] == texts


def test_an_end_tag_of_a_paragraph_alone_ends_the_run() -> None:
    assert list(layout_of("甲</p>乙").texts) == ["甲", "乙"]


@pytest.mark.parametrize(
    "html", ["", "  \n", "<p></p>", "<img src=a.png>", "<script>1</script>", "。。。", "\ufeff", "\x00"]
)
def test_a_page_without_a_word_is_rejected(html: str) -> None:
    rejected = parse_html(html)
    assert isinstance(rejected, Rejected)
    assert rejected.reason is Reason.NO_TEXT


# ── boxes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_box_spans_the_blocks_inside_it() -> None:
    layout = layout_of("<div id=a>甲<div id=b><p>乙</p><p>丙</p></div>丁</div><div id=c></div><p>戊</p>")
    spans = {name: (layout.box_first[box], layout.box_last[box]) for box, name in enumerate(layout.box_name) if name}
    assert spans == {"a": (0, 4), "b": (1, 3), "c": (4, 4)}
    assert layout.box_tag[layout.boxes[1]] == "p"
    assert layout.box_tag[layout.boxes[3]] == "div"


def test_names_are_class_and_id_as_written() -> None:
    layout = layout_of('<div class="Art  main" id="Content">甲</div><p class>乙</p><p id="">丙</p>')
    assert [layout.box_name[box] for box in layout.boxes] == ["Art  main Content", "", ""]


def test_names_of_inline_elements_are_told_by_block() -> None:
    layout = layout_of(
        '<p><span class="source" id=s>来源：<a class=media href=/>甲</a></span><i class=icon></i></p><p>乙</p>'
        "<p><em class=k>丙</em>丁<em class=k>戊</em></p><font class=far><div>己</div></font>"
    )
    assert {layout.texts[n]: names for n, names in layout.inline_names.items()} == {
        "来源：甲": "source s media",
        "丙丁戊": "k",
    }


def test_long_names_of_inline_elements_are_cut() -> None:
    layout = layout_of("".join(f"<span class=name{n}>" for n in range(900)) + "甲")
    assert 100 < len(layout.inline_names[0]) <= 200


def test_times_are_told_as_machines_read_them() -> None:
    layout = layout_of('<p>标题</p><p>发布于 <time datetime="2023-05-06T08:10:00+08:00">3天前</time></p><p>正文</p>')
    assert layout.moments == {1: "2023-05-06T08:10:00+08:00"}


def test_a_telling_itemprop_is_a_name() -> None:
    layout = layout_of(
        '<div itemprop="articleBody" class="x">甲<span itemprop="author">乙</span></div><p itemprop="comment">丙</p>'
    )
    assert "x articleBody" in layout.box_name
    assert layout.inline_names == {0: "author"}
    assert "comment" not in layout.box_name


@pytest.mark.parametrize("hiding", ["hidden", 'style="display: none"', 'style="color:red;visibility:hidden"'])
def test_hidden_boxes_are_told(hiding: str) -> None:
    layout = layout_of(f"<p>甲</p><p class=gone {hiding}>乙</p>")
    assert layout.hidden == {box_named(layout, "gone")}


@pytest.mark.parametrize(
    "mark", ["hidden", 'style="display:none"', 'style="color:red; DISPLAY : none"', 'style="display:none !important"']
)
def test_boxes_that_the_page_hides_are_told(mark: str) -> None:
    layout = layout_of(f"<div {mark}><p>甲</p></div><p>乙</p>")
    assert [layout.box_tag[box] for box in layout.hidden] == ["div"]


@pytest.mark.parametrize(
    "mark", ['style="display:block"', 'style="border:none"', 'class="hidden-xs"', 'aria-hidden="true"']
)
def test_other_boxes_are_not_hidden(mark: str) -> None:
    assert layout_of(f"<div {mark}><p>甲</p></div>").hidden == frozenset()


def test_a_style_that_shows_the_box_hides_nothing() -> None:
    assert layout_of('<div style="display:block;border:none"><p>甲</p></div>').hidden == frozenset()


def test_headings_and_list_items_have_levels() -> None:
    layout = layout_of(
        "<h1>一</h1><h3>三</h3><ul><li>甲<ol><li>乙</li><li><p>丙</p></li></ol></li></ul><p>丁</p><h6><b>六</b></h6>"
    )
    assert {layout.texts[n]: level for n, level in layout.levels.items()} == {
        "一": 1, "三": 3, "甲": 1, "乙": 2, "丙": 2, "六": 6,
    }  # fmt: skip
    assert {layout.texts[n]: number for n, number in layout.numbers.items()} == {"乙": 1, "丙": 2}


def test_each_ordered_list_counts_its_own_items() -> None:
    layout = layout_of("<ol><li>甲<li><li>乙</ol><ol><li>丙<ol><li>丁</ol><li>戊</ol><ul><li>己</ul>")
    assert {layout.texts[n]: number for n, number in layout.numbers.items()} == {
        "甲": 1, "乙": 3, "丙": 1, "丁": 1, "戊": 2,
    }  # fmt: skip


def test_an_ordered_list_starts_where_it_says() -> None:
    layout = layout_of('<ol start="4"><li>甲</li><li>乙</li><li value="9">丙</li></ol>')
    assert list(layout.numbers.values()) == [4, 5, 9]


# ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_links_have_their_anchors() -> None:
    layout = layout_of(
        '<p>见<a href="/a?x=1&amp;y=2"> 合同 <b>范本</b></a>，<a name=top>顶</a><a href="b.html"><img></a></p>'
    )
    assert layout.links == (("/a?x=1&y=2", "合同 范本"), ("b.html", ""))
    assert layout.texts == ("见 合同 范本，顶",)


def test_what_leads_on_without_an_anchor_is_no_link_of_the_text() -> None:
    layout = layout_of(
        "<p>见<map><area href=/1 alt=甲></map><iframe src=/2>乙</iframe><iframe></iframe><a href=/3>丙</a></p>"
    )
    assert (layout.texts, layout.links) == (("见丙",), (("/3", "丙"),))
    assert layout.other_links == (("/1", "甲"), ("/2", ""))


def test_characters_in_links_are_counted_by_block() -> None:
    assert layout_of("<p>见<a href=/a>合同</a></p><p>无</p><p><a href=/b>全部</a></p>").link_chars == (2, 0, 2)


def test_a_link_around_blocks_counts_in_each() -> None:
    layout = layout_of("<a href=/a><div>标题</div><p>摘要，一句。</p></a><p>正文</p>")
    assert layout.texts == ("标题", "摘要，一句。", "正文")
    assert layout.link_chars == (2, 6, 0)
    assert layout.links == (("/a", "标题摘要，一句。"),)


def test_a_link_inside_a_link_ends_the_first() -> None:
    layout = layout_of("<p><a href=/a>甲<a href=/b>乙</a></a>丙</p>")
    assert layout.links == (("/a", "甲"), ("/b", "乙"))
    assert layout.link_chars == (2,)


def test_an_empty_link_takes_nothing_after_it() -> None:
    layout = layout_of("<p><a href=/a></a>甲乙</p><a href=/b></a><p>丙</p>")
    assert layout.link_chars == (0, 0)


# ── the head ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "html",
    [
        "<head><noscript><meta name=robots content=noai></noscript></head><p>甲",
        "<head><noscript><img src=x.gif><meta name=robots content=noai></noscript></head><p>甲",
        "<head><meta name=robots content=noai><noscript><meta name=author content=乙></noscript></head><p>甲",
        "<p>甲<noscript><b><meta name=ROBOTS content=noai><meta http-equiv=refresh content='0;url=/x'></b></noscript>",
    ],
)
def test_what_is_forbidden_in_a_noscript_is_forbidden(html: str) -> None:
    assert dict(layout_of(html).head.metas) == {"robots": "noai"}


def test_the_head_tells_title_metas_links_and_json() -> None:
    head = layout_of(
        """<html><head><base href="https://a.test/x/"><title> 逾期 了
        怎么办 </title><title>第二</title><meta property="og:title" content="甲">
        <meta NAME="PubDate" content="2025-01-02">
        <meta itemprop=author content=乙><meta name=pubdate content=later><meta charset=utf-8><meta name=robots>
        <link rel=Canonical href="/1.html"><link rel=canonical href="/2.html"><link rel=icon href=i.png>
        <script type="application/ld+json">{"a": "</p>"}</script><script>var x</script></head><body><p>甲</p></body>"""
    ).head
    assert head.title == "逾期 了 怎么办"
    assert dict(head.metas) == {"og:title": "甲", "pubdate": "2025-01-02", "author": "乙", "robots": ""}
    assert head.canonical == "/1.html"
    assert head.base == "https://a.test/x/"
    assert head.json_ld == ('{"a": "</p>"}',)


def test_the_body_may_tell_what_the_head_should() -> None:
    head = layout_of(
        "甲<html><head><title>题</title><meta name=pubdate content=2025-01-02></head><p itemscope>"
        '<meta itemprop="author" content="乙"></p><script type="application/ld+json">{}</script><link rel=canonical href=/1>'
    ).head
    assert (head.title, head.canonical, head.json_ld) == ("题", "/1", ("{}",))
    assert dict(head.metas) == {"pubdate": "2025-01-02", "author": "乙"}


def test_a_drawing_has_no_title_for_the_page() -> None:
    assert layout_of("<svg><title>图标</title></svg><p>甲</p>").head.title == ""


# ── plain text ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_line_of_plain_text_is_a_block() -> None:
    layout = parse_text("标题\r\n\r\n  • 第一\t项 \n——\n<b>不是标签</b> &amp; 实体\u2028同一行\n")
    assert isinstance(layout, Layout)
    assert layout.texts == ("标题", "• 第一 项", "<b>不是标签</b> &amp; 实体 同一行")
    assert layout.plain
    assert (layout.box_first, layout.box_last) == ((0,), (3,))


@pytest.mark.parametrize("text", ["", "\n\n", "……\n——", "\u200b"])
def test_plain_text_without_a_word_is_rejected(text: str) -> None:
    rejected = parse_text(text)
    assert isinstance(rejected, Rejected)
    assert rejected.reason is Reason.NO_TEXT


# ── whatever comes ──────────────────────────────────────────────────────────────────────────────────────────────────

TAGS = sorted(
    BLOCK_TAGS
    | {"a", "b", "i", "span", "font", "br", "hr", "img", "ins", "script", "style", "svg", "template", "iframe"}
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<a href=/x>", '<div class="c" id=d hidden>', "<p style='display:none'>", "<!--", "-->", "<![CDATA[", "]]>"]
    ),
    st.sampled_from(
        [
            "甲乙",
            "利率，10%。",
            " ",
            "\n",
            "\u200b",
            "&nbsp;",
            "&#0;",
            "&#xD800;",
            "<",
            ">",
            "\x00",
            "\u2028",
            "\x1f",
            "é",
        ]
    ),
    st.text(max_size=4),
)
PAGES = st.lists(PIECES, max_size=40).map("".join)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(layout: Layout) -> None:
    count, boxes = len(layout.texts), len(layout.box_parent)
    assert len(layout.boxes) == len(layout.link_chars) == count > 0
    assert len(layout.box_tag) == len(layout.box_name) == len(layout.box_first) == len(layout.box_last) == boxes
    assert (layout.box_first[0], layout.box_last[0], layout.box_parent[0]) == (0, count, 0)
    for box in range(1, boxes):
        outer = layout.box_parent[box]
        assert outer < box
        assert layout.box_first[outer] <= layout.box_first[box] <= layout.box_last[box] <= layout.box_last[outer]
    for n, text in enumerate(layout.texts):
        assert layout.box_first[layout.boxes[n]] <= n < layout.box_last[layout.boxes[n]]
        assert 0 <= layout.link_chars[n] <= len(text)
        assert text == " ".join(text.split())
        assert "\n" not in text
        assert text
    assert set(layout.levels) | set(layout.numbers) <= set(range(count))
    assert set(layout.hidden) <= set(range(1, boxes))


@QUICK
@given(PAGES)
def test_no_markup_breaks_the_layout(html: str) -> None:
    layout = parse_html(html)
    if isinstance(layout, Layout):
        check(layout)
        assert parse_html(html) == layout


@QUICK
@given(st.text())
def test_no_text_breaks_the_layout(text: str) -> None:
    for layout in (parse_html(text), parse_text(text)):
        if isinstance(layout, Layout):
            check(layout)


@QUICK
@given(st.text(alphabet=st.characters(codec=None, categories=["Cs", "Lo", "Po"]), max_size=30))
def test_no_lone_surrogate_breaks_the_parser(text: str) -> None:
    for layout in (parse_html(f"<p>{text}</p>"), parse_text(text)):
        if isinstance(layout, Layout):
            check(layout)


def test_visible_text_is_neither_lost_nor_doubled() -> None:
    words = [f"第{n}段" for n in range(200)]
    tags = ("div", "p", "span", "li", "td", "b", "h2", "a")
    html = "".join(f"<{tags[n % 8]}>{word}<{tags[n * 3 % 8]}>" for n, word in enumerate(words))
    assert "".join(layout_of(html).texts) == "".join(words)


# ── too much ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_thousand_levels_are_read() -> None:
    layout = layout_of("<div>" * 1_000 + "甲" + "</div>" * 1_000)
    assert layout.texts == ("甲",)


@pytest.mark.parametrize("tag", ["div", "span", "font", "DIV", "a-b", "ul><li", "table><tr><td", "b", "x:y"])
def test_a_hundred_thousand_levels_are_rejected(tag: str) -> None:
    rejected = parse_html(f"<{tag}>" * 100_000 + "甲")
    assert isinstance(rejected, Rejected)
    assert rejected.reason is Reason.TOO_DEEP
    assert str(MAX_DEPTH) in rejected.detail


@pytest.mark.parametrize(
    "piece", ["<p>甲", "<li>甲", "<tr><td>甲", "<br>甲", "<div>甲</div>", "<img src=a>甲", "<hr/>甲"]
)
def test_a_long_flat_page_is_not_deep(piece: str) -> None:
    layout = layout_of("<table>" * ("<td>" in piece) + piece * 12_000)
    assert len(layout.texts) in (1, 12_000)
    assert "".join(layout.texts).count("甲") == 12_000


def test_unclosed_fonts_do_not_multiply() -> None:
    layout = parse_html("".join(f"<p><font color=#{n:06x}>第{n}段" for n in range(5_000)))
    if isinstance(layout, Layout):
        assert len(layout.texts) == 5_000
        assert len(layout.box_parent) < 4 * 5_000


@pytest.mark.parametrize("length", [1, 100_000])
def test_one_endless_line_is_one_block(length: int) -> None:
    assert layout_of("账单" * length).texts == ("账单" * length,)


def test_a_page_without_other_text_shows_what_noscript_holds() -> None:
    noscript = "<noscript><p>逾期之后，先核对账单。</p></noscript>"
    assert layout_of(f"<body><div id=app></div>{noscript}<script>draw()</script></body>").texts == (
        "逾期之后，先核对账单。",
    )
    assert layout_of(f"<body><p>正文</p>{noscript}</body>").texts == ("正文",)


def test_a_tag_with_countless_attributes_keeps_the_first() -> None:
    layout = layout_of(f"<div class=x {' '.join(f'a{n}=1' for n in range(200_000))}>甲</div><p>乙</p>")
    assert layout.texts == ("甲", "乙")
    assert layout.box_name[layout.boxes[0]] == "x"


def test_a_long_attribute_stays_whole() -> None:
    value = "字 " * 2_000
    layout = layout_of(f'<div data-x="{"x" * 50_000}" title="{value}" id=y>甲</div><p>乙</p>')
    assert layout.texts == ("甲", "乙")
    assert layout.box_name[layout.boxes[0]] == "y"


def test_end_tags_that_come_first_hide_no_unclosed_fonts() -> None:
    layout = layout_of("</b>" * 2_000 + "".join(f"<b id={n}>" for n in range(2_000)) + "<p>甲" * 2_000)
    assert len(layout.texts) == 2_000


TEASERS = """<ul class=list>
<li><a href="/1"><img src=1.jpg></a>
<h3><a href="/1" title="逾期怎么办">阅读全文</a></h3><p>信用卡还不上时，先和银行协商。</p></li>
<li><h3><a href="/2">详情</a></h3><p>五花肉切块，冷水下锅。</p></li>
</ul><p>甲<p>乙<p>丙<p>丁<p>戊<p>己<p><a href="/3">末了</a>"""


def test_anchors_know_their_titles_and_what_is_said_beside_them() -> None:
    layout = layout_of(f"<body>{TEASERS}")
    told: dict[str, list[tuple[str | None, str]]] = {}
    for n, (href, _) in enumerate(layout.links):
        told.setdefault(href, []).append((layout.anchor_titles.get(n), layout.near(n)))
    first, second = "阅读全文 信用卡还不上时，先和银行协商。", "详情 五花肉切块，冷水下锅。"
    assert told == {"/1": [(None, first), ("逾期怎么办", first)], "/2": [(None, second)], "/3": [(None, "末了")]}


def test_a_page_in_parts_knows_it_too() -> None:
    layout = joined([layout_of("<p><a href=/0>零</a>"), layout_of(f"<body>{TEASERS}")])
    n = [href for href, _ in layout.links].index("/2")
    assert layout.near(n) == "详情 五花肉切块，冷水下锅。"
    assert layout.anchor_titles == {2: "逾期怎么办"}


def test_an_anchor_at_the_end_has_nothing_beside_it() -> None:
    assert layout_of("<p>甲</p><a href=/1></a>").near(0) == ""


TELLING = st.builds(
    "<meta {}={} content={}>".format,
    st.sampled_from(("name", "property", "http-equiv")),
    st.sampled_from(("robots", "x-robots-tag", "tdm-reservation", "keywords", "refresh", "robots,taoxi")),
    st.integers(0, 9),
)
AROUND = "html head body noscript template div p a map svg iframe style title table td select object frameset b".split()
TAG = st.builds("<{}{}>".format, st.sampled_from(("", "", "/")), st.sampled_from(AROUND))


@settings(max_examples=500)
@given(st.lists(st.one_of(TELLING, TAG, st.just("甲")), max_size=14).map("".join))
def test_metas_are_the_same_with_and_without_a_walk(page: str) -> None:
    assert list(metas_of(page).items()) == list(outline_of(page).head.metas.items())


def test_metas_deep_in_a_page_take_no_longer_than_others() -> None:
    page = "<div>" * (MAX_DEPTH - 9) + "<p><meta name=robots content=noindex></p>" * 20_000
    assert metas_of(page)["robots"].startswith("noindex, noindex")
