"""The second copy of the article on the same page is removed, and nothing that only resembles it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Record

Made = Callable[[str], Record]
TITLE = "网贷逾期三个月怎么和平台协商"
LINES = [
    "逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案，不要急着转账。",
    "一、先核对",
    "打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目，写在纸上照着念。",
    "二、再开口",
    "谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年，日后核对时用得上。",
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_a_copy_in_another_box_is_removed(record: Made) -> None:
    copy = f"<h2>{TITLE}</h2>{paragraphs(LINES)}"
    made = record(f"<body><div class=pc><h1>{TITLE}</h1>{paragraphs(LINES)}</div><div class=m>{copy}</div></body>")
    assert made.text == "\n".join(LINES)


def test_a_copy_in_the_same_box_is_removed_with_its_headings(record: Made) -> None:
    made = record(f"<div><h1>{TITLE}</h1>{paragraphs(LINES)}{paragraphs(LINES)}</div>")
    assert made.text == "\n".join(LINES)
    assert [block.text for block in made.removed if block.removed_by == "second-copy.block"] == LINES


def test_a_copy_differs_in_signs_and_spaces(record: Made) -> None:
    copy = [line.replace("，", ",").replace("。", " .") for line in LINES]
    assert record(f"<div><h1>{TITLE}</h1>{paragraphs(LINES)}{paragraphs(copy)}</div>").text == "\n".join(LINES)


def test_a_copy_in_plain_text_is_removed(text_record: Made) -> None:
    made = text_record("\n\n".join([TITLE, *LINES, "写下你的评论...", TITLE, "2025-03-05 22:51:54", *LINES, "写评论"]))
    assert made.text == "\n".join(LINES)


@pytest.mark.parametrize("joined", [True, False], ids=["joined", "cut"])
def test_a_copy_with_other_borders_is_removed(joined: bool, record: Made) -> None:
    copy = ["".join(LINES)] if joined else [part for line in LINES for part in line.split("，")]
    made = record(f"<div><h1>{TITLE}</h1><div>{paragraphs(LINES)}</div><div>{paragraphs(copy)}</div></div>")
    assert made.text == "\n".join(LINES)


@pytest.mark.parametrize("hiding", ["hidden", 'style="display: none"', 'style="visibility:hidden"'])
def test_a_hidden_copy_is_removed_in_english_too(hiding: str, record: Made) -> None:
    lines = [
        "The lender must tell the borrower in writing before it adds any fee, and say how it was worked out.",
        "Where one of these is missing the borrower may refuse to pay, and keep the letter for two years.",
    ]
    copy = "".join(f"<p {hiding}>{line}</p>" for line in lines)
    assert record(f"<div><h1>Fees</h1>{paragraphs(lines)}{copy}</div>").text == "\n".join(lines)


def test_short_lines_may_come_again(record: Made) -> None:
    lines = [LINES[0], "注意事项", LINES[2], "注意事项", LINES[4], "仅限本人办理"]
    assert record(f"<div><h1>{TITLE}</h1>{paragraphs(lines)}</div>").text == "\n".join(lines)


def test_a_paragraph_that_differs_in_a_word_stays(record: Made) -> None:
    lines = [LINES[0], LINES[0].replace("三个月", "六个月"), LINES[2]]
    assert record(f"<div><h1>{TITLE}</h1>{paragraphs(lines)}</div>").text == "\n".join(lines)
