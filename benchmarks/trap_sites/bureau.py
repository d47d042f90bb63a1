"""The bureau: a Chinese authority's site, built of .html files, with short letters beside long notices.

Its calendar knows all days, a relative link leads a level deeper each time, removed pages propose other removed ones, and
each page can be printed, enlarged, passed on and signed in for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

from benchmarks.trap_sites.made import Link, MadeSite, Moved, Trap, anchor, heading, listed, token, under
from crawler.demo.prose import TOPICS, write_article

COLUMNS = "要闻 通知 公示 政策 解读 统计 招标 人事 督查 普法".split()
OPENING, CALENDAR = date(2020, 1, 1), date(2023, 11, 1)
WORDS = "贷款 征信 利率 还款 担保 公积金 社保 补贴 年报 指南 招标 养老".split()
SYLLABLES = "shan he jiang tian yun lin feng hai ming guang qing yuan".split()


# --- the real pages -------------------------------------------------------------------------------------------------------


def _notice(site: MadeSite, kind: str, number: int, *, size: int = 2, more: str = "") -> Link:
    day = OPENING + timedelta(days=(number * 37) % 1400)
    return site.article(
        kind, f"/art/{day.year}/{day.month}/{day.day}/art_{1200 + number % 9}_{number}.html", size=size, more=more
    )


def _column(site: MadeSite, code: int, title: str, links: list[Link], *, window: int) -> Link:
    """A column in lists of 20: index.html, index_2.html …"""
    pages = [
        f"/col/col{code}/index.html",
        *(f"/col/col{code}/index_{n}.html" for n in range(2, -(-len(links) // 20) + 1)),
    ]
    return site.lists("list, column", pages, title, links, window=window)


def _fill(site: MadeSite) -> None:
    notices = [_notice(site, "notice", 10_000 + n, size=1 + n % 4) for n in range(500)]
    tops = [_column(site, 1200 + n, name, notices[n::10], window=2) for n, name in enumerate(COLUMNS)]
    old = [_notice(site, "notice in old lists", 20_000 + n) for n in range(400)]
    tops.append(_column(site, 1300, "历史公告", old, window=0))  # 20 lists, each found through the one before
    letters = [_letter(site, 30_000 + n) for n in range(300)]
    tops.append(
        site.lists("list, letters", [f"/hd/list_{n}.html" for n in range(1, 16)], "来信选登", letters, window=1)
    )
    gazettes = [_month(site, 2020 + n // 12, n % 12 + 1) for n in range(36)]
    site.listing("list, gazettes", "/gb/index.html", "公报", gazettes)
    reports = [_report(site, n, 8) for n in range(20)]
    site.listing("list, reports", "/bg/index.html", "工作报告", reports)
    laws = _law(site, 90)
    site.listing(
        "list, map", "/map.html", "网站地图", [*tops, ("/gb/index.html", "公报"), ("/bg/index.html", "报告"), laws]
    )
    site.page("home", "/", "局网站", listed("要闻", notices[:15], tops))


def _letter(site: MadeSite, number: int) -> Link:
    """A question and an answer of a sentence each."""
    made = write_article(f"letter {number}", TOPICS[number % len(TOPICS)], "信用卡", sections=1, depth=2)
    title, lines = made.title, [line.text for line in made.lines if line.text]
    main = f"<h2>{title}</h2><p>来信：{lines[0][:40]}</p><p>答复：您好，{lines[-1][:60]}</p>"
    return site.page("letter", f"/hd/view_{number}.html", f"{title}（{number}）", main)


def _month(site: MadeSite, year: int, month: int) -> Link:
    """A month's gazette with notices that stand there alone."""
    links = [_notice(site, "notice in gazettes", 40_000 + year % 100 * 1000 + month * 10 + n, size=3) for n in range(5)]
    return site.listing("list, gazette", f"/gb/{year}{month:02}.html", f"{year}年第{month}期", links)


def _report(site: MadeSite, number: int, parts: int) -> Link:
    """A report in parts: report_3.html, report_3_2.html … each leads to the next."""
    paths = [f"/bg/report_{number}.html", *(f"/bg/report_{number}_{n}.html" for n in range(2, parts + 1))]
    for n, path in enumerate(paths):
        following = anchor((paths[n + 1], "下一页")) if n + 1 < parts else ""
        lines = write_article(
            f"report {number} {n}", TOPICS[(number + n) % len(TOPICS)], "房贷", sections=2, depth=5
        ).lines
        prose = "".join(f"<p>{line.text}</p>" for line in lines)
        site.page(
            "part of a report",
            path,
            f"工作报告{number}",
            f"<h1>工作报告{number}</h1>{prose}<div class='page'>{following}</div>",
        )
    return paths[0], f"工作报告{number}"


def _law(site: MadeSite, articles: int) -> Link:
    """A law, an article a page: a sentence, and the next article."""
    for n in range(1, articles + 1):
        said = write_article(f"law {n}", TOPICS[n % len(TOPICS)], "贷款", sections=1, depth=1).lines[0].text
        following = anchor((f"/fg/tiao/{n + 1}.html", "下一条")) if n < articles else ""
        site.page("article of a law", f"/fg/tiao/{n}.html", f"第{n}条", f"<h3>第{n}条</h3><p>{said}</p>{following}")
    return "/fg/tiao/1.html", "条例"


# --- the traps ------------------------------------------------------------------------------------------------------------


def _day(found: re.Match[str]) -> str:
    """A day of the calendar, on which nothing happens, with its neighbours in days, months and years."""
    day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    steps = {"前一天": -1, "后一天": 1, "上月": -30, "下月": 30, "上一年": -365, "下一年": 365}
    near = [(f"/rl/{day + timedelta(days=step)}.html", name) for name, step in steps.items()]
    return f"<h2>{day} 领导活动</h2><p>当日暂无安排。</p>{' '.join(map(anchor, near))}"


def _removed(found: re.Match[str]) -> str:
    """A page that is said not to be there, with a status of 200 and more of its kind."""
    chance = random.Random(found[0])  # noqa: S311 -- a page, no secret
    links = [
        (f"/{chance.choice(SYLLABLES)}{chance.choice(SYLLABLES)}/t{chance.randrange(10**7):07}.html", f"{one}相关信息")
        for one in chance.sample(WORDS, 7)
    ]
    return f"<h2>提示</h2><p>您访问的页面不存在或已被删除，请核对网址。</p>{listed('您可能要找', links)}"


def _wiki(found: re.Match[str]) -> str:
    """Words in the order of a Markov chain of characters, and links to as many pages of their kind."""
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    lines = [
        line.text
        for n in range(4)
        for line in write_article(f"{chance.random()}", TOPICS[n], "借呗", sections=1, depth=3).lines
    ]
    pairs = [line[n : n + 2] for line in lines for n in range(0, len(line), 2)]
    prose = "".join(f"<p>{''.join(chance.choices(pairs, k=120))}。</p>" for _ in range(4))
    names = ["-".join(chance.choices(SYLLABLES, k=3)) for _ in range(9)]
    links = [(f"/baike/{name}/{token(name + found[0], 5)}.html", "".join(chance.choices(pairs, k=4))) for name in names]
    return f"<h1>{''.join(chance.choices(pairs, k=5))}</h1>{prose}{listed('相关词条', links)}"


def _search(found: re.Match[str]) -> str:
    words = found["words"].split("-")
    chance = random.Random(found[0])  # noqa: S311 -- likewise
    shown = [f"{words[-1]}-{one}" for one in map(quote, chance.sample(WORDS, 5))]
    links = [(f"/so/{one}/1.html", "大家还在搜") for one in shown]
    links.append((f"/so/{found['words']}/{int(found['page']) + 1}.html", "下一页"))
    return listed(f"搜索结果 第{found['page']}页", links)


def _jump(found: re.Match[str]) -> Moved | str:
    """A counter that redirects to the next two times of three."""
    number = int(found[1])
    return (
        Moved(f"/tz/{number + 1}.html")
        if number % 3
        else f"<p>正在为您跳转……</p>{anchor((f'/tz/{number + 1}.html', '点击这里'))}"
    )


def _traps(site: MadeSite) -> list[Trap]:
    def same(found: re.Match[str]) -> str | None:
        return site.shown(found["path"])

    def text(found: re.Match[str]) -> str | None:
        return site.pages[found["path"]][2] if found["path"] in site.pages else None

    def with_session(found: re.Match[str]) -> str | None:
        html = site.shown(found["path"] or "/")
        return html and re.sub(r'href="(/[^";]*?\.html)', rf'href="\1;jsessionid={token(found[0], 24).upper()}', html)

    def in_path(found: re.Match[str]) -> str | None:
        html = site.shown(found["path"])
        return html and under(f"/(S({token(found[0], 12)}))", html)

    def deeper(found: re.Match[str]) -> str:
        return f"<h2>办事指南</h2><p>请选择事项。</p>{' '.join(anchor((f'{one}/', one)) for one in ('zn', 'bs', 'xz'))}"

    everywhere: list[tuple[str, tuple[str, ...], str, Callable[[re.Match[str]], str | Moved | None]]] = [
        ("calendar of days", (f"/rl/{CALENDAR}.html",), r"/rl/(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\.html", _day),
        ("relative link deeper", ("/bszn/zn/",), r"/bszn/(?:(?:zn|bs|xz)/)+", deeper),
        ("removed pages", ("/shanhe/t0000417.html",), r"/[a-z]+/t\d{7}\.html", _removed),
        ("search", (f"/so/{quote('贷款')}/1.html",), r"/so/(?P<words>[^/]+)/(?P<page>\d+)\.html", _search),
        ("jsessionid", ("/map.html;jsessionid=0F",), r"(?P<path>/.*?);jsessionid=\w+", with_session),
        ("session in the path", ("/(S(x0x))/map.html",), r"/\(S\(\w+\)\)(?P<path>/.*)", in_path),
        ("counter", ("/tz/1.html",), r"/tz/(\d+)\.html", _jump),
    ]
    below: list[tuple[str, str, Callable[[re.Match[str]], str | Moved | None]]] = [
        ("print", r"/print\.jsp\?url=(?P<path>/.*)", text),
        ("larger letters", r"(?P<path>/.*?)\?font=\w+", same),
        ("pass on", r"/share\.jsp\?u=.*", lambda _: "<p>分享到：微信 微博</p>"),
        ("sign in and back", r"/user/login\.jsp\?return=.*", lambda _: "<h2>用户登录</h2><form><input name=u></form>"),
    ]
    tarpit = Trap("tarpit", ("/baike/shan-he/0.html",), re.compile(r"/baike/[a-z-]+/\w+\.html"), _wiki)
    return [
        *(Trap(name, doors, re.compile(urls), answer, everywhere=True) for name, doors, urls, answer in everywhere),
        *(Trap(name, (), re.compile(urls), answer) for name, urls, answer in below),
        tarpit,
    ]


# --- the frame ------------------------------------------------------------------------------------------------------------


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    names = {trap.name for trap in site.traps}
    nav = "".join(f"<li>{anchor((f'/col/col{1200 + n}/index.html', name))}</li>" for n, name in enumerate(COLUMNS))
    hot = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(path, 5))
    doors = " ".join(anchor((door, "便民服务")) for door in site.doors(path))
    buttons = [
        ("print", f"/print.jsp?url={path}", "打印本页"),
        ("larger letters", f"{path}?font=big", "大"),
        ("larger letters", f"{path}?font=small", "小"),
        ("pass on", f"/share.jsp?u={quote(path, safe='')}", "分享"),
    ]
    tools = " ".join(anchor((url, name)) for trap, url, name in buttons if trap in names) if path in site.pages else ""
    sign = anchor((f"/user/login.jsp?return={quote(path, safe='')}", "登录")) if "sign in and back" in names else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{heading(main, title)}-局网站</title></head><body>'
        f'<div class="head">{sign}<ul><li><a href="/">首页</a></li>{nav}</ul></div>'
        f'<div class="main"><div class="bar">字号 {tools}</div>{main}</div>'
        f'<div class="right"><h4>热点</h4><ul>{hot}</ul>{doors}</div>'
        '<div class="foot"><a href="/map.html">网站地图</a> 主办：某局 京ICP备00000000号</div></body></html>'
    )


def bureau() -> MadeSite:
    """The site, with all of its traps."""
    site = MadeSite("bureau", 47, _frame)
    _fill(site)
    site.traps = _traps(site)
    return site
