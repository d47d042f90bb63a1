"""A WordPress theme: entry-title, likes, share, 大家还在看 with ten teasers, 返回顶部."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, head, inline, items, markup, with_captions
from crawler.demo.model import Article

STYLES = ".site{max-width:1160px;margin:auto}.screen-reader-text{position:absolute;left:-9999px}.widget{margin:0 0 2em}"
SCRIPTS = '<link rel="stylesheet" href="/wp-content/themes/just/style.css?ver=6.4"><script src="/wp-includes/js/jquery.min.js"></script>'


def page(family: Family, title: str, around: Around, main: str, name: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-Hans">{head(title, title, STYLES, SCRIPTS)}
<body class="{name} wp-theme">
<a class="screen-reader-text" href="#main">跳至内容</a>
<header class="site-header"><div class="site-branding"><a href="/" rel="home">{family.title}</a></div>
<nav class="main-navigation"><ul id="menu">{items(around.nav, name="menu-item")}</ul></nav></header>
<div class="site"><main id="main" class="content-area">{main}</main>
<aside class="sidebar"><section class="widget widget_search"><form><input type="search" placeholder="搜索…"></form></section>
<section class="widget widget_recent"><h3 class="widget-title">近期文章</h3><ul>{items(around.hot)}</ul></section>
<section class="widget widget_tags"><h3 class="widget-title">标签云</h3>{inline(around.tags)}</section></aside></div>
<footer class="site-footer"><p>{inline(around.extra, " · ")}</p><p>© 2025 {family.title} 版权所有 · 江ICP备19003321号 · <a href="/sitemap.xml">网站地图</a></p></footer>
<div class="action"><div class="a-box share-toggle"><span>分享本页</span></div><div class="a-box gotop"><span>返回顶部</span></div></div>
<script>jQuery(function($){{$('.gotop').click(function(){{$('html').scrollTop(0)}})}})</script>
</body></html>"""


def teaser_item(teaser: Teaser) -> str:
    return f"""<li class="item"><div class="item-content"><h4 class="item-title">{teaser.link}</h4>
<div class="item-excerpt"><p>{escape(teaser.excerpt)}</p></div>
<div class="item-meta"><a class="item-cat" href="/category/all/">{escape(teaser.category)}</a> <div class="item-date">{teaser.day}</div></div></div></li>"""


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    title = escape(shown.title)
    figure = f'<figure class="wp-block-image"><img src="/wp-content/uploads/{len(shown.text)}.png" alt=""><figcaption>{title}</figcaption></figure>'
    body = with_captions(markup(shown.lines, heading="h3"), figure, (0,))
    pages = f'<div class="page-links">{inline(around.parts)}</div>' if around.parts else ""
    main = f"""<article class="post type-post"><div class="entry">
<header class="entry-head"><h1 class="entry-title">{title}</h1>
<div class="entry-info"><time class="entry-date" datetime="{shown.published:%Y-%m-%dT%H:%M:%S}+08:00">{shown.published.year}年{shown.published.month}月{shown.published.day}日</time> <span class="dot">•</span> <a href="{family.section_path.format(slug=shown.topic)}" rel="category tag">{escape(shown.label)}</a> <span class="dot">•</span> 阅读 {len(shown.text) * 3}</div></header>
<div class="entry-content clearfix">
{body}
</div>{pages}
<div class="entry-action"><div class="btn-zan">赞 <span class="entry-action-num">(0)</span></div></div>
<div class="entry-bar"><span class="share">分享到：</span><a href="javascript:;">微博</a> <a href="javascript:;">QQ空间</a></div>
</div></article>
<div class="entry-page"><span class="prev">{around.previous or ""}</span><span class="next">{around.following or ""}</span></div>
<h3 class="entry-related-title">大家还在看</h3>
<ul class="entry-related">{"".join(map(teaser_item, around.teasers))}</ul>"""
    return page(family, f"{shown.title} - {family.title}", around, main, "single-post")


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    main = f"""<div class="archive-head"><h1 class="archive-title">{escape(heading)}</h1></div>
<ul class="post-loop">{"".join(map(teaser_item, teasers))}</ul><nav class="pagination">{inline(around.parts)}</nav>"""
    return page(family, f"{heading} - {family.title}", around, main, "archive")


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "".join(
        f'<section class="home-cat"><h2>{escape(name)}</h2><ul>{items(links)}</ul></section>' for name, links in blocks
    )
    return page(family, f"{family.title} – 把贷款说明白", around, boxes, "home blog")


WORDPRESS = Family(
    "wordpress", "www.daikuanbj.test", "贷款笔记", "/archives/{id}.html", "/category/{slug}/", "/page/{page}/", "/tag/{slug}/",
    "utf-8", article, listing, home, published="day",
)  # fmt: skip
