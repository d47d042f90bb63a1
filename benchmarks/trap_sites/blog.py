"""The second site: a blog with a knowledge base, a forum and an old CMS, other in its URLs, lists and traps."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from urllib.parse import quote

from benchmarks.trap_sites.made import Link, MadeSite, Moved, Trap, anchor, listed, token
from crawler.demo.prose import TOPICS, write_article

WORDS = "loan card credit overdue bank rate fee score debt plan limit repay interest notice court mobile".split()
EVERYWHERE = ("/events/list?date=2025-03-14", "/hot/1a2b3c4d5e/", "/rank?rnd=8c7b6a5d4e")
Links = Iterator[Link]


def blog(*, seed: int = 2) -> MadeSite:
    """Some 900 real pages, most of them articles; each trap is linked from lists, some from every page."""
    site = MadeSite("blog", seed, frame)
    doors = [link for part in PARTS for link in part(site)]
    site.page("home", "/", "负债者说", listed("目录", doors))
    site.traps = traps(site)
    return site


def frame(site: MadeSite, path: str, title: str, main: str) -> str:
    """HTML 5, the same new articles beside every page; articles have links to answer and to print them."""
    fresh = "".join(f"<li>{anchor(link)}</li>" for link in site.popular[-8:])
    doors = "".join(f"<li>{anchor((door, '查看'))}</li>" for door in site.doors(path))
    below = ""
    if path in site.pages and site.pages[path][0] == "article of the blog":
        replies = "".join(anchor((f"{path}?replytocom={token((path, n), 4)}", "回复")) for n in range(3))
        below = f"<section>{replies}{anchor((f'{path}?print=1', '打印'))}</section>"
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title} - 负债者说</title></head><body>'
        f'<header><a href="/">首页</a> <a href="/category/loan/">贷款</a> <a href="/kb/">知识库</a></header>'
        f"<main><article>{main}</article>{below}</main><aside><h4>最新文章</h4><ul>{fresh}</ul><ul>{doors}</ul></aside>"
        "<footer>负债者说 与您一起上岸，本站文章由网友投稿，观点不代表本站立场，请谨慎决策。</footer></body></html>"
    )


def slug(*told: object) -> str:
    chance = random.Random(str(told))  # noqa: S311 -- a name, no secret
    return "-".join(chance.choices(WORDS, k=3)) + f"-{token(told, 3)}"


# --- real pages -------------------------------------------------------------------------------------------------------


def posts(site: MadeSite) -> Links:
    """Posts under the month, in lists of categories, authors and months: most of them show what others do."""
    months: dict[str, list[Link]] = {}
    found = []
    for n in range(240):
        day = date(2019, 2, 1) + timedelta(days=n * 8)
        link = site.article("article of the blog", f"/{day:%Y/%m}/{slug('post', n)}/", size=2)
        months.setdefault(f"/{day:%Y/%m}/", []).append(link)
        found.append(link)
    for path, links in months.items():
        site.listing("list of a month", path, path, links)
    for n, name in enumerate(("loan", "card", "law")):
        paths = [f"/category/{name}/", *(f"/category/{name}/page/{page}/" for page in range(2, 9))]
        yield site.lists("list of a category", paths, name, found[n::3])
    for n in range(6):
        paths = [f"/author/{n}/", *(f"/author/{n}/page/{page}/" for page in range(2, 5))]
        site.lists("list of an author", paths, f"作者{n}", found[n::6])
    yield site.listing("list of authors", "/authors/", "作者", [(f"/author/{n}/", f"作者{n}") for n in range(6)])
    yield site.listing("list of months", "/archives/", "归档", [(path, path) for path in months])


def short_links(site: MadeSite) -> Links:
    """Articles by ?p= alone, in a list that shows all of them at once."""
    found = [site.article("article ?p=", f"/?p={n}", size=2) for n in range(1000, 1120)]
    yield site.listing("list of everything", "/all/", "全部文章", found)


def knowledge(site: MadeSite) -> Links:
    """Lists five levels deep, of which only the last have articles."""

    def level(path: str, depth: int) -> Link:
        if depth == 5:
            below = [site.article("article of the knowledge base", f"{path}{slug(path, n)}", size=2) for n in range(3)]
        else:
            below = [level(f"{path}{WORDS[(depth * 3 + n) % 16]}/", depth + 1) for n in range(2)]
        return site.listing("list of the knowledge base", path, path, below)

    yield level("/kb/", 1)


def hashed(site: MadeSite) -> Links:
    """Questions with random names, and answers of a line."""
    found = [site.article("question of random name", f"/question/{token(('q', n), 16)}.html") for n in range(90)]
    yield site.lists("list of questions", [f"/questions?start={n}" for n in range(0, 90, 10)], "问答", found)


def threads(site: MadeSite) -> Links:
    """A forum in the manner of Discuz."""
    found = []
    for n in range(70):
        rest = f"/thread-{n}-2-1.html"
        found.append(
            site.article("thread", f"/thread-{n}-1-1.html", more=anchor((rest, "下一页")) if n % 7 == 0 else "", size=1)
        )
        if n % 7 == 0:
            site.article("thread's second page", rest, size=1)
    yield site.lists("list of threads", [f"/forum-2-{n}.html" for n in range(1, 8)], "论坛", found)


def old_system(site: MadeSite) -> Links:
    """A CMS whose pages all have one path."""
    name = "/index.php?m=content&c=index&a"
    found = [site.article("article of the old CMS", f"{name}=show&catid=3&id={n}", size=2) for n in range(80)]
    paths = [f"{name}=lists&catid=3&page={n}" for n in range(1, 21)]
    yield site.lists("list of the old CMS", paths, "旧站", found)


def chinese(site: MadeSite) -> Links:
    """Articles under Chinese names, one letter of the alphabet a list."""
    lists = []
    for letter in "abcdefghij":
        found = [
            site.article("article of Chinese name", f"/{quote('百科')}/{quote(f'词条{letter}{n}')}", size=2)
            for n in range(6)
        ]
        lists.append(site.listing("list of a letter", f"/{quote('百科')}/{letter}/", letter, found))
    yield site.listing("list of letters", f"/{quote('百科')}/", "百科", lists)


def serial(site: MadeSite) -> Links:
    """Chapters that lead to the next one and no further."""
    for n in range(70):
        site.article(
            "chapter", f"/serial/ch{n}", more=anchor((f"/serial/ch{n + 1}", "下一章")) if n < 69 else "", size=2
        )
    yield "/serial/ch0", "连载"


def sparse(site: MadeSite) -> Links:
    """Forty days of a diary in lists, of which most are empty, with the next day's link."""
    for n in range(40):
        found = [site.article("article in sparse lists", f"/d/{slug('diary', n)}", size=2)] if n % 6 == 5 else []
        more = [(f"/diary/{n + 1}", "后一天")] if n < 39 else []
        site.listing("list of a day, mostly empty", f"/diary/{n}", f"第{n}天", found, more)
    yield "/diary/0", "日记"


PARTS = (posts, short_links, knowledge, hashed, threads, old_system, chinese, serial, sparse)

# --- traps ------------------------------------------------------------------------------------------------------------


def traps(site: MadeSite) -> list[Trap]:
    """One of each kind, other ones than those of the portal."""

    def days(form: str, step: int, found: re.Match[str]) -> str:
        day = date.fromisoformat(found[1]) if "-" in found[1] else date.fromtimestamp(int(found[1]))  # noqa: DTZ012
        near = [day + timedelta(days=step * n) for n in (-1, 1)]
        return f"<h2>{day} 活动</h2><p>这一天没有安排任何活动。</p>" + "".join(
            anchor((form.format(one, int(one.strftime("%s"))), "翻页")) for one in near
        )

    def hot(found: re.Match[str]) -> str:
        return listed("热门", site.popular[20:28], [(f"/hot/{token(found[0])}/", "刷新")])

    def fresh(found: re.Match[str]) -> str:
        return listed("排行榜", site.popular[30:38], [(f"/rank?rnd={token(found[0])}", "更新")])

    def again(found: re.Match[str]) -> str | None:
        """The page again, with an id that all its links carry on."""
        path = found[1] if found[1] in site.pages else f"{found[1]}?{found[2]}".rstrip("?&")
        real = site.shown(path)
        new = token(found[0], 12)
        return real and re.sub(r'href="(/[^"?]*)"', rf'href="\1?visitor={new}"', real)

    def front(found: re.Match[str]) -> str:
        """The front page for every unknown URL, with relative links."""
        names = [(f"{name}/", name) for name in ("news", "about", "service")]
        return (
            "<h2>欢迎访问贷款超市</h2><p>我们为您提供一站式的贷款咨询服务，欢迎致电或者到店咨询，专业团队为您服务。</p>"
            + listed("导航", names)
        )

    def filters(found: re.Match[str]) -> str:
        told = dict(zip(*[iter(found[1].strip("/").split("/"))] * 2, strict=False)) if found[1].strip("/") else {}
        choices = []
        for name in ("bank", "term", "sort", "area"):
            for value in range(5):
                now = {key: one for key, one in told.items() if key != name} | {name: str(value)}
                choices.append(("/filter/" + "".join(f"{key}/{one}/" for key, one in now.items()), f"{name}{value}"))
        return listed("筛选", site.sample(found[0], 4), choices)

    def matrix(found: re.Match[str]) -> str:
        now = found[1].split("-")
        choices = [
            ("/loans/" + "-".join([*now[:place], str(value), *now[place + 1 :]]) + ".html", f"{place}:{value}")
            for place in range(5)
            for value in range(6)
        ]
        return listed("贷款大全", site.sample(found[0], 4), choices)

    def maze(found: re.Match[str]) -> str:
        more = [(f"/wiki/{slug(found[0], n)}/", slug(found[0], n)) for n in range(6)]
        return listed(f"没有找到“{found[1]}”", more, [])

    def empty(found: re.Match[str]) -> str:
        return "<p>没有文章</p>" + listed("未分类", [], [(f"/category/other/page/{int(found[1]) + 1}/", "下一页")])

    def last(found: re.Match[str]) -> str:
        page = int(found[1])
        more = [(f"/comments/page-{one}/", str(one)) for one in range(max(1, page - 3), page + 4)]
        return listed("最新评论", site.popular[40:50], more)

    def search(found: re.Match[str]) -> str:
        more = [(f"/search?q={found[1]}+{word}"[:120], word) for word in random.Random(found[0]).sample(WORDS, 5)]  # noqa: S311
        return listed(f"搜索 {found[1]}", site.sample(found[0], 6), more)

    def jump(found: re.Match[str]) -> str | Moved:
        number = int(found[2])
        if found[1] == "jump":
            return Moved(f"/jumped/{number}")
        return listed("正在跳转", [(f"/jump/{number + n}", "继续") for n in (1, 2)])

    def copy(found: re.Match[str]) -> str | None:
        return site.shown(found[1])

    def babble(found: re.Match[str]) -> str:
        made = write_article(found[0], TOPICS[len(found[0]) % 10], "借呗", sections=1, depth=3)
        prose = "".join(f"<p>{line.text}</p>" for line in made.lines)
        more = [(f"/bb/{token((found[0], n), 9)}", f"延伸阅读{n}") for n in range(4)]
        return f"<h1>{made.title}</h1>{prose}" + listed("延伸阅读", more)

    told = (
        ("weeks", "/week?from=1741910400", r"/week\?from=(\d+)", partial(days, "/week?from={1}", 7)),
        (
            "days in the query",
            "/events/list?date=2025-03-14",
            r"/events/list\?date=([\d-]+)",
            partial(days, "/events/list?date={0}", 1),
        ),
        ("days in the path", "/events/2025-03-14", r"/events/([\d-]+)", partial(days, "/events/{0}", 1)),
        ("session ids in the path", "/hot/1a2b3c4d5e/", r"/hot/(\w+)/", hot),
        ("random numbers", "/rank?rnd=8c7b6a5d4e", r"/rank\?rnd=(\w+)", fresh),
        ("site with a visitor's id", "/?visitor=aa11bb22cc33", r"(/[^?]*)\?(?:(.*)&)?visitor=\w+", again),
        ("front page for unknown URLs", "/market/", r"/market/(.*)", front),
        ("filters in the path", "/filter/", r"/filter/(.*)", filters),
        ("a matrix of choices", "/loans/0-0-0-0-0.html", r"/loans/([\d-]+)\.html", matrix),
        ("maze of words", "/wiki/loan-card-fee/", r"/wiki/([\w-]+)/", maze),
        ("empty lists without end", "/category/other/page/2/", r"/category/other/page/(\d+)/", empty),
        ("the last list again and again", "/comments/page-1/", r"/comments/page-(\d+)/", last),
        ("searches that name more", "/search?q=loan", r"/search\?q=(.*)", search),
        ("redirects to one more", "/jump/1", r"/(jump|jumped)/(\d+)", jump),
        ("an article's links to answer it", "", r"(/[^?]*)\?(?:replytocom=\w+|print=1)", copy),
        ("babble (told apart from articles by nothing)", "/bb/0", r"/bb/(\w+)", babble),
    )
    return [
        Trap(name, (door,) if door else (), re.compile(urls), answer, everywhere=door in EVERYWHERE)
        for name, door, urls, answer in told
    ]
