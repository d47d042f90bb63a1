"""Two more webs for `benchmarks.focus`, with the frame of real sites around each page: navigation, what is hot, a footer.

`cities`: portals of towns in channels, six of which have one about money, loans and shares; each page leads to all channels
of its host, to its neighbours in its channel and to what is hot in town. `boards`: hosts without channels, whose pages
have numbers; who writes about loans has a page with all his posts, and a list of all that is new mixes everything.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.focus_sites import Page, Web
from benchmarks.focus_themes import STOCKS, THEMES, written

CHANNELS = "hua che edu lvyou digi sport food health movie home gu tianqi".split()
SENTENCES = 12
Link = tuple[str, str]


@dataclass
class Framed(Page):
    """A page with a header, its own links, a sidebar and a footer; `links` has all of them."""

    header: list[Link] = field(default_factory=list)
    own: list[Link] = field(default_factory=list)
    side: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)

    def linked(self) -> None:
        """`links` are those that the page shows."""
        self.links = [*self.header, *self.own, *self.side, *self.footer]

    @property
    def html(self) -> bytes:
        half = len(self.text) // 3 + 1
        parts = [self.text[n : n + half] for n in range(0, len(self.text), half)]
        prose = "".join(f"<p>{part}</p>" for part in parts)
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.title}</title></head><body>'
            f'<div class="nav">{_row(self.header)}</div><div class="main"><h1>{self.title}</h1>{prose}{_listed(self.own)}</div>'
            f'<div class="side"><h4>热点排行</h4>{_listed(self.side)}</div>'
            f'<div class="footer">{_row(self.footer)} 关于我们 联系方式 版权所有</div></body></html>'
        ).encode()


def _row(links: Sequence[Link]) -> str:
    return " | ".join(f'<a href="{url}">{anchor}</a>' for url, anchor in links)


def _listed(links: Sequence[Link]) -> str:
    rows = "".join(f'<li><a href="{url}">{anchor}</a></li>' for url, anchor in links)
    return f"<ul>{rows}</ul>"


def _pages(
    web: Web, url: Callable[[int], str], title: str, links: Sequence[Link], *, size: int, near: int
) -> list[Framed]:
    """A list on as many pages as it takes; each leads to its neighbours, with `near` of 0 to the next one alone."""
    count = -(-len(links) // size)
    made = [Framed(url(n + 1), is_list=True, title=f"{title} 第{n + 1}页") for n in range(count)]
    for n, page in enumerate(made):
        page.own = list(links[n * size : (n + 1) * size])
        others = range(max(0, n - near), min(count, n + near + 1)) if near else range(n + 1, min(count, n + 2))
        page.own += [(made[one].url, str(one + 1) if near else "下一页") for one in others if one != n]
        web.add(page)
    return made


# --- cities ---------------------------------------------------------------------------------------------------------------


def cities(scale: float = 1.0) -> Web:
    """15 hosts of eight channels; loans are in a channel of their own on six of them, two with three times as many."""
    web, chance = Web("cities.invalid"), random.Random(23)  # noqa: S311 -- a sample
    money = dict(zip(chance.sample(range(2, 15), 6), (260, 260, 90, 90, 90, 90), strict=True))
    homes = [Framed(f"http://city{n}.{web.domain}/", is_list=True, title=f"第{n}城门户") for n in range(15)]
    for n, home in enumerate(homes):
        home.footer = [(homes[one].url, homes[one].title) for one in ((n + 1) % 15, (n + 4) % 15, (n + 6) % 15)]
        _city(web, chance, home, int(money.get(n, 0) * scale), int(43 * scale))
    for page in web.pages.values():
        if isinstance(page, Framed):
            page.linked()
    web.starts = [homes[0].url, homes[1].url]
    return web


def _city(web: Web, chance: random.Random, home: Framed, loans: int, size: int) -> None:
    """A host: its home, channels, articles."""
    web.add(home)
    themes = chance.sample([n for n in range(len(THEMES)) if n != STOCKS], 8)
    channels = [(CHANNELS[theme], THEMES[theme]["name"], [theme] * size, 0.004) for theme in themes]
    if loans:
        channels.insert(chance.randrange(8), ("jr", "财经", [STOCKS] * loans, 0.6))
    header = [(home.url, "首页"), *((f"{home.url}{code}/", name) for code, name, _, _ in channels)]
    everything: list[Framed] = []
    for code, name, places, share in channels:
        articles = [_article(web, chance, home, code, theme, share) for theme in places]
        links = [(page.url, page.title) for page in articles]
        lists = _pages(web, _numbered(f"{home.url}{code}/"), name, links, size=15, near=2)
        for n, page in enumerate(articles):
            page.own = [(lists[0].url, f"{name}频道"), *links[max(0, n - 1) : n], *links[n + 1 : n + 2]]
            page.own += chance.sample(links, min(4, len(links)))
        everything += [*lists, *articles]
        home.own += chance.sample(links, min(4, len(links)))
    hot = [(page.url, page.title) for page in everything if not page.is_list]
    for page in [home, *everything]:
        page.header, page.side = header, chance.sample(hot, 6)
        page.footer = page.footer or [(home.url, "返回首页")]


def _numbered(stem: str) -> Callable[[int], str]:
    return lambda n: stem if n == 1 else f"{stem}index_{n}.shtml"


def _article(web: Web, chance: random.Random, home: Framed, code: str, theme: int, share: float) -> Framed:
    """An article, with a chance of `share` about loans."""
    wanted = chance.random() < share
    title, text = written(chance, None if wanted else theme, SENTENCES)
    url = f"{home.url}{code}/2023/{chance.randint(1, 12):02}{chance.randint(1, 28):02}/{len(web.pages) + 100000}.shtml"
    page = Framed(url, wanted, theme, title=title, text=text)
    web.add(page)
    return page


# --- boards ---------------------------------------------------------------------------------------------------------------


def boards(scale: float = 1.0) -> Web:
    """Eight hosts; on each, authors of one theme each, few of whom write about loans, on every second host a quarter."""
    web, chance = Web("boards.invalid"), random.Random(29)  # noqa: S311 -- a sample
    homes = [Framed(f"http://b{n}.{web.domain}/", is_list=True, title=f"社区{n}") for n in range(8)]
    everywhere: list[Framed] = []
    for n, home in enumerate(homes):
        home.footer = [(homes[(n + step) % 8].url, "友情链接") for step in (1, 3)]
        everywhere += _board(web, chance, home, (0.03, 0.27)[n % 2], int(38 * scale))
    for post in everywhere:
        if chance.random() < 0.1:
            other = chance.choice(everywhere)
            post.own.append((other.url, other.title))
    for page in web.pages.values():
        if isinstance(page, Framed):
            page.linked()
    web.starts = [homes[0].url]
    return web


def _board(web: Web, chance: random.Random, home: Framed, share: float, authors: int) -> list[Framed]:
    """A host: its home, a list of what is new, authors, posts. The posts are returned."""
    web.add(home)
    posts: list[Framed] = []
    for author in range(authors):
        lends, theme = chance.random() < share, chance.randrange(len(THEMES))
        own = []
        for _ in range(chance.randint(6, 26)):
            is_wanted = chance.random() < (0.85 if lends else 0.005)
            title, text = written(chance, None if is_wanted else theme, chance.randint(4, SENTENCES))
            page = Framed(f"{home.url}topic?id={len(web.pages) + 5000}", is_wanted, theme, title=title, text=text)
            web.add(page)
            own.append(page)
        url = f"{home.url}user?uid={author + 300}"
        _pages(web, _query(url), f"用户{author + 300}", [_link(chance, page) for page in own], size=15, near=1)
        for page in own:
            others = [one for one in own if one is not page]
            page.own = [(url, f"作者{author + 300}")]
            page.own += [_link(chance, one) for one in chance.sample(others, min(3, len(others)))]
        posts += own
    mixed = [_link(chance, page) for page in chance.sample(posts, len(posts))]
    fresh = _pages(web, lambda n: f"{home.url}new?p={n}", "最新主题", mixed, size=30, near=0)
    header = [(home.url, "首页"), (fresh[0].url, "最新")]
    for page in [home, *fresh, *posts]:
        page.header, page.side = header, [_link(chance, one) for one in chance.sample(posts, 3)]
    home.own = [_link(chance, page) for page in chance.sample(posts, 20)]
    return posts


def _query(stem: str) -> Callable[[int], str]:
    return lambda n: stem if n == 1 else f"{stem}&page={n}"


def _link(chance: random.Random, page: Framed) -> Link:
    """A link to the page; three of ten say nothing of it."""
    return page.url, chance.choice(("详情", "查看", "[图片]", "回复")) if chance.random() < 0.3 else page.title
