from __future__ import annotations

import pytest

from pipelines.script import OPENCC_VERSION, detect_script, simplify_characters_table, to_simplified


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("信用卡逾期后，银行会先打电话提醒，再决定是否起诉。", "Hans"),
        ("信用卡逾期後，銀行會先打電話提醒，再決定是否起訴。", "Hant"),
        ("银行贷款", "Hans"),
        ("銀行貸款", "Hant"),
        ("皇后住在里面，台上只有一面鼓", ""),  # 后, 里, 台, 只, 面 belong to both scripts
        ("信用卡逾期", ""),
        ("", ""),
        ("Credit cards and 2024", ""),
        ("贷款优惠與手續", ""),  # two of each
        ("他写道：“中華民國”四个字，笔画清楚，后来还有许多书页这样写着。", "Hans"),
        ("銀行のローンを返済できないときは、早めに窓口へ相談してください。国や学校の制度も会えば使えます。", ""),
        ("신용카드 연체가 발생하면 은행은 먼저 전화로 알려 드립니다. 貸款 銀行", ""),
        ("节目组请来了ありがとう乐队，他们说这场演出让观众难忘，门票很快卖完，歌迷们还在门外等着入场呢。", "Hans"),
        ("很\ud800贷款\udfff银行", "Hans"),
        ("𠀀𠀁貸款銀行", "Hant"),
    ],
)
def test_script_is_told_by_characters_of_one_script_only(text: str, script: str) -> None:
    assert detect_script(text) == script


def test_few_signs_in_a_long_text_tell_nothing() -> None:
    assert detect_script("我在家和他一起看山水，" * 60 + "銀行") == ""


def test_simplified_form_considers_phrases() -> None:
    assert to_simplified("乾隆皇帝後來乾脆把頭髮剪了") == "乾隆皇帝后来干脆把头发剪了"


def test_the_table_converts_single_characters() -> None:
    table = simplify_characters_table()
    assert {chr(code): chr(table[code]) for code in map(ord, "銀後乾")} == {"銀": "银", "後": "后", "乾": "干"}
    assert ord("的") not in table
    assert OPENCC_VERSION
