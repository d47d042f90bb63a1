"""The crawler's manners, as the demo's server saw them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.demo.model import Site
from crawler.demo.report import Row, ratio, shown
from crawler.demo.server import Request

LATE = 0.05  # seconds by which a request may be seen late, so that the next one seems too early


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
    """The share of pauses that were long enough, or their average's share of the delay where that is less."""
    gaps = pauses(log, host)
    kept, mean = sum(gap >= delay - LATE for gap in gaps), sum(gaps) / len(gaps) if gaps else 0.0
    told = f"{shown(kept, len(gaps))}, {mean:.3f} s on average" if gaps else shown(0, 0)
    value = min(kept / len(gaps), mean / delay, 1.0) if gaps else None
    return Row("Crawl-delay kept", told, value, 0.99)


def retries(log: Sequence[Request]) -> list[tuple[Request, Request]]:
    """Each 429 with the next request for the same URL; every 429 of the site asks for one second."""
    by_url: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        by_url[request.url].append(request)
    return [(told, again) for group in by_url.values() for told, again in pairwise(group) if told.status == 429]


def pauses(log: Sequence[Request], host: str) -> list[float]:
    """Seconds between a host's requests, from the first page on: the delay is not known before robots.txt is read."""
    pages = (request for request in log if not request.url.endswith("/robots.txt"))
    times = sorted(request.at for request in pages if urlsplit(request.url).netloc == host)
    return [later - earlier for earlier, later in pairwise(times)]
