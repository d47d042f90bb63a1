"""The third site: a town's money guide, of any size, with traps that stand inside of what is real."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlencode

from benchmarks.trap_sites.made import Link, MadeSite, Trap, anchor, listed, token
from tests.pipelines.dedup.articles import sentence

Links = Iterator[Link]
WORDS = "逾期 利率 征信 额度 催收 协商 起诉 退息 分期 停息 公证 担保".split()
FILTERS = {"brand": "abcdef", "term": "1236", "guarantee": "yn", "order": "up down new".split()}


def town(articles: int = 500, *, seed: int = 3) -> MadeSite:
    """Some 1.7 real pages for each of its articles."""
    site = MadeSite("town", seed, frame)
    doors = [link for part in PARTS for link in part(site, articles)]
    site.page("home", "/", "小城理财", listed("频道", doors))
    site.traps = traps(site)
    return site


def frame(site: MadeSite, path: str, title: str, main: str) -> str:
    """A menu, a way to share and to complain of each page, the last articles, and a link to the other script."""
    kind = site.pages[path][0] if path in site.pages else ""
    menu = "".join(f"<li>{anchor(link)}</li>" for link in (("/", "首页"), ("/news/", "资讯"), ("/bbs/", "论坛")))
    doors = "".join(f"<p>{anchor((door, '进入'))}</p>" for door in site.doors(path))
    here = quote(path, safe="")
    below = anchor((f"/share/go?url={here}", "分享")) + anchor((f"/report.aspx?page={here}", "举报"))
    if "list" in kind:
        joint = "&" if "?" in path else "?"
        below += "".join(anchor((f"{path}{joint}sort={one}", one)) for one in ("hot", "time"))
    if path in site.pages:
        below += anchor((f"{path}{'&' if '?' in path else '?'}lang=tw", "繁体"))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_小城理财</title></head><body><ul>{menu}</ul>"
        f"<div id='content'>{main}</div><div class='tools'>{below}</div><div class='side'>{doors}</div>"
        "<div class='footer'>版权所有 小城理财网 联系我们 工作时间周一至周五九点到十七点</div></body></html>"
    )


# --- real pages -------------------------------------------------------------------------------------------------------


def news(site: MadeSite, size: int) -> Links:
    """News in numbered lists that go on behind the last one, and under their months, some of which are empty."""
    found = [site.article("news", f"/news/{20_000 + 7 * n}.html", size=2) for n in range(size * 2 // 5)]
    pages = max(2, len(found) // 15)
    yield site.lists("list of news", ["/news/", *(f"/news/?page={n}" for n in range(2, pages + 1))], "资讯", found)
    months = []
    for n in range(30):
        path = f"/news/date/{2022 + n // 12}-{n % 12 + 1:02}/"
        months.append(site.listing("list of a month", path, f"{path[-8:-1]}的文章", found[n::30] if n % 4 else []))
    yield site.listing("list of months", "/news/date/", "按月", months)


def guides(site: MadeSite, size: int) -> Links:
    """Guides of four pages, each with a link to the next one alone."""
    for n in range(max(1, size // 50)):
        for part in range(4):
            path = f"/guide/{n}.html" if part == 0 else f"/guide/{n}_{part + 1}.html"
            more = anchor((f"/guide/{n}_{part + 2}.html", "下一页")) if part < 3 else ""
            link = site.article("part of a guide", path, more=more, size=1)
            if part == 0:
                yield link


def board(site: MadeSite, size: int) -> Links:
    """A board whose threads are a line or two."""
    count = size // 5
    chance = random.Random(8)  # noqa: S311 -- no secret
    found = [
        site.page("thread", f"/bbs/read.php?tid={n + 500}", f"求助{n}", f"<h1>求助{n}</h1><p>{sentence(chance)}</p>")
        for n in range(count)
    ]
    pages = max(2, count // 20)
    yield site.lists("list of threads", ["/bbs/", *(f"/bbs/?p={n}" for n in range(2, pages + 1))], "论坛", found)


def rates(site: MadeSite, size: int) -> Links:
    """Products that differ in numbers alone."""
    chance = random.Random(9)  # noqa: S311 -- no secret
    found = []
    for n in range(size // 5):
        rows = "".join(f"<tr><td>{m}期</td><td>{chance.random() * 20:.2f}%</td></tr>" for m in (3, 6, 12))
        found.append(site.page("product", f"/loan/p{n}.html", f"产品{n}", f"<h1>产品{n}</h1><table>{rows}</table>"))
    pages = max(2, len(found) // 10)
    yield site.lists("list of products", [f"/loan/index_{n}.html" for n in range(1, pages + 1)], "产品", found)


def labels(site: MadeSite, size: int) -> Links:
    """Labels that show what is known."""
    chance, known = random.Random(10), list(site.articles)  # noqa: S311 -- no secret
    found = [
        site.listing("list of a label", f"/label/{quote(word)}", word, chance.sample(known, min(8, len(known))))
        for word in WORDS
    ]
    yield site.listing("list of labels", "/label/", "标签", found)


def letters(site: MadeSite, size: int) -> Links:
    """Readers' letters, each with a link to the one before alone, one in four of them an article."""
    last = size // 10
    for n in range(last, 0, -1):
        more = anchor((f"/letters/view-{n - 1}.htm", "上一封")) if n > 1 else ""
        if n % 4 == 0:
            site.article("letter", f"/letters/view-{n}.htm", more=more, size=2)
        else:
            site.page("letter of a line", f"/letters/view-{n}.htm", f"来信{n}", f"<p>已收到来信{n}，谢谢。</p>{more}")
    yield f"/letters/view-{last}.htm", "来信"


PARTS = (news, guides, board, rates, labels, letters)

# --- traps ------------------------------------------------------------------------------------------------------------


def traps(site: MadeSite) -> list[Trap]:
    """Calendars with days, sessions, endless paths, filters, a maze that says other words each time, copies of real pages."""
    last = max(int(path.rpartition("=")[2]) for path in site.pages if path.startswith("/news/?page="))

    def month(found: re.Match[str]) -> str:
        at = int(found[1]) * 12 + int(found[2]) - 1
        days = [(f"/huodong/{at // 12}/{at % 12 + 1}/{day}", str(day)) for day in range(1, 29)]
        near = [(f"/huodong/{one // 12}/{one % 12 + 1}", "月") for one in (at - 1, at + 1)]
        return (
            listed(f"{at // 12}年{at % 12 + 1}月活动", days, near)
            if not found[3]
            else "<h2>活动</h2><p>当天没有活动</p>"
        )

    def session(found: re.Match[str]) -> str | None:
        real = site.shown(found[1])
        return real and re.sub(r'href="(/[^"?]*)"', rf'href="\1?osid={token(found[2], 14)}"', real)

    def deeper(found: re.Match[str]) -> str:
        names = [(f"{name}/", name) for name in ("daikuan", "baoxian", "licai")]
        return f"<h1>专题</h1><p>专题正在建设当中，敬请期待。</p>{listed('更多专题', names)}"

    def filtered(found: re.Match[str]) -> str:
        told = dict(parse_qsl(found[1] or ""))
        choices = [
            (f"/choose?{urlencode({**told, name: value})}", f"{name}{value}")
            for name, values in FILTERS.items()
            for value in values
        ]
        known = [link for link in site.pages if link.startswith("/loan/p")]
        shown = random.Random(str(sorted(told.items()))).sample(known, min(5, len(known)))  # noqa: S311 -- no secret
        return listed("挑选产品", [(path, path) for path in shown], choices)

    def maze(found: re.Match[str]) -> str:
        chance = random.Random(found[0])  # noqa: S311 -- no secret
        more = [
            (f"/wenda/{chance.choice(WORDS)}{chance.randrange(10**6)}.html", chance.choice(WORDS)) for _ in range(8)
        ]
        return (
            f"<h1>没有找到您要的页面</h1><p>您是不是想找{chance.choice(WORDS)}、{chance.choice(WORDS)}？</p>"
            + listed("", more)
        )

    def behind(found: re.Match[str]) -> str | None:
        page = int(found[1])
        return listed("资讯", [], [(f"/news/?page={page + 1}", "下一页")]) if page > last else None

    def combined(found: re.Match[str]) -> str:
        names = found[1].split("+")
        more = [(f"/labels/{'+'.join([*names, one])}", one) for one in "abcdefgh" if one not in names]
        return listed("、".join(names), site.sample(found[1], 6), more)

    def again(found: re.Match[str]) -> str | None:
        return site.shown(found[1])

    def form(_: re.Match[str]) -> str:
        return "<h2>举报</h2><form><textarea name=t></textarea></form><p>请说明举报的理由，我们会尽快处理。</p>"

    def shared(_: re.Match[str]) -> str:
        return "<h2>分享到</h2><p>请用手机扫描二维码分享给您的朋友。</p>"

    told = (
        ("calendar with days", "/huodong/2026/3", r"/huodong/(\d+)/(\d+)(?:/(\d+))?", month),
        ("session of unknown name", "/?osid=77aa88bb99cc00", r"(/[^?]*)\?osid=(\w+)", session),
        ("paths that go round", "/zhuanti/", r"/zhuanti/(?:\w+/)*", deeper),
        ("filters of products", "/choose", r"/choose(?:\?(.*))?", filtered),
        ("maze that says other words", "/wenda/start0.html", r"/wenda/.*", maze),
        ("behind the last list", f"/news/?page={last + 1}", r"/news/\?page=(\d+)", behind),
        ("labels in any order", "/labels/a", r"/labels/([a-h+]+)", combined),
        ("other orders of lists", "", r"(/.*?)[?&]sort=\w+", again),
        ("the site in other script", "", r"(/.*?)[?&]lang=tw", again),
        ("a form for each page", "", r"/report\.aspx\?page=.*", form),
        ("a page to share each page", "", r"/share/go\?url=.*", shared),
    )
    return [Trap(name, (door,) if door else (), re.compile(urls), answer) for name, door, urls, answer in told]
