"""A news portal: date and 来源 line, 字体 widget, the title repeated as captions, 精彩评论, 责任编辑, ICP footer."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, head, inline, items, markup, with_captions
from crawler.demo.model import Article

STYLES = "body{font:14px/1.8 simsun}.wrap{width:1200px;margin:0 auto}.fl{float:left}.fr{float:right}#font b{cursor:pointer}.hide{display:none}"
CLOCK = '<div class="topbar"><span id="clock"></span><a href="#" onclick="setHome(this)">设为首页</a> <a href="#">加入收藏</a></div>'


def page(family: Family, title: str, around: Around, main: str) -> str:
    nav = "".join(f'<div class="col">{inline(around.nav[n : n + 6])}</div>' for n in range(0, len(around.nav), 6))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html>{head(title, title, STYLES)}
<body>
{CLOCK}
<div class="wrap header"><a class="logo" href="/">{family.title}</a><form action="/s" class="search"><input name="q" value="请输入关键字"><button>搜索</button></form></div>
<div class="wrap nav-wide">{nav}</div>
<div class="wrap ad"><script>document.write('<ins class="ad-1000x90"></ins>')</script></div>
<div class="wrap content">{main}</div>
<div class="wrap links"><span>友情链接：</span>{inline(around.extra, " | ")} <a href="http://www.youqing.example/">友链交换</a></div>
<div class="footer"><p>关于我们 | 版权声明 | 广告服务 | 网站地图</p>
<p>Copyright © 2000 - 2025 All Rights Reserved.</p>
<p>江ICP备20250007号-2 江公网安备 33010002000119号</p></div>
<script src="/static/stat.js"></script>
</body></html>"""


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    title = escape(shown.title)
    caption = f'<p style="text-align:center"><img src="/upload/{len(shown.text)}.jpg" alt="{title}"></p>\n<p class="pic-note">{title}</p>'
    blocks = markup(shown.lines, heading="p", paragraph='<p style="text-indent:2em">{}</p>', bold=True)
    remarks = "\n".join(
        f'<div class="pl-item"><div class="pl-user"><img src="/face.png" alt="头像">头像 {escape(said.author)} {said.day}</div>'
        f'<div class="pl-text">{escape(said.text)}</div></div>'
        for said in shown.remarks
    )
    pages = f'<div class="pages">{inline(around.parts)}</div>' if around.parts else ""
    main = f"""<div class="fl left-box"><div class="crumb">您的位置：<a href="/">首页</a> &gt; <a href="{family.section_path.format(slug=shown.topic)}">{escape(shown.label)}</a> &gt; 正文</div>
<div class="info"><span>{shown.published:%Y-%m-%d %H:%M:%S}</span> <span>来源：{escape(shown.source)}</span></div>
<h1>{title}</h1>
<div id="font">字体：<b onclick="f(12)">小</b> <b onclick="f(14)">中</b> <b onclick="f(16)">大</b></div>
<div class="article-text" id="zoom">
{with_captions(blocks, caption, (0, len(blocks) // 2))}
</div>{pages}
<div class="comment-hot"><h3>精彩评论</h3>
{remarks}</div>
<div class="editor"><span>【<a href="/jiucuo">纠错</a>】</span> <span>【责任编辑：{escape(shown.source)}】</span></div>
<div class="hide">本页由系统自动生成</div></div>
<div class="fr side"><h3>热点排行</h3><ul>{items(around.hot)}</ul><div class="ad"><a href="http://ad.guanggao.example/c?id=7">广告</a></div></div>"""
    return page(family, f"{shown.title}_{shown.label}_{family.title}", around, main)


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    rows = "\n".join(f'<li><span class="fr">{teaser.day}</span>·{teaser.link}</li>' for teaser in teasers)
    main = f"""<div class="fl left-box"><div class="crumb">您的位置：<a href="/">首页</a> &gt; {escape(heading)}</div>
<ul class="news-list">{rows}</ul><div class="pages">{inline(around.parts)}</div></div>
<div class="fr side"><h3>热点排行</h3><ul>{items(around.hot)}</ul></div>"""
    return page(family, f"{heading}_{family.title}", around, main)


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "\n".join(
        f'<div class="box"><h2>{escape(name)}<a class="more" href="/latest/1.html">更多&gt;&gt;</a></h2><ul>{items(links)}</ul></div>'
        for name, links in blocks
    )
    return page(family, f"{family.title}_财经资讯门户", around, boxes)


NEWS = Family(
    "news", "news.jinrong.test", "金融观察网", "/a/{id}.html", "/channel/{slug}/", "/latest/{page}.html", "/tag/{slug}.html",
    "gbk", article, listing, home, published="time", tells_source=True, tells_comments=True,
)  # fmt: skip
