"""Two made-up webs of several hosts for `benchmarks.focus`, one page in ten of them about loans, clustered as on real sites.

`portals`: hosts with columns, in whose URLs the column stands; titles are cut in anchors. `forums`: hosts of very different
sizes with numbers for URLs, tags, lists of what is new; half the anchors say nothing, and the two richest hosts are found
through a link on other hosts alone. On both, lists under articles mix what is related with what is popular, some anchors
mislead, and some clusters lie behind one or two pages about other things.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.pipelines.topic.texts import OFF_TOPIC, ON_TOPIC

ON_A_LIST = 20
SENTENCES = 10
SAYS_NOTHING = ("查看全文", "[图]", "看看这一篇", "", "更多", "详情")
COLUMNS = "zixun news kb wz zt hot gl bk info dt jy hy sh ss cs jk yl ly qc sm".split()
ON = [text.split("。") for text in ON_TOPIC.values()]
OFF = [text.split("。") for text in OFF_TOPIC.values()]


@dataclass
class Page:
    """A page of a web; `links` are (URL, anchor), `theme` is the place in OFF of what it is about, where not `wanted`."""

    url: str
    wanted: bool = False
    theme: int = 0
    is_list: bool = False
    title: str = ""
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def html(self) -> bytes:
        """The page as it is served."""
        rows = "".join(f'<li><a href="{url}">{anchor}</a></li>' for url, anchor in self.links)
        prose = "".join(f"<p>{part}。</p>" for part in self.text.split("。") if part)
        shown = f"<ul>{rows}</ul>" if self.is_list else f"<article>{prose}</article><h3>相关阅读</h3><ul>{rows}</ul>"
        head = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{self.title}</title></head>"
        return f"{head}<body><h1>{self.title}</h1>{shown}</body></html>".encode()


@dataclass
class Web:
    """Pages by URL, and where a crawl starts; `domain` has all hosts under it."""

    domain: str
    starts: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)

    @property
    def wanted(self) -> set[str]:
        return {url for url, page in self.pages.items() if page.wanted}

    def add(self, page: Page) -> Page:
        self.pages[page.url] = page
        return page


class Writer:
    """Texts, titles and anchors by chance, the same for the same seed."""

    def __init__(self, seed: int, says_nothing: float, misleads: float, longest: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- a sample
        self.says_nothing, self.misleads, self.longest = says_nothing, misleads, longest

    def write(self, page: Page) -> Page:
        """An article gets its title and text, both about its theme; one of ten says a sentence about something else."""
        stock = self.chance.sample(ON, 2) if page.wanted else [OFF[page.theme], self.chance.choice(OFF)]
        sentences = [one for text in stock for one in text if one]
        chosen = self.chance.sample(sentences, min(SENTENCES, len(sentences)))
        if self.chance.random() < 0.1:
            chosen.append(self.chance.choice(self.chance.choice(OFF if page.wanted else ON)[:-1]))
        page.title, page.text = self.phrase(stock), "。".join(chosen) + "。"
        return page

    def phrase(self, stock: Sequence[Sequence[str]]) -> str:
        """A clause of one of the texts."""
        clauses = [part for text in stock for one in text for part in one.split("，") if 5 <= len(part) <= 24]
        return self.chance.choice(clauses)

    def link(self, page: Page) -> tuple[str, str]:
        """A link to the page: mostly its title, cut; sometimes nothing, sometimes what promises another page."""
        if page.is_list:
            return page.url, page.title
        lot = self.chance.random()
        if lot < self.says_nothing:
            return page.url, self.chance.choice(SAYS_NOTHING)
        title = page.title if lot < 1 - self.misleads else self.phrase(OFF if page.wanted else ON)
        return page.url, title if len(title) <= self.longest else title[: self.longest] + "…"

    def some(self, pages: Sequence[Page], number: int) -> list[tuple[str, str]]:
        return [self.link(self.chance.choice(pages)) for _ in range(number)] if pages else []

    def list_pages(self, web: Web, url: Callable[[int], str], title: str, pages: Sequence[Page]) -> list[Page]:
        """The pages' list, on as many pages as it takes, each of which leads to the next."""
        starts = range(0, len(pages), ON_A_LIST)
        made = [web.add(Page(url(n + 1), is_list=True, title=f"{title}第{n + 1}页")) for n in range(len(starts))]
        for n, start in enumerate(starts):
            made[n].links = [self.link(one) for one in pages[start : start + ON_A_LIST]]
            made[n].links += [(one.url, "下一页") for one in made[n + 1 : n + 2]]
        return made


def portals(scale: float = 1.0) -> Web:
    """12 hosts of 8 columns: two rich in loans, four with one such column, six with hardly a page of them."""
    web, writer = Web("portals.invalid"), Writer(11, says_nothing=0.15, misleads=0.08, longest=12)
    chance = writer.chance
    kinds = ["rich"] * 2 + ["middling"] * 4 + ["poor"] * 6
    chance.shuffle(kinds)
    shares = {"rich": [0.9] * 3 + [0.03] * 5, "middling": [0.75] + [0.02] * 7, "poor": [0.01] * 8}
    homes: list[Page] = []
    articles: list[Page] = []
    for number, kind in enumerate(kinds):
        site = f"http://w{number}.{web.domain}"
        names = chance.sample(COLUMNS, 8)
        columns = []
        for name, share in zip(names, chance.sample(shares[kind], 8), strict=True):
            theme = chance.randrange(len(OFF))
            size = max(5, round(scale * chance.randint(35, 70)))
            urls = (
                f"{site}/{name}/{chance.randint(202001, 202412)}/{chance.randrange(10**6)}.html" for _ in range(size)
            )
            columns.append([web.add(writer.write(Page(one, chance.random() < share, theme))) for one in urls])
        homes.append(web.add(Page(f"{site}/", is_list=True, title=f"门户{number}首页")))
        menu = []
        for name, column in zip(names, columns, strict=True):

            def list_url(n: int, name: str = name, site: str = site) -> str:
                return f"{site}/{name}/" if n == 1 else f"{site}/{name}/list_{n}.html"

            menu += writer.list_pages(web, list_url, f"栏目{name}", column)[:1]
        own = [page for column in columns for page in column]
        popular = chance.sample(own, 6)
        homes[-1].links = [writer.link(one) for one in (*menu, *chance.sample(own, 12))]
        for column in columns:
            for page in column:
                page.links = [writer.link(one) for one in menu]
                page.links += writer.some(column, 6) + writer.some(own, 3) + [writer.link(one) for one in popular[:4]]
        articles += own
    for page in articles:
        if chance.random() < 0.2:
            page.links += writer.some(articles, 1)
    for home in homes:
        home.links += [writer.link(one) for one in chance.sample(homes, 3)]
    web.starts = [home.url for home in homes]
    return web


def forums(scale: float = 1.0) -> Web:
    """13 hosts of 60 to 1,300 articles in tags of about 25, numbers for URLs; of the two richest no start tells."""
    web, writer = Web("forums.invalid"), Writer(23, says_nothing=0.5, misleads=0.1, longest=30)
    chance = writer.chance
    # articles, share of tags about loans, whether a start
    told = [(1300, 0.04, 1), (900, 0.03, 1), (700, 0.15, 1), (500, 0.04, 1), (400, 0, 1), (300, 0.05, 1), (250, 0.1, 1)]
    told += [(200, 0, 1), (120, 0, 1), (90, 0, 1), (60, 0, 1), (450, 0.4, 0), (300, 0.5, 0)]
    everywhere: list[Page] = []
    rich: list[Page] = []
    for number, (most, share, is_start) in enumerate(told):
        site = f"http://f{number}.{web.domain}"
        size = max(30, round(most * scale))
        numbers = chance.sample(range(10_000, 99_999), size)
        amount = max(1, size // 25)
        loans = set(chance.sample(range(amount), round(share * amount)))
        tags: list[list[Page]] = [[] for _ in range(amount)]
        for one in numbers:
            tag = chance.randrange(amount)
            wanted = chance.random() < (0.85 if tag in loans else 0.01)
            tags[tag].append(web.add(writer.write(Page(f"{site}/t/{one}.html", wanted, (tag + number) % len(OFF)))))
        own = [page for tag in tags for page in tag]
        home = web.add(Page(f"{site}/", is_list=True, title=f"论坛{number}"))
        fresh = writer.list_pages(web, lambda n, site=site: f"{site}/new/{n}", "最新", chance.sample(own, len(own)))  # type: ignore[misc]  # mypy cannot infer a default
        firsts = []
        for tag, pages in enumerate(tags):
            code = numbers[tag]  # says nothing
            lists = writer.list_pages(web, lambda n, c=code, s=site: f"{s}/tag/{c}/{n}", f"标签{code}", pages)  # type: ignore[misc]  # likewise
            firsts.append(lists[0] if lists else home)
        home.links = [writer.link(one) for one in (*fresh[:1], *chance.sample(firsts, min(8, amount)))]
        home.links += writer.some(own, 15)
        for tag, pages in enumerate(tags):
            for page in pages:
                page.links = [(home.url, "首页"), writer.link(firsts[tag])]
                page.links += [writer.link(chance.choice(firsts)), *writer.some(pages, 4), *writer.some(own, 4)]
        everywhere += own
        if is_start:
            web.starts.append(home.url)
        else:
            rich += [home, *own]
    for page in everywhere:
        if chance.random() < 0.1:
            page.links += writer.some(everywhere, 1)
        if chance.random() < 0.02:
            page.links += writer.some(rich, 1)
    return web


WEBS: dict[str, Callable[[float], Web]] = {"portals": portals, "forums": forums}
