"""How answers come in: a head has an end, and an answer that did not come whole is told, never silently asked for again."""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol, ResponseNeverReceived
from twisted.web._newclient import Request as TwistedRequest
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IResponse

from crawler.failures import AskAgain
from crawler.frontier.lease import TRIES
from pipelines.sources.compression import TooLarge
from pipelines.sources.http import plain

MOST_HEAD = 256 << 10  # bytes of an answer's status line and headers, as in browsers


class HeadTooLarge(Exception):
    """The head goes on beyond MOST_HEAD."""


class WentStale(DownloadFailedError):
    """A connection that was kept since an earlier answer was closed at the other end: often before it was asked."""


class Parser(_LenientHTTPClientParser):
    """Scrapy's, which reads a head of any size.

    Twisted reads no `Name : value`; a header whose name no standard allows costs itself, as in browsers, and not the page.
    """

    MAX_LENGTH = MOST_HEAD
    room = MOST_HEAD  # what is left of it; the heads of 1xx answers are parts of one

    def lineReceived(self, line: bytes) -> None:
        self.room -= len(line) + len(self.delimiter)
        if self.room < 0:
            raise HeadTooLarge
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> NoReturn:
        raise HeadTooLarge

    def headerReceived(self, name: bytes, value: bytes) -> None:
        with suppress(InvalidHeaderName):
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]  # Twisted's


class Connection(_LenientHTTP11ClientProtocol):
    """A connection, whose answers `Parser` reads."""

    was_asked = False

    def request(self, request: TwistedRequest) -> Deferred[IResponse]:
        was_kept, self.was_asked = self.was_asked, True
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = Parser  # as Scrapy does: Twisted's protocol names the class
        return answer.addErrback(_told, was_kept)

    def _giveUp(self, reason: Failure) -> None:
        if isinstance(reason.value, HeadTooLarge):
            self.transport.abortConnection()  # type: ignore[union-attr]  # closing in order would read on
        super()._giveUp(reason)  # type: ignore[no-untyped-call]  # Twisted's


def _told(failure: Failure, was_kept: bool) -> Failure:
    """The failure in terms of ours and Scrapy's, where these have a word for it."""
    if any(isinstance(reason.value, HeadTooLarge) for reason in getattr(failure.value, "reasons", ())):
        raise DownloadCancelledError(f"a head of more than {MOST_HEAD} bytes")
    if was_kept and isinstance(failure.value, ResponseNeverReceived):
        raise WentStale(str(failure.value))
    return failure


class ConnectionFactory(_LenientHTTP11ClientFactory):
    """Makes each `Connection`."""

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        return Connection(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's for http and https, over each `Connection`, which is asked once: what is asked again waits for its turn."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = ConnectionFactory
        self._pool.retryAutomatically = False
        self.times = crawler.settings.getint("RETRY_TIMES")

    async def download_request(self, request: Request) -> Response:
        """The answer. Raises AskAgain for half a page, and once more where a kept connection gave nothing at all."""
        left = self.times - request.meta.get(TRIES, 0)
        try:
            response = await super().download_request(request)
        except WentStale as error:
            if left < 0:
                raise
            raise AskAgain from error
        if left > 0 and 200 <= response.status < 300 and _breaks_off(response, self._default_maxsize):
            raise AskAgain
        return response


def _breaks_off(response: Response, limit: int) -> bool:
    """The body ends before its length, its chunks or its content codings do; one beyond the limit is judged by others."""
    codings = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    try:
        return "dataloss" in response.flags or not plain(response.body, codings, limit)[1]
    except TooLarge:
        return False
