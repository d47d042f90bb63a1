"""Pages that are no articles: dead links, soft 404s, loops, broken and endless answers, traps, robots.txt."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from crawler.demo.families import ADVICE, FAMILIES, LEGAL, MOBILE, NEWS, QA, WORDPRESS
from crawler.demo.families.frame import Family, Link
from crawler.demo.model import NOT_FOUND, Behaviour, Resource, Truth

HTML = (("Content-Type", "text/html; charset=utf-8"),)
CRAWL_DELAY = {MOBILE.host: 0.2}
DISALLOWED = {family.host: ("/member/",) for family in FAMILIES}
CALENDAR = re.compile(r"/calendar/(\d{4})/(\d{2})/$")
HUGE = 17 << 20
SOFT_404 = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>提示信息</title></head><body>
<div class="nav"><a href="/">首页</a></div>
<div class="error-box"><h2>抱歉，您访问的页面不存在</h2>
<p>该内容可能已被删除或链接已经失效，系统将在5秒后自动跳转到首页。</p>
<p><a href="/">返回首页</a> <a href="javascript:history.back()">返回上一页</a></p></div>
<div class="footer">客服热线：000-1234567</div></body></html>"""


def moved(target: str, status: int = 302) -> Resource:
    return Resource(status=status, headers=(*HTML, ("Location", target)))


def robots(family: Family) -> Resource:
    """robots.txt with its forbidden branch, and a Crawl-delay on one host."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in DISALLOWED[family.host]), "Disallow: /s?"]
    if family.host in CRAWL_DELAY:
        lines.append(f"Crawl-delay: {CRAWL_DELAY[family.host]}")
    return Resource("\n".join(lines).encode(), headers=(("Content-Type", "text/plain"),))


def failures(seed: int) -> Iterator[tuple[Family, Link, Truth, Resource]]:
    """Pages behind links that lead to no article, each with the link's text and the truth."""
    noise = random.Random(f"{seed}/noise").randbytes(20_000)  # noqa: S311 -- reproducible content, no secret
    page, stream = b"<html><body>", Behaviour(stream=HUGE)
    told = (*HTML, ("Content-Length", str(len(page) + HUGE)))
    made = [(family, 99901, "最新公告", "404", NOT_FOUND) for family in FAMILIES]
    made += [
        (family, 99902, "会员活动说明", "soft 404", Resource(SOFT_404.encode())) for family in (NEWS, WORDPRESS, ADVICE)
    ]
    made += [
        (WORDPRESS, 99903, "历史数据汇总", "huge", Resource(page, behaviour=stream)),
        (ADVICE, 99904, "全部案例下载", "huge, told", Resource(page, headers=told, behaviour=stream)),
        (NEWS, 99905, "图解还款流程", "binary", Resource(b"\x89PNG\r\n\x1a\n\0\0" + noise)),
        (LEGAL, 99906, "专题预告", "empty", Resource()),
        (QA, 99907, "系统升级通知", "500", Resource(b"Internal Server Error", status=500)),
    ]
    for family, number, text, fault, resource in made:
        url = family.url(family.article_path, id=number, slug="overdue")
        yield family, Link(url, text), Truth(url, family.name, "error", "rejected", fault=fault), resource
    for here, there in (("a", "b"), ("b", "a")):
        url = f"http://{LEGAL.host}/loop/{here}.html"
        truth = Truth(url, LEGAL.name, "redirect", "rejected", fault="redirect loop")
        yield LEGAL, Link(url, "活动入口"), truth, moved(f"/loop/{there}.html")


TRAP_DOORS = {
    NEWS.name: Link("/calendar/2025/03/", "财经日历"),
    ADVICE.name: Link("/paihang?sid=0a1b2c3d", "实时排行"),
}


def calendar(year: int, month: int) -> Resource:
    """A month with hardly a word on it, and a link to the next month, for ever."""
    after = f"/calendar/{year + month // 12}/{month % 12 + 1:02}/"
    days = "".join(f"<td>{day}</td>" + ("</tr><tr>" if day % 7 == 0 else "") for day in range(1, 29))
    html = (
        f'<html><head><meta charset="utf-8"><title>{year}年{month}月财经日历</title></head><body><a href="/">首页</a>'
        f'<table><tr>{days}</tr></table><p>本月暂无事件</p><a href="{after}">下个月</a></body></html>'
    )
    return Resource(html.encode())


def ranking(session: str) -> Resource:
    """The same small page under ever new session ids."""
    fresh = hashlib.sha256(session.encode()).hexdigest()[:8]
    html = (
        '<html><head><meta charset="utf-8"><title>实时排行</title></head><body><h2>实时排行</h2>'
        f'<p>数据每分钟更新一次</p><a href="/paihang?sid={fresh}">刷新</a> <a href="/">返回首页</a></body></html>'
    )
    return Resource(html.encode())


def trap(url: str) -> Resource | None:
    """The page of a trap, made when it is asked for; None where the URL lies in no trap."""
    parts = urlsplit(url)
    if parts.netloc == NEWS.host and (found := CALENDAR.match(parts.path)):
        return calendar(int(found[1]), int(found[2]))
    if parts.netloc == ADVICE.host and parts.path == "/paihang":
        return ranking(parse_qs(parts.query).get("sid", [""])[0])
    return None


def in_trap(url: str) -> bool:
    return trap(url) is not None
