"""An advice portal: breadcrumb, category labels, author–time line, comments, 声明. Its m. twin shows the same articles."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, head, inline, items, markup, with_captions
from crawler.demo.model import Article

STYLES = ".layui-main{width:1140px}.detail-body{font-size:16px}.tips{color:#999}@media print{.no-print{display:none}}"
DISCLAIMER = (
    "声明：本站所载信息仅供参考，不代表本站赞同其观点，也不对其真实性负责。您若对稿件内容有任何疑问，请尽快与我们联系。"
)


def page(family: Family, title: str, around: Around, main: str) -> str:
    return f"""<!doctype html>
<html>{head(title, title, STYLES)}
<body>
<div class="header no-print"><div class="layui-main"><a class="logo" href="/"><img src="/logo.png" alt="{family.title}"></a>
<ul class="layui-nav">{items(around.nav, name="layui-nav-item")}</ul></div></div>
<div class="layui-main layui-row">{main}
<div class="layui-col-md4"><div class="panel"><div class="panel-title">24小时热文</div><ul class="hot-ul">{items(around.hot)}</ul></div>
<div class="panel"><div class="panel-title">热门标签</div><div class="tag-box">{inline(around.tags)}</div></div>
<div class="panel adv"><a href="http://ad.guanggao.example/x" rel="nofollow"><img src="/ad/300x250.gif" alt=""></a></div></div></div>
<div class="footer"><div class="layui-main"><p>{inline(around.extra)} <a href="mailto:kf@yuqizs.test">联系我们</a></p><p>备案号：江ICP备2022011122号</p></div></div>
<div id="modal" style="display:none"><p>扫码关注公众号，领取还款计划表模板</p></div>
<script>document.getElementById('modal').onclick=function(){{this.style.display='none'}}</script>
</body></html>"""


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    title = escape(shown.title)
    year = shown.published.year
    caption = f'<div class="img-wrap"><img src="/pic/{len(shown.text)}.webp"><div class="img-title">{title}</div></div>'
    body = with_captions(markup(shown.lines, heading="h2"), caption, (0,))
    remarks = "\n".join(
        f'<li class="jieda"><div class="user"><img alt="头像" src="/u.png">头像 <cite>{escape(said.author)}</cite> <em>{said.day}</em></div><div class="jieda-body">{escape(said.text)}</div></li>'
        for said in shown.remarks
    )
    pages = f'<div class="laypage">{inline(around.parts)}</div>' if around.parts else ""
    main = f"""<div class="layui-col-md8"><div class="breadcrumb"><a href="/">首页</a> / <a href="{family.section_path.format(slug="new")}">{year}行业资讯</a> / <a href="{family.section_path.format(slug=shown.topic)}">{escape(shown.label)}</a></div>
<div class="labels"><span class="label">{year}行业资讯</span> <span class="label">{escape(shown.label)}</span> <a class="share" href="javascript:void(0)">分享</a></div>
<div class="detail"><h1>{title}</h1>
<div class="detail-info"><span class="author">{escape(shown.author)}</span> <span class="time">{shown.published:%Y-%m-%d %H:%M:%S}</span></div>
<div class="detail-body">
{body}
</div>{pages}</div>
<fieldset class="comments"><legend>精彩评论</legend><ul>{remarks}</ul></fieldset>
<div class="tips">{DISCLAIMER}</div></div>"""
    return page(family, f"{shown.title}-{family.title}", around, main)


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    cards = "\n".join(
        f'<div class="card"><h3>{teaser.link}</h3><p>{escape(teaser.excerpt)}</p><p class="card-info"><span>{escape(teaser.category)}</span> {teaser.day}</p></div>'
        for teaser in teasers
    )
    main = f"""<div class="layui-col-md8"><div class="breadcrumb"><a href="/">首页</a> / {escape(heading)}</div>
{cards}<div class="laypage">{inline(around.parts)}</div></div>"""
    return page(family, f"{heading}-{family.title}", around, main)


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "\n".join(
        f'<div class="home-block"><div class="block-title"><a href="/">{escape(name)}</a></div><ul>{items(links)}</ul></div>'
        for name, links in blocks
    )
    return page(family, f"{family.title}-逾期问题一站解答", around, f'<div class="layui-col-md8">{boxes}</div>')


def mobile_page(family: Family, title: str, around: Around, main: str) -> str:
    return f"""<!doctype html>
<html>{head(title, title, "body{margin:0 12px}.nav a{margin-right:8px}")}
<body><header><a href="/">{family.title}</a> <nav class="nav">{inline(around.nav[:16])}</nav></header>
<section>{main}</section>
<section class="more"><h4>猜你喜欢</h4>{items(around.hot, "p")}</section>
<footer>{inline(around.extra)} <span>触屏版 | 电脑版 | 江ICP备2022011122号</span></footer></body></html>"""


def mobile_article(family: Family, shown: Article, around: Around, url: str) -> str:
    main = f"""<article><h1 class="m-title">{escape(shown.title)}</h1>
<p class="m-info">{escape(shown.author)} {shown.published:%Y-%m-%d %H:%M:%S}</p>
<div class="m-text">{"".join(markup(shown.lines, heading="h3"))}</div></article>
<div class="m-open">打开APP阅读全文</div>"""
    return mobile_page(family, shown.title, around, main)


def mobile_listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    rows = items([teaser.link for teaser in teasers], "p", "row")
    return mobile_page(family, heading, around, f"<h2>{escape(heading)}</h2>{rows}<div>{inline(around.parts)}</div>")


def mobile_home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "".join(f"<h2>{escape(name)}</h2>{items(links, 'p')}" for name, links in blocks)
    return mobile_page(family, f"{family.title}手机版", around, boxes)


ADVICE = Family(
    "advice", "www.yuqizs.test", "逾期知识网", "/zixun/{slug}/{id}.shtml", "/zixun/{slug}/", "/zixun/new/{page}.shtml",
    "/biaoqian/{slug}/", "utf-8", article, listing, home, published="time", tells_author=True, tells_comments=True,
)  # fmt: skip
MOBILE = Family(
    "mobile", "m.yuqizs.test", "逾期知识网", "/zixun/{slug}/{id}.shtml", "/zixun/{slug}/", "/zixun/new/{page}.shtml",
    "/biaoqian/{slug}/", "utf-8", mobile_article, mobile_listing, mobile_home, published="time", tells_author=True,
)  # fmt: skip
