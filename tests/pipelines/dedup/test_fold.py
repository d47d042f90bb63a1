from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup.fold import FOLD_VERSION, content_hash, fold, fold_codes

ANY_TEXT = st.text(st.characters())  # lone surrogates included
MIXED = st.text(st.sampled_from("銀行贷款著着Aa①⑽㈱½ßŒﬃ한글é\u0301ｶﾞが９9٣Ⅳ薴龜﷼㎡\u200b 　，。\ud800𝟗𠮟"), max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Credit CARD", "credit card"),
        ("信用卡逾期後怎麼辦", "信用卡逾期后怎么办"),
        ("衛生紙與衞生紙", "卫生纸与卫生纸"),
        ("看著覆雜的影像，瞭解一下", "看着复杂的影象，了解一下"),
        ("信用卡， 逾期！", "信用卡逾期"),
        ("第\u3000一\u200b段\n第二段", "第一段第二段"),
        ("“银行”", "「银行」"),
        ("①⑵㈢", "12三"),
        ("㎡ № ½", "m2 no 12"),
        ("ﬃ Straße", "ffi STRASSE"),
        ("가나다", unicodedata.normalize("NFD", "가나다")),
        ("Café", "Cafe\u0301"),
        ("豈", "豈"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
    ],
)
def test_forms_of_one_text_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("利率 4.35%", "利率 4.36%"),
        ("2024 年", "2025 年"),
        ("逾期 11 天", "逾期 1 天"),
        ("逾期 000 元", "逾期 00 元"),
        ("贷款", "借款"),
        ("信用卡", "卡信用"),
    ],
)
def test_different_texts_and_digits_stay_apart(one: str, other: str) -> None:
    assert content_hash(one) != content_hash(other)


def test_the_fold_is_letters_and_digits_in_their_order() -> None:
    assert fold("【銀行】2024年，利率 ４.35%！(LPR)") == "银行2024年利率435lpr"


@pytest.mark.parametrize("text", ["", " \n\t", "，。！？…——", "\u200b\ufeff", "\ud800"])
def test_a_text_without_letters_and_digits_folds_to_nothing(text: str) -> None:
    assert fold(text) == ""
    assert fold_codes(text).size == 0
    assert content_hash(text) == content_hash("")


def test_hash_is_sixteen_bytes_and_codes_are_code_points() -> None:
    assert len(content_hash("银行")) == 16
    codes = fold_codes("銀行𠮷")
    assert codes.dtype == np.uint32
    assert [chr(code) for code in codes] == ["银", "行", "𠮷"]


def test_the_version_names_what_the_fold_stands_on() -> None:
    assert unicodedata.unidata_version in FOLD_VERSION
    assert "opencc-" in FOLD_VERSION


@given(ANY_TEXT | MIXED)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT | MIXED, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normal_forms_fold_alike(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)  # type: ignore[arg-type]  # the four literals


@given(st.lists(ANY_TEXT | MIXED, max_size=6), st.sampled_from([" ", "\u3000", "\n", "，", "·", "”", "\u200d"]))
def test_spaces_and_punctuation_between_do_not_matter(parts: list[str], gap: str) -> None:
    assert fold(gap.join(parts)) == fold("".join(parts))


@given(ANY_TEXT | MIXED)
def test_only_letters_and_digits_are_left(text: str) -> None:
    assert all(unicodedata.category(c)[0] in "LN" for c in fold(text))
