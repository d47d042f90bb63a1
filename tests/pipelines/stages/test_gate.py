"""The gate: articles pass, and pages that hold none are rejected with what speaks against them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Document, Page, Reason, Record, Rejected
from pipelines.recipe import RECIPE, wash
from pipelines.stages.gate import RequireArticle

LINES = [
    "逾期三个月以后，平台多半已经把案子转给了外部的公司，先弄清现在由谁负责，再谈方案。",
    "打电话之前，把每月的收入和必要的支出列成表，算出真正能拿出来还款的数目。",
    "谈妥的方案要有书面的确认，没有确认就不要转账，转账的凭证至少保存两年。",
]
BODY = "".join(f"<p>{line}</p>" for line in LINES)
TITLES = [
    "网贷逾期三个月怎么协商",
    "信用卡最低还款有什么后果",
    "车贷提前还清要带哪些材料",
    "房贷利率调整从哪天算起",
    "什么是等额本息",
    "公积金贷款要多久才批下来",
    "征信报告怎样在网上查询",
    "担保人要承担哪些责任",
    "借条怎么写才有效",
    "利息超过多少不受保护",
]
LINKS = "".join(f"<li><a href=/{n}.html>{title}</a></li>" for n, title in enumerate(TITLES))
TEASERS = "".join(
    f"<div class=item><h3><a href=/{n}.html>{title}</a></h3>"
    f"<p>这里说的是“{title}”，先讲条件，再讲步骤，最后是要留意的地方……</p>"
    f"<span>2025-03-{n + 10}</span></div>"
    for n, title in enumerate(TITLES)
)

NO_ARTICLES: dict[str, tuple[str, Reason]] = {
    "a home page": (f"<title>安心理财网</title><div><ul>{LINKS}</ul></div><div><ul>{LINKS}</ul></div>", Reason.LIST),
    "a list page": (
        f"<title>逾期知识_安心理财网</title><h1>逾期知识</h1><ul>{LINKS}</ul><div>首页 1 2 下一页</div>",
        Reason.LIST,
    ),
    "a list of teasers": (f"<title>逾期知识_安心理财网</title><h1>逾期知识</h1><div>{TEASERS}</div>", Reason.LIST),
    "a calendar of numbers": (
        "<h1>2025年4月财经日历</h1><table>"
        + "".join(
            "<tr>" + "".join(f"<td>{week + day}</td>" for day in range(1, 8)) + "</tr>" for week in (0, 7, 14, 21)
        )
        + "</table><p>本月暂无事件</p><a href=/calendar/2025/05/>下个月</a>",
        Reason.NO_ARTICLE,
    ),
    "a few words": ("<title>公告</title><h1>公告</h1><p>今天休息一天。</p>", Reason.NO_ARTICLE),
    "a home page that tells of its site": (
        f"<title>安心理财网</title><ul>{LINKS}</ul><ul>{LINKS}</ul><p>安心理财网，专注个人理财知识，服务百万用户。</p>",
        Reason.LIST,
    ),
    "a list without anything in it": ("<title>贷款知识</title><h1>贷款知识</h1><p>敬请期待。</p>", Reason.NO_ARTICLE),
}


TOLD = (
    "银行的信贷经理说，逾期三个月以后，平台多半已经把案子转给了外部的公司，先要弄清现在由谁负责，再谈还款的方案。",
    "如果借款人没有留下书面的凭证，法院开庭之前银行会重新评估，账户也可能被冻结，千万不要轻信代办的广告",
)
MOST = "".join(TOLD) + "..."
WHO = "<p class=meta>2025-03-10 编辑部 阅读(12)</p>"
BREAK_OFF = {
    f"{count} of them": "<title>房贷_安心理财网</title><div class=content><h1>房贷</h1>"
    + "".join(
        f"<article><header><a href=/h>房贷</a><h2><a href=/{n}.html>{TITLES[n]}</a></h2></header>{WHO}"
        f"<p class=note>{MOST}</p></article>"
        for n in range(count)
    )
    + f"</div><div class=sidebar><ul>{LINKS}</ul></div>"
    for count in (1, 2)
}
EXCERPTS = {
    "its own title is a link": f"<title>{TITLES[0]}_安心理财网</title><h1><a href=/1.html>{TITLES[0]}</a></h1>{WHO}<p>{MOST}</p>",
    "its source is a link": f"<h1>{TITLES[0]}</h1><div>来源：</div><div><a href=http://b.test>安心理财周刊</a></div><p>{MOST}</p>",
    "a button opens the rest": f"<h1>房贷</h1><p><a href=/z>信用卡逾期专题</a></p><p>{MOST}展开全文</p>",
    "a paragraph is whole": f"<h1>房贷</h1><p><a href=/z>信用卡逾期专题</a></p><p>{MOST}</p><p>{LINES[2]}</p>",
}


def judged_surely(html: str) -> Document | Rejected:
    """What the gate says where no probability counts for too low to let a text break off."""
    gate = next(n for n, stage in enumerate(RECIPE) if isinstance(stage, RequireArticle))
    document = wash(Page("https://a.test/1.html", f"<html><body>{html}</body></html>".encode()), RECIPE[:gate])
    return RequireArticle(surest=0.0)(document) if isinstance(document, Document) else document


@pytest.mark.parametrize("page", BREAK_OFF.values(), ids=BREAK_OFF)
def test_what_breaks_off_below_links_is_a_list_however_probable(page: str) -> None:
    told = judged_surely(page)
    assert isinstance(told, Rejected)
    assert (told.reason, told.detail) == (Reason.LIST, "each paragraph breaks off below a linked line")


@pytest.mark.parametrize("page", EXCERPTS.values(), ids=EXCERPTS)
def test_an_excerpt_is_an_article(page: str) -> None:
    assert isinstance(judged_surely(page), Document)


@pytest.mark.parametrize(("page", "reason"), NO_ARTICLES.values(), ids=NO_ARTICLES)
def test_pages_without_an_article_are_rejected(page: str, reason: Reason, rejected: Callable[[str], Rejected]) -> None:
    told = rejected(f"<html><body>{page}</body></html>")
    assert told.reason is reason
    assert told.detail
    assert told.stage == "RequireArticle"


ARTICLES = {
    "short": f"<h1>{TITLES[0]}</h1>{BODY}",
    "under a long list of links": f"<ul>{LINKS}</ul><ul>{LINKS}</ul><div><h1>{TITLES[0]}</h1>{BODY}</div>",
    "that tells of errors": f"<title>网页打不开？还款页面显示404怎么办</title>"
    f"<h1>还款页面显示404怎么办</h1>{BODY}<p>再说一遍：{'然后'.join(LINES)}</p><p>页面不存在时先刷新。</p>",
    "of short paragraphs": f"<h1>{TITLES[0]}</h1><div>"
    + "".join(f"<p>第{n}步，先核对数目，再签字确认。</p>" for n in range(14))
    + "</div>",
    "with many links in it": f"<h1>{TITLES[0]}</h1><div>{BODY}"
    f"<p>参见<a href=/1>{TITLES[1]}</a>、<a href=/2>{TITLES[2]}</a>。</p></div>",
    "of a list": f"<h1>{TITLES[0]}</h1><div><p>{LINES[0]}</p>"
    f"<ul>{''.join(f'<li>{line}</li>' for line in LINES[1:])}</ul></div>",
    "a question and its answers": (
        f"<h1>{TITLES[0]}？</h1><div><p>{LINES[0]}</p></div>"
        f"<h3>2 个回答</h3><div><p>{LINES[1]}</p></div><div><p>{LINES[2]}</p></div>"
    ),
}


SHORT = {
    "news": "<title>央行下调存款准备金率-安心财经</title><h1>央行下调存款准备金率</h1><div class=time>2024-05-06 08:10</div>"
    "<div class=content><p>安心社5月6日电，央行宣布下调存款准备金率0.5个百分点。</p></div>",
    "notice": "<title>关于假期业务安排的通知-安心银行</title><h1>关于假期业务安排的通知</h1><div>发布时间：2024-04-28</div>"
    "<div class=con><p>各位客户：</p><p>5月1日至5日网点休息，手机银行照常办理。</p></div>",
    "above a list": "<title>快讯</title><h2>某银行App故障已恢复</h2><p>2024-05-06 08:10:12</p>"
    f"<p>某银行发布公告称，App登录故障已于今日上午修复，客户资金不受影响。</p><div><ul>{LINKS}</ul></div>",
    "alone": "<title>一句话</title><p>最后一期扣款成功，三年的债还清了。</p>",
}


@pytest.mark.parametrize("page", SHORT.values(), ids=SHORT)
def test_articles_of_a_few_words_pass(page: str, record: Callable[[str], Record]) -> None:
    frame = "<div class=nav><a href=/>首页</a> <a href=/a>贷款</a> <a href=/b>理财</a></div>"
    found = record(f"<html><body>{frame}{page}<div class=foot>Copyright © 2010 版权所有</div></body></html>")
    assert 10 < len(found.text) < 60


@pytest.mark.parametrize("page", ARTICLES.values(), ids=ARTICLES)
def test_articles_pass(page: str, record: Callable[[str], Record]) -> None:
    assert record(f"<html><body>{page}</body></html>").text
