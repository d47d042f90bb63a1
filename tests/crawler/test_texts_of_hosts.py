"""What of a page's words its own URL says."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.yields.texts import Texts, _without


def standing(text: str, number: str) -> str:
    """As a pattern has it, which is slow."""
    return re.sub(rf"(?<!\d)0*{number}(?!\d)", "", text)


@given(st.text("0127a７ "), st.from_regex(r"[12][0-2]{0,2}", fullmatch=True))
def test_a_number_is_left_out_where_it_stands_by_itself(text: str, number: str) -> None:
    assert _without(text, (), [number]) == standing(text, number)


def test_words_and_numbers_of_the_url_are_left_out() -> None:
    assert _without("loan 第007页，共70页 lo", ["loan", "lo"], ["7", "8"]) == " 第页，共70页 "


def test_pages_that_differ_in_their_own_number_say_the_same() -> None:
    texts = Texts()
    first, second = (texts.read(f"https://h.test/list/{n}.html", None, None, [f"第{n}页", "没有结果"]) for n in (3, 4))
    assert (first.varies, second.varies) == (True, False)
    assert (first.differs, second.differs) == (True, True)
    assert first.saying == second.saying
