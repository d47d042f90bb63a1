"""A legal-news site: 来源/时间 line, text in bare <br> runs, comments with roles, 编辑, 本文链接, 上一篇/下一篇, 版权与免责声明."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, broken, head, inline, items
from crawler.demo.model import Article

STYLES = "td,div{font-size:14px}#Zoom{line-height:28px}.c_l{float:left;width:700px}.c_r{float:right;width:260px}"
RIGHTS = (
    "① 凡本网注明“来源：法律新闻网”的所有作品，版权均属于本网，未经授权不得转载、摘编或以其它方式使用。",
    "② 凡本网注明“来源：XXX（非本网）”的作品，都转自别家媒体，只为多传一些消息，不等于本网同意其中的说法。",
    "③ 如对作品内容、版权有疑问，请于三十日内来信说明。",
)


def page(family: Family, title: str, around: Around, main: str) -> str:
    return f"""<html xmlns="http://www.w3.org/1999/xhtml">{head(title, title, STYLES)}
<body>
<div id="top"><div id="logo"><a href="/">{family.title}</a></div><div id="menu">{inline(around.nav, " | ")}</div></div>
<div id="banner"><script>showAd('top_960');</script></div>
<div class="c_box"><div class="c_l">{main}</div>
<div class="c_r"><div class="r_tit">社会新闻</div><ul class="r_list">{items(around.hot)}</ul>
<div class="r_tit">推荐专题</div><ul class="r_list">{items(around.tags)}</ul></div></div>
<div id="foot">{inline(around.extra, " | ")}<br>主办：江宁法律传媒 &nbsp; 江ICP备12345678号-1 &nbsp; 违法和不良信息举报电话：000-12377<br>未经书面授权禁止复制或建立镜像</div>
<!-- page generated --></body></html>"""


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    title = escape(shown.title)
    half = 2
    remarks = "".join(
        f"<dl><dt>头像 {escape(said.author)}{'-' + escape(said.role) if said.role else ''} {said.day}</dt><dd>{escape(said.text)}</dd></dl>"
        for said in shown.remarks
    )
    pages = f'<div class="pageno">{inline(around.parts)}</div>' if around.parts else ""
    main = f"""<div class="pos">当前位置：<a href="/">首页</a> -&gt; <a href="{family.section_path.format(slug=shown.topic)}">{escape(shown.label)}</a></div>
<h1 class="tit">{title}</h1>
<div class="from">来源：{escape(shown.source)} 时间：{shown.published:%Y-%m-%d %H:%M:%S}</div>
<div id="Zoom"><center>{title}</center><br>
{broken(shown.lines[:half])}<center><img src="/img/{len(shown.text)}.jpg"><br>{title}</center><br>
{broken(shown.lines[half:])}</div>{pages}
<div class="pl"><div class="pl_t">精彩评论</div>{remarks}</div>
<div class="bj">编辑：{escape(shown.source)}</div>
<div class="bl">本文链接：<a href="{url}">{url}</a></div>
<div class="sx">上一篇：{around.previous or "没有了"}<br>下一篇：{around.following or "没有了"}</div>
<div class="bq"><b>版权与免责声明：</b><br>{"<br>".join(f"&nbsp;&nbsp;{line}" for line in RIGHTS)}</div>"""
    return page(family, f"{shown.title}--{family.title}", around, main)


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    rows = "".join(
        f"<div class=line>[{escape(t.category)}] {t.link} <font color=gray>{t.day}</font></div>" for t in teasers
    )
    main = f'<div class="pos">当前位置：<a href="/">首页</a> -&gt; {escape(heading)}</div>{rows}<div class="pageno">{inline(around.parts)}</div>'
    return page(family, f"{heading}--{family.title}", around, main)


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "".join(f'<div class="h_tit">{escape(name)}</div><ul>{items(links)}</ul>' for name, links in blocks)
    return page(family, f"{family.title} 法治新闻第一站", around, boxes)


LEGAL = Family(
    "legal", "www.falvxw.test", "法律新闻网", "/2025falv/{slug}/{id}.html", "/2025falv/{slug}/index.html",
    "/2025falv/list_{page}.html", "/zhuanti/{slug}/", "gbk, told as gb2312", article, listing, home,
    published="time", tells_source=True, tells_comments=True,
)  # fmt: skip
