"""One page, asked for by hand: fetched with the crawl's guards, without its queue and its robots.txt.

Each connection is guarded by itself, so that neither a redirect nor a name that changes its address leads inside.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)

from w3lib.url import safe_url_string

from crawler.guards import holds_no_page, is_private
from crawler.settings import DEFAULT_REQUEST_HEADERS, DOWNLOAD_MAXSIZE, DOWNLOAD_TIMEOUT, USER_AGENT
from pipelines.errors import ConfigurationError, TaoxiError
from pipelines.model import Page
from pipelines.sources.compression import TooLarge, decoded
from pipelines.sources.http import SEPARATE

CHUNK = 1 << 16
PRIVATE_HINT = "--allow-private permits loopback and intranet addresses"


def fetch(url: str, *, allow_private: bool = False, timeout: float = DOWNLOAD_TIMEOUT) -> Page:
    """The page at `url`, redirects followed, whatever its status.

    `timeout` is in seconds, for each wait and for the whole body. Raises TaoxiError where no response comes or it is
    larger than a crawl allows, ConfigurationError for what is no URL and for private addresses.
    """
    request = Request(_asked(url), headers={**DEFAULT_REQUEST_HEADERS, "User-Agent": USER_AGENT})  # noqa: S310 -- _asked lets http and https alone through
    try:
        with _opener(allow_private).open(request, timeout=timeout) as response:
            return _page(response, time.monotonic() + timeout)
    except HTTPError as error:  # a page, too
        with error:
            return _page(error, time.monotonic() + timeout)
    except ConfigurationError as error:
        raise ConfigurationError(error.what, where=url, hint=error.hint) from None
    except TooLarge:
        raise TaoxiError(f"the page has more than {DOWNLOAD_MAXSIZE:,} bytes", where=url) from None
    except (OSError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise TaoxiError(f"no response: {reason or type(reason).__name__}", where=url) from error


def _asked(url: str) -> str:
    """The URL as it goes over the wire."""
    try:
        asked = safe_url_string(url)
        parts = urlsplit(asked)
        wrong = parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise ConfigurationError("this is no URL of a web page", where=url, hint="it begins with http:// or https://")
    return asked


def _opener(allow_private: bool) -> OpenerDirector:
    """Knows http and https alone: no files, no ftp, no proxies of the environment, no cookies."""
    opener = OpenerDirector()
    web = (HTTPHandler(), HTTPSHandler()) if allow_private else (_PublicHandler(), _PublicTLSHandler())
    for handler in (*web, HTTPRedirectHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor(), UnknownHandler()):
        opener.add_handler(handler)
    return opener


def _connected(address: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
    """A connection to an address that was looked at first: what a name leads to a moment later does not matter."""
    host, port = address
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        if is_private(str(place[0])):
            raise ConfigurationError(f"{host} is at the private address {place[0]}", hint=PRIVATE_HINT)
    fault: OSError = OSError("it has no address")
    for family, kind, protocol, _, place in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(timeout)
            connection.connect(place)
        except OSError as error:
            connection.close()
            fault = error
        else:
            return connection
    raise fault


class _PublicConnection(http.client.HTTPConnection):
    """Connects to public addresses alone."""

    def connect(self) -> None:
        self._create_connection = _connected  # what http.client connects by
        super().connect()


class _PublicTLSConnection(_PublicConnection, http.client.HTTPSConnection):
    """Connects to public addresses alone, and encrypts."""


class _PublicHandler(HTTPHandler):
    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_PublicConnection, req)


class _PublicTLSHandler(HTTPSHandler):
    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_PublicTLSConnection, req, context=ssl.create_default_context())


def _page(response: http.client.HTTPResponse | HTTPError, deadline: float) -> Page:
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        joint = "\n" if name.lower() in SEPARATE else ", "
        headers[name.lower()] = f"{headers[name.lower()]}{joint}{value}" if name.lower() in headers else value
    body = b"" if holds_no_page(headers.get("content-type", "")) else _body(response, deadline)
    for coding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = decoded(body, coding.strip(), DOWNLOAD_MAXSIZE)
    return Page(response.geturl(), body, datetime.now(UTC), response.status or 200, headers)


def _body(response: http.client.HTTPResponse | HTTPError, deadline: float) -> bytes:
    """The body as sent; one cut off by the server as far as it came. Raises TooLarge, TimeoutError."""
    parts: list[bytes] = []
    room = DOWNLOAD_MAXSIZE
    with suppress(http.client.IncompleteRead):
        while part := response.read1(CHUNK):
            parts.append(part)
            room -= len(part)
            if room < 0:
                raise TooLarge
            if time.monotonic() > deadline:
                raise TimeoutError("the page came too slowly")
    return b"".join(parts)
