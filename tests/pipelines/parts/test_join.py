"""Documents of parts become one: titles without marks, edges that parts repeat, layouts that stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.layout import Layout, joined
from pipelines.model import Document, Page
from pipelines.parse import parse_html
from pipelines.parts.join import NOTICE, join, plain_title
from pipelines.recipe import wash
from tests.pipelines.parts.pages import HOST, LEAD, SAYS, STYLES, html, part

PIECES = (
    "<p>一段</p>",
    "<ul><li>一<li>二</ul>",
    "<div hidden><b>三</b></div>",
    "<h2>四</h2>",
    "<ol start=4><li>五</ol>",
)


@pytest.mark.parametrize(
    ("title", "number", "plain"),
    [
        ("逾期怎么办(1/3)", 0, "逾期怎么办"),
        ("逾期怎么办（2/3）", 2, "逾期怎么办"),
        ("逾期怎么办_第2页", 2, "逾期怎么办"),
        ("逾期怎么办 第二页", 2, "逾期怎么办"),
        ("逾期怎么办【第3页】", 3, "逾期怎么办"),
        ("逾期怎么办(2)", 2, "逾期怎么办"),
        ("逾期怎么办(2)", 1, "逾期怎么办"),
        ("逾期怎么办(1)", 0, "逾期怎么办"),
        ("逾期怎么办(全文)", -1, "逾期怎么办"),
        ("借款指南(4)", 0, "借款指南(4)"),
        ("借款指南（上）", 0, "借款指南（上）"),
        ("借款指南（2024）", 0, "借款指南（2024）"),
        ("第2页", 2, "第2页"),
    ],
)
def test_a_title_without_its_part_s_mark(title: str, number: int, plain: str) -> None:
    assert plain_title(title, number) == plain


@pytest.mark.parametrize(
    "line",
    [
        "第2页",
        "2/3",
        "（第1页/共3页）",
        "本文共3页，当前第2页",
        "（未完待续）",
        "下一页：怎么和银行谈",
        "接上页",
        "请看下一页",
    ],
)
def test_lines_that_tell_of_parts_are_notices(line: str) -> None:
    assert NOTICE.fullmatch(line)


@pytest.mark.parametrize(
    "line", ["第2页合同写明了利率。", "2/3的人选了分期", "下一页纸上写着还款日期，要看清", "共3页的合同"]
)
def test_lines_of_the_text_are_no_notices(line: str) -> None:
    assert not NOTICE.fullmatch(line)


def around(layout: Layout, box: int) -> list[int]:
    """The box and those that hold it."""
    return [box, *around(layout, layout.box_parent[box])] if box else [0]


@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_joined_layout_shows_the_pages_one_after_the_other(pages: list[list[str]]) -> None:
    layouts = [layout for page in pages if isinstance(layout := parse_html("".join(page)), Layout)]
    whole = joined(layouts)
    assert whole.texts == tuple(text for layout in layouts for text in layout.texts)
    columns = (whole.box_parent, whole.box_tag, whole.box_name, whole.box_first, whole.box_last)
    assert len(set(map(len, columns))) == 1
    for n, box in enumerate(whole.boxes):
        assert all(whole.box_first[outer] <= n < whole.box_last[outer] for outer in around(whole, box))
    told = [(layout.texts[n], level) for layout in layouts for n, level in sorted(layout.levels.items())]
    assert [(whole.texts[n], level) for n, level in sorted(whole.levels.items())] == told
    told = [(layout.texts[n], number) for layout in layouts for n, number in sorted(layout.numbers.items())]
    assert [(whole.texts[n], number) for n, number in sorted(whole.numbers.items())] == told


def test_no_block_is_lost_and_each_removed_one_has_its_rule() -> None:
    pages = [part(n, 3, STYLES["title tells"], more=f"<p>（第{n}页/共3页）</p>") for n in (1, 2, 3)]
    documents = [document for page in pages if isinstance(document := wash(page), Document)]
    whole = join(documents)
    assert [block.text for block in whole.blocks] == [block.text for one in documents for block in one.blocks]
    assert [block.removed_by for block in whole.blocks if block.text == LEAD] == [
        None,
        "parts.repeated",
        "parts.repeated",
    ]


def test_joining_again_changes_nothing() -> None:
    documents = [document for n in (1, 2) if isinstance(document := wash(part(n, 2)), Document)]
    whole = join(documents)
    again = join([whole])
    assert [again.layout.texts[n] for n in again.kept] == [whole.layout.texts[n] for n in whole.kept]
    assert (again.title, again.comments, again.published) == (whole.title, whole.comments, whole.published)


def test_what_a_part_says_twice_in_its_middle_stays() -> None:
    pages = [part(n, 2) for n in (1, 2)]
    assert "一样的短句" not in html(1, 2, STYLES["underscore"])
    bodies = [page.body.decode().replace("第", "一样的短句。</p><p>第", 2) for page in pages]
    documents = [
        document
        for page, body in zip(pages, bodies, strict=True)
        if isinstance(document := wash(type(page)(page.url, body.encode())), Document)
    ]
    whole = join(documents)
    assert sum(whole.layout.texts[n].startswith("一样的短句") for n in whole.kept) >= 2


def test_the_only_line_of_every_part_stands_once() -> None:
    body = (
        f"<h1>网贷逾期</h1><p>{SAYS[0].format(n=1)}</p><a href='/a/1_2.html'>下一页</a> <a href='/a/1.html'>上一页</a>"
    )
    pages = [Page(f"{HOST}/a/{name}.html", body.encode()) for name in ("1", "1_2", "1_3")]
    whole = join([document for page in pages if isinstance(document := wash(page), Document)])
    assert [whole.layout.texts[n] for n in whole.kept] == [SAYS[0].format(n=1)]
    assert len(whole.probability) == len(whole.layout.texts)
