"""Pages are visited again: asked for conditionally, compared with the last visit, and due again sooner or later.

A 304, or an answer of the same bytes and telling headers, becomes a WARC `revisit` record that names the last whole
capture; no row comes of it, and nothing is cleaned. That is so in rounds of what is due (`taoxi crawl --due`); what a visit
leaves behind for the next one is remembered in every round.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from crawler.frontier.due import Bounds, Visit
from crawler.frontier.lease import LEASE
from crawler.frontier.protocol import PageStore
from crawler.hosts import ASKED_AGAIN
from crawler.source import Source
from pipelines.dedup.fold import content_hash
from pipelines.model import Outcome, Page, Rejected
from pipelines.sources import warc

# names in request.meta
EARLIER = "taoxi_earlier"  # the page's last visit, where this one may repeat it
ANSWER = "taoxi_answer"  # what is to be remembered of the last answer
TEXT = "taoxi_text"  # content hash of the page's text

NOT_MODIFIED = 304
VALIDATORS = ("If-None-Match", "If-Modified-Since")
GONE = frozenset({404, 410})
BROKEN_OFF = {"disconnect": ["dataloss"], "unspecified": ["download_stopped"]}  # WARC-Truncated → Scrapy's flags
COUNTS = ("new", "changed", "unchanged", "gone")  # of the pages that were visited
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
TERMS = frozenset(b"x-robots-tag tdm-reservation tdm-policy".split())  # headers that tell whether a page may be kept
# headers that tell what a page is: where one differs, so does the page
TELLING = TERMS.union(b"content-type content-encoding location refresh link".split())
LONGEST_VALIDATOR = 1024  # characters
TRUSTED = timedelta(
    days=180
)  # a page that was captured longer ago is asked for as a whole: some servers say 304 for ever


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was captured. `unchanged`: as a `revisit` record; `digest` is None where the body broke off."""

    status: int
    digest: bytes | None
    terms: bytes | None  # None: a 304 that tells none
    etag: str | None
    modified: str | None
    record: str | None  # None: the next visit is not to be compared with this one
    date: str
    unchanged: bool


def headers_of_revisit(request: Request, response: Response) -> dict[str, str]:
    """The WARC headers by which the answer's record is a `revisit`; none where it is an answer of its own."""
    visit: Visit | None = request.meta.get(EARLIER)
    if visit is None or not (visit.record and visit.date):
        return {}
    if response.status == NOT_MODIFIED and _is_conditional(request):  # else the server answers what nobody asked
        more = {"WARC-Profile": f"{PROFILE}server-not-modified"}
    elif visit.digest and visit.digest == _digest(response):
        more = {"WARC-Profile": f"{PROFILE}identical-payload-digest", "WARC-Truncated": "length"}
    else:
        return {}
    return more | {
        "WARC-Refers-To": visit.record,
        "WARC-Refers-To-Target-URI": request.url,
        "WARC-Refers-To-Date": visit.date,
    }


def _is_conditional(request: Request) -> bool:
    return any(name in request.headers for name in VALIDATORS)


def answer_of(response: Response, record: str, date: str, *, unchanged: bool) -> Answer:
    """What is to be remembered of a captured answer."""
    came_whole = "dataloss" not in response.flags  # else the next visit has to get the rest
    etag, modified = (
        (came_whole and _validator(response.headers.get(name))) or None for name in ("ETag", "Last-Modified")
    )
    terms = _told(response, TERMS)
    hashed = None if response.status == NOT_MODIFIED and not terms else _hashed(terms)
    return Answer(response.status, _digest(response), hashed, etag, modified, record, date, unchanged)


def is_unchanged(meta: Mapping[str, Any]) -> bool:
    """The answer to a request says what the page's last visit said: nothing is to be read."""
    answer: Answer | None = meta.get(ANSWER)
    return answer is not None and answer.unchanged


def without_body(response: Response) -> Response:
    """The answer that nothing is to be read of: no body, hence no coding of one."""
    headers = response.headers.copy()
    headers.pop("Content-Encoding", None)
    return response.replace(body=b"", headers=headers)


def captured_answer(path: Path, place: int) -> Answer | None:
    """What is to be remembered of the answer whose record lies at a place in a capture; None where there is no answer."""
    record = warc.record_at(path, place)
    if record is None or record.kind not in ("response", "revisit"):
        return None
    head, _, body = record.block.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    pairs = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    headers = Headers(_grouped(pairs))
    headers["Content-Length"] = headers.get("X-Crawler-Content-Length") or headers.get("Content-Length")
    flags = BROKEN_OFF.get(record.headers.get("warc-truncated", ""), [])
    response = Response("http://h", int(status.split()[1]), headers=headers, body=body, flags=flags)
    name, date = record.headers["warc-record-id"], record.headers["warc-date"]
    return answer_of(response, name, date, unchanged=record.kind == "revisit")


def _grouped(pairs: Iterable[tuple[bytes, bytes]]) -> Mapping[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _digest(response: Response) -> bytes | None:
    """16 bytes over what makes an answer: status, telling headers and the body as sent, or the length of one that was not
    fetched; None where the body broke off."""
    if "dataloss" in response.flags:
        return None
    stopped = "download_stopped" in response.flags
    length = (response.headers.get("Content-Length") or b"") if stopped else b""
    if stopped and not length:
        return None
    return _hashed([b"%d" % response.status, *_told(response, TELLING), length, response.body])


def _told(response: Response, names: frozenset[bytes]) -> list[bytes]:
    headers = response.headers.items()
    return sorted(b"%b: %b" % (name.lower(), one) for name, some in headers if name.lower() in names for one in some)


def _hashed(parts: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\n".join(parts), digest_size=16).digest()


def _validator(value: bytes | None) -> str | None:
    text = (value or b"").decode("latin-1").strip()
    return text if 0 < len(text) <= LONGEST_VALIDATOR else None


class Revisits:
    """The visits of a crawl's pages; `bounds` gives a URL's, and `conditional` lets an answer be "as before"."""

    def __init__(self, store: PageStore, settings: BaseSettings, stats: StatsCollector) -> None:
        self.store, self._stats = store, stats
        self.conditional = settings.getbool("TAOXI_REVISITS")
        usual = Bounds.of_days([float(days) for days in settings.getlist("TAOXI_REVISIT_DAYS")])
        self.bounds: Callable[[str], Bounds] = lambda _: usual
        self._usual = usual
        self._captures = Path(settings.get("TAOXI_DATASET") or ".") / "captures"

    def by_source(self, source_of: Callable[[str], Source | None]) -> None:
        """Pages keep to the bounds of their sources, where these tell any."""

        def bounds(url: str) -> Bounds:
            source = source_of(url)
            return Bounds.of_days(source.revisit_days) if source and source.revisit_days else self._usual

        self.bounds = bounds

    def prepare(self, request: Request) -> None:
        """In a round of what is due a request asks for the page only where it has changed since its last visit."""
        request.meta.pop(EARLIER, None)
        visit = self.store.visit(request.url) if self.store.due and self.conditional else None
        if visit is None or visit.whole or visit.record is None:
            return
        request.meta[EARLIER] = visit
        if LEASE in request.meta:
            request.meta["handle_httpstatus_list"] = [NOT_MODIFIED]
            for name, value in zip(VALIDATORS, (visit.etag, visit.modified), strict=True):
                if value and _is_trusted(visit):
                    request.headers[name] = value.encode("latin-1")

    def read(self, request: Request | None, outcome: Outcome | None) -> None:
        """What the page says is compared, too, where it was cleaned."""
        if request and outcome and not isinstance(outcome.result, Rejected):
            request.meta[TEXT] = content_hash(outcome.result.text)

    def read_again(self, page: Page) -> bool:
        """A visit that a killed run captured is remembered, and is none of this run's. False as `ended` has it."""
        place = (page.capture.file, page.capture.offset) if page.capture else None
        answer = captured_answer(self._captures / place[0], place[1]) if place else None
        if answer and self._is_to_be_whole(page.url, answer):
            return False
        if answer:
            self._visited(page.url, answer, None, place, counts=False)
        return True

    def ended(self, url: str, request: Request, capture: tuple[str, int] | None) -> bool:
        """The visit is remembered, and when the next one is due.

        False where it is not over: the page has to be captured whole, and is to be asked for again. So has one whose 304
        tells other terms than its last whole capture.
        """
        answer: Answer | None = request.meta.get(ANSWER)
        by_itself = LEASE in request.meta
        if answer is None or answer.status in ASKED_AGAIN:
            if by_itself:
                self._put_off(url)
            return True
        if self._is_to_be_whole(url, answer):
            return False
        self._visited(url, answer, request.meta.get(TEXT), capture, by_itself=by_itself)
        return True

    def _is_to_be_whole(self, url: str, answer: Answer) -> bool:
        """Whether the page was found unchanged, and has to be captured whole all the same."""
        visit = self.store.visit(url) if answer.unchanged else None
        if visit is None or not (visit.whole or _has_new_terms(visit, answer)):
            return False
        self.store.want_whole(url)
        return True

    def _put_off(self, url: str) -> None:
        """A page that may not be asked for, or gives nothing, is left alone longer."""
        if visit := self.store.visit(url):
            self.store.visited(url, self._next(url, visit, unchanged=True), None)

    def _visited(
        self,
        url: str,
        answer: Answer,
        text: bytes | None,
        capture: tuple[str, int] | None,
        *,
        by_itself: bool = True,
        counts: bool = True,
    ) -> None:
        before = self.store.visit(url)
        if answer.unchanged and before:
            etag, modified = answer.etag or before.etag, answer.modified or before.modified
            visit = replace(before, etag=etag, modified=modified)
            same, capture = True, None
        else:
            same = before is not None and (_alike(before.text, text) or _alike(before.digest, answer.digest))
            interval = before.interval if before else 0.0
            visit = Visit(None, interval, answer.status, self.store.round, False, answer.etag, answer.modified)
            of_capture = {name: getattr(answer, name) for name in ("digest", "terms", "record", "date")}
            visit = replace(visit, text=text, **of_capture)
        if by_itself:
            self._stats.inc_value(f"taoxi/{_kind(before, visit, same)}", int(counts))
            visit = self._next(url, visit, unchanged=same, first=before is None)
        self.store.visited(url, visit, capture)

    def _next(self, url: str, visit: Visit, *, unchanged: bool, first: bool = False) -> Visit:
        interval = self.bounds(url).following(None if first else visit.interval, unchanged)
        return replace(visit, interval=interval, due_at=time.time() + interval)


def _is_trusted(visit: Visit) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(visit.date or "1970-01-01T00:00:00Z") < TRUSTED


def _has_new_terms(visit: Visit, answer: Answer) -> bool:
    return answer.terms is not None and answer.status == NOT_MODIFIED and answer.terms != visit.terms


def _alike(before: bytes | None, now: bytes | None) -> bool:
    return before is not None and before == now


def _kind(before: Visit | None, now: Visit, same: bool) -> str:
    """Which of COUNTS the visit is."""
    if now.status in GONE and not (before and before.status in GONE):
        return "gone"
    if before is None or before.status == 0:
        return "new"
    return "unchanged" if same else "changed"
