"""python -m benchmarks.twins: what a crawl asks for where each article has several URLs, and what it loses where they lie.

Made-up sites, whose hosts a proxy on loopback answers for. The *honest* one has each article as www., m. and amp, index
pages with and without index.html, and lists on both hosts. In the *wrong* one pages name as their address the home page, an
error, another site, a typo or an article's first part; m. has other articles under the same numbers, or from some number
on; www. shows one long error, or a 404, for what m. still has; m. shows the beginning alone, or links to what nothing else does.

--pages N   articles of the honest site (default: 500); the wrong ones have a fifth of it of each kind
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.table import show
from tests.crawler.loopback import Command, Site, serving
from tests.pipelines.dedup.articles import sentence

ROOT = Path(__file__).parent.parent
WWW, M = "http://www.advice.invalid", "http://m.advice.invalid"
ON_A_LIST = 20
SENTENCES = 30


@dataclass
class Articles:
    """A site under construction: which text is shown at which URL."""

    site: Site
    texts: dict[str, str] = field(default_factory=dict)

    def add(
        self, url: str, title: str, head: str = "", links: Iterable[str] = (), share: float = 1.0, more: str = ""
    ) -> None:
        """The article of this title is shown at the URL, or the first `share` of it; `more` is markup under it."""
        self.texts[url] = f"{title} {share}"
        chance = random.Random(title)  # noqa: S311 -- a text, no secret
        text = [sentence(chance, 16) for _ in range(SENTENCES)][: int(share * SENTENCES)]
        prose = "".join(f"<p>{''.join(text[n : n + 3])}</p>" for n in range(0, len(text), 3))
        led = "".join(f'<li><a href="{link}">相关阅读</a></li>' for link in links)
        menu = "手机版首页 返回上页" if url.startswith(M) else "首页 资讯 贷款 信用卡 理财 关于我们"
        shown = f"<div>{menu}</div><h1>{title}</h1><div>2024-05-06 来源:本站</div>{prose}<div>{more}</div>"
        body = f"<body>{shown}<ul>{led}</ul><div>版权所有</div></body>"
        page = f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head>{body}</html>"
        self.site.page(url, page.encode())

    def lists(self, at: str, urls: list[str]) -> str:
        """Lists of the URLs, each of which leads to the next; gives the first one's URL."""
        starts = range(0, len(urls), ON_A_LIST)
        names = [f"{at}list_{n + 1}.html" for n in range(len(starts))]
        for n, start in enumerate(starts):
            self.site.index(names[n], *urls[start : start + ON_A_LIST], *names[n + 1 : n + 2])
        return names[0]


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


def honest(site: Site, count: int) -> Articles:
    """Each article as www., m. and amp, which all say so; sections with two URLs of their index."""
    made = Articles(site)
    homes, sections = [], ("daikuan", "xinyongka", "zhengxin", "cuishou")
    for s, name in enumerate(sections):
        paths = [f"/{name}/2024/{n}.html" for n in range(1000 + s, 1000 + count, len(sections))]
        for path in paths:
            www, mobile, amp = f"{WWW}{path}", f"{M}{path}", f"{WWW}/amp{path}"
            agent = f'<meta name="mobile-agent" content="format=html5;url={mobile}"><link rel="amphtml" href="{amp}">'
            made.add(www, path, canonical(www) + agent, [mobile, amp, f"{WWW}/{name}/index.html"])
            made.add(mobile, path, canonical(www), [www, f"{M}/{name}/"])
            made.add(amp, path, canonical(www), [www, f"{WWW}/{name}/"])
        for host in (WWW, M):
            first = made.lists(f"{host}/{name}/", [f"{host}{path}" for path in paths])
            for home in (f"{host}/{name}/", f"{host}/{name}/index.html"):
                site.index(home, first)
                homes.append(home)
    site.index(f"{WWW}/", *homes)
    return made


HINTS: dict[str, Callable[[str, int], str]] = {
    "home": lambda www, n: f"{www}/",
    "error": lambda www, n: f"{www}/error.html",
    "typo": lambda www, n: f"{www}/tpyo/{n}.html",
    "elsewhere": lambda www, n: f"http://www.elsewhere.invalid/typo/{n}.html",
    "first": lambda www, n: f"{www}/first/1.html",
}
PAIRS = ("others", "era", "gone", "missing", "teaser", "only")
KINDS = (*HINTS, *PAIRS, "parts")


def wrong(site: Site, count: int, apart: bool = True) -> Articles:
    """Every kind of page whose hints, or whose rule, are wrong: each on its own hosts, or all as sections of two."""
    made = Articles(site)
    begins: list[str] = []
    for name in KINDS:
        www, mobile = (f"http://{host}.{name}.invalid" if apart else one for host, one in (("www", WWW), ("m", M)))
        if name in HINTS:
            for n in range(1, count + 1):
                made.add(f"{www}/{name}/{n}.html", f"{name} {n}", canonical(HINTS[name](www, n)))
        elif name in PAIRS:
            for n in range(1, count + 1):
                add_pair(made, name, n, www, mobile, n > count // 2)
            begins.append(made.lists(f"{mobile}/{name}/", [f"{mobile}/{name}/{n}.html" for n in range(1, count + 1)]))
        else:
            for n in range(1, count + 1):
                add_parts(made, n, www)
        begins.append(made.lists(f"{www}/{name}/", [f"{www}/{name}/{n}.html" for n in range(1, count + 1)]))
        site.page(f"{www}/error.html", b"<p>404", status=404)
    site.index(f"{WWW}/", *begins)
    return made


def add_pair(made: Articles, name: str, n: int, www: str, mobile: str, late: bool) -> None:
    """An article under its two URLs, of which m. says that it is the other one's."""
    own, other, title = f"{www}/{name}/{n}.html", f"{mobile}/{name}/{n}.html", f"{name} {n}"
    differs = name == "others" or (name == "era" and late)
    beyond = [f"{mobile}/hidden/{n}.html"] if name == "only" and n % 5 == 0 else []
    if name != "missing" or not late:
        made.add(own, "页面不存在" if name == "gone" and late else title, canonical(own), [other])
    made.add(other, f"{title} m" if differs else title, canonical(own), beyond, 0.3 if name == "teaser" else 1.0)
    for url in beyond:
        made.add(url, f"hidden {n}")


def add_parts(made: Articles, n: int, www: str) -> None:
    """An article on two pages, of which both name the first as their address."""
    first, second = f"{www}/parts/{n}.html", f"{www}/parts/{n}_2.html"
    pager = "".join(f'<a href="{url}">{name}</a>' for url, name in ((first, "1"), (second, "2"), (second, "下一页")))
    made.add(first, f"parts {n}", canonical(first), more=pager)
    made.add(second, f"parts {n} 2", canonical(first), more=pager)


@dataclass(frozen=True)
class Crawled:
    """How it went: requests for pages, texts that were come upon and that there are, URLs not asked for."""

    requests: int
    reached: int
    texts: int
    twins: int
    lost: tuple[str, ...] = ()


def started(site: Site) -> list[str]:
    """The arguments of a crawl of the site from the home pages of its hosts."""
    homes = sorted({"/".join(url.split("/")[:3]) + "/" for url in site.routes})
    return [*(word for home in homes for word in ("--start", home)), "--delay", "0", "--proxy", site.url]


def crawled(fill: Callable[[Site, int], Articles], count: int, folder: Path, *more: str) -> Crawled:
    """A crawl of the site from its home page to its end."""
    with serving() as site:
        made = fill(site, count)
        told = (*started(site), "--json", *more)
        process = Command(folder, ROOT).start(*told)
        out, error = process.communicate(timeout=900)
        if process.returncode:
            raise RuntimeError(error)
        asked = [path for path in site.paths if not path.endswith("/robots.txt")]
    texts = set(made.texts.values())
    # the beginning of an article is no text of its own where the whole is had
    short = {text for text in texts if not text.endswith("1.0")}
    seen = {made.texts[url] for url in asked if url in made.texts}
    return Crawled(
        len(asked), len(seen - short), len(texts - short), json.loads(out)["twins"], tuple(sorted(texts - short - seen))
    )


def main() -> int:
    """Print the table; 1 where a text was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    args = parser.parse_args()
    rows, lost = [], 0
    sites = (
        ("honest", honest, 1.0),
        ("wrong, each on its own hosts", wrong, 0.2),
        ("wrong, all on two", partial(wrong, apart=False), 0.2),
    )
    with tempfile.TemporaryDirectory() as name:
        for what, fill, share in sites:
            for how, more in (("every URL", ("--no-twins",)), ("twins learned", ())):
                found = crawled(fill, int(share * args.pages), Path(name) / f"{what} {how}", *more)
                lost += len(found.lost)
                per = f"{found.requests / found.texts:.2f}"
                rows.append((what, how, found.requests, per, f"{found.reached} of {found.texts}", len(found.lost)))
                for text in found.lost[:10]:
                    sys.stderr.write(f"lost: {text}\n")
    show(("site", "crawl", "requests", "a text", "texts reached", "lost"), rows)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
