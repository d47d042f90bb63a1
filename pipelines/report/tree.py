"""HTML files built as trees, never as strings: whatever a page says is text, nothing runs, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def new_page(title: str, style: str) -> tuple[BeautifulSoup, Tag]:
    """An HTML file with this title, and its body; `str` of the first is the file."""
    soup = BeautifulSoup("<!DOCTYPE html>", "html.parser")
    root = add(soup, soup, "html", lang="zh")
    head = add(soup, root, "head")
    add(soup, head, "meta", charset="utf-8")
    add(soup, head, "meta", **{"http-equiv": "Content-Security-Policy", "content": POLICY})
    add(soup, head, "meta", name_="viewport", content="width=device-width")
    add(soup, head, "title", title)
    add(soup, head, "style", style)
    body = add(soup, root, "body")
    add(soup, body, "h1", title)
    return soup, body


def add(soup: BeautifulSoup, parent: Tag, name: str, text: str = "", **attributes: str) -> Tag:
    """There is a new last child of `parent`; attributes that Python reserves are given with a trailing underscore."""
    tag = soup.new_tag(name, attrs={key.rstrip("_"): value for key, value in attributes.items()})
    if text:
        tag.string = text
    parent.append(tag)
    return tag


def add_table(soup: BeautifulSoup, body: Tag, rows: Iterable[tuple[str, ...]]) -> None:
    """A table of rows of text stands in the body; the first cell of each names it."""
    table = add(soup, body, "table")
    for name, *values in rows:
        row = add(soup, table, "tr")
        add(soup, row, "th", name, scope="row")
        for value in values:
            add(soup, row, "td", value)
