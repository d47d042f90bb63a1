"""The catalogue: an English shop for old books in the manner of PHP, every URL a script with a query.

Lists can be filtered and sorted in any order of the parameters, sessions stand in the query, missing books propose others
that are missing too, and a page number past the end shows the last page again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, quote, urlencode

from benchmarks.trap_sites.english import WORDS, essay, headline, say
from benchmarks.trap_sites.made import Link, MadeSite, Trap, anchor, heading, listed, token

SUBJECTS = "Maps Sermons Railways Botany Voyages Cookery Law Poetry Horses Clocks".split()
FILTERS = {
    "sort": ("price", "title", "newest", "rating"),
    "order": ("asc", "desc"),
    "size": ("24", "48", "96"),
    "min": ("0", "10", "50"),
    "max": ("50", "100", "500"),
    "binding": ("cloth", "leather", "paper"),
    "signed": ("yes", "no"),
    "view": ("grid", "list"),
}
ON_A_LIST = 12
ITEM = re.compile(r"/item\.php\?id=(\d+)")


def _query(script: str, **told: object) -> str:
    return f"/{script}.php?{urlencode({name: str(value) for name, value in told.items()})}"


# --- the real pages -------------------------------------------------------------------------------------------------------


def _item(site: MadeSite, kind: str, number: int, following: int = 0, *, paragraphs: int = 2) -> Link:
    """A book: some lines of data, a description, at times the next of its shelf."""
    chance = random.Random(f"{site.seed} item {number}")  # noqa: S311 -- a page, no secret
    title = f"{headline(f'book {number}')}"
    told = {"Price": f"£{chance.randint(4, 400)}.00", "Printed": chance.choice(WORDS["year"])}
    data = "".join(f"<tr><td>{name}</td><td>{one}</td></tr>" for name, one in told.items())
    prose = "".join(f"<p>{one}</p>" for one in essay(f"book {number}", paragraphs))
    more = (
        f"<p>Next on this shelf: {anchor((_query('item', id=following), f'No. {following}'))}</p>" if following else ""
    )
    link = site.page(kind, _query("item", id=number), title, f"<h1>{title}</h1><table>{data}</table>{prose}{more}")
    site.articles.append(link)
    return link


def _reviews(site: MadeSite, number: int, count: int) -> None:
    """A book's reviews, one a page: two or three sentences, and the next one."""
    for n in range(1, count + 1):
        chance = random.Random(f"{site.seed} review {number} {n}")  # noqa: S311 -- likewise
        said = " ".join(say(chance, "{Who} {did} {what} {how}, {why}.") for _ in range(chance.randint(2, 3)))
        more = anchor((_query("review", item=number, n=n + 1), "Next review")) if n < count else ""
        title = f"Review {n} of No. {number}"
        site.page("review", _query("review", item=number, n=n), title, f"<h1>{title}</h1><p>{said}</p>{more}")


def _fill(site: MadeSite) -> None:
    for number in range(1, 601):
        _item(site, "book", number)
    books = list(site.articles)
    for s, subject in enumerate(SUBJECTS):
        own = books[s :: len(SUBJECTS)]
        pages = [_query("browse", cat=s + 1)]
        pages += [_query("browse", cat=s + 1, page=n) for n in range(2, -(-len(own) // ON_A_LIST) + 1)]
        site.lists("list, subject", pages, subject, own, window=1)
    for shelf in range(6):  # chains of 40: a list has the first alone
        first = 2000 + 100 * shelf
        for number in range(first, first + 40):
            _item(site, "book on a shelf", number, number + 1 if number < first + 39 else 0, paragraphs=3)
    site.listing(
        "list, shelves",
        "/shelves.php",
        "Shelves",
        [(_query("item", id=2000 + 100 * n), f"Shelf {n + 1}") for n in range(6)],
    )
    for number in range(1, 601, 10):
        _reviews(site, number, 5)
    guides = [
        site.page("guide", _query("guide", title=f"guide-{n}"), headline(f"guide {n}"), _text(f"guide {n}", 8))
        for n in range(60)
    ]
    site.lists(
        "list, guides", ["/guides.php", *(_query("guides", start=n) for n in (20, 40))], "Guides", guides, window=0
    )
    sold = [_item(site, "sold book", 7000 + n, paragraphs=1) for n in range(120)]
    for year in range(10):
        site.listing(
            "list, sold", _query("sold", year=2012 + year), f"Sold in {2012 + year}", sold[year * 12 : year * 12 + 12]
        )
    site.listing(
        "list, sold", "/sold.php", "Sold", [(_query("sold", year=2012 + year), str(2012 + year)) for year in range(10)]
    )
    shelves = [(_query("browse", cat=n + 1), subject) for n, subject in enumerate(SUBJECTS)]
    site.page("home", "/", "Old Books", listed("Subjects", shelves) + listed("New", books[:12]))


def _text(seed: str, paragraphs: int) -> str:
    return f"<h1>{headline(seed)}</h1>" + "".join(f"<p>{one}</p>" for one in essay(seed, paragraphs))


# --- the traps ------------------------------------------------------------------------------------------------------------


def _facets(site: MadeSite) -> Callable[[re.Match[str]], str | None]:
    """Lists of the same books with filters, each of which can be added, changed or taken off."""

    def answer(found: re.Match[str]) -> str | None:
        chosen = dict(parse_qsl(found["query"]))
        if not chosen.get("cat", "").isdigit() or not set(chosen) & set(FILTERS):
            return None
        own = site.popular[int(chosen["cat"]) - 1 :: len(SUBJECTS)]
        chance = random.Random(found["query"])  # noqa: S311 -- likewise
        size, start = int(chosen.get("size", ON_A_LIST)), 12 * (int(chosen.get("page", 1)) - 1)
        shown = sorted(own, key=lambda link: token((link, chosen.get("sort"), chosen.get("order"))))[
            start : start + size
        ]
        if "binding" in chosen or "signed" in chosen:
            shown = [link for link in shown if token((link, chosen.get("binding"), chosen.get("signed")))[0] < "6"]
        names = chance.sample(sorted(FILTERS), 6)
        filters = [
            (_query("browse", **(chosen | {name: one})), f"{name}: {one}") for name in names for one in FILTERS[name]
        ]
        pages = [(_query("browse", **(chosen | {"page": str(n)})), str(n)) for n in range(1, 6)]
        return listed(f"{SUBJECTS[(int(chosen['cat']) - 1) % 10]}", [*shown, *filters], pages)

    return answer


def _session(site: MadeSite) -> Callable[[re.Match[str]], str | None]:
    """The same page; all of its links carry a new token."""

    def answer(found: re.Match[str]) -> str | None:
        html = site.shown(found["path"] or "/")
        mark = token(found[0], 16)
        return html and re.sub(r'href="(/[^"]*)"', lambda link: f'href="{_with(link[1], mark)}"', html)

    return answer


def _with(path: str, mark: str) -> str:
    return f"{path}{'&amp;' if '?' in path else '?'}visit={mark}"


def _compare(found: re.Match[str]) -> str:
    """A table of the chosen books, each with a link that adds another or takes one off."""
    chosen = found["items"].split(",")
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    more = [",".join([*chosen, str(chance.randint(1, 600))]) for _ in range(5)]
    rows = "".join(f"<tr><td>No. {one}</td><td>£{int(one) % 97 + 3}</td></tr>" for one in chosen if one.isdigit())
    links = [(f"/compare.php?items={one}", f"Add No. {one.rpartition(',')[2]}") for one in more]
    return f"<h1>Compare</h1><table>{rows}</table>{listed('Add to comparison', links)}"


def _missing(found: re.Match[str]) -> str:
    """Of a book that is not there: a status of 200, and more that are not there."""
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    links = [
        (_query("item", id=chance.randint(20_000, 9_999_999)), headline(f"missing {chance.random()}")) for _ in range(8)
    ]
    sorry = "<h1>Sorry!</h1><p>We could not find the book that you asked for. It may have been sold.</p>"
    return f"{sorry}{listed('Perhaps you meant', links)}"


def _find(found: re.Match[str]) -> str:
    """No results, and searches that others made."""
    words = found["words"].split("+")
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    links = [(f"/find.php?q={'+'.join([words[-1], one.lower()])}", one) for one in chance.sample(SUBJECTS, 5)]
    page = int(found["page"] or 1)
    links.append((f"/find.php?q={found['words']}&page={page + 1}", "Next page"))
    return listed(f"Results {page * 10 - 9} to {page * 10} for {' '.join(words)}", links)


def _last_again(site: MadeSite) -> Callable[[re.Match[str]], str | None]:
    """Past the end of a list: what its last page shows, and a link to one more."""

    def answer(found: re.Match[str]) -> str | None:
        number, last = int(found["number"]), _query("browse", cat=found["cat"], page=5)
        following = anchor((_query("browse", cat=found["cat"], page=number + 1), "Next »"))
        return f"{site.pages[last][2]}{following}" if last in site.pages else None

    return answer


def _chart(found: re.Match[str]) -> str:
    """The price of a book in a window of weeks; windows can be moved on either side."""
    item, week = int(found["item"]), int(found["week"])
    near = [(_query("chart", item=item, week=week + step), name) for step, name in ((-1, "earlier"), (1, "later"))]
    rows = "".join(f"<tr><td>{day}</td><td>{(week * 7 + day * item) % 391}.00</td></tr>" for day in range(7))
    return f"<h1>Price history of No. {item}</h1><table>{rows}</table>{' '.join(map(anchor, near))}"


def _traps(site: MadeSite) -> list[Trap]:
    def login(_: re.Match[str]) -> str:
        return "<h1>Sign in</h1><form><input name=email><input name=password type=password></form>"

    def money(found: re.Match[str]) -> str | None:
        return site.shown(found["path"])

    visit = re.compile(r"(?P<path>/.*?)[?&]visit=\w+")
    compared, missing = re.compile(r"/compare\.php\?items=(?P<items>[\d,]+)"), re.compile(r"/item\.php\?id=\d{5,}")
    search = re.compile(r"/find\.php\?q=(?P<words>[\w+]+)(?:&page=(?P<page>\d+))?")
    facets = re.compile(r"/browse\.php\?(?P<query>(?:\w+=\w+&)*\w+=\w+)")
    doors = tuple(_query("browse", cat=n, sort="price", order="asc") for n in (1, 4, 7))
    beyond = tuple(_query("browse", cat=n, page=6) for n in (2, 5))
    last = re.compile(r"/browse\.php\?cat=(?P<cat>\d+)&page=(?P<number>\d+)")
    return [
        Trap("pages past the end", beyond, last, _last_again(site)),
        Trap("visit in the query", ("/?visit=5f0c",), visit, _session(site), everywhere=True),
        Trap("facets", doors, facets, _facets(site), everywhere=True),
        Trap("comparison", ("/compare.php?items=4,9",), compared, _compare, everywhere=True),
        Trap("missing books", (_query("item", id=31337),), missing, _missing, everywhere=True),
        Trap("search", ("/find.php?q=old+maps",), search, _find, everywhere=True),
        Trap("sign in and back", (), re.compile(r"/login\.php\?return=.*"), login),
        Trap("basket", (), re.compile(r"/basket\.php\?add=\d+&back=.*"), lambda _: "<h1>Your basket</h1><p>1 book</p>"),
        Trap("currency", (), re.compile(r"(?P<path>/item\.php\?id=\d+)&cur=[A-Z]{3}"), money),
        Trap("where it was clicked", (), re.compile(r"(?P<path>/item\.php\?id=\d+)&pos=\w+"), money),
        Trap("chart", (), re.compile(r"/chart\.php\?item=(?P<item>\d+)&week=(?P<week>-?\d+)"), _chart),
    ]  # fmt: skip


# --- the frame ------------------------------------------------------------------------------------------------------------


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    names = {trap.name for trap in site.traps}
    subjects = "".join(
        f"<li>{anchor((_query('browse', cat=n + 1), subject))}</li>" for n, subject in enumerate(SUBJECTS)
    )
    pages: Sequence[Link] = (("/shelves.php", "Shelves"), ("/guides.php", "Guides"), ("/sold.php", "Sold"))
    seen = "".join(f"<li>{anchor(_clicked(link, path, n, names))}</li>" for n, link in enumerate(site.sample(path, 6)))
    doors = " ".join(anchor((door, door.partition("?")[2].replace("&", ", ") or "here")) for door in site.doors(path))
    sign = anchor((f"/login.php?return={quote(path, safe='')}", "Sign in")) if "sign in and back" in names else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Old Books: {heading(main, title)}</title>'
        "</head><body>"
        f'<div id="head"><a href="/">Old Books</a> {" ".join(map(anchor, pages))} {sign}</div>'
        f'<div id="side"><ul>{subjects}</ul>{doors}</div><div id="main">{main}{_buttons(path, names)}</div>'
        f'<div id="also"><h4>Customers also viewed</h4><ul>{seen}</ul></div>'
        '<div id="foot">Old Books Ltd, registered in England</div></body></html>'
    )


def _clicked(link: Link, path: str, place: int, names: set[str]) -> Link:
    """Every third link tells where it stands."""
    return (
        (f"{link[0]}&pos={token(path, 4)}{place}", link[1])
        if "where it was clicked" in names and place % 3 == 2
        else link
    )


def _buttons(path: str, names: set[str]) -> str:
    """Below a book: basket, currencies, chart, reviews."""
    if not (found := ITEM.fullmatch(path)):
        return ""
    number = int(found[1])
    told = [(_query("review", item=number, n=1), "Reviews")] if number < 600 and number % 10 == 1 else []
    if "basket" in names:
        told.append((f"/basket.php?add={number}&back={quote(path, safe='')}", "Add to basket"))
    if "currency" in names:
        told += [(f"{path}&cur={one}", one) for one in ("EUR", "USD", "JPY")]
    if "chart" in names:
        told.append((_query("chart", item=number, week=2800), "Price history"))
    return " ".join(map(anchor, told))


def catalog() -> MadeSite:
    """The site, with all of its traps."""
    site = MadeSite("catalog", 43, _frame)
    _fill(site)
    site.traps = _traps(site)
    return site
