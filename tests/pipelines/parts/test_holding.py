"""Parts wait until their article is complete or the run ends, and what comes of it depends on the pages' order alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dataset import measured
from pipelines.dataset.deciding import entries
from pipelines.dataset.rows import Entry
from pipelines.markdown import markdown
from pipelines.model import Capture, Outcome, Page, Reason, Record, Rejected
from pipelines.parts.holding import Holding
from pipelines.recipe import clean
from pipelines.stages.gate import RequireArticle
from tests.pipelines.parts.pages import HOST, LEAD, RIGHTS, SAYS, SHORT, STYLES, part, parts, single


@cache
def cleaned(url: str, body: bytes) -> Record | Rejected:
    return clean(Page(url, body)).result


def outcomes(pages: Iterable[Page]) -> list[Outcome]:
    return [Outcome(page, cleaned(page.url, page.body)) for page in pages]


def through(pages: Iterable[Page], **settings: object) -> list[Outcome]:
    return list(Holding(**settings).through(outcomes(pages)))  # type: ignore[arg-type]  # Holding's own settings


def records(pages: Iterable[Page]) -> list[Record]:
    return [outcome.result for outcome in through(pages) if isinstance(outcome.result, Record)]


def captured(pages: Iterable[Page], run: str = "20250304T000000Z") -> list[Page]:
    """The pages in this order in a capture file of the run."""
    return [replace(page, capture=Capture(f"{run}-00001.warc.gz", n)) for n, page in enumerate(pages)]


@pytest.mark.parametrize("name", STYLES)
def test_the_parts_become_one_record(name: str) -> None:
    pages = parts(3, STYLES[name])
    (record,) = records(pages)
    says = [text.format(n=n) for n in (1, 2, 3) for text in SAYS]
    assert record.text.split("\n") == [LEAD, *says, RIGHTS]
    assert record.title == "信用卡逾期怎么协商"
    assert markdown(record.title, record.blocks).startswith("# 信用卡逾期怎么协商\n\n导语")
    assert record.parts == tuple(page.url for page in pages)
    assert record.parts_missing == ()
    assert record.source == "江城日报"
    assert record.published is not None


@pytest.mark.parametrize("name", STYLES)
def test_any_order_of_arrival_gives_the_same_record(name: str) -> None:
    (first, *others) = [records(order) for order in permutations(parts(3, STYLES[name]))]
    assert all(found == first for found in others)
    assert len(first) == 1


def test_every_page_has_one_row() -> None:
    pages = parts(3)
    found = through([pages[1], pages[2], pages[0]])
    assert [outcome.page.url for outcome in found] == [page.url for page in pages]
    first, *others = [outcome.result for outcome in found]
    assert isinstance(first, Record)
    assert [(one.reason, one.detail) for one in others if isinstance(one, Rejected)] == [
        (Reason.JOINED, f"a part of {pages[0].url}")
    ] * 2


def test_a_page_that_is_whole_does_not_wait() -> None:
    one, two = single("车贷"), single("房贷")
    assert through([one, two]) == outcomes([one, two])
    waiting = Holding(ended=False)
    assert list(waiting.through(outcomes([part(1, 3), one]))) == outcomes([one])


def test_a_short_last_part_belongs_to_its_article() -> None:
    pages = parts(3, short_end=True)
    assert isinstance(cleaned(pages[2].url, pages[2].body), Rejected)
    for order in permutations(pages):
        (record,) = records(order)
        assert record.text.endswith(f"{SHORT}\n{RIGHTS}")
        assert record.parts_missing == ()


def test_a_short_part_alone_stays_what_it_is() -> None:
    page = part(3, 3, short_end=True)
    assert through([page]) == outcomes([page])


@pytest.mark.parametrize(
    ("came", "missing"), [((1, 2), (3,)), ((1, 3), (2,)), ((2, 3), (1,)), ((1,), (2, 3)), ((3,), (1, 2))]
)
def test_a_missing_part_is_told(came: Sequence[int], missing: Sequence[int]) -> None:
    url = STYLES["underscore"].url
    (record,) = records([part(n, 3) for n in came])
    assert record.parts == tuple(f"{HOST}{url(n)}" for n in came)
    assert record.parts_missing == tuple(f"{HOST}{url(n)}" for n in missing)
    assert all(SAYS[0].format(n=n) in record.text for n in came)


def test_a_part_that_no_link_names_is_told_by_its_number() -> None:
    style = STYLES["title tells"]
    first = part(1, 3, style)
    last = part(2, 2, replace(style, title="信用卡逾期怎么协商(2/3)"))
    (record,) = records([first, last])
    assert record.parts_missing == ("3/3",)


def test_parts_between_the_pager_s_ends_are_missed_too() -> None:
    style = replace(
        STYLES["words alone"], pager=lambda n, count, url: f'<a href="{url(2)}">2</a> <a href="{url(count)}">尾页</a>'
    )
    (record,) = records([part(1, 5, style)])
    assert record.parts_missing == (f"{HOST}{style.url(2)}", "3", "4", f"{HOST}{style.url(5)}")


def whole_view() -> Page:
    says = "".join(f"<p>{text.format(n=n)}</p>" for n in (1, 2, 3) for text in SAYS)
    body = f"<h1>信用卡逾期怎么协商</h1><p>{LEAD}</p>{says}<p>{RIGHTS}</p>"
    body = f"<title>信用卡逾期怎么协商</title>{body}<p>整篇独有的一句，分页上没有。</p><a href='/a/20250304.html'>分页阅读</a>"
    return Page(f"{HOST}/a/20250304_all.html", body.encode(), capture=part(1, 1).capture)


def test_a_view_of_the_whole_stands_for_the_parts() -> None:
    pages = parts(3, more="<a href='/a/20250304_all.html'>阅读全文</a>")
    for order in ([*pages, whole_view()], [whole_view(), *pages], [whole_view(), pages[0]]):
        (record,) = records(order)
        assert record.text.count("整篇独有的一句") == 1
        assert record.text.count(SAYS[0].format(n=2)) == 1
        assert record.parts_missing == ()
        assert record.parts[-1].endswith("_all.html")
        assert record.source == "江城日报"
    (record,) = records(pages)
    assert record.parts_missing == (f"{HOST}/a/20250304_all.html",)
    assert SAYS[1].format(n=3) in record.text


def test_a_whole_view_that_shows_less_does_not() -> None:
    pages = parts(3, more="<a href='/a/20250304_all.html'>阅读全文</a>")
    body = f"<p>{SAYS[0].format(n=1)}{SAYS[1].format(n=1)}</p><a href='/a/20250304.html'>分页阅读</a>"
    (record,) = records([*pages, replace(whole_view(), body=body.encode())])
    assert SAYS[1].format(n=3) in record.text


def test_of_two_captures_of_a_part_the_later_counts() -> None:
    pages = parts(3)
    anew = replace(pages[1], body=pages[1].body.replace("第2步再打电话".encode(), "第2步再发邮件".encode()))
    found = through([pages[0], pages[1], anew, pages[2]])
    assert [type(outcome.result) for outcome in found] == [Rejected, Record, Rejected, Rejected]
    assert "第2步再发邮件" in "".join(record.text for record in records([pages[0], pages[1], anew, pages[2]]))
    again = through([*pages, *pages])
    assert again[:3] == again[3:] == through(pages)


def test_lists_do_not_become_articles() -> None:
    rows = "".join(f"<li><a href='/a/{n}.html'>第{n}条资讯的标题写在这里</a></li>" for n in range(20250301, 20250330))
    lists = [
        Page(f"{HOST}/list/{name}.html", f"<title>资讯</title><ul>{rows}</ul>{pager}".encode())
        for name, pager in (
            ("8801", "<a href='8801_2.html'>下一页</a>"),
            ("8801_2", "<a href='8801.html'>上一页</a> <a href='8801_3.html'>下一页</a>"),
            ("8801_3", "<a href='8801_2.html'>上一页</a>"),
        )
    ]
    assert sorted(through(lists), key=lambda one: one.page.url) == sorted(outcomes(lists), key=lambda one: one.page.url)


def archive(n: int, count: int) -> Page:
    """A day's archive: one teaser below its linked title."""
    link = "<a href='/2025/{0}.html'>{1}</a>".format
    teaser = (
        f"<article><h2>{link(n, f'失业以后怎么还房贷（{n}）')}</h2><p>2025-03-0{n} 阅读</p>"
        f"<p>{''.join(SAYS).format(n=n)[:-1]}...</p></article>"
    )
    pager = " ".join(f"<a href='/a/20250304{f'_{k}' if k > 1 else ''}.html'>{k}</a>" for k in range(1, count + 1))
    return Page(f"{HOST}/a/20250304{f'_{n}' if n > 1 else ''}.html", f"<h1>三月</h1>{teaser}{pager}".encode())


def test_lists_of_teasers_are_not_joined() -> None:
    pages = [archive(n, 3) for n in (1, 2, 3)]
    assert [type(one.result) for one in through(pages)] == [Rejected] * 3
    assert through(pages) == outcomes(pages)
    assert all(one.result.part is None for one in outcomes(pages))


def test_a_list_is_no_part_of_an_article() -> None:
    first, second = parts(2)
    url = second.url
    lists = replace(archive(2, 2), url=url)
    (found,) = records([first, lists])
    assert (found.parts, found.parts_missing) == ((first.url,), (url,))


def test_what_is_joined_is_judged_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = parts(2)
    came = outcomes(pages)
    monkeypatch.setattr(RequireArticle, "__call__", lambda *_: Rejected(Reason.NO_ARTICLE, "of the whole"))
    assert list(Holding().through(came)) == came


def test_comments_are_merged_without_doubles() -> None:
    said = "<h3>网友评论</h3><ul><li>张三 2025-03-05</li><li>谢谢，很有用的一篇文章</li></ul>"
    found = records(parts(2, more=said))
    assert [len(record.comments) for record in found] == [len(set(found[0].comments))]


def test_the_next_run_ends_the_one_before() -> None:
    one = captured([part(1, 3), part(2, 3)])
    two = captured([part(3, 3), single("车贷")], run="20250401T000000Z")
    found = through([*one, *two])
    assert [len(outcome.result.parts) for outcome in found if isinstance(outcome.result, Record)] == [2, 0, 1]


def test_what_waits_is_bounded_and_the_longest_waiting_goes_first() -> None:
    first, second = part(1, 3), part(1, 3, STYLES["query"])
    holding = Holding(ended=False, most=len(first.body) + len(second.body) - 1)
    found = list(holding.through(outcomes([first, second])))
    assert [outcome.page for outcome in found] == [first]
    assert isinstance(found[0].result, Record)
    assert found[0].result.parts_missing != ()
    assert holding.counts == {"joined": 1, "incomplete": 1, "early": 1}
    assert holding.held == (second.capture,)


def test_an_unfinished_run_keeps_what_waits() -> None:
    holding = Holding(ended=False)
    pages = captured([part(1, 3), single("车贷"), part(2, 3)])
    assert [outcome.page for outcome in holding.through(outcomes(pages))] == [pages[1]]
    assert holding.held == (pages[0].capture, pages[2].capture)


ARTICLES = [
    *parts(3),
    *parts(2, STYLES["query"]),
    *parts(3, STYLES["folder"], short_end=True),
    *parts(4, STYLES["from one"])[1:],
    single("车贷"),
    single("房贷"),
    part(2, 3),
]


def in_increments(pages: Sequence[Page], cuts: Iterable[int]) -> list[Entry]:
    """The rows of commits that end at the cuts, each beginning with what the one before held."""
    by_place = {page.capture: page for page in pages}
    found: list[Entry] = []
    held: list[Page] = []
    bounds = [0, *sorted(cuts), len(pages)]
    for first, end in pairwise(bounds):
        holding = Holding(ended=end == len(pages))
        found += entries(outcomes([*held, *pages[first:end]]), holding=holding)
        held = [by_place[place] for place in holding.held]
    return found


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(len(ARTICLES))), st.lists(st.integers(0, len(ARTICLES)), max_size=4))
def test_increments_and_one_build_give_the_same_rows(order: list[int], cuts: list[int]) -> None:
    pages = captured(ARTICLES[n] for n in order)
    whole = measured(entries(outcomes(pages)))
    parted = [entry.row["url"] for entry in in_increments(pages, cuts)]
    assert parted == [entry.row["url"] for entry in entries(outcomes(pages))]
    assert len(parted) == len(pages)
    assert sum(entry.table == "rejects" for entry in entries(outcomes(pages))) == whole.rows["rejects"]


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(len(ARTICLES) - 1)))
def test_the_order_of_pages_changes_no_record(order: list[int]) -> None:
    as_told = sorted(records(captured(ARTICLES[:-1])), key=lambda record: record.text)
    assert sorted(records(captured(ARTICLES[n] for n in order)), key=lambda record: record.text) == as_told
