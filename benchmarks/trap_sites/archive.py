"""The archive: an English site of what people leave behind, without a single trap.

What looks like one: addresses of random letters, as a session's would be; paths that say the same word twice and lie nine
levels deep; a comic and albums whose pages are a picture, a number and links to its neighbours; a mailing list whose answers are
"+1"; results that differ in two digits; a diary with a page for each day, reached from the day before; a blog whose list has
150 pages.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.trap_sites.english import WORDS, essay, headline, say
from benchmarks.trap_sites.made import Link, MadeSite, anchor, listed, token

SECTIONS: Sequence[Link] = (
    ("/", "Home"),
    ("/comic/1/", "Comic"),
    ("/albums/", "Albums"),
    ("/list/", "Mailing list"),
    ("/results/", "Results"),
    ("/diary/", "Diary"),
    ("/docs/", "Docs"),
    ("/posts/", "Posts"),
)
THANKS = ("+1", "Thanks!", "Same here.", "Agreed.", "Works for me.", "See above.", "Done.", "No objection.")
TEAMS = "Ashby Carrow Denholm Elsworth Farrow Glenby Hatherley Ingle".split()
PARTS = "core util list io core node text util".split()


def _chain(site: MadeSite, kind: str, pages: Sequence[tuple[str, str, str]], before: str, after: str) -> None:
    """Pages (path, title, main part), each of which leads to its neighbours."""
    for n, (path, title, main) in enumerate(pages):
        near = [(pages[n - 1][0], before)] if n else []
        near += [(pages[n + 1][0], after)] if n + 1 < len(pages) else []
        site.page(kind, path, title, f"<h1>{title}</h1>{main}<p>{' '.join(map(anchor, near))}</p>")


def _comic(site: MadeSite, count: int) -> None:
    strips = [
        (f"/comic/{n}/", f"#{n}", f'<img src="/strips/{token(n)}.png" alt="strip {n}">') for n in range(1, count + 1)
    ]
    _chain(site, "comic", strips, "< Prev", "Next >")


def _albums(site: MadeSite, albums: int, photos: int) -> None:
    """Albums that show their first picture; the others are found through it."""
    links = []
    for album in range(1, albums + 1):
        name = say(random.Random(f"{site.seed} album {album}"), "{Town}, {year}")  # noqa: S311 -- a page, no secret
        stem = f"/albums/{album}/photo"
        shown = [(f"{stem}/{n}.html", name, f'<img src="{n}.jpg"><p>{n} of {photos}</p>') for n in range(1, photos + 1)]
        _chain(site, "photo", shown, "previous", "next")
        links.append(site.listing("list, album", f"/albums/{album}/", name, [(f"{stem}/1.html", "Start")]))
    site.listing("list, albums", "/albums/", "Albums", links)


def _mails(site: MadeSite, months: int, mails: int) -> None:
    """A month's mails; half of them say a word or two below what they answer."""
    links = []
    for month in range(months):
        chance = random.Random(f"{site.seed} mails {month}")  # noqa: S311 -- likewise
        name, own = f"{2019 + month // 12}-{month % 12 + 1:02}", []
        for n in range(mails):
            asked = essay(f"mail {month} {n // 6}", 1)[0]
            said = asked if n % 6 == 0 else f"&gt; {asked[:90]}<br>{chance.choice(THANKS)}"
            title = f"{'' if n % 6 == 0 else 'Re: '}{headline(f'mail {month} {n // 6}')}"
            own.append((f"/list/{name}/msg{n:05}.html", title, f"<p>From: {chance.choice(TEAMS)}</p><p>{said}</p>"))
        _chain(site, "mail", own, "Date Prev", "Date Next")
        links.append(site.listing("list, mails", f"/list/{name}/", name, [(path, title) for path, title, _ in own]))
    site.listing("list, months of mails", "/list/", "Mailing list", links)


def _results(site: MadeSite, seasons: int, rounds: int) -> None:
    """Matches of a round: two names and two numbers."""
    years = []
    for year in range(2010, 2010 + seasons):
        chance, shown = random.Random(f"{site.seed} season {year}"), []  # noqa: S311 -- likewise
        for number in range(1, rounds + 1):
            teams, links = chance.sample(TEAMS, len(TEAMS)), []
            for match in range(4):
                title = f"{teams[match * 2]} v {teams[match * 2 + 1]}"
                main = f"<h1>{title}</h1><p>{chance.randint(0, 5)} : {chance.randint(0, 5)}</p>"
                links.append(site.page("match", f"/results/{year}/round-{number}/match-{match + 1}/", title, main))
            shown.append(site.listing("list, round", f"/results/{year}/round-{number}/", f"Round {number}", links))
        years.append(site.listing("list, season", f"/results/{year}/", f"Season {year}", shown))
    site.listing("list, seasons", "/results/", "Results", years)


def _diary(site: MadeSite, days: int) -> None:
    """A day a page, a sentence or two; many days say that nothing happened. The front has the newest alone."""
    chance, shown = random.Random(f"{site.seed} diary"), []  # noqa: S311 -- likewise
    for n in range(days):
        day = date(2018, 3, 1) + timedelta(days=n)
        said = "Nothing today." if chance.random() < 0.4 else say(chance, "{Who} {did} {what} {how}.")
        shown.append((f"/diary/{day.year}/{day.month}/{day.day}/", f"{day:%d %B %Y}", f"<p>{said}</p>"))
    _chain(site, "day of a diary", shown, "yesterday", "tomorrow")
    site.listing("list, diary", "/diary/", "Diary", [shown[-1][:2]])


def _docs(site: MadeSite, count: int) -> None:
    """A tree of a reference, in whose paths the same words come again: a name, a signature, a line."""
    chance, paths = random.Random(f"{site.seed} docs"), ["/docs/"]  # noqa: S311 -- likewise
    below: dict[str, list[Link]] = {"/docs/": []}
    while len(paths) <= count:
        parent = chance.choice([path for path in paths[-60:] if path.count("/") < 9] or paths)
        name = chance.choice([part for part in PARTS if f"{parent}{part}/" not in below] or [f"f{len(paths)}"])
        path = f"{parent}{name}/"
        paths.append(path)
        below[parent].append((path, name))
        below[path] = []
    for path in paths:
        name = path.strip("/").replace("/", ".")
        code = f"<code>{name}({chance.choice(('x', 'x, y', 'self', '*args'))})</code>"
        main = f"<h1>{name}</h1>{code}<p>{say(chance, '{What} {how}.')}</p>{listed('Members', below[path])}"
        site.page("doc" if path != "/docs/" else "list, docs", path, name, main)


def _posts(site: MadeSite, count: int) -> None:
    """Posts under random letters, in a list of eight a page, each page of which leads to the next alone."""
    links = []
    for n in range(count):
        title = headline(f"archive post {n}")
        prose = "".join(f"<p>{one}</p>" for one in essay(f"archive post {n}", 2 + n % 4))
        links.append(site.page("post", f"/p/{token((site.seed, n), 12)}/", title, f"<h1>{title}</h1>{prose}"))
    site.articles += links
    paths = ["/posts/", *(f"/posts/?page={n}" for n in range(2, -(-count // 8) + 1))]
    site.lists("list, posts", paths, "Posts", links, window=0)


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    nav = "".join(f"<li>{anchor(link)}</li>" for link in SECTIONS)
    more = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(path, 3))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Archive</title></head><body>'
        f"<nav><ul>{nav}</ul></nav><main>{main}</main><aside><h3>From the posts</h3><ul>{more}</ul></aside>"
        f"<footer>The Archive, since {WORDS['year'][90]}</footer></body></html>"
    )


def archive() -> MadeSite:
    """The site. It has no traps."""
    site = MadeSite("archive", 61, _frame)
    _posts(site, 1200)
    _comic(site, 400)
    _albums(site, 6, 60)
    _mails(site, 10, 36)
    _results(site, 5, 14)
    _diary(site, 400)
    _docs(site, 300)
    site.page("home", "/", "The Archive", listed("Sections", SECTIONS[1:]))
    return site
