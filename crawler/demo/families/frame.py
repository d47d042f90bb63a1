"""What every family of pages shares: links, surroundings of a page, blocks of an article's body as markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from crawler.demo.charsets import PLACE
from crawler.demo.model import Article, Line


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is written on a page; its str is the markup."""

    href: str
    text: str

    def __str__(self) -> str:
        return f'<a href="{escape(self.href)}">{escape(self.text)}</a>'


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article as a list shows it."""

    link: Link
    excerpt: str
    category: str
    day: str


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the article or list on its page."""

    nav: Sequence[Link]
    hot: Sequence[Link]
    teasers: Sequence[Teaser] = ()
    tags: Sequence[Link] = ()
    previous: Link | None = None
    following: Link | None = None
    parts: Sequence[Link] = ()  # pages of this article, or of this list
    extra: Sequence[Link] = ()  # twins, dead links, doors to traps


@dataclass(frozen=True)
class Family:
    """One site: its host, its URL patterns, how its pages look and what they tell."""

    name: str
    host: str
    title: str
    article_path: str
    section_path: str
    latest_path: str
    tag_path: str
    charset: str
    article: Callable[[Family, Article, Around, str], str]  # (family, article, surroundings, own URL) → HTML
    listing: Callable[[Family, str, Sequence[Teaser], Around], str]
    home: Callable[[Family, Sequence[tuple[str, Sequence[Link]]], Around], str]
    published: str = ""  # "day", "time" or "" where its articles do not tell
    tells_author: bool = False
    tells_source: bool = False
    tells_comments: bool = False

    def url(self, pattern: str, **values: object) -> str:
        return f"http://{self.host}{pattern.format(**values)}"


def head(title: str, description: str, styles: str, scripts: str = "") -> str:
    """A page's <head>; the charset's declaration is put in when the page is encoded."""
    return (
        f"<head>\n{PLACE}\n<title>{escape(title)}</title>\n"
        f'<meta name="description" content="{escape(description)}">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<style>{styles}</style>\n"
        f"<script>var _pv=_pv||[];(function(){{_pv.push(['page',Date.now()]);}})();</script>{scripts}\n</head>"
    )


def items(links: Sequence[Link], tag: str = "li", name: str = "") -> str:
    """Links each in its own element."""
    opening = f'<{tag} class="{name}">' if name else f"<{tag}>"
    return "\n".join(f"{opening}{link}</{tag}>" for link in links)


def inline(links: Sequence[Link], separator: str = " ") -> str:
    return separator.join(map(str, links))


def markup(
    lines: Sequence[Line], *, heading: str = "h2", paragraph: str = "<p>{}</p>", bold: bool = False
) -> list[str]:
    """The lines as HTML blocks: rows of a table and bullets are gathered, numbers stay as typed."""
    blocks: list[str] = []
    for kind, group in groupby(lines, key=lambda line: line.kind):
        texts = list(group)
        if kind == "row":
            rows = "\n".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.cells) + "</tr>" for line in texts
            )
            blocks.append(f'<table border="1" cellspacing="0">\n{rows}\n</table>')
        elif kind == "b":
            blocks.append("<ul>\n" + "\n".join(f"<li>{escape(line.text)}</li>" for line in texts) + "\n</ul>")
        elif kind == "h":
            inner = "<strong>{}</strong>" if bold else "{}"
            blocks += [f"<{heading}>{inner.format(escape(line.text))}</{heading}>" for line in texts]
        else:
            blocks += [paragraph.format(escape(line.text)) for line in texts]
    return blocks


def broken(lines: Sequence[Line]) -> str:
    """The lines as one run of text parted by <br>, tables as they are."""
    chunks: list[str] = []
    for kind, group in groupby(lines, key=lambda line: line.kind):
        if kind == "row":
            chunks += markup(list(group))
        else:
            chunks += [
                f"　　<b>{escape(line.text)}</b><br><br>" if kind == "h" else f"　　{escape(line.text)}<br><br>"
                for line in group
            ]
    return "\n".join(chunks)


def with_captions(blocks: Sequence[str], caption: str, places: Sequence[int]) -> str:
    """The blocks with an image's caption after some of them."""
    out: list[str] = []
    for number, block in enumerate(blocks):
        out.append(block)
        if number in places:
            out.append(caption)
    return "\n".join(out)
