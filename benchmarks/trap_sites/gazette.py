"""The gazette: an English magazine built as blogs are, every URL a path that ends with a slash.

Its archives go on where the posts end, the events plugin knows all months, one link in the footer is relative by mistake, and
each post offers to be answered, shared and signed in for.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from urllib.parse import quote

from benchmarks.trap_sites.english import babble, essay, headline, slug
from benchmarks.trap_sites.made import Link, MadeSite, Moved, Trap, anchor, heading, listed, token

CATEGORIES = "harbour railways people money letters buildings weather books".split()
AUTHORS = "ada-marsh bert-quill cora-finch dov-lindt edie-stone finn-archer greta-holm hugo-penn".split()
TAGS = (
    "tides ledgers timber orchards clocks ferries floods debts choirs maps salt glass bells mills leases roofs".split()
)
YEARS = range(2019, 2024)
ON_A_LIST = 10
COMMENT = re.compile(r"(?P<path>/\d{4}/\d\d/\d\d/[^/?]+/)\?replytocom=\d+")
SHARE = re.compile(r"(?P<path>/\d{4}/\d\d/\d\d/[^/?]+/)\?share=[a-z]+(?:&nb=1)?")


def _post(site: MadeSite, kind: str, number: int, *, paragraphs: int, more: str = "") -> tuple[Link, tuple[int, int]]:
    """A post of some day, with its month."""
    chance = random.Random(f"{site.seed} post {number}")  # noqa: S311 -- a page, no secret
    year, month, day = chance.choice(YEARS), chance.randint(1, 12), chance.randint(1, 28)
    title = headline(f"{site.seed} {number}")
    path = f"/{year}/{month:02}/{day:02}/{slug(title)}-{number}/"
    author = chance.choice(AUTHORS)
    prose = "".join(f"<p>{one}</p>" for one in essay(f"{site.seed} {number}", paragraphs))
    byline = f'<p class="meta">{year}-{month:02}-{day:02} by {author.replace("-", " ").title()}</p>'
    link = site.page(kind, path, title, f'<h1 class="entry-title">{title}</h1>{byline}{prose}{more}')
    site.articles.append(link)
    return link, (year, month)


def _paged(stem: str, count: int) -> list[str]:
    """The paths of a list of so many posts."""
    pages = -(-count // ON_A_LIST)
    return [stem, *(f"{stem}page/{n}/" for n in range(2, pages + 1))]


def _fill(site: MadeSite) -> None:
    """The real pages."""
    chance = random.Random(site.seed)  # noqa: S311 -- likewise
    posts = [_post(site, "post", n, paragraphs=chance.randint(3, 7))[0] for n in range(520)]
    tagged = [_post(site, "post on tags alone", 1000 + n, paragraphs=4)[0] for n in range(120)]
    dated = [_post(site, "post in archives alone", 2000 + n, paragraphs=chance.randint(2, 5)) for n in range(160)]
    short = [_post(site, "short letter", 3000 + n, paragraphs=1)[0] for n in range(90)]
    shelves = []
    for n, name in enumerate(CATEGORIES):
        own = posts[n :: len(CATEGORIES)]
        shelves.append(site.lists("list, category", _paged(f"/category/{name}/", len(own)), name, own))
    shelves.append(site.lists("list, letters", _paged("/letters/", len(short)), "Letters", short, window=0))
    tags = [site.listing("list, tag", f"/tag/{name}/", name, tagged[n :: len(TAGS)]) for n, name in enumerate(TAGS)]
    site.listing("list, tags", "/tags/", "All topics", tags)
    _archives(site, dated)
    series = [_series(site, number, 30) for number in range(5)]
    site.listing("list, series", "/series/", "Series", series)
    for n, name in enumerate(AUTHORS):
        own = posts[n :: len(AUTHORS)]
        site.lists("list, author", _paged(f"/author/{name}/", len(own)), name, own, window=1)
    home = _paged("/", 200)
    for n, path in enumerate(home):
        older = [(f"/page/{n + 2}/", "Older posts")] + ([(home[n - 1], "Newer posts")] if n else [])
        shown = [*posts[n * ON_A_LIST : (n + 1) * ON_A_LIST]]
        site.listing("home" if not n else "list, home", path, "The Gazette", [*shown, *(() if n else shelves)], older)
    for name in ("privacy-policy", "about"):
        site.page("page", f"/{name}/", name, "".join(f"<p>{one}</p>" for one in essay(name, 4)))


def _archives(site: MadeSite, dated: list[tuple[Link, tuple[int, int]]]) -> None:
    """A page for each year and month; posts are listed under the month in which they appeared."""
    months = defaultdict(list)
    for link, month in dated:
        months[month].append(link)
    shown = [(f"/{y}/{m:02}/", f"{y}-{m:02}", links) for (y, m), links in sorted(months.items())]
    for n, (path, name, links) in enumerate(shown):
        near = [(shown[one][0], shown[one][1]) for one in (n - 1, n + 1) if 0 <= one < len(shown)]
        site.listing("list, month", path, f"Archive for {name}", links, near)
    for year in YEARS:
        own = [(path, name) for path, name, _ in shown if path.startswith(f"/{year}/")]
        site.listing("list, year", f"/{year}/", f"Archive for {year}", own)


def _series(site: MadeSite, number: int, parts: int) -> Link:
    """A chain: each part leads to the next alone. The first is returned."""
    made: list[Link] = []
    for part in range(parts, 0, -1):  # from its end, as a page has to know the next one's path
        following = f"<p>Next part: {anchor(made[-1])}</p>" if made else "<p>The end.</p>"
        made.append(_post(site, "part of a series", 5000 + number * 100 + part, paragraphs=4, more=following)[0])
    return made[-1]


# --- the traps ------------------------------------------------------------------------------------------------------------


def _events(found: re.Match[str]) -> str:
    """A month of the calendar, most of its days with a link; it knows all months."""
    year, month = int(found["year"]), int(found["month"])
    before, after = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
    grid = " ".join(anchor((f"/events/{year}-{month:02}-{day:02}/", str(day))) for day in range(1, 29))
    near = [(f"/events/month/{y}-{m + 1:02}/", name) for (y, m), name in ((before, "Previous"), (after, "Next"))]
    return f"<h1>Events for {year}-{month:02}</h1><div class='grid'>{grid}</div>{' '.join(map(anchor, near))}"


def _day(found: re.Match[str]) -> str:
    year, month, day = map(int, found.groups())
    near = [(f"/events/{year}-{month:02}-{one:02}/", name) for one, name in ((day - 1 or 28, "«"), (day % 28 + 1, "»"))]
    week = (f"/events/month/{year}-{month:02}/", "Month")
    return f"<h1>Events on {year}-{month:02}-{day:02}</h1><p>There are no events on this day.</p>" + " ".join(
        map(anchor, [*near, week])
    )


def _search(found: re.Match[str]) -> str:
    """Some posts, and searches that others have made."""
    words = found["words"].split("+")
    more = [*TAGS, *CATEGORIES]
    chance = random.Random(found["words"])  # noqa: S311 -- likewise
    links = [(f"/?s={'+'.join([*words[-2:], word])}", f"{' '.join(words)} {word}") for word in chance.sample(more, 6)]
    return listed(f"Search results for “{' '.join(words)}”", links)


def _maze(found: re.Match[str]) -> str:
    """A page of a tarpit: babble, and links that lead on."""
    seed = found[0]
    links = [
        (f"/essays/{slug(babble(f'{seed} {n}', 2))}/{token((seed, n), 6)}/", babble(f"{seed} {n}", 4)) for n in range(8)
    ]
    text = "".join(f"<p>{babble(f'{seed} text {n}', 70)}.</p>" for n in range(4))
    return f"<h1>{babble(seed, 5)}</h1>{text}{listed('More essays', links)}"


def _beyond(found: re.Match[str]) -> str:
    number = int(found["number"])
    more = anchor((f"/page/{number + 1}/", "Older posts"))
    return f"<h1>Nothing found</h1><p>It seems we can’t find what you’re looking for.</p>{more}"


def _traps(site: MadeSite) -> list[Trap]:
    def same(found: re.Match[str]) -> str | None:
        return site.shown(found["path"])

    def policy(_: re.Match[str]) -> str | None:
        return site.pages["/privacy-policy/"][2]

    def home(_: re.Match[str]) -> str | None:
        return site.shown("/")

    def login(_: re.Match[str]) -> str:
        return (
            "<h1>Log in</h1><form><input name=user><input name=password type=password></form><p>Lost your password?</p>"
        )

    month = r"/events/month/(?P<year>\d{1,5})-(?P<month>\d\d)/"
    return [
        Trap("events, month", ("/events/month/2023-11/",), re.compile(month), _events, everywhere=True),
        Trap("events, day", (), re.compile(r"/events/(\d{1,5})-(\d\d)-(\d\d)/"), _day),
        Trap("reply to a comment", (), COMMENT, same),
        Trap("share", (), SHARE, same),
        Trap("login and back", (), re.compile(r"/wp-login\.php\?redirect_to=.*"), login),
        Trap("relative link in the footer", (), re.compile(r"/.+/privacy-policy/"), policy),
        Trap("search", ("/?s=tides", "/?s=old+maps"), re.compile(r"/\?s=(?P<words>[^&]+)"), _search, everywhere=True),
        Trap("tarpit", ("/essays/on-the/tides/",), re.compile(r"/essays/[^/]+/[^/]+/"), _maze),
        Trap("older posts beyond the last", (), re.compile(r"/page/(?P<number>\d+)/"), _beyond),
        Trap("number against caches", (), re.compile(r"/\?nocache=\w+"), home),
        Trap("short link", (), re.compile(r"/\?p=(\d+)"), lambda found: _short(site, int(found[1]))),
    ]  # fmt: skip


def _short(site: MadeSite, number: int) -> Moved | None:
    """A redirect to a post."""
    return Moved(site.articles[number][0]) if number < len(site.articles) else None


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    """A header with categories, the main part, comments under a post, a sidebar, a footer."""
    names = {trap.name for trap in site.traps}
    nav = "".join(f"<li>{anchor((f'/category/{name}/', name.title()))}</li>" for name in CATEGORIES)
    about = " ".join(
        map(anchor, [("/series/", "Series"), ("/tags/", "Topics"), ("/about/", "About"), ("/letters/", "Letters")])
    )
    years = "".join(f"<li>{anchor((f'/{year}/', str(year)))}</li>" for year in YEARS)
    authors = " ".join(anchor((f"/author/{name}/", name)) for name in random.Random(path).sample(AUTHORS, 3))  # noqa: S311 -- a page
    recent = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(path, 6))
    widgets = " ".join(anchor((door, door.strip("/?").replace("/", " "))) for door in site.doors(path))
    is_post = re.match(r"/\d{4}/\d\d/\d\d/", path)
    below = _below(site, path, names) if is_post else ""
    fresh = anchor((f"/?nocache={token(path, 8)}", "Front page")) if "number against caches" in names else ""
    policy = '<a href="privacy-policy/">Privacy policy</a>' if "relative link in the footer" in names else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{heading(main, title)} | The Gazette</title>'
        "</head><body>"
        f'<header><a href="/">The Gazette</a><ul class="menu">{nav}</ul>{about}{fresh}</header>'
        f'<main class="content"><article>{main}</article>{below}</main>'
        f"<aside><h3>Recent posts</h3><ul>{recent}</ul><h3>Archives</h3><ul>{years}</ul>{authors}<div>{widgets}</div></aside>"
        f"<footer>© The Gazette. {policy} <a href='/privacy-policy/'>Privacy</a></footer></body></html>"
    )


def _below(site: MadeSite, path: str, names: set[str]) -> str:
    """Related posts, buttons and comments."""
    chance = random.Random(f"below {path}")  # noqa: S311 -- a page, no secret
    related = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(f"related {path}", 4))
    told = [f"<h3>You might also like</h3><ul>{related}</ul>"]
    if "share" in names:
        told.append(" ".join(anchor((f"{path}?share={name}&nb=1", name)) for name in ("facebook", "mastodon", "email")))
    for _ in range(chance.randint(0, 4)):
        number, said = chance.randint(1000, 99999), essay(f"comment {path} {chance.random()}", 1)[0]
        reply = anchor((f"{path}?replytocom={number}", "Reply")) if "reply to a comment" in names else ""
        told.append(f'<li class="comment">{said[:160]} {reply}</li>')
    if "login and back" in names:
        told.append(anchor((f"/wp-login.php?redirect_to={quote(path, safe='')}", "Log in to leave a comment")))
    if "short link" in names:
        told.append(anchor((f"/?p={chance.randrange(500)}", "A post by chance")))
    return "".join(told)


def gazette() -> MadeSite:
    """The site, with all of its traps."""
    site = MadeSite("gazette", 41, _frame)
    _fill(site)
    site.traps = _traps(site)
    return site
