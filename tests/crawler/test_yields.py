"""Which URLs are worth a request: whole sites, crawled in memory as the frontier has it."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from zlib import crc32

import pytest

from crawler.yields import LATER, Verdict, Yields, copies, marks, memory, within
from crawler.yields import yields as yields_of
from crawler.yields.urls import is_about, is_next

HOST = "https://h.test"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page: the article that it holds, or "", its links, and prose that is no article's."""

    article: str = ""
    links: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()


Site = Callable[[str], Seen | None]


def article(n: int, *links: str) -> Seen:
    return Seen(f"{chr(0x4E00 + n % 20_000)}{'文' * (1 + n // 20_000)}", links)


def crawled(site: Site, start: str = "/") -> list[str]:
    """The paths asked for, in order; what is not is told by `Yields` alone."""
    yields, numbers = Yields(), count()
    asked: list[str] = []
    known = {start}
    queue: list[tuple[int, int, str, int, str | None]] = [(0, next(numbers), start, 0, None)]
    while queue:
        rank, _, path, depth, parent = heapq.heappop(queue)
        url = HOST + path
        if parent is not None:
            verdict, level = yields.verdict(url, round(rank / LATER))
            if verdict is Verdict.LATER:
                heapq.heappush(queue, (LATER * level - within(url, depth), next(numbers), path, depth, parent))
            if verdict is not Verdict.NOW:
                continue
        asked.append(path)
        yields.asked(url)
        page = site(path)
        if page is None:
            yields.failed(url)
            continue
        fresh = [link for link in dict.fromkeys(page.links) if link not in known]
        known.update(fresh)
        lines = (*page.prose, page.article) if page.article else page.prose
        led_by = None if parent is None else HOST + parent
        told, shown = [HOST + link for link in fresh], [HOST + link for link in page.links]
        yields.read(url, led_by, page.article or None, lines, told, shown, hash(page.article) if page.article else None)
        for link in fresh:
            heapq.heappush(queue, (depth + 1, next(numbers), link, depth + 1, path))
        assert len(asked) < 20_000, "the crawl does not end"
    return asked


def portal(articles: int = 600, *, doors: tuple[str, ...] = ()) -> dict[str, Seen]:
    """Lists of twenty, page by page, in six sections; each article with its neighbours and a fixed list of hot ones."""
    pages: dict[str, Seen] = {}
    sections = [f"/s{letter}/" for letter in "abcdef"]
    hot = tuple(f"/show/{n}.html" for n in range(8))
    dull = ("/about.html", "/contact.html", "/help.html", "/map.html")
    pages["/"] = Seen(links=(*dull, *sections, *hot, *doors))
    pages.update({path: Seen(links=("/", *dull)) for path in dull})
    for at, section in enumerate(sections):
        own = [f"/show/{n}.html" for n in range(at, articles, len(sections))]
        for page, first in enumerate(range(0, len(own), 20), 1):
            following = (f"{section}list_{page + 1}.html",) if first + 20 < len(own) else ()
            pages[section if page == 1 else f"{section}list_{page}.html"] = Seen(
                links=("/", *sections, *own[first : first + 20], *following, *hot)
            )
    for n in range(articles):
        near = (f"/show/{n + 1}.html",) if n + 1 < articles else ()
        pages[f"/show/{n}.html"] = article(n, "/", *sections, *near, *hot, *doors)
    return pages


def token(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def calendar(path: str) -> Seen | None:
    if path.startswith("/cal/"):
        year, month = map(int, path.split("/")[2:4])
        following = f"/cal/{year + month // 12}/{month % 12 + 1}/"
        return Seen(links=("/", following, f"/cal/{year}/{month}/view/"), prose=(f"{year}年{month}月没有活动",))
    return None


def sessions(path: str) -> Seen | None:
    head, has, sid = path.partition("?s=")
    return Seen(links=("/", f"{head}?s={token(sid)}", f"/top?s={token(sid + 'x')}")) if has else None


def nested(path: str) -> Seen | None:
    if not path.startswith("/deep/"):
        return None
    return Seen(links=("/", f"{path}more/", f"{path}{token(path)}/"), prose=("专题正在建设当中",))


def facets(path: str) -> Seen | None:
    if not path.startswith("/find?"):
        return None
    chosen = set(path.removeprefix("/find?").split("&"))
    more = [f"{name}={value}" for name in ("color", "size", "sort", "view") for value in range(5)]
    links = ("/find?" + "&".join(sorted(chosen | {one})) for one in more if one not in chosen)
    return Seen(links=("/", *links, "/show/1.html", "/show/2.html"))


def maze(path: str) -> Seen | None:
    if not path.startswith("/go/"):
        return None
    return Seen(links=("/", *(f"/go/{token(path + str(n))}.html" for n in range(30))), prose=("您要的页面不存在",))


def pager(path: str) -> Seen | None:
    """A list that has a next page behind its last one, for ever, always with the hot ones."""
    if not path.startswith("/sa/list_"):
        return None
    number = int(path.removeprefix("/sa/list_").removesuffix(".html"))
    return Seen(links=("/", f"/sa/list_{number + 1}.html", *(f"/show/{n}.html" for n in range(8))))


TRAPS = {
    "calendar": (calendar, "/cal/2024/5/"),
    "sessions": (sessions, "/top?s=0"),
    "nested": (nested, "/deep/"),
    "facets": (facets, "/find?color=1"),
    "maze": (maze, "/go/start.html"),
    "pager": (pager, "/sa/list_900.html"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_takes_a_few_requests_and_no_page_from_the_site(name: str) -> None:
    trap, door = TRAPS[name]
    pages = portal(doors=(door,))
    asked = crawled(lambda path: pages.get(path) or trap(path))
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 12


def together(*names: str) -> tuple[set[str], list[str]]:
    """The paths of a large portal with these traps, and those asked for."""
    pages = portal(3_000, doors=tuple(TRAPS[name][1] for name in names))
    traps = [TRAPS[name][0] for name in names]
    return set(pages), crawled(lambda path: pages.get(path) or next(filter(None, (trap(path) for trap in traps)), None))


def test_all_traps_together() -> None:
    pages, asked = together(*(name for name in TRAPS if name != "pager"))
    assert pages <= set(asked)
    assert len(asked) - len(pages) <= 30


def test_long_lists_beside_pages_behind_the_last() -> None:
    pages, asked = together(*TRAPS)
    assert pages <= set(asked)


def archive() -> dict[str, Seen]:
    """A list with nothing but a next page, whose first pages show what the front page and articles had shown."""
    pages = portal(120)
    for page in range(1, 40):
        shown = [f"/old/{n}.html" for n in range((page - 6) * 10, (page - 5) * 10)] if page > 5 else []
        shown += [f"/show/{n}.html" for n in range((page - 1) * 20, page * 20)] if page <= 5 else []
        pages[f"/archive?page={page}"] = Seen(links=("/", *shown, f"/archive?page={page + 1}"))
        pages.update({path: article(5_000 + int(path[5:-5])) for path in shown if path.startswith("/old/")})
    pages["/archive?page=40"] = Seen(links=("/",))
    pages["/"] = Seen(links=(*pages["/"].links, "/archive?page=1"))
    return pages


def directory() -> dict[str, Seen]:
    """Five levels of links alone before the first article."""
    pages: dict[str, Seen] = {}

    def grow(path: str, level: int) -> None:
        wide = [f"{path}{chr(ord('a') + n)}{chr(ord('p') + level)}/" for n in range(4)]
        if level == 4:
            wide = [f"{path}{n}.html" for n in range(3)]
            pages.update({one: article(crc32(one.encode()) % 19_000) for one in wide})
        pages[path] = Seen(links=("/", *wide))
        for one in wide if level < 4 else ():
            grow(one, level + 1)

    grow("/", 0)
    return pages


def forum() -> dict[str, Seen]:
    """Threads whose few words are no article, but for one in thirty; pages of a thread; every URL has a query."""
    pages = {"/": Seen(links=tuple(f"/forum.php?mod=list&fid={n}" for n in range(1, 5)))}
    for board in range(1, 5):
        for page in range(1, 11):
            threads = [f"/forum.php?mod=view&tid={board * 1000 + page * 20 + n}" for n in range(20)]
            following = (f"/forum.php?mod=list&fid={board}&page={page + 1}",) if page < 10 else ()
            url = f"/forum.php?mod=list&fid={board}" + (f"&page={page}" if page > 1 else "")
            pages[url] = Seen(links=("/", *threads, *following))
            for one in threads:
                number = int(one.rpartition("=")[2])
                says = Seen(prose=(f"{chr(0x4E00 + number)}{chr(0x4E01 + number)}说的是还款",), links=("/", url))
                pages[one] = article(number, "/", url) if number % 30 == 0 else says
    return pages


def tags() -> dict[str, Seen]:
    """Tags that lead to what was known: articles have some, and each tag shows some that are near."""
    pages = portal(300)
    names = [f"/tag/{token(str(n))}/" for n in range(60)]
    for n, name in enumerate(names):
        near = (names[(n * 7 + 1) % 60], names[(n + 1) % 60])
        pages[name] = Seen(links=("/", *near, *(f"/show/{(n * 13 + m) % 300}.html" for m in range(10))))
    for n in range(300):
        shown = pages[f"/show/{n}.html"]
        pages[f"/show/{n}.html"] = Seen(shown.article, (*shown.links, names[n % 60], names[n * 7 % 60]))
    return pages


def slugs() -> dict[str, Seen]:
    """Articles, lists and dull pages all at the root, under names of words."""
    words = [f"{one}-{other}" for one in ("loan", "card", "debt") for other in ("how", "why", "what", "when")]
    names = [f"/{word}-{n}/" for word in words for n in range(12)]
    pages = {name: article(n, "/", names[(n + 1) % len(names)]) for n, name in enumerate(names)}
    lists = [f"/{word}/" for word in ("loans", "cards", "debts")]
    pages.update({one: Seen(links=("/", *names[at * 48 : at * 48 + 48])) for at, one in enumerate(lists)})
    dull = ("/about/", "/contact/", "/privacy/", "/login/", "/imprint/")
    pages.update({one: Seen(links=("/",)) for one in dull})
    pages["/"] = Seen(links=(*dull, *lists))
    return pages


def diary() -> dict[str, Seen]:
    """Days that lead to the next one alone; one in six has an article."""
    pages = portal(60)
    for n in range(40):
        written = (f"/d/{n}.html",) if n % 6 == 5 else ()
        following = (f"/diary/{n + 1}",) if n < 39 else ()
        pages[f"/diary/{n}"] = Seen(links=("/", *written, *following), prose=(f"第{n}天",))
        pages.update({path: article(6_000 + n, "/") for path in written})
    return opened(pages, "/diary/0")


def months() -> dict[str, Seen]:
    """Months that lead to those before and after; three in four are empty."""
    pages = portal(60)
    paths = [f"/{2020 + n // 12}/{n % 12 + 1:02}/" for n in range(48)]
    for n, path in enumerate(paths):
        written = tuple(f"/m{n}-{k}.html" for k in range(3)) if n % 4 == 0 else ()
        pages[path] = Seen(links=("/", *written, *paths[max(0, n - 1) : n + 2]), prose=(f"{path}的文章",))
        pages.update({one: article(7_000 + 10 * n + k, "/", path) for k, one in enumerate(written)})
    return opened(pages, paths[-1])


def products() -> dict[str, Seen]:
    """Two hundred pages that differ in numbers alone, in lists that lead to the next one."""
    pages = portal(60)
    for n in range(200):
        pages[f"/p/{n}"] = Seen(links=("/",), prose=(f"产品{n}", f"利率{n * 7 % 100 / 10}%"))
    for n in range(10):
        following = (f"/p/list-{n + 1}",) if n < 9 else ()
        pages[f"/p/list-{n}"] = Seen(links=("/", *(f"/p/{20 * n + k}" for k in range(20)), *following), prose=("产品",))
    return opened(pages, "/p/list-0")


def nameless_tree() -> dict[str, Seen]:
    """Three levels of lists that all say the same, before the first article."""
    pages = portal(60)

    def grow(path: str, level: int) -> None:
        below = [f"{path}{name}/" for name in ("loan", "card", "debt")] if level < 3 else []
        held = [f"{path}{n}.html" for n in range(2)] if level == 3 else []
        pages[path] = Seen(links=("/", *below, *held), prose=("本站的目录",))
        pages.update({one: article(8_000 + crc32(one.encode()) % 10_000, "/") for one in held})
        for one in below:
            grow(one, level + 1)

    grow("/kb/", 0)
    return opened(pages, "/kb/")


def choices() -> dict[str, Seen]:
    """Articles that only combinations of two filters show."""
    pages = portal(60)
    for c in range(5):
        for b in range(4):
            held = [f"/fa/{100 * c + 10 * b + n}.html" for n in range(3)]
            others = [*(f"/fil?c={one}&b={b}" for one in range(5)), *(f"/fil?c={c}&b={one}" for one in range(4))]
            pages[f"/fil?c={c}&b={b}"] = Seen(links=("/", *held, *others), prose=("筛选",))
            pages.update({one: article(9_000 + crc32(one.encode()) % 9_000, "/") for one in held})
    return opened(pages, "/fil?c=0&b=0")


def known_first() -> dict[str, Seen]:
    """Lists that all have one title, and show what is known on the first eight."""
    pages = portal(120)
    for n in range(1, 21):
        held = [f"/late/{10 * n + k}.html" for k in range(10)] if n > 8 else []
        known = [f"/show/{10 * n + k}.html" for k in range(10)] if n <= 8 else []
        following = (f"/blog?page={n + 1}",) if n < 20 else ()
        pages[f"/blog?page={n}" if n > 1 else "/blog"] = Seen(links=("/", *known, *held, *following), prose=("博客",))
        pages.update({one: article(10_000 + crc32(one.encode()) % 9_000, "/") for one in held})
    return opened(pages, "/blog")


def knowledge() -> dict[str, Seen]:
    """Articles that a tree alone leads to: each to three more and back to the one above it."""
    pages = portal(60)
    for n in range(400):
        below = (f"/kb/{3 * n + k}" for k in (1, 2, 3) if 3 * n + k < 400)
        pages[f"/kb/{n}"] = article(9_000 + n, "/", *((f"/kb/{(n - 1) // 3}",) if n else ()), *below)
    return opened(pages, "/kb/0")


def related() -> dict[str, Seen]:
    """Articles that others alone lead to, each to six of them."""
    pages = portal(60)
    for n in range(300):
        pages[f"/rel/{n}"] = article(12_000 + n, "/", *(f"/rel/{(n * 7 + k * k * 11 + 1) % 300}" for k in range(6)))
    return opened(pages, "/rel/0")


def home_pages() -> dict[str, Seen]:
    """A front page that goes on for twenty pages, with articles that other lists show first; each article shows eight others."""
    pages = {}
    paths = [f"/{2010 + n % 12}/{n % 12 + 1:02}/word-and-word-{n}/" for n in range(200)]
    authors = [f"/author/name-{chr(ord('a') + n)}/" for n in range(8)]
    for n, author in enumerate(authors):
        parts = [paths[n::8][first : first + 9] for first in (0, 9, 18)]
        for part, shown in enumerate(parts):
            following = (f"{author}page/{part + 2}/",) if part < 2 else ()
            pages[f"{author}page/{part + 1}/" if part else author] = Seen(links=("/", *shown, *following))
    for n in range(20):
        following = (f"/page/{n + 2}/",) if n < 19 else ()
        shown = paths[10 * n : 10 * n + 10]
        pages[f"/page/{n + 1}/" if n else "/"] = Seen(links=("/", *authors, *shown, *following), prose=("本站",))
    for n, path in enumerate(paths):
        pages[path] = article(13_000 + n, "/", *(paths[(n * 31 + k * k * 17 + 1) % 200] for k in range(8)))
    return pages


@pytest.mark.parametrize(
    ("url", "other", "follows"),
    [
        ("/page/10/", "/page/9/", True),
        ("/l?cat=3&page=2", "/l?cat=3&page=3", True),
        ("/2024/01/", "/2023/12/", False),
        ("/page/10/", "/page/8/", False),
        ("/page/2/", "/", False),
        ("/p/2-2", "/p/1-1", False),
        ("/p/02", "/p/1", True),
    ],
)
def test_the_next_part_of_a_list(url: str, other: str, follows: bool) -> None:
    assert is_next(HOST + url, HOST + other) is follows


@pytest.mark.parametrize(
    ("url", "is_so"),
    [
        ("/login?back=%2Fa%2F1", True),
        ("/share?url=https%3A%2F%2Fh.test%2Fa%2F1&to=x", True),
        ("/a/1?print=1", False),
        ("/a/1/page/2", False),
        ("/a/2", False),
    ],
)
def test_what_a_page_asks_of_itself(url: str, is_so: bool) -> None:
    assert is_about(HOST + url, f"{HOST}/a/1") is is_so


def pictures() -> dict[str, Seen]:
    """A chain of pages with a title each, and a picture."""
    chain = [f"/tu/{n}.html" for n in range(30)]
    pages = portal(60)
    for n, path in enumerate(chain):
        pages[path] = Seen(links=("/", chain[(n + 1) % len(chain)]), prose=(f"图解{chr(0x5000 + n) * 5}",))
    return opened(pages, chain[0])


def numbered_lists() -> dict[str, Seen]:
    """Articles that lead to one another, and labels whose lists are called as they are: `article-7-1.html`, `tag-3-2.html`."""
    pages = {f"/article-{n}-1.html": article(n, "/", f"/article-{(n + 1) % 200}-1.html") for n in range(200)}
    lists = {f"/tag-{t}-{p}.html": list(range(t, 200, 5))[10 * p - 10 : 10 * p] for t in range(5) for p in range(1, 5)}
    for path, held in lists.items():
        beyond = (path.replace(f"-{p}.html", f"-{p + 1}.html") for p in range(1, 4) if path.endswith(f"-{p}.html"))
        pages[path] = Seen(links=("/", *(f"/article-{n}-1.html" for n in held), *beyond), prose=("标签",))
    return {"/": Seen(links=("/article-0-1.html", *(f"/tag-{t}-1.html" for t in range(5)))), **pages}


def per_day() -> dict[str, Seen]:
    """Articles are numbered within each day; days of the same number as their month come first."""
    days = [(n, n) for n in range(1, 13)] + [(month, day) for month in range(1, 13) for day in range(13, 29)]
    paths = [f"/2023/{month:02d}/{day:02d}/{n}.html" for month, day in days for n in range(1, 4)]
    pages = {path: article(n, "/", *paths[n + 1 : n + 2]) for n, path in enumerate(paths)}
    lists = [paths[at : at + 20] for at in range(0, len(paths), 20)]
    for n, listed in enumerate(lists):
        pages["/" if n == 0 else f"/list_{n}.html"] = Seen(links=(*listed, f"/list_{min(n + 1, len(lists) - 1)}.html"))
    return pages


def cities() -> dict[str, Seen]:
    """Lists by city and branch, with articles that stand nowhere else; all of them can be filtered, in two things at once."""
    names, branches = (
        ("beijing", "shanghai", "chengdu", "wuhan", "xian", "nanjing"),
        ("chedai", "fangdai", "xiaodai", "ka"),
    )
    lists = [f"/{name}/{branch}/" for name in names for branch in branches]
    pages = {"/": Seen(links=tuple(f"/{name}/" for name in names))}
    pages |= {f"/{name}/": Seen(links=("/", *(f"/{name}/{branch}/" for branch in branches))) for name in names}
    for at, path in enumerate(lists):
        own = [f"{path}{80_000 + 6 * at + n}.html" for n in range(6)]
        pages |= {one: article(6 * at + n, "/", path) for n, one in enumerate(own)}
        pages[path] = Seen(links=("/", *lists, *own, *(f"{path}{one}{n}/" for one in "ab" for n in range(1, 5))))
    return pages


def filtered(path: str) -> Seen | None:
    """Lists of cities, filtered."""
    folder, _, chosen = path.rstrip("/").rpartition("/")
    listed = cities().get(f"{folder}/")
    if listed is None or len(chosen) not in (2, 4) or chosen[0] not in "ab":
        return None
    others = (
        f"{folder}/{chosen}{one}{n}/" for one in "ab" for n in range(1, 5) if len(chosen) == 2 and one > chosen[0]
    )
    articles = [link for link in listed.links if link.endswith(".html")]
    return Seen(links=("/", f"{folder}/", *others, *articles[: len(chosen) // 2]))


def opened(pages: dict[str, Seen], door: str) -> dict[str, Seen]:
    """The site, with a link on its front page."""
    return {**pages, "/": Seen(links=(*pages["/"].links, door))}


INNOCENT = (
    portal, archive, directory, forum, tags, slugs, diary, months, products, nameless_tree, choices, known_first,
    knowledge, related, home_pages, pictures, numbered_lists, per_day,
)  # fmt: skip


@pytest.mark.parametrize("made", INNOCENT, ids=lambda made: made.__name__)
def test_no_page_of_an_innocent_site_is_given_up(made: Callable[[], dict[str, Seen]]) -> None:
    pages = made()
    assert set(crawled(pages.get)) >= set(pages)


@pytest.mark.parametrize("made", INNOCENT, ids=lambda made: made.__name__)
def test_no_page_of_an_innocent_site_is_given_up_beside_traps(made: Callable[[], dict[str, Seen]]) -> None:
    pages, traps = made(), [TRAPS[name] for name in TRAPS if name != "pager"]
    pages["/"] = Seen(links=(*pages["/"].links, *(door for _, door in traps)))
    asked = crawled(lambda path: pages.get(path) or next(filter(None, (trap(path) for trap, _ in traps)), None))
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 40


def test_a_maze_of_pages_that_say_what_articles_say_has_no_bottom() -> None:
    def babble(path: str) -> Seen | None:
        words = int(token(path), 16)
        return (
            article(words, "/", *(f"/wiki/{token(f'{path}{k}')}/{k}" for k in range(6)))
            if path[:6] == "/wiki/"
            else None
        )

    pages = portal(doors=("/wiki/start/1",))
    asked = crawled(lambda path: pages.get(path) or babble(path))
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 80


def test_days_without_end_that_say_that_nothing_happens_are_given_up() -> None:
    def month(path: str) -> Seen | None:
        _, kind, *rest = path.split("/")
        if kind == "day":
            return Seen(links=("/",), prose=(f"{rest[0]}没有活动",))
        if kind == "month":
            number = int(rest[0])
            days = (f"/day/{number // 12 + 2020}-{number % 12 + 1:02}-{day:02}" for day in range(1, 29))
            return Seen(links=("/", *days, f"/month/{number - 1}", f"/month/{number + 1}"), prose=(f"第{number}个月",))
        return None

    pages = portal(doors=("/month/50",))
    asked = crawled(lambda path: pages.get(path) or month(path))
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 160


@pytest.mark.parametrize("name", ["/missing/{}", "/{}/t.html"])
def test_soft_404s_that_name_others_are_given_up(name: str) -> None:
    def missing(path: str) -> Seen | None:
        found = tuple(name.format(f"x{token(f'{path}{k}')}"[:6].replace("0", "a")) for k in range(6))
        return Seen(links=("/", *found), prose=("您访问的页面不存在或已被删除",))

    pages = portal(doors=(name.format("first"),))
    asked = crawled(lambda path: pages.get(path) or missing(path))
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 100


def test_a_relative_link_written_amiss_leads_to_one_page_again_and_again() -> None:
    pages = {
        path: Seen(page.article, (*page.links, f"{path.rstrip('/')}/privacy/"), page.prose)
        for path, page in portal(300).items()
    }

    def privacy(path: str) -> Seen | None:
        text = ("我们重视您的隐私",)
        return Seen(links=("/", f"{path}privacy/"), prose=text) if path.endswith("/privacy/") else None

    asked = crawled(lambda path: pages.get(path) or privacy(path))
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 60


def test_what_a_page_asks_of_itself_makes_it_no_page_of_its_own() -> None:
    """A copy of an article under a relative link written amiss, which tells a form and a number against caches of its own."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        plain, _, query = path.partition("?")
        if plain == "/login" or query.startswith("t="):
            return Seen(links=("/",), prose=("请先登录",)) if plain == "/login" else pages.get(plain)
        while plain.endswith("/privacy/"):
            plain = plain.removesuffix("/privacy/")
        here = pages.get(plain) or pages.get(f"{plain}/")
        own = (f"{path.rstrip('/')}/privacy/", f"/login?back={path}", f"/?t={token(path)}1a")
        return here and Seen(here.article, (*here.links, *own), here.prose)

    asked = crawled(site)
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 60


def test_short_links_to_known_pages_are_given_up() -> None:
    one = Yields()
    one.read(f"{HOST}/", None, None, ("首页",), (shorts := [f"{HOST}/?p={n}" for n in range(30)])[:0], ())
    for n in range(8):
        text = f"{chr(0x4E00 + n)}{'文' * 40}"
        one.read(f"{HOST}/a/{n}", None, text, (text,), [shorts[n]], [shorts[n]])
    for n in range(4):
        one.asked(shorts[n])
        one.moved(shorts[n], f"{HOST}/a/{n}", is_known=True)
    assert one.verdict(shorts[7], 9)[0] is Verdict.NEVER


def test_every_page_has_a_form_and_a_copy_of_its_own() -> None:
    pages = portal(300)

    def site(path: str) -> Seen | None:
        plain, has_query, query = path.partition("?")
        if plain == "/login" or (has_query and query == "print=1"):
            return Seen(links=("/",), prose=("请先登录",)) if plain == "/login" else pages.get(plain)
        here = pages.get(path)
        return here and Seen(here.article, (*here.links, f"/login?back={path}", f"{path}?print=1"), here.prose)

    asked = crawled(site)
    assert set(pages) <= set(asked)
    assert len(asked) - len(pages) <= 20


def test_lists_of_many_folders_that_end_alike_are_read_beside_their_filters() -> None:
    pages = cities()
    asked = crawled(lambda path: pages.get(path) or filtered(path))
    assert set(asked) >= set(pages)


def beside_articles(links: Callable[[str], tuple[str, ...]], others: Site) -> tuple[set[str], list[str]]:
    """The portal's pages, each article with more links, and what was asked for on the site."""
    pages = {
        path: Seen(page.article and f"第{path}篇\n{page.article}", page.links) for path, page in portal(300).items()
    }

    def site(path: str) -> Seen | None:
        here = pages.get(path)
        return Seen(here.article, (*here.links, *links(path))) if here and here.article else here or others(path)

    return set(pages), crawled(site)


def test_a_page_for_each_article_that_repeats_its_title_is_a_form() -> None:
    def form(path: str) -> Seen | None:
        article = path.partition("?id=")[2]
        return Seen(links=("/",), prose=(f"把第/show/{article}.html篇推荐给好友",)) if article else None

    pages, asked = beside_articles(lambda path: (f"/recommend.php?id={path[6:-5]}",), form)
    assert set(asked) >= pages
    assert len(asked) - len(pages) <= 20


def test_parts_of_known_articles_are_no_articles() -> None:
    """Each answer has a page of its own, under the question's title."""
    questions = {f"/show/{n}.html": [f"第{n}个问题的{k}号回答。" * 3 for k in range(3)] for n in range(300)}
    pages = {path: Seen(links=page.links) for path, page in portal(300).items()}

    def site(path: str) -> Seen | None:
        question, _, number = path.partition("/answer/")
        if question not in questions:
            return pages.get(path)
        said = questions[question][int(number) :][:1] if number else questions[question]
        answers = () if number else tuple(f"{path}/answer/{n}" for n in range(3))
        return Seen("\n".join((question, *said)), (*pages[question].links, *answers), tuple(said))

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 60


def test_links_of_which_none_leads_to_a_page_are_given_up() -> None:
    pages, asked = beside_articles(lambda path: (f"{path}?share=weibo",), lambda _: None)
    assert set(asked) >= pages
    assert len(asked) - len(pages) <= 60


def test_a_site_whose_links_all_carry_an_id_is_read_once() -> None:
    pages = portal(300)

    def site(path: str) -> Seen | None:
        plain, _, sid = path.partition("?sid=")
        here = pages.get(plain)
        return here and Seen(here.article, tuple(f"{link}?sid={token(sid + plain)}" for link in here.links), here.prose)

    asked = crawled(site)
    assert {path.partition("?")[0] for path in asked} >= set(pages)
    assert len(asked) - len(pages) <= 20


def test_relative_links_written_amiss_lead_to_one_page_that_is_missing() -> None:
    """Each page has such links, and so has the page that says that there is none."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        here, folder = pages.get(path), path.rpartition("/")[0]
        amiss = (f"{folder}/help/contact.html", f"{folder}/complaints/")
        return (
            Seen(here.article, (*here.links, *amiss), here.prose)
            if here
            else Seen(links=("/", *amiss), prose=("没有这一页",))
        )

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 20


def test_missing_pages_of_two_patterns_that_tell_each_other_have_no_end() -> None:
    """Each says a number of its own."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        if here := pages.get(path):
            return Seen(here.article, (*here.links, f"/topic/{token(path)}a1"), here.prose) if here.article else here
        others = (
            f"/topic/{token(path)}b2",
            f"/issue/{token(path)}c3",
            f"/topic/{token(path)}d4",
            f"/issue/{token(path)}e5",
        )
        return Seen(links=("/", *others), prose=(f"没有这一页，编号{crc32(path.encode())}",))

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 120


def test_dead_links_with_longer_ids_are_given_up_whatever_they_show() -> None:
    """Each is of the articles' pattern, and shows known ones by chance; articles link to most of them."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        if here := pages.get(path):
            dead = (f"/show/9{crc32(path.encode()) % 100_000:05}.html",) if here.article else ()
            return Seen(here.article, (*here.links, *dead), here.prose)
        number = crc32(path.encode())
        known = tuple(f"/show/{number // 7**n % 300}.html" for n in range(2))
        others = (f"/show/{900_000 + number % 1000 + n}.html" for n in range(2))
        return Seen(links=("/", *known, *others), prose=("这篇文章已经下线",))

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 60


def test_a_page_with_an_id_waits_for_its_plain_url() -> None:
    """Articles mark their links to others, which lists name later, without a mark."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        here = pages.get(path.partition("?")[0])
        if here is None or not here.article:
            return here
        near = (*here.links, *(f"/show/{crc32(f'{path} {n}'.encode()) % 300}.html" for n in range(5)))
        return Seen(here.article, tuple(f"{link}?sid={token(path)}f0" for link in near))

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 20


def test_a_plain_url_that_comes_later_tells_of_the_parameter_too() -> None:
    """Boxes of other articles mark their links, lists do not."""
    pages = portal(300)

    def site(path: str) -> Seen | None:
        here = pages.get(path.partition("?")[0])
        near = [link for link in here.links if link.startswith("/show/")] if here else []
        marked = tuple(f"{link}?from_box={crc32(f'{path}{link}'.encode()) % 1000}" for link in near[:4])
        return here and Seen(here.article, (*here.links, *marked), here.prose)

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 30


def test_orders_and_portions_of_lists_are_copies() -> None:
    pages = portal(300)

    def site(path: str) -> Seen | None:
        plain, _, query = path.partition("?")
        here = pages.get(plain)
        if here is None or here.article or not plain.startswith("/s"):
            return here
        chosen = [one for one in query.split("&") if one]
        others = ("sort=hot", "sort=new", "view=grid", "per_page=50")
        more = ("&".join(dict.fromkeys((*chosen, one))) for one in others)
        return Seen(links=(*here.links, *(f"{plain}?{one}" for one in more)))

    asked = crawled(site)
    assert set(asked) >= set(pages)
    assert len(asked) - len(pages) <= 20


def test_pages_that_cannot_be_had_are_no_endless_kind() -> None:
    gone = tuple(f"/gone/{n}.html" for n in range(30))
    asked = crawled({"/": Seen(links=gone)}.get)
    assert set(asked) == {"/", *gone}


def test_pages_to_print_articles_are_given_up_whatever_their_titles() -> None:
    texts = {n: "".join(chr(0x4E00 + n * 40 + m % 40) for m in range(300)) for n in range(120)}
    pages = {"/": Seen(links=tuple(f"/a/{n}.html" for n in texts))}
    for n, text in texts.items():
        pages[f"/a/{n}.html"] = Seen(f"第{n}篇\n{text}", (f"/print.php?id={n}",))
        pages[f"/print.php?id={n}"] = Seen(f"打印 第{n}篇\n{text}", prose=(f"打印{chr(0x4E00 + n)}篇",))
    asked = crawled(pages.get)
    assert {f"/a/{n}.html" for n in texts} <= set(asked)
    assert sum("print" in path for path in asked) <= 12


def test_articles_that_lead_to_one_another_need_not_wait() -> None:
    """A web that nothing else links to meets itself again and again, as one that is made up does not."""
    yields, told, waiting, count = Yields(), {0}, [0], 400
    urls = [f"{HOST}/a/{n}.html" for n in range(count)]
    while waiting:
        n = waiting.pop(0)
        assert yields.verdict(urls[n], 0) == (Verdict.NOW, 0)
        yields.asked(urls[n])
        shown = [(n * 20 + step) % count for step in range(20)] + [(n + 79 * step) % count for step in range(20)]
        new = [one for one in dict.fromkeys(shown) if one not in told]
        yields.read(urls[n], None, f"第{n}篇", (), [urls[one] for one in new], [urls[one] for one in shown])
        told.update(new)
        waiting += new
    assert len(told) == count


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_KINDS", "MOST_PAGES", "MOST_HASHES", "MOST_LISTS"):
        for module in (memory, copies, marks, yields_of):
            monkeypatch.setattr(module, name, 50, raising=False)
    one = Yields()
    for n in range(2_000):
        url = f"{HOST}/{token(str(n))}/{n}"
        one.asked(url)
        one.read(url, None, None, (f"{chr(0x4E00 + n)}字",), [f"{url}/{m}" for m in range(3)], (), n // 2)
        one.moved(f"{url}/0", f"{url}/1", is_known=False)
    assert len(one) <= 120
