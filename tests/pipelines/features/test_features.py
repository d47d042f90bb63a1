"""Each block has each feature, whatever the page; and features say what their names say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.classifier import FIRST, GRID, SECOND, learned
from pipelines.features import NAMES, Features, features, reading
from pipelines.features.names import BIT, hints
from pipelines.features.smoothing import NAMES as SMOOTHED
from pipelines.features.smoothing import smoothed
from pipelines.features.wanted import Wanted
from pipelines.model import Document, Page
from pipelines.recipe import RECIPE, read, wash
from pipelines.stages.body import SelectBody

BEFORE = next(k for k, stage in enumerate(RECIPE) if isinstance(stage, SelectBody))
TITLE = "逾期三个月怎么协商"
PAGE = f"""<title>{TITLE}</title><div class="nav"><a href="/">首页</a></div><h1>{TITLE}</h1>
<div class="article"><p>逾期三个月以后，先核对账单，再联系客服。</p><p>协商的时候，把通话录下来，留好凭证。</p></div>
<div class="hot"><a href="/2">信用卡分期要看哪些费用</a></div>"""


def known(html: str) -> tuple[Document, Features]:
    document = wash(Page("https://a.test/1.html", html.encode()), RECIPE[:BEFORE])
    assert isinstance(document, Document)
    return document, features([document])


def row(found: Features, name: str) -> list[float]:
    values: list[float] = found.rows[NAMES.index(name)].tolist()
    return values


def test_no_two_features_share_a_name() -> None:
    assert [name for name, count in Counter(SECOND).items() if count > 1] == []
    assert (*SMOOTHED, *FIRST) == SECOND


def test_features_say_what_their_names_say() -> None:
    document, found = known(PAGE)
    assert document.layout.texts[1] == TITLE
    assert row(found, "link") == [1, 0, 0, 0, 1]
    assert row(found, "paragraph") == [0, 0, 1, 1, 0]
    assert row(found, "title_below") == [0, 0, 1, 1, 1]
    assert row(found, "first_distance") == [-2, -1, 0, 1, 2]
    assert row(found, "in_chosen") == [0, 0, 1, 1, 0]
    assert row(found, "own_related")[-1] == 1
    assert row(found, "title_words")[2] > row(found, "title_words")[3]
    assert row(found, "same_path+1") == [0, 0, 1, 0, 0]


PIECES = st.sampled_from(
    (
        "<div>",
        "</div>",
        "<p>",
        "<table><tr><td>",
        "<h2>二</h2>",
        "<br>",
        "<a href=/1>甲",
        "</a>",
        "逾期，先核对账单。",
        "x",
        "😀。",
        "1",
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map("".join), st.data())
def test_every_block_has_finite_features_whatever_the_page(html: str, data: st.DataObject) -> None:
    document = read(Page("https://a.test/1.html", html.encode()))
    if not isinstance(document, Document):
        return
    count = len(document.layout.texts)
    found = features([document])
    assert found.rows.shape == (len(NAMES), count)
    assert np.isfinite(found.rows).all()
    grid = st.integers(1, GRID - 1).map(lambda step: step / GRID)
    probability = np.array(data.draw(st.lists(grid, min_size=count, max_size=count)))
    again = smoothed(found, probability)
    assert again.shape == (len(SMOOTHED), count)
    assert np.isfinite(again).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=20).map("".join), min_size=1, max_size=6))
def test_a_page_has_the_same_features_and_the_same_text_whichever_pages_stand_beside_it(bodies: list[str]) -> None:
    read = (wash(Page("https://a.test/1.html", html.encode()), RECIPE[:BEFORE]) for html in [PAGE, *bodies])
    documents = [document for document in read if isinstance(document, Document)]
    found = features(documents)
    inputs = learned().inputs(found)
    columns = zip(found.pages.start.tolist(), found.pages.end.tolist(), strict=True)
    stage = RECIPE[BEFORE]
    assert isinstance(stage, SelectBody)
    together = stage.many(documents)
    for document, (first, end), after in zip(documents, columns, together, strict=True):
        assert (learned().inputs(features([document])) == inputs[:, first:end]).all()
        assert after == stage(document)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=20).map("".join), max_size=3), st.sets(st.sampled_from(SECOND)))
def test_a_feature_is_the_same_whatever_others_are_wanted(bodies: list[str], names: set[str]) -> None:
    read = (wash(Page("https://a.test/1.html", html.encode()), RECIPE[:BEFORE]) for html in [PAGE, *bodies])
    documents = [document for document in read if isinstance(document, Document)]
    every, wanted = features(documents), reading(sorted(names.intersection(NAMES)))
    found = features(documents, wanted)
    assert (found.rows == every.rows[wanted.at(NAMES)]).all()
    assert names.intersection(NAMES) <= set(wanted.of(NAMES))
    probability = learned().first.probability(every.rows)
    own = Wanted(names)
    assert (smoothed(found, probability, own) == smoothed(every, probability)[own.at(SMOOTHED)]).all()


def test_the_classifier_judges_the_same_by_what_it_reads_as_by_every_feature() -> None:
    document, every = known(PAGE)
    found, probability = learned().judged([document])
    first = learned().first.probability(every.rows)
    assert probability.tolist() == learned().second.probability(smoothed(every, first), every.rows).tolist()
    assert len(found.rows) < len(every.rows)


@pytest.mark.parametrize(
    ("tag", "name", "expected"),
    [
        ("div", "article-content", {"article", "content"}),
        ("div", "", set()),
        ("nav", "", {"nav"}),
        ("div", "RelatedList", {"related", "list"}),
    ],
)
def test_names_give_hints(tag: str, name: str, expected: set[str]) -> None:
    bits = hints(tag, name)
    assert {hint for hint, bit in BIT.items() if bits & bit} == expected
