"""Every response lies in a WARC 1.1 file, as served, before anything else happens to it.

A download that ends without a response leaves a `metadata` record (`fetch-error: reason`), so that nothing is lost and
a rebuild knows of it too. `records` makes what is written, and `capture_files` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from fastwarc.warc import WarcRecord
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from crawler.capture_files import CaptureWriter
from crawler.failures import AskAgain, FailedFetch, reason_of
from crawler.frontier.lease import CAPTURE, LEASE, PART_OF_PAGE
from crawler.limits import Limits
from crawler.optouts import OPT_OUT, POLICY, OptedOut, OptOuts, headers_of, judge
from crawler.records import exchange, failure, opted_out, rendering, stamp
from crawler.revisits import ANSWER, answer_of, headers_of_revisit, without_body
from pipelines.model import Page
from pipelines.optout import OptOut

STARTED = "taoxi_started"  # request.meta: when the request went to its host's queue


class CaptureMiddleware:
    """The innermost downloader middleware: it sees bodies before they are decompressed, and every failure."""

    def __init__(self, crawler: Crawler) -> None:
        dataset = crawler.settings.get("TAOXI_DATASET")
        if not dataset:
            raise NotConfigured("no TAOXI_DATASET: nothing is captured")
        settings = crawler.settings
        self.crawler = crawler
        self.keeps = settings.getbool("TAOXI_KEEP_OPTED_OUT")
        self.fault: str | None = None  # why captures could not be written
        run = settings.get("TAOXI_RUN") or datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        rotate = settings.getint("TAOXI_CAPTURE_ROTATE_BYTES")
        self.writer = CaptureWriter(
            Path(dataset) / "captures", run, rotate_bytes=rotate, software=settings["TAOXI_SOFTWARE"]
        )
        crawler.signals.connect(self._started, signal=signals.request_reached_downloader)
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _started(self, request: Request) -> None:
        request.meta[STARTED] = datetime.now(UTC)

    def process_response(self, request: Request, response: Response) -> Response:
        if PART_OF_PAGE in request.meta or (request.meta.get(POLICY) and response.status >= 400):
            return response  # a page's scripts; a policy that there is not
        revisit, started = headers_of_revisit(request, response), _moment(request)
        told = OptOut() if revisit else self._judged(response, started)
        question, answer = exchange(request, response if told.holds_body else _emptied(response), started, revisit)
        beside = [opted_out(request.url, told, started, answer)] if told.reasons else []
        self._write(request, [*beside, question, answer])
        record, date = str(answer.record_id), stamp(started)
        request.meta[ANSWER] = answer_of(response, record, date, unchanged=bool(revisit))
        request.meta[OPT_OUT] = told
        return without_body(response) if revisit and LEASE in request.meta else response

    def _judged(self, response: Response, started: datetime) -> OptOut:
        """What the publisher says of the response; with `keeps`, its body is kept all the same."""
        if not 200 <= response.status < 300:
            return OptOut()
        site = self.crawler.get_downloader_middleware(OptOuts)
        page = Page(response.url, b"", started, response.status, headers_of(response))
        told = judge(response, page, site_reserves=site is not None and site.reserves(response.url))
        return replace(told, holds_body=True) if self.keeps else told

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, OptedOut):
            self._write(request, [opted_out(request.url, OptOut((str(exception),), False), _moment(request))])
            return
        if PART_OF_PAGE in request.meta or isinstance(exception, AskAgain):
            return
        if isinstance(exception, FailedFetch) or not isinstance(exception, IgnoreRequest):
            self._write(request, [failure(request.url, reason_of(exception), _moment(request))])

    def rendered(self, request: Request, shown: Response) -> None:
        """The page as a browser showed it lies behind its response, which says too little to be compared with the next one.

        It is judged once more: scripts write metas, too.
        """
        started = _moment(request)
        told = self._judged(shown, started)
        record = rendering(shown.url, shown.body if told.holds_body else b"", started)
        beside = [opted_out(shown.url, told, started, record)] if told.reasons else []
        self._write(request, [*beside, record])
        request.meta[ANSWER] = replace(request.meta[ANSWER], record=None)
        request.meta[OPT_OUT] = told

    def _write(self, request: Request, records: Iterable[WarcRecord]) -> None:
        """The records are captured; where they cannot be, the crawl ends: what is not captured is not to be used."""
        try:
            request.meta[CAPTURE] = self.writer.write(records)
        except OSError as error:
            self.fault = self.fault or error.strerror or str(error)
            if limits := self.crawler.get_downloader_middleware(Limits):
                limits.close("capture_failed")
            raise IgnoreRequest(f"not captured: {error}") from error

    def close(self) -> None:
        self.writer.close()


def _moment(request: Request) -> datetime:
    started = request.meta.get(STARTED)
    return started if isinstance(started, datetime) else datetime.now(UTC)


def _emptied(response: Response) -> Response:
    """The response without its body, told as cut off."""
    return response.replace(body=b"", flags=[*response.flags, "download_stopped"])
