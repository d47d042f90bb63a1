"""Site templates are learned from what a site's articles share outside their own prose, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model import Outcome, Page, Record
from pipelines.recipe import clean
from pipelines.templates import ANYWHERE, Demands, SiteKind, Templates, learn
from pipelines.templates.table import line, parse

PROMO = "欢迎大家加入本站的读者小组，每天学一点用得上的还款知识，遇到难题不再慌张。"
NOTICE = "本文由读者投稿，只供参考，不是法律意见；如有不妥，请来信告知，我们会尽快处理。"
LAW = "借款人应当按照约定的期限返还借款，没有约定或者约定不明确的，可以随时返还。"
PARTS = "账单 利息 客服 合同 期限 分期 本金 律师 征信 平台 电话 凭证 录音 邮件 收入 支出 方案 银行 法院 短信".split()


def own(n: int, k: int) -> str:
    """A paragraph that no other page has."""
    words = Random(f"{n}-{k}").sample(PARTS, 12)  # noqa: S311 -- words, not secrets
    return f"第{n}页说的是{'，'.join(words[:6])}，还要留意{'、'.join(words[6:])}，这些都要写在纸上。"


def page(n: int, *lines: str, site: str = "www.x.test", title: str = "") -> Page:
    title = title or f"{''.join(Random(n).sample(PARTS, 5))}怎么处理"  # noqa: S311 -- words, not secrets
    text = "".join(f"<p>{text}</p>" for text in lines)
    html = f"<title>{title}</title><div class=article><h1>{title}</h1>{text}</div>"
    return Page(f"http://{site}/{n}.html", f"<meta charset=utf-8>{html}".encode())


def article(n: int, *last: str, first: tuple[str, ...] = (), site: str = "www.x.test") -> Page:
    return page(n, *first, *(own(n, k) for k in range(4)), *last, site=site)


def outcomes(pages: Iterable[Page]) -> list[Outcome]:
    return [clean(page) for page in pages]


def learned(pages: Iterable[Page], demands: Demands | None = None) -> Templates:
    return learn(outcomes(pages), demands)


def lines(templates: Templates, site: str = "x.test") -> dict[str, tuple[int, int]]:
    return {known: (one.pages, one.of) for known, one in templates.sites.get(site, {}).items()}


def test_what_ends_the_articles_of_a_site_is_a_template() -> None:
    found = learned(article(n, *([PROMO] if n else []), NOTICE) for n in range(6))
    assert lines(found) == {line(PROMO): (5, 6), line(NOTICE): (6, 6)}


def test_what_begins_them_is_one_too() -> None:
    assert lines(learned(article(n, first=(PROMO,)) for n in range(5))) == {line(PROMO): (5, 5)}


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_few_pages_tell_nothing(count: int) -> None:
    assert learned(article(n, PROMO) for n in range(count)).sites == {}


def test_sites_are_told_apart() -> None:
    found = learned(article(n, PROMO, site=f"{'ab'[n % 2]}.x.test") for n in range(8))
    assert found.sites == {}
    demands = Demands(SiteKind.DOMAIN)
    assert lines(learned((article(n, PROMO, site=f"{'ab'[n % 2]}.x.test") for n in range(8)), demands)) == {
        line(PROMO): (8, 8)
    }


def test_what_few_pages_share_is_none() -> None:
    assert lines(learned(article(n, *([PROMO] if n < 2 else [])) for n in range(8))) == {}
    assert lines(learned(article(n, *([PROMO] if n < 4 else [])) for n in range(16))) == {}


def test_a_short_line_has_to_stand_on_half_of_the_pages() -> None:
    """Product pages end with lists of the same labels."""
    assert lines(learned(article(n, *(["申请的条件"] if n < 5 else [])) for n in range(12))) == {}
    assert lines(learned(article(n, *(["分享给朋友吧"] if n < 7 else [])) for n in range(12))) == {
        "分享给朋友吧": (7, 12)
    }


# ── what articles may share ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_heading_between_paragraphs_is_none() -> None:
    pages = [page(n, own(n, 0), "一、逾期的后果", own(n, 1), "常见问题与解答", own(n, 2)) for n in range(8)]
    assert lines(learned(pages)) == {}


def test_a_law_quoted_between_paragraphs_is_none() -> None:
    pages = [page(n, own(n, 0), own(n, 1), *([LAW] if n < 4 else []), own(n, 2), own(n, 3)) for n in range(10)]
    assert lines(learned(pages)) == {}


def test_a_promo_between_paragraphs_is_one_where_most_pages_have_it() -> None:
    pages = [page(n, own(n, 0), own(n, 1), *([PROMO] if n else []), own(n, 2), own(n, 3)) for n in range(8)]
    assert lines(learned(pages)) == {line(PROMO): (7, 8)}


def copies(count: int, start: int) -> list[Page]:
    """One article again and again, each time with another address and another word in its title."""
    title = "逾期以后怎么和平台协商"
    return [
        page(start + n, *(own(1, k) for k in range(6)), f"更新于第{n}天", title=title + PARTS[n]) for n in range(count)
    ]


def test_an_article_that_stands_on_many_pages_is_no_template() -> None:
    pages = [*(article(n) for n in range(100, 106)), *copies(8, start=200)]
    assert lines(learned(pages)) == {}


@pytest.mark.parametrize("place", [0, 2, 5])
def test_pages_that_differ_in_one_paragraph_make_no_template(place: int) -> None:
    pages = [page(n, *(own(n if k == place else 1, k) for k in range(6))) for n in range(2, 10)]
    assert learned([*pages, *(article(n) for n in range(100, 106))]).sites == {}


def test_one_article_under_many_addresses_counts_once() -> None:
    same = [page(n, *(own(1, k) for k in range(6)), PROMO, title="逾期以后怎么和平台协商") for n in range(20)]
    assert learned([*same, *(article(n, PROMO) for n in range(100, 103))]).sites == {}


def test_articles_spun_from_one_text_make_no_template() -> None:
    """Every second paragraph is the same on all of them, between others."""
    pages = [page(n, *(own(n if k % 2 else 1, k) for k in range(8)), own(n, 9)) for n in range(2, 10)]
    assert lines(learned([*pages, *(article(n) for n in range(100, 103))])) == {}


def test_products_that_differ_in_a_figure_share_no_template() -> None:
    pages = [
        page(n, *(own(n, k) for k in range(3)), f"年化利率最低为{n}.2%，额度为{n}万元，以页面为准。") for n in range(8)
    ]
    assert lines(learned(pages)) == {}


# ── the table depends on the pages alone ────────────────────────────────────────────────────────────────────────────

SITE = [
    *(article(n, PROMO, NOTICE) for n in range(6)),
    *(article(n, PROMO, site="y.test") for n in range(6)),
    *copies(3, start=200),
    Page("http://www.x.test/404.html", b"", status=404),
]
OUTCOMES = outcomes(SITE)


@settings(max_examples=40)
@given(st.permutations(OUTCOMES), st.integers(0, len(OUTCOMES)))
def test_the_order_of_pages_does_not_matter(shuffled: list[Outcome], again: int) -> None:
    found, expected = learn([*shuffled, *shuffled[:again]]), learn(OUTCOMES)
    assert (found.text, found.id) == (expected.text, expected.id)
    assert lines(found)


def test_pages_of_no_site_teach_nothing() -> None:
    pages = (Page(f"{n}.html", article(n, PROMO).body) for n in range(6))
    assert learned(pages).sites == {}


def test_a_folder_of_saved_pages_is_a_site() -> None:
    found = learned(Page(f"saved/{n}.html", article(n, PROMO).body) for n in range(6))
    assert lines(found, "saved") == {line(PROMO): (6, 6)}


def test_rejected_pages_and_endless_ones_are_no_fault() -> None:
    endless = page(50, *(own(n, 0) for n in range(1_000)), PROMO)
    found = learned(
        [Page("http://www.x.test/404.html", b"", status=404), endless, *(article(n, PROMO) for n in range(5))]
    )
    assert lines(found) == {line(PROMO): (6, 6)}


def spread(count: int, *last: str) -> list[Page]:
    """Articles of `count` sites, two of each."""
    return [article(n, *last, site=f"s{n // 2}.test") for n in range(2 * count)]


def everywhere(pages: Iterable[Page], sites: int = 5) -> dict[str, tuple[int, int]]:
    return lines(learned(pages, Demands(min_sites=sites)), ANYWHERE)


def test_what_articles_of_many_sites_end_with_is_a_template_of_all_sites() -> None:
    assert everywhere(spread(6, NOTICE)) == {line(NOTICE): (12, 12)}
    assert everywhere(spread(6, NOTICE), sites=7) == {}
    assert ANYWHERE not in learned(spread(6, NOTICE)).sites
    assert everywhere(spread(4, NOTICE), sites=4) == {}  # eight pages


def test_a_law_that_articles_of_many_sites_quote_between_their_own_prose_is_none() -> None:
    pages = [page(n, own(n, 0), own(n, 1), LAW, own(n, 2), own(n, 3), site=f"s{n}.test") for n in range(12)]
    assert everywhere(pages) == {}


def test_an_article_that_many_sites_copied_shows_no_template() -> None:
    copies = [page(n, *(own(0, k) for k in range(6)), site=f"s{n}.test") for n in range(12)]
    assert everywhere(copies) == {}
    mirrored = [
        page(n, *(own(n if k % 2 else 0, k) for k in range(8)), site=f"s{n}.test", title="同一篇文章怎么处理")
        for n in range(12)
    ]
    assert everywhere(mirrored) == {}


def test_templates_of_all_sites_are_removed_on_a_site_that_was_never_seen() -> None:
    table = learned(spread(6, NOTICE), Demands(min_sites=5))
    outcome = clean(article(99, NOTICE, site="new.test"), table)
    assert isinstance(outcome.result, Record)
    (removed,) = (block for block in outcome.result.removed if block.text == NOTICE)
    assert table.of_id[removed.removed_by or ""].why == "seen on 12 of 12 pages of all sites"
    assert parse(table.text) == table
