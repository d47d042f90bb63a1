"""The first site: a portal as content management systems make it, with numbered pages, columns and forums of PHP."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from benchmarks.trap_sites.made import Link, MadeSite, Trap, anchor, listed, token, under
from tests.pipelines.dedup.articles import sentence

COLUMNS = ("xinyongka", "wangdai", "zhengxin", "cuishou", "fenqi")
NOTICE = "本站内容仅供参考，不构成任何投资或者借贷建议，转载请注明出处，如有侵权请联系我们删除相关的页面内容。"
BANKS, TERMS, SORTS, VIEWS = range(8), range(6), ("hot", "new", "rate"), ("list", "grid")
EVERYWHERE = ("/calendar/2025/03/", "/paihang?zx=0f1e2d3c4b", "/bangzhu/")  # doors on every page
Links = Iterator[Link]


def portal(*, seed: int = 1) -> MadeSite:
    """Some 1,100 real pages, most of them articles; each trap is linked from lists, some from every page."""
    site = MadeSite("portal", seed, frame)
    doors = [link for part in PARTS for link in part(site)]
    site.page("home", "/", "理财门户", listed("栏目", doors))
    site.traps = traps(site)
    return site


def frame(site: MadeSite, path: str, title: str, main: str) -> str:
    """Tables and a sidebar of articles that differ from page to page."""
    menu = " ".join(f'<a href="/{name}/">{name}</a>' for name in COLUMNS)
    hot = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(path, 6))
    doors = "".join(f"<li>{anchor((door, '更多'))}</li>" for door in site.doors(path))
    login = anchor((f"/member/login.php?back={token(path)}", "登录"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<div class="nav"><a href="/">首页</a> {menu} {login}</div><table><tr><td class="main">{main}</td>'
        f'<td class="side"><h3>大家还在看</h3><ul>{hot}</ul><ul>{doors}</ul></td></tr></table>'
        f'<div class="foot"><p>{NOTICE}</p>京ICP备00000000号</div></body></html>'
    )


# --- real pages -------------------------------------------------------------------------------------------------------


def columns(site: MadeSite) -> Links:
    """Columns of 50 articles in five lists."""
    for number, name in enumerate(COLUMNS):
        found = [site.article("article in a column", f"/{name}/{number * 100 + n}.html", size=2) for n in range(50)]
        paths = [f"/{name}/", *(f"/{name}/list_{n}.html" for n in range(2, 6))]
        yield site.lists("list of a column", paths, name, found)


def archive(site: MadeSite) -> Links:
    """A deep archive of two articles a page, with a pager of neighbours."""
    found = [site.article("article in a deep archive", f"/wz/{n}.html", size=2) for n in range(120)]
    yield site.lists("list in a deep archive", [f"/archive?page={n}" for n in range(1, 61)], "文章归档", found)


def chained(site: MadeSite) -> Links:
    """Lists that lead to the next one and no further, deeper than most crawlers go."""
    found = [site.article("article in chained lists", f"/jl/{n}.html", size=2) for n in range(70)]
    yield site.lists(
        "list that leads to the next alone", [f"/jilu/{n}.html" for n in range(1, 71)], "记录", found, window=0
    )


def questions(site: MadeSite) -> Links:
    """Questions with answers of a line."""
    found = [site.article("short question", f"/ask/{n}.html") for n in range(100)]
    yield site.lists("list of questions", [f"/ask/list-{n}.html" for n in range(1, 6)], "问答", found)


def days(site: MadeSite) -> Links:
    """Years, months, days, and then one article."""
    years: dict[str, dict[str, dict[str, Link]]] = {}
    for n in range(90):
        day = date(2017, 1, 4) + timedelta(days=n * 13)
        path = f"/{day:%Y/%m/%d}/"
        link = site.article("article of a day", f"{path}{token(path, 6)}.html", size=2)
        years.setdefault(f"/{day:%Y}/", {}).setdefault(f"/{day:%Y/%m}/", {})[path] = link
    for year, months in years.items():
        for month, found in months.items():
            for path, link in found.items():
                site.listing("list of a day", path, path, [link])
            site.listing("list of a month", month, month, [(path, path) for path in found])
        site.listing("list of a year", year, year, [(month, month) for month in months])
    yield site.listing("list of years", "/guidang/", "按日期归档", [(year, year) for year in years])


def numbers(site: MadeSite) -> Links:
    """Articles that a parameter tells apart, in lists of a category and a page."""
    found = [site.article("article ?id=", f"/show.php?id={n}", size=2) for n in range(60)]
    yield site.lists("list ?c=&page=", [f"/list.php?c=3&page={n}" for n in range(1, 7)], "资讯", found)
    parts = []
    for n in range(20):
        rest = f"/view.php?c=4&id={n}&page=2"
        parts.append(site.article("article ?c=&id=", f"/view.php?c=4&id={n}", more=anchor((rest, "下一页")), size=2))
        site.article("second part ?c=&id=&page=", rest, size=2)
    yield site.listing("list ?c=", "/list.php?c=4", "专栏", parts)


def tags(site: MadeSite) -> Links:
    """Tags of known articles, a few of which are the only way to some."""
    known = list(site.articles)
    chance = random.Random(3)  # noqa: S311 -- a sample
    found = []
    for n in range(50):
        links = chance.sample(known, 5)
        if n >= 40:
            links += [site.article("article below a tag alone", f"/t/{n}-{k}.html", size=2) for k in range(2)]
        found.append(site.listing("list of a tag", f"/tag/{token(n, 5)}/", f"标签{n}", links))
    yield site.listing("list of tags", "/tag/", "标签", found)


def topics(site: MadeSite) -> Links:
    """Lists of lists of lists."""
    above = []
    for a in range(4):
        middle = []
        for b in range(4):
            below = [site.article("article below lists of lists", f"/zt/{a}/{b}/{n}.html", size=2) for n in range(5)]
            middle.append(site.listing("list below lists", f"/zhuanti/{a}/{b}/", f"专题{a}-{b}", below))
        above.append(site.listing("list of lists", f"/zhuanti/{a}/", f"专题{a}", middle))
    yield site.listing("list of lists", "/zhuanti/", "专题", above)


def latest(site: MadeSite) -> Links:
    """The newest first: 20 lists of articles that other lists show, too, then eight of new ones."""
    known = random.Random(4).sample(site.articles, 160)  # noqa: S311 -- a sample
    found = [site.article("article behind known ones", f"/old/{n}.html", size=2) for n in range(64)]
    paths = [f"/zuixin/p/{n}" for n in range(1, 29)]
    yield site.lists("list of known articles first", paths, "最新", known + found)


def emptied(site: MadeSite) -> Links:
    """A folder of which the first 20 pages are deleted: half of them with status 404, half with a word of regret."""
    found: list[Link] = []
    for n in range(60):
        path = f"/tousu/{n}.html"
        if n >= 20:
            found.append(site.article("article in a folder half deleted", path, size=2))
        elif n % 2:
            found.append(site.page("deleted page, told by 200", path, "提示", "<p>抱歉，该内容已被作者删除。</p>"))
        else:
            site.gone[path] = 404
            found.append((path, "投诉"))
    yield site.listing("list of complaints", "/tousu/", "投诉", found)


def forum(site: MadeSite) -> Links:
    """A forum of threads with a second page, and a link to answer each."""
    name = "/forum.php?mod"
    found = []
    for n in range(50):
        path = f"{name}=viewthread&tid={n}"
        rest = anchor((f"{path}&page=2", "下一页")) if n % 5 == 0 else ""
        found.append(site.article("thread", path, more=rest, size=1))
        if rest:
            site.article("thread's second page", f"{path}&page=2", size=1)
    paths = [f"{name}=forumdisplay&fid=2&page={n}" for n in range(1, 6)]
    yield site.lists("list of threads", paths, "论坛", found)


def branches(site: MadeSite) -> Links:
    """A finite set of pages without prose."""
    cities, chance = [], random.Random(5)  # noqa: S311 -- addresses
    for city in ("beijing", "shanghai", "wuhan", "xian"):
        rows = [
            site.page(
                "page of a branch", f"/wangdian/{city}/{n}.html", f"网点{n}", f"<h1>网点{n}</h1>{sentence(chance)}"
            )
            for n in range(10)
        ]
        cities.append(site.listing("list of branches", f"/wangdian/{city}/", city, rows))
    yield site.listing("list of cities", "/wangdian/", "网点", cities)


PARTS = (columns, archive, chained, questions, days, numbers, tags, topics, latest, emptied, forum, branches)

# --- traps ------------------------------------------------------------------------------------------------------------


def traps(site: MadeSite) -> list[Trap]:
    """One of each kind."""

    def month(form: str, found: re.Match[str]) -> str:
        at = int(found[1]) * 12 + int(found[2]) - 1
        before, after = (form.format(one // 12, one % 12 + 1) for one in (at - 1, at + 1))
        grid = "".join(f"<td>{day}</td>" for day in range(1, 29))
        shown = f"<h2>{at // 12}年{at % 12 + 1}月</h2><table><tr>{grid}</tr></table><p>本月暂无活动</p>"
        return shown + anchor((before, "上个月")) + anchor((after, "下个月"))

    def mirror(found: re.Match[str]) -> str | None:
        real = site.shown(found[2])
        return None if real is None else under(f"/(S({token(found[0])}))", real)

    def ranking(found: re.Match[str]) -> str:
        more = [(f"/paihang?zx={token((found[0], n))}", "刷新") for n in range(2)]
        return listed("实时排行", site.popular[:5], more)

    def deeper(found: re.Match[str]) -> str:
        return listed("目录", [(f"{token((found[0], n), 4)}/", f"子目录{n}") for n in range(3)])

    def again(_: re.Match[str]) -> str:
        return (
            "<h2>帮助</h2><p>请先登录您的账户，然后在账户设置里选择需要帮助的项目，我们会在三个工作日内回复您的问题。</p>"
            + listed("", [("bangzhu/", "帮助"), ("kefu/", "客服")])
        )

    def facets(found: re.Match[str]) -> str:
        told = dict(pair.split("=") for pair in (found[1] or "").split("&") if pair)
        choices: list[Link] = []
        for name, values in (("bank", BANKS), ("term", TERMS), ("sort", SORTS), ("view", VIEWS)):
            for value in values:
                query = {key: one for key, one in told.items() if key != name} | {name: str(value)}
                choices.append(("/chanpin?" + "&".join(f"{key}={one}" for key, one in query.items()), f"{name}{value}"))
        return listed("产品筛选", site.sample(str(sorted(told.items())), 5), choices)

    def lost(found: re.Match[str]) -> str:
        more = [(f"/x/{token((found[0], n), 8)}.html", "猜你喜欢") for n in range(5)]
        return listed("抱歉，您访问的页面不存在", more)

    def empty(found: re.Match[str]) -> str:
        page = int(found[1])
        return "<p>暂无公告</p>" + listed("公告", [], [(f"/gonggao?page={page + n}", str(page + n)) for n in (1, 2, 3)])

    def same(found: re.Match[str]) -> str:
        return listed("点评", site.popular[10:18], [(f"/dianping/p{int(found[1]) + 1}.html", "下一页")])

    def batch(found: re.Match[str]) -> str:
        return listed("换一批", site.sample(found[0], 8), [(f"/huanyipi?seed={token(found[0], 6)}", "换一批")])

    def login(_: re.Match[str]) -> str:
        return "<h2>会员登录</h2><form><input name=user><input name=pass type=password></form><p>忘记密码请联系客服</p>"

    told = (
        ("months in the path", "/calendar/2025/03/", r"/calendar/(\d+)/(\d+)/", partial(month, "/calendar/{}/{:02}/")),
        (
            "months in the query",
            "/hd.php?y=2025&m=3",
            r"/hd\.php\?y=(\d+)&m=(\d+)",
            partial(month, "/hd.php?y={}&m={}"),
        ),
        ("site below session ids", "/(S(a1b2c3d4e5))/", r"/\(S\((\w+)\)\)(/.*)", mirror),
        ("session ids of unknown name", "/paihang?zx=0f1e2d3c4b", r"/paihang\?zx=\w+", ranking),
        ("ever deeper paths, new names", "/mulu/", r"/mulu/.*", deeper),
        ("ever deeper paths, same names", "/bangzhu/", r"/bangzhu/.*", again),
        ("facets in any order", "/chanpin", r"/chanpin(?:\?(.*))?", facets),
        ("maze of soft 404s", "/x/00c0ffee.html", r"/x/.*", lost),
        ("empty lists without end", "/gonggao?page=1", r"/gonggao\?page=(\d+)", empty),
        ("the same list without end", "/dianping/p1.html", r"/dianping/p(\d+)\.html", same),
        ("another batch of known articles", "/huanyipi?seed=abc123", r"/huanyipi\?seed=\w+", batch),
        ("login with the way back", "", r"/member/login\.php\?back=\w+", login),
    )
    return [
        Trap(name, (door,) if door else (), re.compile(urls), answer, everywhere=door in EVERYWHERE)
        for name, door, urls, answer in told
    ]
