"""The demo site put together: every page's bytes and the truth about it, the same for the same seed."""

from __future__ import annotations

import gzip
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from crawler.demo import faults
from crawler.demo.charsets import encoded
from crawler.demo.families import FAMILIES
from crawler.demo.families.frame import Around, Family, Link, Teaser
from crawler.demo.model import Resource, Site, Truth
from crawler.demo.plan import Posting, examples, postings
from crawler.demo.prose import OTHER_TOPICS, TOPICS, clipped, stock

PER_PAGE = 12
DAY = {"day": "%Y-%m-%d", "time": "%Y-%m-%dT%H:%M"}
FRIENDS = (Link("http://www.beian.example/", "备案查询"), Link("http://t.weibo.example/", "官方微博"))


def build_site(seed: int = 1) -> Site:
    """The whole site: some 480 pages on seven host names of six sites, with the truth about each."""
    posted = postings(seed)
    pages: dict[str, Resource] = {}
    truth: dict[str, Truth] = {}
    doors: dict[str, list[Link]] = defaultdict(list)
    for family, link, about, resource in faults.failures(seed):
        pages[link.href], truth[link.href] = resource, about
        if not link.href.endswith("/b.html"):
            doors[family.name].append(link)
    for family in FAMILIES:
        builder = Builder(family, [one for one in posted if one.family is family], doors[family.name], seed)
        for about, resource in builder.pages():
            pages[about.url], truth[about.url] = resource, about
        pages[f"http://{family.host}/robots.txt"] = faults.robots(family)
    return Site(
        seed=seed,
        hosts=tuple(family.host for family in FAMILIES),
        start_urls=tuple(f"http://{family.host}/" for family in FAMILIES),
        pages=pages,
        truth=truth,
        trap=faults.trap,
        examples={name: encoded(html, "utf-8").body for name, html in examples(seed)},
        crawl_delay=faults.CRAWL_DELAY,
        disallowed=faults.DISALLOWED,
    )


@dataclass
class Builder:
    """The pages of one site."""

    family: Family
    posted: Sequence[Posting]
    doors: Sequence[Link]
    seed: int
    rng: random.Random = field(init=False)
    shown: list[Posting] = field(init=False)  # what lists may show: first parts, nothing forbidden
    nav: list[Link] = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}/{self.family.name}/around")  # noqa: S311 -- no secret
        self.shown = [one for one in self.posted if one.part == 1 and not one.hidden]
        self.shown.sort(key=lambda one: one.article.published, reverse=True)
        self.nav = self.navigation()

    def pages(self) -> Iterator[tuple[Truth, Resource]]:
        yield self.home()
        yield from self.lists()
        for number, posting in enumerate(self.posted):
            yield from self.article(number, posting)

    def path(self, pattern: str, **values: object) -> str:
        return pattern.format(**values)

    def navigation(self) -> list[Link]:
        """Fifteen and more links: the home page, the sections, the newest, tags."""
        names = stock()
        sections = [
            Link(self.path(self.family.section_path, slug=topic), names[topic]["label"]) for topic in self.topics()
        ]
        newest = Link(self.path(self.family.latest_path, page=1), "最新文章")
        return [Link("/", "首页"), *sections, newest, *self.tag_links(), Link("javascript:void(0)", "登录"), *FRIENDS]

    def topics(self) -> list[str]:
        """The topics of this site, in the stock's order."""
        present = {one.article.topic for one in self.shown}
        return [topic for topic in (*TOPICS, *OTHER_TOPICS) if topic in present]

    def tag_links(self) -> list[Link]:
        products = stock()["names"]["products"]
        tagged = [(n, name) for n, name in enumerate(products) if len(self.tagged(name)) >= 2]
        return [Link(self.path(self.family.tag_path, slug=f"p{n}"), name) for n, name in tagged[:6]]

    def about(self, topic: str) -> list[Posting]:
        return [one for one in self.shown if one.article.topic == topic]

    def links(self, found: Sequence[Posting]) -> list[Link]:
        return [Link(one.entrance, one.article.title) for one in found]

    def tagged(self, name: str) -> list[Posting]:
        return [one for one in self.shown if name in one.article.tags]

    def around(self, **more: object) -> Around:
        hot = self.links(self.sample(8))
        extra = [*self.rng.sample(self.doors, min(2, len(self.doors))), *FRIENDS]
        return replace(Around(self.nav, hot, tags=self.nav[1:9], extra=extra), **more)  # type: ignore[arg-type]  # Around's own fields

    def sample(self, count: int) -> list[Posting]:
        return self.rng.sample(self.shown, min(count, len(self.shown)))

    def teaser(self, posting: Posting) -> Teaser:
        shown = posting.article
        text = clipped(" ".join(line.text for line in shown.lines[:3]), self.rng.randint(80, 95))
        return Teaser(Link(posting.entrance, shown.title), text, shown.label, f"{shown.published:%Y-%m-%d}")

    def home(self) -> tuple[Truth, Resource]:
        """The front page: blocks by topic, and doors to everything that no list shows."""
        blocks = [(stock()[topic]["label"], self.links(self.about(topic)[:6])) for topic in self.topics()]
        special = [*self.doors, *(Link(one.url, one.article.title) for one in self.posted if one.hidden)]
        if self.family.name in faults.TRAP_DOORS:
            special.append(faults.TRAP_DOORS[self.family.name])
        if special:
            blocks.append(("特别推荐", special))
        return self.listed("/", "home", self.family.home(self.family, blocks, self.around()))

    def lists(self) -> Iterator[tuple[Truth, Resource]]:
        """Section pages, tag pages, and the newest articles page by page."""
        for topic in self.topics():
            path = self.path(self.family.section_path, slug=topic)
            yield self.listing(path, stock()[topic]["label"], self.about(topic), "list")
        for link in self.tag_links():
            yield self.listing(link.href, f"标签：{link.text}", self.tagged(link.text), "tag")
        count = -(-len(self.shown) // PER_PAGE)
        pager = [Link(self.path(self.family.latest_path, page=n), str(n)) for n in range(1, count + 1)]
        for number, link in enumerate(pager):
            found = self.shown[number * PER_PAGE : (number + 1) * PER_PAGE]
            beyond = [Link(pager[number + 1].href, "下一页")] if number + 1 < count else []
            yield self.listing(link.href, "最新文章", found, "list", [*pager, *beyond])

    def listing(
        self, path: str, heading: str, found: Sequence[Posting], kind: str, pager: Sequence[Link] = ()
    ) -> tuple[Truth, Resource]:
        html = self.family.listing(self.family, heading, [self.teaser(one) for one in found], self.around(parts=pager))
        return self.listed(path, kind, html)

    def listed(self, path: str, kind: str, html: str) -> tuple[Truth, Resource]:
        url = f"http://{self.family.host}{path}"
        return Truth(url, self.family.name, kind, "rejected"), encoded(html, self.family.charset)

    def article(self, number: int, posting: Posting) -> Iterator[tuple[Truth, Resource]]:
        """The article's page, and the redirects that lead to it."""
        if posting.fault == "redirects":
            step = posting.entrance.replace("/go/", "/goto/", 1)
            for url, target, status in ((posting.entrance, step, 302), (step, posting.url, 301)):
                yield (
                    Truth(url, self.family.name, "redirect", "rejected", fault="redirects"),
                    faults.moved(target, status),
                )
        near = self.links(self.shown)
        pager = [Link(url, str(n)) for n, url in enumerate(posting.part_urls, 1)]
        if posting.part < len(posting.part_urls):
            pager.append(Link(posting.part_urls[posting.part], "下一页"))
        around = self.around(
            teasers=[self.teaser(one) for one in self.sample(10)],
            previous=near[(number - 1) % len(near)],
            following=near[(number + 1) % len(near)],
            parts=pager,
        )
        html = self.family.article(self.family, posting.article, around, posting.url)
        if posting.copy_kind == "traditional":
            script = stock()["script"]
            html = html.translate(str.maketrans(script["simplified"], script["traditional"]))
        resource = encoded(html, posting.charset, behaviour=posting.behaviour)
        if posting.fault == "gzip":
            body = gzip.compress(resource.body, mtime=0)
            resource = replace(resource, body=body, headers=(*resource.headers, ("Content-Encoding", "gzip")))
        yield self.told(posting), resource

    def told(self, posting: Posting) -> Truth:
        """The truth about an article's page: what the page itself tells; of a first part, what all parts tell."""
        first = posting.whole if posting.part == 1 else None
        shown, family = first or posting.article, self.family
        original = posting.copy_kind in {"original", "negative", "part", "spun"}
        expected = "kept" if original else "duplicate"
        if posting.hidden:
            expected = "never fetched"
        elif posting.fault == "cut off":
            expected = "rejected"
        elif posting.part > 1:
            expected = "joined"
        return Truth(
            url=posting.url,
            family=family.name,
            kind=posting.kind,
            expected=expected,
            article_id=shown.id,
            text_id=posting.text_id,
            copy_kind=posting.copy_kind,
            title=shown.title,
            published=f"{shown.published:{DAY[family.published]}}",
            author=shown.author if family.tells_author else None,
            source=shown.source if family.tells_source else None,
            body=tuple(line.text for line in shown.lines),
            comments=len(shown.remarks) if family.tells_comments else 0,
            parts=tuple(url for url in posting.part_urls if url not in posting.lost) if first else (),
            parts_missing=posting.lost if first else (),
            charset=posting.charset,
            fault=posting.fault,
        )
