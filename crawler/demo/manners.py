"""The crawler's manners, as the demo's server saw them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.demo.model import Site
from crawler.demo.report import Row, ratio, shown
from crawler.demo.server import Request

LATE = 0.15  # seconds by which a busy machine may see a request late, so that the next one seems to come too early
RUN = 5  # pauses in a row that are looked at together: lateness hides in one pause, not in many


def polite_rows(site: Site, log: Sequence[Request]) -> list[Row]:
    """What the server saw of the crawler's manners."""
    forbidden = sum(site.forbidden(request.url) for request in log)
    obeyed = float(not forbidden) if log else None
    first: dict[str, str] = {}
    for request in log:
        first.setdefault(urlsplit(request.url).netloc, urlsplit(request.url).path)
    asked_first = sum(path == "/robots.txt" for path in first.values())
    waits = [again.at - told.at for told, again in retries(log)]
    honoured = sum(wait >= 1 - LATE for wait in waits)
    return [
        Row("robots.txt asked first", shown(asked_first, len(first)), ratio(asked_first, len(first)), 1.0),
        Row("robots.txt obeyed", f"{forbidden} forbidden pages asked for", obeyed, 1.0),
        Row("Retry-After honoured", shown(honoured, len(waits)), ratio(honoured, len(waits)), 1.0),
        *(crawl_delay(log, host, delay) for host, delay in site.crawl_delay.items()),
    ]


def crawl_delay(log: Sequence[Request], host: str, delay: float) -> Row:
    """The share of runs of requests that took their time; less where the average pause is too short."""
    times = moments(log, host)
    run = min(RUN, len(times) - 1)
    if run < 1:
        return Row("Crawl-delay kept", shown(0, 0), None, 0.99)
    spans = [later - earlier for earlier, later in zip(times, times[run:], strict=False)]
    kept = sum(span >= run * delay - LATE for span in spans)
    mean = (times[-1] - times[0]) / (len(times) - 1)
    told = f"{shown(kept, len(spans))}, {mean:.2f} s on average"
    return Row("Crawl-delay kept", told, min(kept / len(spans), mean / delay, 1.0), 0.99)


def retries(log: Sequence[Request]) -> list[tuple[Request, Request]]:
    """Each 429 with the next request for the same URL; every 429 of the site asks for one second."""
    by_url: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        by_url[request.url].append(request)
    return [(told, again) for group in by_url.values() for told, again in pairwise(group) if told.status == 429]


def moments(log: Sequence[Request], host: str) -> list[float]:
    """When a host was asked, from the first page on: the delay is not known before robots.txt is read."""
    pages = (request for request in log if not request.url.endswith("/robots.txt"))
    return sorted(request.at for request in pages if urlsplit(request.url).netloc == host)
