"""The demo site on a loopback port: an HTTP proxy for its made-up hosts, so that URLs are the same in every run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from crawler.demo.model import Resource, Site

FILLER = b"<p>" + b"0123456789abcdef" * 4096 + b"</p>\n"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as answered."""

    url: str
    at: float  # time.monotonic() when it came
    agent: str
    status: int


@dataclass(frozen=True)
class Server:
    """A running demo site. `log` grows while it serves."""

    port: int
    log: list[Request] = field(default_factory=list)

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Listener(ThreadingHTTPServer):
    """Answers from one site, and remembers how often each URL was asked for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Site) -> None:
        self.site, self.log = site, list[Request]()
        self._asked: Counter[str] = Counter()
        self._lock = Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, which may take seconds."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def note(self, url: str, agent: str, at: float, resource: Resource) -> int:
        """The status that this request gets: one of the first failures, or the resource's own."""
        with self._lock:
            turn = self._asked[url]
            self._asked[url] += 1
            first = resource.behaviour.first
            status = first[turn] if turn < len(first) else resource.status
            self.log.append(Request(url, at, agent, status))
        return status

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no fault of the demo."""


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, in absolute form (as a proxy is asked) and in origin form with a Host header."""

    server: Listener
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body in one packet

    def do_GET(self) -> None:
        at = time.monotonic()
        url = self.path if "://" in self.path else f"http://{self.headers.get('Host', '')}{self.path}"
        resource = self.server.site.answer(url)
        status = self.server.note(url, self.headers.get("User-Agent", ""), at, resource)
        if resource.behaviour.delay:
            time.sleep(resource.behaviour.delay)
        if status != resource.status:
            self.refuse(status)
        else:
            self.give(resource)

    do_HEAD = do_GET

    def refuse(self, status: int) -> None:
        """An error that passes."""
        body = f"<html><body><h1>{status} {HTTPStatus(status).phrase}</h1></body></html>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    def give(self, resource: Resource) -> None:
        """The resource with its own manners: whole, cut off before its end, or without end."""
        body, behaviour = resource.body, resource.behaviour
        self.send_response(resource.status)
        for name, value in resource.headers:
            self.send_header(name, value)
        if behaviour.stream or behaviour.cut:
            self.send_header("Connection", "close")
        if not behaviour.stream:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body[: len(body) // 2] if behaviour.cut else body)
        for start in range(0, behaviour.stream, len(FILLER)):
            self.wfile.write(FILLER[: behaviour.stream - start])
        self.close_connection = self.close_connection or behaviour.cut or bool(behaviour.stream)

    def log_message(self, format: str, *args: object) -> None:
        """The log is kept by the server, not printed."""


@contextmanager
def serve(site: Site) -> Iterator[Server]:
    """The site answers on a free port of 127.0.0.1 as long as the context lasts."""
    listener = Listener(site)
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Server(listener.server_port, listener.log)
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
