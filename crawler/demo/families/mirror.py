"""A site that carries other sites' articles, in a layout of tables."""

# ruff: noqa: E501 -- markup stays on the line that a page would have it on

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.families.frame import Around, Family, Link, Teaser, head, inline, items, markup
from crawler.demo.model import Article

STYLES = "td{vertical-align:top}.t12{font-size:12px}.black14{font-size:14px;line-height:200%}"


def page(family: Family, title: str, around: Around, main: str) -> str:
    return f"""<html>{head(title, title, STYLES)}
<body bgcolor="#ffffff" topmargin="0">
<table width="960" align="center"><tr><td class="t12">{inline(around.nav, "┊")}</td></tr></table>
<table width="960" align="center"><tr><td width="700">{main}</td>
<td width="250" class="t12"><b>点击排行</b><br>{"<br>".join(map(str, around.hot))}</td></tr></table>
<table width="960" align="center"><tr><td align="center" class="t12">{inline(around.extra)}<br>{escape(family.title)} &copy; 2008-2025 江ICP备08000001号</td></tr></table>
</body></html>"""


def article(family: Family, shown: Article, around: Around, url: str) -> str:
    main = f"""<table width="100%"><tr><td class="t12"><a href="/">首页</a> &gt;&gt; {escape(shown.label)}</td></tr>
<tr><td align="center"><h1>{escape(shown.title)}</h1></td></tr>
<tr><td align="center" class="t12">{shown.published:%Y-%m-%d %H:%M} 作者：{escape(shown.author)} 来源：{escape(shown.source)}</td></tr>
<tr><td class="black14" id="content">{"".join(markup(shown.lines, heading="h4"))}</td></tr>
<tr><td class="t12">【<a href="javascript:window.print()">打印</a>】 【<a href="javascript:window.close()">关闭</a>】</td></tr>
<tr><td class="t12"><b>相关文章</b><ul>{items(around.hot[:6])}</ul></td></tr></table>"""
    return page(family, f"{shown.title} {family.title}", around, main)


def listing(family: Family, heading: str, teasers: Sequence[Teaser], around: Around) -> str:
    rows = "".join(f'<tr><td>{t.link}</td><td width="90">{t.day}</td></tr>' for t in teasers)
    main = f'<table width="100%"><tr><td colspan="2"><b>{escape(heading)}</b></td></tr>{rows}</table>{inline(around.parts)}'
    return page(family, f"{heading} {family.title}", around, main)


def home(family: Family, blocks: Sequence[tuple[str, Sequence[Link]]], around: Around) -> str:
    cells = "".join(f"<tr><td><b>{escape(name)}</b><ul>{items(links)}</ul></td></tr>" for name, links in blocks)
    return page(family, family.title, around, f'<table width="100%">{cells}</table>')


MIRROR = Family(
    "mirror", "www.zhuanzaiwang.test", "转载汇", "/show.php?id={id}", "/list.php?cat={slug}", "/list.php?page={page}",
    "/tags.php?t={slug}", "utf-8", article, listing, home, published="time", tells_author=True, tells_source=True,
)  # fmt: skip
