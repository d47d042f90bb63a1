"""What one text is to another."""

from __future__ import annotations

import random

import pytest

from pipelines.dedup.features import Text, texts_of
from pipelines.dedup.pairs import Direction, Judgement, Kind, Veto, judge
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, of_groups
from tests.pipelines.dedup.articles import CHARACTERS, SYNONYMS, article, product, spun

KNOWN = of_groups(SYNONYMS)
LONG = article(1, sentences=30)
FOOTER = "\n" + "本站内容来自网络，仅供参考，不构成投资建议，转载请注明出处。联系客服可以撤下。"


def judged(one: str, other: str, synonyms: Synonyms = NO_SYNONYMS) -> Judgement:
    (text, before), _ = texts_of([one, other], synonyms)
    return judge(text, before)


def test_boilerplate_around_does_not_hide_a_copy() -> None:
    told = judged("首页 新闻 理财\n" + LONG + FOOTER, LONG)
    assert told.copy
    assert told.kind is Kind.NEAR
    assert told.containment == 1
    assert 0 < told.new < 0.1


def test_moved_paragraphs_do_not_hide_a_copy() -> None:
    lines = LONG.split("\n")
    assert judged("\n".join(lines[9:] + lines[:9]), LONG).kind is Kind.NEAR


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_known_synonyms_count_as_one_word(share: float) -> None:
    told = judged(spun(LONG, share=share), LONG, KNOWN)
    assert told.copy
    assert told.kind is Kind.SPUN
    assert told.jaccard > 0.9


def test_unknown_synonyms_lower_the_likeness_but_texts_that_run_in_parallel_are_copies() -> None:
    rng = random.Random(1)  # noqa: S311 -- a text, no secret
    letters = list(LONG)
    for n in range(3, len(letters) - 3, 13):
        letters[n] = rng.choice(CHARACTERS)
    told = judged("".join(letters), LONG)
    assert told.copy
    assert told.kind is Kind.SPUN
    assert told.jaccard < 0.5


def test_a_part_lies_inside_and_the_whole_around() -> None:
    part = LONG[: len(LONG) // 2]
    inside, around = judged(part, LONG), judged(LONG, part)
    assert (inside.kind, inside.direction, inside.fuller) == (Kind.CONTAINED, Direction.INSIDE, False)
    assert (around.kind, around.direction, around.fuller) == (Kind.CONTAINED, Direction.AROUND, True)
    assert inside.new == 0
    assert around.new == pytest.approx(0.5, abs=0.05)


def test_a_text_twice_on_its_page_is_near_and_no_fuller() -> None:
    told = judged(LONG + "\n" + LONG, LONG)
    assert (told.kind, told.direction, told.fuller) == (Kind.NEAR, Direction.SAME, False)


def test_the_same_template_with_other_numbers_is_another_article() -> None:
    told = judged(product("微粒贷", [115, 36, 990, 412, 87], 7), product("微粒贷", [230, 54, 120, 777, 65], 7))
    assert not told.copy
    assert told.veto is Veto.NUMBERS
    assert told.numbers == 0


def test_the_same_text_about_another_product_is_another_article() -> None:
    numbers = [115, 36, 990, 412, 87]
    told = judged(product("微粒贷", numbers, 7), product("京东金条", numbers, 7))
    assert not told.copy
    assert told.veto is Veto.NAMES
    assert told.numbers == 1


def test_dates_in_leftover_boilerplate_are_no_numbers_of_the_article() -> None:
    one = "发布时间 2024-03-18 14:22 阅读 1832\n" + LONG
    other = LONG + "\n更新于 2021年11月07日 浏览 65 次 编辑 9041"
    assert judged(one, other).copy


def test_texts_with_one_paragraph_in_common_are_two() -> None:
    one, other = article(11), article(12)
    told = judged(one + FOOTER, other + FOOTER)
    assert not told.copy
    assert told.veto is Veto.NONE


def test_a_judgement_does_not_depend_on_the_batch() -> None:
    texts = [LONG, spun(LONG), product("微粒贷", [115, 36], 7), LONG[:200]]
    together, _ = texts_of(texts, KNOWN)
    alone: list[Text] = [texts_of([text], KNOWN)[0][0] for text in texts]
    assert [judge(a, b) for a in together for b in together] == [judge(a, b) for a in alone for b in alone]
