"""The title: found where the page shows it or tells it, without the site's name, and not said twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Record, Role

Made = Callable[[str], Record]
TITLE = "网贷逾期三个月怎么和平台协商"
BODY = (
    "<p>逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案。</p>"
    "<p>打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目。</p>"
    "<p>谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年。</p>"
)
SEPARATED = [
    f"{TITLE}_安心理财网",
    f"{TITLE}-安心理财网",
    f"{TITLE} - 安心理财网",
    f"{TITLE}|安心理财网",
    f"{TITLE} | 安心理财网",
    f"{TITLE}——安心理财网",
    f"{TITLE} – 安心理财网",
    f"{TITLE}_逾期知识_安心理财网",
    f"{TITLE}-逾期知识-安心理财网",
    f"{TITLE} » 安心理财网",
    f"{TITLE}｜安心理财网",
    f"{TITLE} · 安心理财网",
    f"{TITLE}--安心理财网",
]


@pytest.mark.parametrize("told", SEPARATED)
def test_the_shown_title_wins_over_the_told_one(told: str, record: Made) -> None:
    made = record(f"<title>{told}</title><div><h1>{TITLE}</h1>{BODY}</div>")
    assert made.title == TITLE
    assert TITLE not in made.text


@pytest.mark.parametrize("told", SEPARATED)
def test_a_title_that_is_only_told_loses_the_name_of_the_site(told: str, record: Made) -> None:
    assert record(f"<html><head><title>{told}</title></head><body><div>{BODY}</div></body></html>").title == TITLE


@pytest.mark.parametrize(
    "told", ["Covid-19期间逾期怎么办", "T-bill是什么意思", "P2P爆雷：出借人怎么维权", "年利率1-5%算高吗"]
)
def test_a_title_with_signs_of_its_own_stays_whole(told: str, record: Made) -> None:
    assert record(f"<html><head><title>{told}</title></head><body><div>{BODY}</div></body></html>").title == told


@pytest.mark.parametrize(
    "shown",
    [
        f"<h1>{TITLE}</h1>",
        f'<h1 class="t"><a href="/1.html">{TITLE}</a></h1>',
        f"<h2>{TITLE}</h2>",
        f'<div class="title">{TITLE}</div>',
        f"<p><b>{TITLE}</b></p>",
        f"<table><tr><td class=bt>{TITLE}</td></tr></table>",
        f"<h1><img src=logo.png>安心理财网</h1><h2>{TITLE}</h2>",
        f"<h1>{TITLE[:6]}<br>{TITLE[6:]}</h1>",
    ],
    ids=["h1", "h1 a", "h2", "div.title", "bold", "cell", "the site's h1 above", "cut by br"],
)
def test_the_title_is_found_in_any_dress(shown: str, record: Made) -> None:
    made = record(f"<html><head><title>{TITLE}_安心理财网</title></head><body>{shown}<div>{BODY}</div></body></html>")
    if "<br>" not in shown:
        assert made.title == TITLE
        assert any(block.role is Role.TITLE for block in made.removed)
    assert TITLE not in made.text


def test_without_title_element_the_heading_is_the_title(record: Made) -> None:
    assert record(f"<h1>{TITLE}</h1><div>{BODY}</div>").title == TITLE


def test_a_page_without_any_title_has_none(record: Made) -> None:
    assert record(f"<div>{BODY}</div>").title is None


def test_a_shared_title_serves_where_the_head_has_no_other(record: Made) -> None:
    assert record(f'<meta property="og:title" content="{TITLE}"><div>{BODY}</div>').title == TITLE


@pytest.mark.parametrize(
    ("shown", "title"),
    [
        (f"<a href=/help>[求助]</a> <span>{TITLE}</span>", TITLE),
        (f"<a href=/help>【求助】</a>{TITLE}", TITLE),
        (f"[求助] {TITLE}", f"[求助] {TITLE}"),  # who asks may have written it
        (f"<a href=/1.html>[求助] {TITLE}</a>", f"[求助] {TITLE}"),
        (f"[求助] {TITLE} <a href=#>复制链接</a>", f"[求助] {TITLE} 复制链接"),
    ],
)
def test_a_category_that_is_a_link_is_none_of_the_title(shown: str, title: str, record: Made) -> None:
    assert record(f"<title>{TITLE} - 车友论坛</title><div><h1>{shown}</h1>{BODY}</div>").title == title


def test_a_title_of_several_lines_is_one_line(record: Made) -> None:
    html = (
        f"<html><head><title>\n  {TITLE}\n  _安心理财网\n</title></head><body><h1>\n {TITLE}\n</h1>{BODY}</body></html>"
    )
    assert record(html).title == TITLE


def test_the_title_said_again_is_removed(record: Made) -> None:
    html = f"<h1>{TITLE}</h1><div><p>{TITLE}？</p>{BODY}<figure><img><figcaption>{TITLE}</figcaption></figure></div>"
    made = record(html)
    assert TITLE not in made.text
    assert [block.text for block in made.removed if block.removed_by == "title.repeated"] == [f"{TITLE}？", TITLE]


def test_a_paragraph_that_quotes_the_title_stays(record: Made) -> None:
    quote = f"有读者来信问“{TITLE}”，编辑部请两位律师分别作了回答，整理如下。"
    assert quote in record(f"<h1>{TITLE}</h1><div><p>{quote}</p>{BODY}</div>").text


def test_a_heading_that_says_more_than_the_title_stays(record: Made) -> None:
    heading = f"{TITLE}：第一步先查清债权现在归谁所有"
    assert heading in record(f"<h1>{TITLE}</h1><div><h2>{heading}</h2>{BODY}</div>").text


def test_the_sites_own_heading_is_not_the_title(record: Made) -> None:
    html = f"<title>{TITLE}_安心理财网</title><h1>安心理财网，让借款更明白</h1><div><h2>{TITLE}</h2>{BODY}</div>"
    assert record(html).title == TITLE


def test_a_plain_text_begins_with_its_title(text_record: Made) -> None:
    lines = BODY.replace("<p>", "").split("</p>")
    made = text_record("\n\n".join([TITLE, *lines]))
    assert made.title == TITLE
    assert made.text == "\n".join(line for line in lines if line)


def test_labels_above_a_plain_title_are_passed_over(text_record: Made) -> None:
    lines = BODY.replace("<p>", "").split("</p>")
    made = text_record(
        "\n".join(["2025行业资讯", "逾期知识", "分享", TITLE, "林小舟 2025-03-05 22:51", lines[0], TITLE, *lines[1:]])
    )
    assert made.title == TITLE
    assert made.text == "\n".join(line for line in lines if line)


def test_a_heading_above_the_text_is_the_title_where_the_head_tells_only_the_site(record: Made) -> None:
    made = record(f"<title>金橙财经</title><h5>{TITLE}</h5><div>2025-03-05</div>{BODY}")
    assert made.title == TITLE
