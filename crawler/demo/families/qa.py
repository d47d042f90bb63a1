"""A Q&A app: article, comments and date line come twice, IP 属地, a comment form; a soup of divs."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, head, inline, items, markup
from crawler.demo.model import Article

STYLES = "._3Fx{padding:0 16px}.css-1q{display:flex}.mobile-only{display:block}"


def page(family: Family, title: str, around: Around, main: str) -> str:
    return f"""<!DOCTYPE html>
<html>{head(title, title, STYLES, '<script>window.__STATE__={"user":null,"ab":["a1","b7"]}</script>')}
<body><div id="app">
<div class="css-1q top"><div class="_l0"><a href="/">{family.title}</a></div><div class="_tabs">{items(around.nav, "div", "_tab")}</div><div class="_btn">登录</div><div class="_btn">注册</div></div>
<div class="css-1q">{main}
<div class="_side"><div class="_st">大家都在搜</div>{items(around.hot, "div", "_hot")}<div class="_st">话题广场</div>{items(around.tags, "div", "_tg")}</div></div>
<div class="_ft">{inline(around.extra)}<div>江ICP备2021000456号</div><div>服务协议 隐私政策 举报中心</div></div>
</div><script src="/static/js/app.3f2a.js"></script></body></html>"""


def remarks(shown: Article) -> str:
    return "".join(
        f'<div class="_cm"><div class="_cu">头像 {escape(said.author)}{"-" + escape(said.role) if said.role else ""} {said.day}</div>'
        f'<div class="_ct">{escape(said.text)}</div></div>'
        for said in shown.remarks
    )


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    title = escape(shown.title)
    blocks = markup(shown.lines, heading="div", paragraph="<div>{}</div>")
    text = "\n".join([*blocks[:1], f"<div>{title}</div>", *blocks[1:]])
    when = f"{shown.published:%Y-%m-%d %H:%M:%S}"
    comments = f'<div class="_ch">精彩评论</div>{remarks(shown)}'
    pages = f'<div class="_pg">{inline(around.parts)}</div>' if around.parts else ""
    main = f"""<div class="_main"><div class="_q"><div class="_qt"><h1>{title}</h1></div><div class="_3Fx">
<div>{title}？</div>
{text}
</div>{pages}{comments}
<div class="_pub">发布于 {when}・IP 属地{escape(shown.province)}</div>
<div class="_form"><textarea placeholder="写下你的评论..."></textarea><div>写下你的评论...</div><button>发布</button></div>
<div class="_none">还没有评论，发表第一个评论吧</div></div>
<div class="mobile-only"><div class="_mt">{title}</div><div class="_md">{when}</div><div class="_mb">
<div>{title}？</div>
{text}
</div>{comments}
<div class="_pub">发布于 {when} ・IP 属地{escape(shown.province)}</div><div class="_bar"><span>评论</span><span>写评论</span></div></div></div>"""
    return page(family, f"{shown.title} - {family.title}", around, main)


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    cards = "".join(
        f'<div class="_card"><div class="_ct">{t.link}</div><div class="_ex">{escape(t.excerpt)} 阅读全文</div><div class="_op">{t.day} · {escape(t.category)} · 赞同 · 收藏</div></div>'
        for t in teasers
    )
    main = f'<div class="_main"><div class="_hd">{escape(heading)}</div>{cards}<div class="_pg">{inline(around.parts)}</div></div>'
    return page(family, f"{heading} - {family.title}", around, main)


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    boxes = "".join(f'<div class="_hd">{escape(name)}</div>{items(links, "div", "_row")}' for name, links in blocks)
    return page(family, f"{family.title} - 有钱的问题，大家来答", around, f'<div class="_main">{boxes}</div>')


QA = Family(
    "qa", "wen.dazhiliao.test", "答知了", "/question/{id}", "/topic/{slug}", "/explore?page={page}", "/tag/{slug}",
    "utf-8", article, listing, home, published="time", tells_comments=True,
)  # fmt: skip
