"""A small site on loopback, and the command run against it."""

from __future__ import annotations

import http.server
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from tests.pipelines.dedup.articles import sentence

POLICIES = ("/ai.txt", "/.well-known/tdmrep.json")
HTML = "text/html; charset=utf-8"


class Article(str):
    """A page's markup, to be filled in by its title, from which some words of its own follow: no two are alike."""

    __slots__ = ()

    def format(self, *_: object, **told: object) -> str:
        rng = random.Random(str(told))  # noqa: S311 -- a text, no secret
        own = "".join(sentence(rng, 16) for _ in range(30))
        return str.format(self, own=own, **told)


ARTICLE = Article(
    "<html><head><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>2024-05-06 10:20 来源:本站</p>"
    "<p>逾期之后先不要慌张,把每一笔欠款的本金、利息和还款日写在一张纸上,再按利率从高到低排出还款的顺序。第{title}号。</p>"
    "<p>与其借新还旧,不如主动联系客服说明困难,申请延期或者分期;电话沟通时记下工号和时间,日后对账会用得上。</p>"
    "<p>最后,留出吃饭和房租的钱,剩下的才是每个月能还的数目,量力而行,比硬撑着全额还款更能走得长远。</p><p>{own}</p></body></html>"
)


@dataclass(frozen=True)
class Answer:
    """What the site sends; `length` is the Content-Length that it announces, the body's own where None.

    With status 0 it sends nothing and closes the connection.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": HTML})
    length: int | None = None
    wait: float = 0.0  # seconds before the answer


@dataclass
class Site:
    """Routes (path → answer, or a function of how often the path was asked before), and what was asked, in order."""

    port: int
    routes: dict[str, Answer | Callable[[int], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)
    not_modified: list[str] = field(default_factory=list)  # paths that were answered so

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def times(self, path: str) -> list[float]:
        return [moment for asked, moment in self.asked if asked == path]

    def page(self, path: str, body: bytes = b"", **told: Any) -> None:
        self.routes[path] = Answer(body, **told)

    def article(self, path: str) -> None:
        self.routes[path] = Answer(ARTICLE.format(title=path).encode())

    def index(self, path: str, *links: str) -> None:
        rows = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        self.routes[path] = Answer(f"<title>目录</title><ul>{rows}</ul>".encode())

    def answer(self, path: str) -> Answer:
        before = self.paths.count(path)
        if path in self.routes or not path.endswith(POLICIES):  # each crawl asks once for what most hosts do not have
            self.asked.append((path, time.monotonic()))
        route = self.routes.get(path, Answer(b"<p>no such page", 404))
        return route(before) if callable(route) else route


def is_not_modified(answer: Answer, asked: Message) -> bool:
    """The request has the answer already, by RFC 9110: where it names an ETag, times do not count."""
    if answer.status != 200:
        return False
    names = ("If-None-Match", "ETag") if "If-None-Match" in asked else ("If-Modified-Since", "Last-Modified")
    return asked.get(names[0]) is not None and asked.get(names[0]) == answer.headers.get(names[1])


class Listener(http.server.ThreadingHTTPServer):
    """A crawl that is killed breaks its connections off, which is no news."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving() -> Iterator[Site]:
    """A running site without pages."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes

        def log_message(self, format: str, *args: object) -> None:
            """The test's output stays clean."""

        def do_GET(self) -> None:
            answer = state.answer(self.path)
            time.sleep(answer.wait)
            if not answer.status:
                self.close_connection = True
                return
            if is_not_modified(answer, self.headers):
                state.not_modified.append(self.path)
                self.send_response(304)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            try:
                self.end_headers()
                self.wfile.write(answer.body)
            except ConnectionError:
                self.close_connection = True
            if answer.length is not None:
                self.close_connection = True

    server = Listener(("127.0.0.1", 0), Handler)
    state = Site(int(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Command:
    """`taoxi crawl DATASET …` as a process of its own."""

    dataset: Path
    root: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "crawler.cli", "crawl", str(self.dataset), *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return subprocess.Popen(
            words, cwd=self.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)  # a slow machine, too
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)
