"""Readers' comments: told apart from the article, with who, in which role, when and what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Record, Role

Made = Callable[[str], Record]
HEAD = "<h1>网贷逾期三个月怎么和平台协商</h1><div>2025-03-05 22:51 来源：安心网</div>"
LINES = [
    "逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案。",
    "打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目。",
    "谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年。",
]
BODY = "".join(f"<p>{line}</p>" for line in LINES)
SAID = [
    "我上个月打过去，客服同意分成十二期。",
    "先把账单导出来再谈，数目对不上的时候才有底气。",
    "记得问清楚工号，通话要录音。",
]


def told(record: Record) -> list[tuple[str | None, str | None, str]]:
    return [(comment.author, comment.role, comment.text) for comment in record.comments]


ROLES = {
    "头像 沈星河 2025-03-06": ("沈星河", None),
    "头像 沈星河-律师 2025-03-06": ("沈星河", "律师"),
    "头像 沈星河-实习律师 2025-03-06": ("沈星河", "实习律师"),
    "头像 沈星河-法务助理 2025-03-06": ("沈星河", "法务助理"),
    "头像 沈星河-法律顾问 2025-03-06": ("沈星河", "法律顾问"),
    "沈星河（律师） 2025-03-06 10:20": ("沈星河", "律师"),
    "沈星河 2025-03-06": ("沈星河", None),
    "沈星河 发表于 2025-03-06 10:20:30": ("沈星河", None),
    "头像 小鬼Joy_99 2025年3月6日 10:20": ("小鬼Joy_99", None),
    "头像 2025-03-06": (None, None),
}


@pytest.mark.parametrize(("head", "who"), ROLES.items(), ids=ROLES)
def test_who_said_it_and_in_which_role(head: str, who: tuple[str | None, str | None], record: Made) -> None:
    said = f"<div><div>{head}</div><div>{SAID[0]}</div></div><div><div>头像 路人甲 2025-03-07</div><div>{SAID[1]}</div></div>"
    made = record(f"<div>{HEAD}{BODY}<h3>精彩评论</h3>{said}</div>")
    assert told(made) == [(*who, SAID[0]), ("路人甲", None, SAID[1])]
    assert made.comments[0].published is not None
    assert made.comments[0].published.date().isoformat() == "2025-03-06"
    assert made.text == "\n".join(LINES)


@pytest.mark.parametrize(
    "heading",
    [
        *("精彩评论", "网友评论", "最新评论", "热门评论(3)", "全部评论：", "用户点评", "Comments (3)"),
        *("評論區", "大家怎么说", "网友怎么看？"),
    ],
)
def test_headings_open_comments(heading: str, record: Made) -> None:
    items = "".join(f"<li>读者{n} 2025-03-0{n}<p>{said}</p></li>" for n, said in enumerate(SAID, 1))
    made = record(f"<div>{HEAD}{BODY}</div><div><h4>{heading}</h4><ul>{items}</ul></div>")
    assert told(made) == [(f"读者{n}", None, said) for n, said in enumerate(SAID, 1)]
    assert made.text == "\n".join(LINES)


@pytest.mark.parametrize("when", ["7月3日 08:12", "07-03 22:05", "昨天 9:40", "3小时前", "12 分钟前"])
def test_a_day_without_its_year_begins_a_comment_of_no_told_time(when: str, record: Made) -> None:
    items = "".join(f"<div><div>路人{'甲乙丙'[n]} {when}</div><div>{said}</div></div>" for n, said in enumerate(SAID))
    made = record(f"<div>{HEAD}{BODY}<h3>大家怎么说</h3>{items}</div>")
    assert told(made) == [(f"路人{'甲乙丙'[n]}", None, said) for n, said in enumerate(SAID)]
    assert {comment.published for comment in made.comments} == {None}
    assert made.text == "\n".join(LINES)


def test_name_and_date_may_stand_on_lines_of_their_own(record: Made) -> None:
    items = "".join(
        f"<li><b>读者{'甲乙丙'[n]}</b><br><i>2025-03-0{n + 1}</i><p>{said}</p></li>" for n, said in enumerate(SAID)
    )
    made = record(f"<div>{HEAD}{BODY}</div><div><h4>网友评论</h4><ul>{items}</ul></div>")
    assert told(made) == [(f"读者{'甲乙丙'[n]}", None, said) for n, said in enumerate(SAID)]


def test_avatars_need_no_heading(record: Made) -> None:
    said = "".join(f"<p>头像 读者{'甲乙丙'[n]}-律师 2025-03-0{n + 1}<br>{said}</p>" for n, said in enumerate(SAID))
    made = record(f"<div>{HEAD}{BODY}{said}</div>")
    assert told(made) == [(f"读者{'甲乙丙'[n]}", "律师", said) for n, said in enumerate(SAID)]
    assert made.text == "\n".join(LINES)


def test_in_plain_text_a_comment_is_a_line_after_its_head(text_record: Made) -> None:
    lines = ["网贷逾期三个月怎么和平台协商", "2025-03-05", *LINES, "精彩评论"]
    for n, said in enumerate(SAID):
        lines += [f"头像 读者{'甲乙丙'[n]}-律师 2025-03-0{n + 1}", said]
    made = text_record("\n".join([*lines, "【责任编辑：陈默】"]))
    assert told(made) == [(f"读者{'甲乙丙'[n]}", "律师", said) for n, said in enumerate(SAID)]
    assert made.text == "\n".join(LINES)


def test_a_comment_told_twice_is_one_comment(record: Made) -> None:
    said = "<h3>精彩评论</h3>" + "".join(
        f"<p>头像 读者{'甲乙丙'[n]} 2025-03-0{n + 1}<br>{said}</p>" for n, said in enumerate(SAID)
    )
    made = record(f"<div>{HEAD}{BODY}<div>{said}</div><div>{said}</div></div>")
    assert [text for _, _, text in told(made)] == SAID
    assert made.text == "\n".join(LINES)


def test_their_blocks_are_labelled_as_comments(record: Made) -> None:
    said = f"<h3>精彩评论</h3><p>头像 读者甲 2025-03-06<br>{SAID[0]}</p><p>头像 读者乙 2025-03-06<br>{SAID[1]}</p>"
    removed = {block.text: block.role for block in record(f"<div>{HEAD}{BODY}{said}</div>").removed}
    assert removed[SAID[0]] is removed[SAID[1]] is Role.COMMENT


def test_the_comments_end_where_the_page_goes_on(record: Made) -> None:
    said = "<h3>精彩评论</h3>" + "".join(
        f"<p>头像 读者{'甲乙丙'[n]} 2025-03-0{n + 1}<br>{said}</p>" for n, said in enumerate(SAID)
    )
    made = record(f"<div>{HEAD}{BODY}{said}<div>【纠错】【责任编辑：陈默】</div><div>京ICP备00000000号</div></div>")
    assert [text for _, _, text in told(made)] == SAID


@pytest.mark.parametrize(
    "sentence",
    [
        "评论区里常有人问，还清之后多久能消除记录，答案是从还清那天算起五年。",
        "网友评论说得对，先核对再签字，签了字再反悔就晚了。",
        "头像换成企业标志的客服，未必真是官方的人，转账之前要打官方电话核实。",
        "律师 2025-03-05 出具的函件，应当写明委托人和依据，没有的可以要求补充。",
    ],
)
def test_sentences_with_such_words_are_no_comments(sentence: str, record: Made) -> None:
    made = record(
        f"<div>{HEAD}{BODY}<p>{sentence}</p>{BODY.replace('三个月', '四个月').replace('打电话', '写邮件')}</div>"
    )
    assert made.comments == ()
    assert sentence in made.text


def test_a_heading_without_comments_takes_nothing(record: Made) -> None:
    made = record(f"<div>{HEAD}{BODY}</div><div><h3>网友评论</h3><div>还没有评论，快来抢沙发</div></div>")
    assert made.comments == ()
    assert made.text == "\n".join(LINES)
