"""A large made-up site on loopback, in a process of its own: 38 KB pages with 100 links each, made before they are asked for;
every second one has an ETag.

python -m benchmarks.crawl_site PAGES   prints its port, serves until its standard input closes
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LINKS = 100
PROSE = "逾期之后先不要慌张，把每一笔欠款的本金、利息和还款日写在一张纸上，再按利率从高到低排出还款的顺序。"
ASKED_IF = re.compile(rb'If-None-Match: ("\d+")', re.IGNORECASE)
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def page(number: int, count: int) -> bytes:
    """A page with links spread over the site: a step ahead, and in long strides."""
    targets = [(number * LINKS + step + 1) % count for step in range(LINKS // 2)]
    targets += [(number + 7919 * step) % count for step in range(LINKS // 2)]
    rows = "".join(f'<li><a href="/a/{target}.html">第{target}篇：信用卡逾期怎么办</a></li>' for target in targets)
    prose = "".join(f"<p>第{number}页第{line}段。{PROSE * 3}</p>" for line in range(56))
    html = (
        f"<html><head><title>第{number}页</title></head><body><h1>第{number}页</h1>{prose}<ul>{rows}</ul></body></html>"
    )
    body = html.encode()
    etag = b"" if number % 2 else b"ETag: %b\r\n" % etag_of(number)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%bContent-Length: %d\r\n\r\n"
    return head % (etag, len(body)) + body


def etag_of(number: int) -> bytes:
    return b'"%d"' % number


class Server(asyncio.Protocol):
    """Answers GET requests without a body, one after the other."""

    answers: dict[bytes, bytes] = {}  # noqa: RUF012 -- set once, before the first connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.left = transport, b""

    def data_received(self, data: bytes) -> None:
        *requests, self.left = (self.left + data).split(b"\r\n\r\n")
        for request in requests:
            answer = self.answers.get(request.split(b" ", 2)[1], NOT_FOUND)
            asked_if = ASKED_IF.search(request)
            if asked_if and b"ETag: %b\r\n" % asked_if[1] in answer[:200]:
                answer = b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % asked_if[1]
            self.transport.write(answer)  # type: ignore[attr-defined]  # a stream's


async def _serve(count: int) -> None:
    Server.answers = {b"/a/%d.html" % n: page(n, count) for n in range(count)}
    Server.answers[b"/"] = Server.answers[b"/a/0.html"]
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def serving(count: int) -> Iterator[str]:
    """The URL of a running site with so many pages."""
    command = [sys.executable, "-m", "benchmarks.crawl_site", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
