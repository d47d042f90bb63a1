"""The parts that training is made of: labels by alignment, scores, made pages, the regression."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.body_classifier import made
from benchmarks.body_classifier.alignment import aligned
from benchmarks.body_classifier.logistic import fitted
from benchmarks.body_classifier.pages import Labelled
from benchmarks.body_classifier.score import Scorer
from pipelines.layout import Layout
from pipelines.model import Document, Page
from pipelines.recipe import read

PARAGRAPHS = [f"第{word}步，先核对账单，再联系客服，说明还款的打算和理由。" for word in "一二三四五六"]
HTML = f"""<div class="top">首页</div><div class="main"><h1>逾期怎么协商</h1><div class="text">
{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</div><ul><li>上一篇</li></ul></div><div class="foot">关于我们</div>"""


def page(name: str, html: str = HTML) -> Labelled:
    document = read(Page(f"https://{name}.test/1.html", html.encode()))
    assert isinstance(document, Document)
    labels = tuple("B" if text in PARAGRAPHS else "X" for text in document.layout.texts)
    return Labelled(name, "zhpages", "article", name, document, labels)


def assert_sound(layout: Layout) -> None:
    count = len(layout.texts)
    assert len(layout.boxes) == len(layout.link_chars) == count
    assert (layout.box_first[0], layout.box_last[0]) == (0, count)
    for n, box in enumerate(layout.boxes):
        assert layout.box_first[box] <= n < layout.box_last[box]
    for box, parent in enumerate(layout.box_parent[1:], 1):
        assert parent < box
        assert layout.box_first[parent] <= layout.box_first[box] <= layout.box_last[box] <= layout.box_last[parent]


def test_made_pages_are_sound_and_keep_their_labels() -> None:
    sources = [page("one"), page("two", HTML.replace("text", "body")), page("three")]
    found = list(made.made_pages(sources, seed=1))
    assert len(found) > len(sources)
    for one, sites in found:
        assert_sound(one.document.layout)
        assert one.site in sites
        body = [text for text, label in zip(one.document.layout.texts, one.labels, strict=True) if label == "B"]
        assert body == PARAGRAPHS[: len(body)]
    lists = [one for one, _ in found if "B" not in one.labels]
    assert 0 < len(lists) < len(found) / 2
    assert all(sum(chars > 0 for chars in one.document.layout.link_chars) >= 4 for one in lists), "each teaser leads on"
    above = [one.labels.index("B") for one, _ in found if "B" in one.labels]
    assert max(above) > min(above) + 1, "some have others' text above theirs"
    assert any(len(one.document.layout.texts) > len(HTML.split("<p>")) + 4 for one, _ in found), "some are feeds"


def test_made_pages_are_the_same_for_the_same_seed() -> None:
    sources = [page("one"), page("two")]
    once, again = ([(one.labels, sites) for one, sites in made.made_pages(sources, seed=3)] for _ in range(2))
    assert once == again


@pytest.mark.parametrize("seed", range(5))
def test_a_shortened_article_keeps_its_first_paragraphs(seed: int) -> None:
    source = page("one")
    shortened = made._shortened(source.document.layout, list(source.labels), random.Random(seed))  # noqa: S311
    assert shortened is not None
    assert_sound(shortened[0])
    assert shortened[0].texts[-2:] == ("上一篇", "关于我们")


def test_a_text_is_found_among_a_pages_lines() -> None:
    lines = ["首页", "逾期怎么协商", PARAGRAPHS[0], "广告", PARAGRAPHS[1], "小标题", PARAGRAPHS[2], "首页"]
    assert aligned(lines, PARAGRAPHS[0] + PARAGRAPHS[1] + "小标题" + PARAGRAPHS[2]) == {2, 4, 5, 6}


def test_the_second_of_two_places_is_taken_where_the_order_asks_for_it() -> None:
    lines = [PARAGRAPHS[1], PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2]]
    assert aligned(lines, "".join(PARAGRAPHS[:3])) == {1, 2, 3}


def test_scores_are_those_of_the_shared_scorer(shared: object) -> None:
    said = [("X", "首页网站导航关于我们"), ("B", "先核对账单再联系客服"), ("B", "说明还款的打算和理由")]
    scorer = Scorer(tuple(text for _, text in said), said, discussion=False)
    assert scorer([1, 2])[:3] == (1, 1, 0)
    lost = scorer([0])
    assert lost.lost
    assert lost.leak == 1
    assert scorer([1]).recall == pytest.approx(0.5)


def test_the_regression_finds_what_tells_body_apart() -> None:
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(4000, 3)).astype(np.float32)
    body = (rows[:, 1] > 0).astype(np.float64)
    found = fitted(rows, body, np.ones(len(rows)))
    assert found.strongest(1).tolist() == [1]
    linear = found.linear(("a", "b", "c"), np.arange(3))
    right = (linear.probability(rows.T.astype(np.float64)) > 0.5) == (body > 0.5)
    assert right.mean() > 0.95
