"""The letters of many texts at once are those of each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.letters import han_of, letters_of
from pipelines.stages.lines import letters

TEXT = st.text(st.characters(exclude_characters="\n"))


@given(st.lists(TEXT, min_size=1))
def test_the_letters_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    assert letters_of(texts) == tuple(map(letters, texts))


@pytest.mark.parametrize(
    "text", ["ΑΣ", "ΣΑΣ", "İstanbul", "x_y", "，。", "", "𠮷野家 ＡＢＣ", "ＡＢＣ", "第１条", "😀"]
)
def test_letters_whose_lower_case_is_not_one_of_its_own_are_as_in_a_text_alone(text: str) -> None:
    assert letters_of([text, "逾期", text]) == (letters(text), "逾期", letters(text))


@given(st.lists(TEXT, min_size=1))
def test_the_chinese_characters_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    texts = [*texts, "\u33ff\u3400𠮷a逾期。\u9fff\ua000\ud840", ""]
    assert han_of(texts) == tuple(re.sub(r"[^\u3400-\u9fff]+", "", text) for text in texts)
