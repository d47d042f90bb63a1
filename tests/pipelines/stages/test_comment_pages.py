"""Pages of comments on another page's article are no articles; articles that are called comments, or have some, are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.model import Reason, Record, Rejected

SITE = "安心理财网"
TITLE = "房贷提前还清之后怎么解除抵押"
SAID = (
    ("北岸小舟", "我上个月刚办完，银行给了结清证明，第二天就去登记中心解押了，一分钱没有收。"),
    ("橘子汽水", "说得很清楚，不过我们这里还要先预约，网上约的话要排三个工作日，最好早点约。"),
    ("老周在路上", "提醒大家带上原来的合同，我第一次去忘了带，白跑了一趟，来回花了两个小时。"),
)
TEXT = (
    "贷款还清之后，银行会在十个工作日之内开出结清证明，这张纸是办理解押的凭据，原件一定要收好。",
    "带着结清证明、他项权证、身份证和合同，到房屋所在地的登记中心去，填好申请表，当天就能受理。",
    "解押之后，不动产登记簿上不再有抵押的记录，核对一遍姓名和坐落，再离开窗口，以免以后再跑一趟。",
)
NAVIGATION = "<div class=nav><a href=/>首页</a> <a href=/a>房贷</a> <a href=/b>车贷</a></div>"
LINK = f"<a href=/a/1.html>{TITLE}</a>"


def page(title: str, heading: str, body: str) -> str:
    footer = f"<div class=footer>© 2025 {SITE} 备案号：某某备00000001号</div>"
    main = f"{NAVIGATION}<div class=main>{heading}{body}</div>{footer}"
    return f"<html><head><title>{title}</title></head><body>{main}</body></html>"


HEADED = "".join(f"<div class=box><span>{who} 2025-03-10发表</span><p>{what}</p></div>" for who, what in SAID)
NAMED = "".join(f"<div class=item><h5>{who} 发表</h5><div class=content>{what}</div></div>" for who, what in SAID)
ROWS = "".join(f"<table><tr><td>{who} 的原文：{what} <a href=/up>支持</a></td></tr></table>" for who, what in SAID)
ARTICLE = "<p>2025-03-09 08:00</p>" + "".join(f"<p>{line}</p>" for line in TEXT)

COMMENT_PAGES = {
    "told beside the link": page(f"{TITLE}_评论_{SITE}", f"<h2>评论：{LINK}</h2>", HEADED),
    "told by both": page(f"{TITLE} 信息评论 - {SITE}", f"<h3>网友评论：{LINK}</h3>", ROWS),
    "told before the title": page(f"评论 {TITLE} - {SITE}", f"<h1>{LINK}</h1>", NAMED),
    "told behind the title": page(f"{TITLE}的评论 - {SITE}", f"<h1>{LINK}</h1>", NAMED),
}
ARTICLES = {
    "in a section for opinions": page(f"{TITLE}_评论_{SITE}", f"<h1>{LINK}</h1>", ARTICLE),
    "called a comment": page(f"网友评论：{TITLE} - {SITE}", f"<h1>网友评论：{TITLE}</h1>", ARTICLE),
    "linked, with its text": page(f"{TITLE}的评论 - {SITE}", f"<h1>{LINK}</h1>", ARTICLE),
    "with comments below": page(f"{TITLE} - {SITE}", f"<h1>{LINK}</h1>", f"{ARTICLE}<h3>网友评论</h3>{HEADED}"),
}


@pytest.mark.parametrize("html", COMMENT_PAGES.values(), ids=COMMENT_PAGES)
def test_comments_on_another_page_are_no_article(html: str, rejected: Callable[[str], Rejected]) -> None:
    told = rejected(html)
    assert (told.stage, told.reason, told.detail) == (
        "RefuseCommentPages",
        Reason.NO_ARTICLE,
        f"readers' comments on “{TITLE}”",
    )


@pytest.mark.parametrize("html", ARTICLES.values(), ids=ARTICLES)
def test_articles_pass(html: str, record: Callable[[str], Record]) -> None:
    assert TEXT[1] in record(html).text
