"""The records: a Chinese site of numbers, short texts and long chains, without a single trap.

What a detector of traps may take for one: a rate for every working day, whose page differs from the next in numbers alone
and leads to the next and the previous day; draws, area codes and characters, whose pages say twenty words; a novel of
500 chapters, each found through the one before; threads of up to 60 pages; lists by two filters which share no entry.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from benchmarks.trap_sites.made import Link, MadeSite, anchor, listed
from crawler.demo.prose import TOPICS, write_article

CURRENCIES = ("美元", "欧元", "日元", "英镑", "港元", "卢布", "韩元")
PROVINCES = "浙江 江苏 山东 湖北 四川 陕西".split()
RADICALS = "金木水火土人口手心言"
SOUNDS = "mǎ lì xiāo tóng guàn yì shū pián zhuó lüè".split()
MEANINGS = "古器物 姓氏 水名 草木 鸟兽".split()
FIRST_DAY = date(2021, 1, 4)


def _days(site: MadeSite, count: int) -> None:
    """A table of rates for each working day, in months; a month leads to its days, a day to its neighbours."""
    days = [day for n in range(count) if (day := FIRST_DAY + timedelta(days=n)).weekday() < 5]
    chance = random.Random(f"{site.seed} rates")  # noqa: S311 -- a page, no secret
    for n, day in enumerate(days):
        rows = "".join(f"<tr><td>{name}</td><td>{chance.uniform(1, 900):.4f}</td></tr>" for name in CURRENCIES)
        near = [(_rate(days[one]), f"{days[one]}") for one in (n - 1, n + 1) if 0 <= one < len(days)]
        main = f"<h1>{day} 人民币汇率中间价</h1><table>{rows}</table>{' '.join(map(anchor, near))}"
        site.page("day of rates", _rate(day), f"{day} 人民币汇率中间价", main)
    months = list(dict.fromkeys((day.year, day.month) for day in days))
    for n, (year, month) in enumerate(months):
        own = [(_rate(day), f"{day}") for day in days if (day.year, day.month) == (year, month)]
        near = [(f"/huilv/{y}/{m:02}/", f"{y}年{m}月") for y, m in (*months[max(0, n - 1) : n], *months[n + 1 : n + 2])]
        site.listing("list, month of rates", f"/huilv/{year}/{month:02}/", f"{year}年{month}月汇率", own, near)
    shown = [(f"/huilv/{year}/{month:02}/", f"{year}年{month}月") for year, month in months[-3:]]
    site.listing("list, rates", "/huilv/", "汇率中间价", shown)


def _rate(day: date) -> str:
    return f"/huilv/{day:%Y/%m/%d}.html"


def _draws(site: MadeSite, count: int) -> None:
    """Draws of a lottery: seven numbers, a link to the draw before. A list has the newest 30 alone."""
    chance = random.Random(f"{site.seed} draws")  # noqa: S311 -- likewise
    links: list[Link] = []
    for n in range(count):
        path, title = f"/kaijiang/{2022 + n // 150}{n % 150 + 1:03}.html", f"第{2022 + n // 150}{n % 150 + 1:03}期"
        balls = " ".join(f"{ball:02}" for ball in sorted(chance.sample(range(1, 34), 6)))
        before = f"<p>上一期：{anchor(links[-1])}</p>" if links else ""
        said = f"<p>{balls} + {chance.randint(1, 16):02}</p><p>奖池{chance.randrange(10**9)}元</p>"
        links.append(site.page("draw", path, title, f"<h1>{title}开奖结果</h1>{said}{before}"))
    site.listing("list, draws", "/kaijiang/", "开奖公告", links[:-31:-1])


def _codes(site: MadeSite, count: int) -> None:
    """Area codes, by `?prov=` and `?page=`: a town, a code, a postcode."""
    chance = random.Random(f"{site.seed} codes")  # noqa: S311 -- likewise
    for p, province in enumerate(PROVINCES):
        links = []
        for n in range(count // len(PROVINCES)):
            town = f"{province}{chance.choice('东西南北新临安永清')}{chance.choice('山河州阳安江湖丰宁')}{n}区"
            told = {"区号": f"0{300 + p * 100 + n}", "邮编": chance.randrange(10**5, 10**6)}
            data = "".join(f"<dt>{name}</dt><dd>{one}</dd>" for name, one in told.items())
            links.append(
                site.page("area code", f"/quhao.php?id={p * 1000 + n}", town, f"<h1>{town}</h1><dl>{data}</dl>")
            )
        pages = [f"/quhao.php?prov={p}", *(f"/quhao.php?prov={p}&page={n}" for n in range(2, -(-len(links) // 20) + 1))]
        site.lists("list, area codes", pages, f"{province}区号", links, window=1)


def _characters(site: MadeSite, count: int) -> None:
    """A dictionary: radicals by strokes lead to characters; its entries share their form and most of their words."""
    chance = random.Random(f"{site.seed} characters")  # noqa: S311 -- likewise
    for r, radical in enumerate(RADICALS):
        for strokes in range(1, 9):
            signs = [chr(0x4E00 + r * 1500 + strokes * 100 + n) for n in range(count // len(RADICALS) // 8)]
            links = []
            for sign in signs:
                main = _entry(chance, sign, f"部首：{radical}　部外笔画：{strokes}")
                links.append(site.page("character", f"/zidian/{ord(sign):04x}.html", f"{sign}字的意思", main))
            path = f"/zidian/bushou/{r}-{strokes}.html"
            site.listing("list, characters", path, f"{radical}部{strokes}画", links)
        own = [(f"/zidian/bushou/{r}-{strokes}.html", f"{strokes}画") for strokes in range(1, 9)]
        site.listing("list, radical", f"/zidian/bushou/{r}.html", f"{radical}部", own)


def _entry(chance: random.Random, sign: str, written: str) -> str:
    sound, means = chance.choice(SOUNDS), chance.choice(MEANINGS)
    like = chr(0x4E00 + chance.randrange(15000))
    code = f"<p>统一码：U+{ord(sign):04X}</p>"
    return f"<h1>{sign}</h1><p>拼音：{sound}　{written}</p><p>释义：①{means}。②同“{like}”。</p>{code}"


def _novel(site: MadeSite, number: int, chapters: int) -> Link:
    """Chapters, each of which leads to its neighbours; the contents have the first alone. The contents are returned."""
    for n in range(1, chapters + 1):
        near = [
            (f"/book/{number}/{one}.html", name)
            for one, name in ((n - 1, "上一章"), (n + 1, "下一章"))
            if 1 <= one <= chapters
        ]
        made = write_article(f"{site.seed}/{number}/{n}", TOPICS[n % len(TOPICS)], "老李", sections=2, depth=5)
        prose = "".join(f"<p>{line.text}</p>" for line in made.lines)
        site.page(
            "chapter", f"/book/{number}/{n}.html", f"第{n}章", f"<h1>第{n}章</h1>{prose}{' '.join(map(anchor, near))}"
        )
    return site.listing("list, book", f"/book/{number}/", f"小说{number}", [(f"/book/{number}/1.html", "开始阅读")])


def _threads(site: MadeSite, lengths: Sequence[int]) -> None:
    """Threads of many pages, ten posts of a line or two on each; posts thank and agree in the same few words."""
    said = "顶 谢谢楼主 同问 已经还清了 坚持住 收藏了 我也是这样 求后续 楼主好人 慢慢来".split()
    links = []
    for t, length in enumerate(lengths):
        for n in range(1, length + 1):
            chance = random.Random(f"{site.seed} thread {t} {n}")  # noqa: S311 -- likewise
            posts = "".join(
                f"<li>{n * 10 + one}楼：{chance.choice(said)}，{chance.choice(said)}</li>" for one in range(10)
            )
            near = [
                (f"/thread-{300 + t}-{one}-1.html", str(one))
                for one in range(max(1, n - 2), min(length, n + 2) + 1)
                if one != n
            ]
            title = f"帖子{t}：说说你的还款经历"
            site.page(
                "page of a thread",
                f"/thread-{300 + t}-{n}-1.html",
                title,
                f"<h1>{title}</h1><ol>{posts}</ol>{' '.join(map(anchor, near))}",
            )
        links.append((f"/thread-{300 + t}-1-1.html", f"帖子{t}：说说你的还款经历"))
    site.lists(
        "list, forum", [f"/forum-2-{n}.html" for n in range(1, -(-len(links) // 10) + 1)], "借款论坛", links, window=1
    )


def _listings(site: MadeSite, rows: int) -> None:
    """Houses to let: a list for each pair of district and rooms, which share no house. Texts are of two lines."""
    chance = random.Random(f"{site.seed} houses")  # noqa: S311 -- likewise
    links = []
    for district in range(1, 9):
        for rooms in range(1, 5):
            own = []
            for n in range(rows):
                code = district * 1000 + rooms * 100 + n
                title = f"{rooms}室{chance.randint(0, 2)}厅 {chance.randint(30, 160)}平"
                said = f"租金{chance.randint(9, 90)}00元/月，第{district}区，{chance.choice('南北东西')}向。"
                path = f"/zufang/show?id={code}"
                own.append(site.page("house", path, f"出租{code}", f"<h1>{title}</h1><p>{said}</p>"))
            links.append(
                site.listing(
                    "list, houses", f"/zufang/list?district={district}&rooms={rooms}", f"第{district}区{rooms}室", own
                )
            )
    site.listing("list, districts", "/zufang/", "租房", links)


def _articles(site: MadeSite, count: int) -> None:
    """Some plain articles, with which the home page is filled."""
    links = [site.article("article", f"/zx/{n}.html", size=3) for n in range(count)]
    site.lists("list, articles", [f"/zx/list_{n}.html" for n in range(1, 1 + count // 15)], "资讯", links)


def _frame(site: MadeSite, path: str, title: str, main: str) -> str:
    nav = " ".join(map(anchor, NAVIGATION))
    read = "".join(f"<li>{anchor(link)}</li>" for link in site.sample(path, 5))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_便民查询</title></head><body>'
        f'<div class="top">{nav}</div>'
        f'<div class="left">{main}</div><div class="right"><h3>热门文章</h3><ul>{read}</ul></div>'
        f'<div class="foot">便民查询 版权所有 沪ICP备00000000号</div></body></html>'
    )


NAVIGATION: Sequence[Link] = (
    ("/", "首页"),
    ("/huilv/", "汇率"),
    ("/kaijiang/", "开奖"),
    ("/zufang/", "租房"),
    ("/forum-2-1.html", "论坛"),
    ("/zx/list_1.html", "资讯"),
)


def records() -> MadeSite:
    """The site. It has no traps."""
    site = MadeSite("records", 59, _frame)
    _articles(site, 60)
    _days(site, 500)
    _draws(site, 300)
    _codes(site, 360)
    _characters(site, 400)
    _threads(site, [60, 60, 45, 30, 20, *[3] * 25])
    _listings(site, 8)
    books = [_novel(site, 7, 500), _novel(site, 8, 60)]
    radicals = [(f"/zidian/bushou/{r}.html", f"{radical}部") for r, radical in enumerate(RADICALS)]
    provinces = [(f"/quhao.php?prov={p}", f"{province}区号") for p, province in enumerate(PROVINCES)]
    site.page("home", "/", "便民查询", "".join(map(listed, ("小说", "字典", "区号"), (books, radicals, provinces))))
    return site
