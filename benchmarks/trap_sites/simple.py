"""The simple site: what somebody writes in half an hour to try a crawler. Hardly a frame, words by chance, textbook traps.

Its articles can be found in a list, by tag, by month, and a third of them only through the article before. The traps stand in the
navigation of all pages: a calendar, a session's id in each link, a path that grows, a shop's filters, missing pages that name
others, a counter, and pages of words by chance without end.
"""

from __future__ import annotations

import random
import re
from itertools import product

from benchmarks.trap_sites.english import WORDS
from benchmarks.trap_sites.made import Link, MadeSite, Trap, anchor, heading, listed, token

VOCABULARY = sorted(
    {word for name in ("who", "did", "what", "when", "how") for one in WORDS[name] for word in one.split()}
)
TAGS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
COLOURS, SIZES, SORTS = ("red", "green", "blue", "black"), ("s", "m", "l", "xl"), ("price", "name", "date")


def _words(seed: str, paragraphs: int) -> str:
    chance = random.Random(seed)  # noqa: S311 -- a page, no secret
    return "".join(f"<p>{' '.join(chance.choices(VOCABULARY, k=50))}.</p>" for _ in range(paragraphs))


def _fill(site: MadeSite) -> None:
    listed_, chained = range(400), range(400, 600)
    articles = [_article(site, "article", n) for n in listed_]
    site.lists(
        "list, articles",
        ["/list", *(f"/list?page={n}" for n in range(2, 21))],
        "All articles",
        articles[:200],
        window=1,
    )
    for n, tag in enumerate(TAGS):
        site.listing("list, tag", f"/tag/{tag}", f"Tag {tag}", articles[200 + n : 300 : len(TAGS)])
    for month in range(12):
        site.listing(
            "list, month", f"/archive/2023/{month + 1:02}", f"2023-{month + 1:02}", articles[300 + month :: 12]
        )
    months = [(f"/archive/2023/{month + 1:02}", f"2023-{month + 1:02}") for month in range(12)]
    site.listing("list, archive", "/archive", "Archive", months)
    for n in chained:
        following = f"<p>{anchor((f'/article/{n + 1}', 'Next article'))}</p>" if n + 1 < chained.stop else ""
        _article(site, "article in a chain", n, following)
    for n in range(100):
        site.page(
            "product",
            f"/product/{n}",
            f"Product {n}",
            f"<h1>Product {n}</h1><p>Price: {n * 7 % 90 + 5}</p>{_words(f'product {n}', 1)}",
        )
    goods = [(f"/product/{n}", f"Product {n}") for n in range(100)]
    site.lists(
        "list, products", ["/products", *(f"/products?page={n}" for n in range(2, 6))], "Products", goods, window=1
    )
    tags = [(f"/tag/{tag}", tag) for tag in TAGS]
    site.page("home", "/", "Home", listed("Latest", [*articles[:10], ("/article/400", "A long story")], tags))


def _article(site: MadeSite, kind: str, number: int, more: str = "") -> Link:
    title = f"Article {number}"
    link = site.page(kind, f"/article/{number}", title, f"<h1>{title}</h1>{_words(title, 3)}{more}")
    site.articles.append(link)
    return link


def _month(found: re.Match[str]) -> str:
    year, month = int(found["year"]), int(found["month"])
    near = [divmod(year * 12 + month - 1 + step, 12) for step in (-1, 1)]
    links = [
        (f"/calendar?year={y}&month={m + 1}", name) for (y, m), name in zip(near, ("Previous", "Next"), strict=True)
    ]
    return f"<h1>Calendar {year}-{month:02}</h1><p>No events.</p>{' '.join(map(anchor, links))}"


def _filtered(found: re.Match[str]) -> str:
    """Some of the products, and every other choice of filters."""
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    shown = [(f"/product/{n}", f"Product {n}") for n in chance.sample(range(100), 10)]
    others = [f"/products?color={c}&size={s}&sort={o}" for c, s, o in product(COLOURS, SIZES, SORTS)]
    others += [f"/products?sort={o}&color={c}&page={n}" for c, o, n in product(COLOURS, SORTS, range(1, 4))]
    return listed("Products", [*shown, *((one, "filter") for one in chance.sample(others, 12))])


def _missing(found: re.Match[str]) -> str:
    links = [(f"/missing/{token((found[0], n), 8)}", f"Page {n}") for n in range(5)]
    return f"<h1>Page not found</h1><p>The page does not exist. Try one of these.</p>{listed('Suggestions', links)}"


def _deeper(found: re.Match[str]) -> str:
    links = [(f"{found[0]}/{one}", one) for one in ("a", "b")]
    return f"<h1>Folder</h1><p>A folder of depth {found[0].count('/')}.</p>{' '.join(map(anchor, links))}"


def _counter(found: re.Match[str]) -> str:
    return f"<h1>Item {found[1]}</h1><p>{anchor((f'/count/{int(found[1]) + 1}', 'Next'))}</p>"


def _random_page(found: re.Match[str]) -> str:
    links = [(f"/random/{token((found[0], n), 10)}", f"{VOCABULARY[n * 7]} {VOCABULARY[n * 3]}") for n in range(6)]
    return f"<h1>{token(found[0], 6)}</h1>{_words(found[0], 3)}{listed('More', links)}"


def _traps(site: MadeSite) -> list[Trap]:
    def with_id(found: re.Match[str]) -> str | None:
        html, mark = site.shown(found["path"]), token(found[0], 12)
        return html and re.sub(r'href="(/[a-z]+/?\w*)"', rf'href="\1?sid={mark}"', html)

    calendar, filters = (
        re.compile(r"/calendar\?year=(?P<year>\d+)&month=(?P<month>\d+)"),
        r"/products\?(?:(?:color|size|sort|page)=\w+&?)+",
    )
    return [
        Trap("calendar", ("/calendar?year=2024&month=1",), calendar, _month, everywhere=True),
        Trap("session", ("/list?sid=0a1b2c",), re.compile(r"(?P<path>/[^?]*)\?sid=\w+"), with_id, everywhere=True),
        Trap("growing path", ("/deep/a",), re.compile(r"/deep(?:/[ab])+"), _deeper, everywhere=True),
        Trap("filters", ("/products?color=red&size=m&sort=price",), re.compile(filters), _filtered, everywhere=True),
        Trap("missing pages", ("/missing/0",), re.compile(r"/missing/\w+"), _missing, everywhere=True),
        Trap("counter", ("/count/1",), re.compile(r"/count/(\d+)"), _counter, everywhere=True),
        Trap("random pages", ("/random/0",), re.compile(r"/random/\w+"), _random_page, everywhere=True),
    ]


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    pages = [("/", "Home"), ("/list", "Articles"), ("/archive", "Archive"), ("/products", "Products")]
    doors = [(door, door.split("/")[1].split("?")[0]) for door in site.doors(path)]
    nav = " ".join(map(anchor, [*pages, *doors]))
    return f"<!DOCTYPE html><html><head><title>{heading(main, title)}</title></head><body><nav>{nav}</nav>{main}</body></html>"


def simple() -> MadeSite:
    """The site, with all of its traps."""
    site = MadeSite("simple", 67, _frame)
    _fill(site)
    site.traps = _traps(site)
    return site
