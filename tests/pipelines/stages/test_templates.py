"""What a site repeats is removed from its pages with the evidence's id, and the page's own text stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import Document, Page, Record
from pipelines.recipe import RECIPE, clean, fingerprint, recipe, wash
from pipelines.stages.templates import RemoveTemplates
from pipelines.templates import NO_TEMPLATES, SiteKind, Template, Templates
from pipelines.templates.table import line

PROMO = "欢迎大家加入本站的读者小组，每天学一点用得上的还款知识，遇到难题不再慌张。"
NOTICE = "本文由读者投稿，只供参考，不是法律意见；如有不妥，请来信告知，我们会尽快处理。"
TITLE = "网贷逾期三个月怎么和平台协商"
BODY = [
    "逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案，不要急着转账。",
    "打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目，写在纸上照着念。",
    "谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年，日后核对时用得上。",
]


def table(**pages: int) -> Templates:
    """A table of x.test: line → pages, of 15."""
    templates = (Template("x.test", line(text), count, 15) for text, count in pages.items())
    return Templates(SiteKind.HOST, {"x.test": {one.line: one for one in templates}})


def html(*lines: str, tag: str = "p") -> str:
    return f"<h1>{TITLE}</h1>" + "".join(text if text[0] == "<" else f"<{tag}>{text}</{tag}>" for text in lines)


def page(*lines: str, url: str = "http://www.x.test/1.html") -> Page:
    return Page(url, f"<title>{TITLE}</title><div class=article>{html(*lines)}</div>".encode())


def record(templates: Templates, *lines: str) -> Record:
    result = clean(page(*lines), templates).result
    assert isinstance(result, Record), result
    return result


def test_what_the_site_repeats_is_removed_with_its_evidence() -> None:
    known = table(**{PROMO: 14, NOTICE: 3})
    made = record(known, PROMO, *BODY, NOTICE)
    assert made.text == "\n".join(BODY)
    whys = {rule: one.why for rule, one in known.of_id.items()}
    removed = {block.text: whys[block.removed_by] for block in made.removed if block.removed_by in whys}
    assert removed == {PROMO: "seen on 14 of 15 pages of x.test", NOTICE: "seen on 3 of 15 pages of x.test"}


def test_signs_and_spaces_make_no_difference() -> None:
    assert record(table(**{PROMO: 14}), *BODY, PROMO.replace("，", " , ")).text == "\n".join(BODY)


def test_another_site_may_say_the_same() -> None:
    result = clean(page(*BODY, PROMO, url="http://y.test/1.html"), table(**{PROMO: 14})).result
    assert isinstance(result, Record)
    assert result.text == "\n".join([*BODY, PROMO])


def test_the_title_stays() -> None:
    made = record(table(**{TITLE: 15}), *BODY)
    assert (made.title, made.text) == (TITLE, "\n".join(BODY))


@pytest.mark.parametrize(
    "heading",
    ["一、逾期的后果", "常见问题", "Frequently asked questions", "<h2>常见问题</h2>", "<p><b>（二）常见问题</b></p>"],
)
def test_a_heading_that_articles_share_stays_with_its_paragraph(heading: str) -> None:
    text = heading.replace("<h2>", "").replace("</h2>", "").replace("<p><b>", "").replace("</b></p>", "")
    made = record(table(**{text: 11}), BODY[0], heading, *BODY[1:])
    assert made.text.split("\n")[1] == text


@pytest.mark.parametrize(("pages", "stays"), [(11, True), (12, False)])
def test_a_short_line_above_a_paragraph_goes_where_nearly_all_pages_have_it(pages: int, stays: bool) -> None:
    made = record(table(每周五我们来说一件事吧=pages), "每周五我们来说一件事吧", *BODY)
    assert ("我们来说" in made.text) is stays


@pytest.mark.parametrize("heading", ["<h2>常见的问题</h2>", "三、常见的问题", "第3步 常见的问题"])
def test_what_is_marked_as_a_heading_stays_even_then(heading: str) -> None:
    text = heading.removeprefix("<h2>").removesuffix("</h2>")
    assert text in record(table(**{text: 15}), BODY[0], heading, *BODY[1:]).text


def test_a_short_line_goes_with_what_it_heads() -> None:
    made = record(table(**{"本站的声明": 9, NOTICE: 9}), *BODY, "本站的声明", NOTICE)
    assert made.text == "\n".join(BODY)


def test_the_heads_of_tables_stay() -> None:
    rows = "<table><tr><th>贷款的产品</th><th>年化的利率</th></tr><tr><td>小额的贷款</td><td>7.2%起</td></tr></table>"
    known = table(贷款的产品=15, 年化的利率=15)
    assert record(known, *BODY, rows).text == record(NO_TEMPLATES, *BODY, rows).text


def test_no_more_than_half_of_the_prose_is_removed() -> None:
    known = table(**{BODY[0]: 9, BODY[1]: 15, BODY[2]: 8})
    assert record(known, *BODY).text == "\n".join([BODY[0], BODY[2]])


def test_a_table_changes_the_fingerprint_and_none_does_not() -> None:
    prints = {fingerprint(NO_TEMPLATES), fingerprint(table(**{PROMO: 14})), fingerprint(table(**{PROMO: 13}))}
    assert len(prints) == 3
    assert fingerprint() == fingerprint(NO_TEMPLATES)
    assert recipe(NO_TEMPLATES) == RECIPE


LINES = st.lists(st.sampled_from([*BODY, PROMO, NOTICE, "常见问题", "本站的声明", "一、后果"]), min_size=1, max_size=12)


@given(
    LINES, st.lists(st.sampled_from([BODY[0], PROMO, NOTICE, "常见问题", "本站的声明"]), min_size=1), st.integers(3, 15)
)
def test_applying_it_again_changes_nothing(lines: list[str], repeated: list[str], pages: int) -> None:
    stage = RemoveTemplates(table(**dict.fromkeys(repeated, pages)))
    document = wash(page(*lines), [])
    assert isinstance(document, Document)
    once = stage(document)
    assert stage(once) == once
    removed = [n for n, rule in enumerate(once.removed_by) if rule]
    assert document.evidence.prose[removed].sum() <= document.evidence.prose.sum() / 2


def test_many_repeated_lines_take_no_quadratic_time() -> None:
    known = table(本站的声明=3)
    document = wash(page(*["本站的声明", BODY[0]] * 10_000), [])
    assert isinstance(document, Document)
    assert RemoveTemplates(known)(document).kept == document.kept
