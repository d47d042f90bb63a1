"""What the sites are made of: real pages, traps, the frame around them, a server that notes what it is asked for."""

from __future__ import annotations

import hashlib
import http.server
import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from crawler.demo.prose import TOPICS, write_article

PRODUCTS = ("微粒贷", "借呗", "花呗", "信用卡", "网商贷", "白条", "房贷", "车贷")
HREF = re.compile(r'href="/')
HEADING = re.compile(r"<h[12][^>]*>(.*?)</h")
Link = tuple[str, str]


@dataclass(frozen=True)
class Moved:
    """A redirect."""

    target: str


@dataclass(frozen=True)
class Trap:
    """URLs without end. `doors` lead into it: from every page where `everywhere`, else from lists and the home page."""

    name: str
    doors: tuple[str, ...]
    urls: re.Pattern[str]
    answer: Callable[[re.Match[str]], str | Moved | None]  # a page's main part, or all of it where it begins with <!
    everywhere: bool = False

    @property
    def is_babble(self) -> bool:
        """Its pages say what articles say, and nothing tells them apart."""
        return self.name.startswith("babble")


@dataclass
class MadeSite:
    """A site's real pages, `kind` → path; its traps; and what was asked for, in order."""

    name: str
    seed: int
    frame: Callable[[MadeSite, str, str, str], str]  # (site, path, title, main part) → the page
    pages: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # path → kind, title, main part
    gone: dict[str, int] = field(default_factory=dict)  # path → status
    traps: list[Trap] = field(default_factory=list)
    articles: list[Link] = field(default_factory=list)  # in the order in which they were made
    asked: list[str] = field(default_factory=list)

    # --- what it is made of -------------------------------------------------------------------------------------------

    def page(self, kind: str, path: str, title: str, main: str) -> Link:
        assert path not in self.pages, path
        self.pages[path] = kind, title, main
        return path, title

    def article(self, kind: str, path: str, *, more: str = "", size: int = 0) -> Link:
        """A real article; `size`: sections, 0 for a short question with its answer."""
        number = len(self.pages)
        made = write_article(
            f"{self.seed}/{path}", TOPICS[number % len(TOPICS)], PRODUCTS[number % 8], sections=size or 1, depth=4
        )
        lines = [line.text for line in made.lines][: None if size else 1]
        prose = "".join(f"<p>{line}</p>" for line in lines)
        day = f"{made.published:%Y-%m-%d %H:%M}"
        title = f"{made.title}（{number}）"
        link = self.page(kind, path, title, f"<h1>{title}</h1><p>{day} 来源：本站</p>{prose}{more}")
        self.articles.append(link)
        return link

    def listing(self, kind: str, path: str, title: str, links: Iterable[Link], beyond: Iterable[Link] = ()) -> Link:
        return self.page(kind, path, title, listed(title, links, beyond))

    def lists(self, kind: str, paths: list[str], title: str, links: list[Link], *, window: int = 2) -> Link:
        """The links in as many lists as there are paths, with a pager: neighbours, first and last page.

        `window` is of neighbours on each side; with 0 there is a link to the next page alone.
        """
        size = -(-len(links) // len(paths))
        for n, path in enumerate(paths):
            near = range(max(0, n - window), min(len(paths), n + window + 1)) if window else ()
            beyond = [(paths[one], str(one + 1)) for one in near if one != n]
            beyond += [(paths[n + 1], "下一页")] if n + 1 < len(paths) else []
            beyond += [(paths[-1], "末页"), (paths[0], "首页")] if window else []
            self.listing(kind, path, f"{title} 第{n + 1}页", links[n * size : (n + 1) * size], beyond)
        return paths[0], title

    # --- what it serves -----------------------------------------------------------------------------------------------

    def doors(self, path: str) -> list[str]:
        kind = self.pages[path][0] if path in self.pages else ""
        return [door for one in self.traps if one.everywhere or "list" in kind or kind == "home" for door in one.doors]

    def shown(self, path: str) -> str | None:
        """The real page at the path."""
        if path not in self.pages:
            return None
        _, title, main = self.pages[path]
        return self.frame(self, path, title, main)

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, body and, of a redirect, the target."""
        if (real := self.shown(path)) is not None:
            return 200, real, ""
        for trap in self.traps:
            if (found := trap.urls.fullmatch(path)) and (main := trap.answer(found)) is not None:
                if isinstance(main, Moved):
                    return 302, "", main.target
                return 200, main if main.startswith("<!") else self.frame(self, path, trap.name, main), ""
        return self.gone.get(path, 404), "<p>页面不存在", ""

    def bare(self, path: str) -> str:
        """The path of the real page that a path leads to, where it is no other than that but for a mark."""
        return path

    def kind(self, path: str) -> str:
        """Of a URL that was asked for: "real …", "trap …" or "other"."""
        if path in self.pages:
            return f"real {self.pages[path][0]}"
        return next((f"trap {trap.name}" for trap in self.traps if trap.urls.fullmatch(path)), "other")

    @property
    def popular(self) -> list[Link]:
        """The articles of the first kind, which sidebars and traps show: all others are found through their lists alone."""
        kind = self.pages[self.articles[0][0]][0]
        return [link for link in self.articles if self.pages[link[0]][0] == kind]

    def sample(self, path: str, count: int) -> list[Link]:
        """Popular articles, which hang on the path by chance."""
        return random.Random(path).sample(self.popular, count)  # noqa: S311 -- a page, no secret


def listed(title: str, links: Iterable[Link], beyond: Iterable[Link] = ()) -> str:
    rows = "".join(f"<li>{anchor(link)}</li>" for link in links)
    pager = " ".join(anchor(link) for link in beyond)
    return f'<h2>{title}</h2><ul class="list">{rows}</ul><div class="pager">{pager}</div>'


def anchor(link: Link) -> str:
    return f'<a href="{link[0].replace("&", "&amp;")}">{link[1]}</a>'


def heading(main: str, otherwise: str) -> str:
    """What stands first in a page's main part, for its title; a trap's name would be the same on all of its pages."""
    found = HEADING.search(main)
    return found[1] if found else otherwise


def token(told: object, size: int = 10) -> str:
    """What looks like a session's id, always the same for the same argument."""
    return hashlib.sha256(str(told).encode()).hexdigest()[:size]


def under(prefix: str, html: str) -> str:
    """The page with all its links led below a path."""
    return HREF.sub(f'href="{prefix}/', html)


@contextmanager
def serving(site: MadeSite) -> Iterator[str]:
    """The URL of the running site."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """The table stays clean."""

        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, body, target = site.answer(self.path)
            sent = body.encode()
            self.send_response(status)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
