"""Likeness to the examples: it tells a near anchor from a far one."""

from __future__ import annotations

from crawler.topic import Profile

EXAMPLE = "信用卡逾期之后怎么和银行协商分期还款,逾期会不会影响征信,协商还款需要准备哪些材料。"


def test_an_anchor_on_the_topic_is_nearer_than_another() -> None:
    profile = Profile()
    profile.learn(EXAMPLE)
    assert profile.likeness("逾期还款怎么协商") > profile.likeness("今日天气预报查询")
    assert 0.0 <= profile.likeness("今日天气预报查询") <= profile.likeness(EXAMPLE) <= 1.0


def test_without_examples_or_text_nothing_is_alike() -> None:
    assert not Profile()
    assert Profile().likeness("逾期") == 0.0
    assert Profile().likeness("") == 0.0


def test_learning_does_not_depend_on_the_order_of_equals() -> None:
    one, other = Profile(), Profile()
    one.learn("逾期 还款")
    other.learn("还款 逾期")
    assert one.likeness("逾期还款") == other.likeness("逾期还款")
