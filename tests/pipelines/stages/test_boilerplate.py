"""Boilerplate: lists, sharing, credits and notices go with the rule that says so; sentences with their words stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.evidence import code_points
from pipelines.model import Record
from pipelines.stages.boilerplate import ApplyRules

Made = Callable[[str], Record]
TITLE = "<h1>网贷逾期三个月怎么和平台协商</h1>"
LINES = [
    "逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案。",
    "打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目。",
    "谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年。",
]
BODY = "".join(f"<p>{line}</p>" for line in LINES)
TEASERS = "".join(
    f"<li><a href=/{n}><h4>{title}</h4></a><p>{text}…</p><span>逾期知识</span><span>2024-02-1{n}</span></li>"
    for n, (title, text) in enumerate(
        [
            ("信用卡分期的手续费怎么算", "分期的手续费按照期数计算，提前还清未必能退，签字之前要先看合同"),
            ("车贷还清以后怎样解押", "还清之后带上身份证和结清证明，到车辆管理所办理，一般当天就能办好"),
            ("助学贷款可以展期吗", "继续读书的毕业生可以申请展期，材料要在还款日之前交到学校的资助中心"),
        ]
    )
)

PIECES = {
    "recommendations.also-reading": f"<div><h3>大家还在看</h3><ul>{TEASERS}</ul></div>",
    "sharing.share": "<div>分享到：微信 微博 QQ空间</div>",
    "credits.editor": "<p>【责任编辑：陈默】</p>",
    "credits.source-line": "<p>本文链接：https://a.test/1.html</p>",
    "navigation.neighbours": "<div>上一篇：<a href=/2>分期的手续费怎么算</a></div>",
    "disclaimers.disclaimer": "<p>声明：本站内容来自网络，仅供参考，如有疑问请与我们联系。</p>",
    "footer.registration": "<p>皖ICP备20230001号-2</p>",
    "comments.form": "<div>写下你的评论...</div>",
}


@pytest.mark.parametrize(("rule", "piece"), PIECES.items(), ids=PIECES)
def test_boilerplate_below_the_article_goes_with_its_rule(rule: str, piece: str, record: Made) -> None:
    made = record(f"<body><div class=a>{TITLE}<div class=c>{BODY}</div></div><div class=x>{piece}</div></body>")
    assert made.text == "\n".join(LINES)
    assert rule in {block.removed_by for block in made.removed}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_boilerplate_inside_the_articles_box_goes_too(piece: str, record: Made) -> None:
    assert record(f"<body><div class=a>{TITLE}{BODY}{piece}</div></body>").text == "\n".join(LINES)


def test_a_list_of_teasers_in_the_midst_ends_where_the_article_goes_on(record: Made) -> None:
    rest = f"{LINES[1]}{LINES[2]}"
    made = record(f"<div class=a>{TITLE}<p>{LINES[0]}</p><h3>大家还在看</h3><ul>{TEASERS}</ul><p>{rest}</p></div>")
    assert made.text == f"{LINES[0]}\n{rest}"


def test_everything_at_once(record: Made) -> None:
    made = record(f"<div class=a>{TITLE}{BODY}{''.join(PIECES.values())}</div>")
    assert made.text == "\n".join(LINES)
    assert set(PIECES) <= {block.removed_by for block in made.removed}


SENTENCES = [
    "声明放弃继承的人，不用偿还被继承人的债务，但是要在规定的期限内书面表示。",
    "分享一个真实的案例：老李欠了三家平台，用一年半的时间逐家还清。",
    "编辑短信时写清姓名、金额和日期，发给客服之后截图保存。",
    "下一篇合同写的是展期的条件，签字之前要和上一篇对照着看。",
    "返回顶部重新填写，是很多人申请被拒之后的第一个念头，其实没有必要。",
    "评论这件事的律师说，起诉并不可怕，可怕的是不应诉。",
    "版权所有人起诉之后，借款人才知道那家平台早已换了主人。",
    "大家还在看合同的时候，业务员已经催着签字，这时更要慢下来。",
    "来源合法的收入都可以写进还款计划，兼职的也算。",
    "转载请注明这句话不能免去造谣者的责任，法院的判决里说得明白。",
    "扫码支付之后要核对收款方的名称，名称不符的立刻停手。",
    "相关阅读材料放在附件里，一共三份，都盖了章，可以当作证据。",
]


PROMOS = {
    "promotion.invitation": "<p>长按二维码关注我们，每天一篇理财干货</p>",
    "promotion.handle": "<p>急用钱？有车就能贷，加客服微信 chedai0000 免费咨询！</p>",
    "promotion.label": "<p class=tags>广告</p>",
    "promotion.standing-warning": "<p>★安心新聞網關心您：投資一定有風險，申購前應詳閱公開說明書。</p>",
}


@pytest.mark.parametrize(("rule", "promo"), PROMOS.items(), ids=PROMOS)
@pytest.mark.parametrize("place", [1, 3], ids=["between", "below"])
def test_promos_in_the_article_s_box_go(rule: str, promo: str, place: int, record: Made) -> None:
    lines = [f"<p>{line}</p>" for line in LINES]
    found = record(f"<div class=a>{TITLE}{''.join((*lines[:place], promo, *lines[place:]))}</div>")
    assert found.text == "\n".join(LINES)
    assert rule in {block.removed_by for block in found.removed}


@pytest.mark.parametrize(
    "box",
    ["<main class='wide js-social-anchor'>", "<div class='content sidebar--off--nav'>", "<article id=tag-box>"],
)
def test_a_part_of_a_name_says_nothing_of_a_box_that_is_called_the_article_s(box: str, record: Made) -> None:
    far = "".join(f"<p>{line}，{n}。</p>" for n in range(9) for line in LINES)
    found = record(f"{box}{TITLE}{BODY}</{box[1:].split()[0]}><div class=footer>{far}</div>")
    assert {block.removed_by for block in found.removed if block.text in LINES} == set()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_with_its_words_stay(sentence: str, record: Made, text_record: Made) -> None:
    assert sentence in record(f"<div class=a>{TITLE}{BODY}<p>{sentence}</p></div>").text.split("\n")
    assert sentence in text_record("\n".join(["网贷逾期三个月怎么和平台协商", *LINES, sentence])).text.split("\n")


@pytest.mark.parametrize("heading", ["分享经验", "编辑短信的方法", "评论与建议", "版权归谁", "下一步怎么做"])
def test_headings_inside_the_prose_stay(heading: str, record: Made) -> None:
    assert (
        heading
        in record(
            f"<div class=a>{TITLE}<p>{LINES[0]}</p><h2>{heading}</h2><p>{LINES[1]}</p><p>{LINES[2]}</p></div>"
        ).text
    )


RULES = ApplyRules()
CUES = sorted(RULES._rules_of_cue)


@given(st.lists(st.sampled_from(CUES) | st.sampled_from(CUES).map(lambda cue: cue[:-1]) | st.text(max_size=3)))
def test_cues_are_found_as_a_pattern_of_all_of_them_finds_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = [(match.start(), match.group()) for match in RULES._cue_pattern.finditer(text)]
    assert list(RULES._cues(text, code_points(text))) == found
