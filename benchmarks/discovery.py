"""A sitemap of 50,000 URLs, plain and gzip: time and the growth of memory, beside lxml's whole tree; and a gzip bomb.

    python benchmarks/discovery.py

CPU seconds (best of 3) and MB of the process's peak, each in a process of its own.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from lxml import etree

from crawler.discovery.lists import MOST_BYTES, MOST_ENTRIES, entries

ENTRY = "<url><loc>https://www.example.com/loans/2024/05/{0}.html</loc><lastmod>2024-05-06</lastmod></url>"


def sitemap() -> bytes:
    rows = "".join(ENTRY.format(number) for number in range(MOST_ENTRIES))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def whole_tree(body: bytes) -> list[str]:
    return [str(loc.text) for loc in etree.fromstring(body).iter("{*}loc")]


WAYS: dict[str, tuple[Callable[[], bytes], Callable[[bytes], object]]] = {
    "lxml, whole tree": (sitemap, whole_tree),
    "entries": (sitemap, entries),
    "entries, gzip": (lambda: gzip.compress(sitemap()), entries),
    "entries, gzip bomb": (lambda: gzip.compress(b"<urlset>" + bytes(16 * MOST_BYTES), 9), entries),
}


def peak() -> int:
    """The process's peak in KB. (getrusage's is the parent's where that was larger.)"""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.split("\n") if line.startswith("VmHWM:"))


def measured(way: str, body: bytes) -> tuple[int, float, float]:
    """Entries, CPU seconds, and MB that the peak of the process grew by."""
    read = WAYS[way][1]
    found, best = [], 9e9
    before = peak()
    for _ in range(3):
        began = time.process_time()
        found = list(read(body) or [])  # type: ignore[call-overload]  # a list in each of the ways
        best = min(best, time.process_time() - began)
    return len(found), best, (peak() - before) / 1024


if __name__ == "__main__":
    for way in WAYS:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            number, seconds, grown = pool.submit(measured, way, WAYS[way][0]()).result()
        sys.stdout.write(f"{way:20} {number:6,} entries {seconds:6.2f} s {grown:6.0f} MB\n")
