"""python -m benchmarks.focus: how soon a crawl --like comes to the pages on its topic.

Beside it stand the same crawl breadth-first, and the best reachable order: it knows which pages are wanted and takes, among those
that a link was found to, a wanted one; where there is none, the first step of a shortest way to one that leads to most of
them. The webs are those of `benchmarks.focus_sites` and `benchmarks.focus_sites_cities`; their hosts are served by one server
on loopback, as a proxy.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.focus_sites import WEBS as FIRST_WEBS
from benchmarks.focus_sites import Web
from benchmarks.focus_sites_cities import boards, cities
from benchmarks.table import show
from tests.crawler.loopback import Command, serving
from tests.pipelines.topic.texts import EXAMPLES

ROOT = Path(__file__).parent.parent
FIRST = 0.2  # of the pages
WEBS = {**FIRST_WEBS, "cities": cities, "boards": boards}


def crawled(folder: Path, web: Web, *likes: str) -> list[str]:
    """The URLs of the web's pages in the order in which a crawl of the first of them asked."""
    source = folder.with_suffix(".toml")
    starts = ", ".join(f'"{url}"' for url in web.starts)
    source.write_text(f'name = "web"\nstart = [{starts}]\ndomains = ["{web.domain}"]\n', "utf-8")
    with serving() as site:
        for url, page in web.pages.items():
            site.page(url, page.html)
        most = int(FIRST * len(web.pages))
        told = ("--source", str(source), "--proxy", site.url, "--delay", "0", "--max-pages", str(most), *likes)
        process = Command(folder, ROOT).start(*told)
        _, error = process.communicate(timeout=900)
        if process.returncode:
            raise RuntimeError(error)
        return [path for path in site.paths if path in web.pages]


def best(web: Web) -> Iterator[str]:
    """The URLs in the best order that can be reached by links, so far as taking the nearest wanted page first finds it."""
    leads = {url: list(dict.fromkeys(link for link, _ in page.links)) for url, page in web.pages.items()}
    led_from = defaultdict(list)
    for url, targets in leads.items():
        for target in targets:
            led_from[target].append(url)
    left, done, open_ = web.wanted, set[str](), dict.fromkeys(web.starts)
    while open_:
        url = next((one for one in open_ if one in left), None) or _nearest(open_, left, done, led_from, leads)
        del open_[url]
        done.add(url)
        left.discard(url)
        open_.update(dict.fromkeys(one for one in leads[url] if one not in done))
        yield url


def _nearest(
    open_: dict[str, None], left: set[str], done: set[str], led_from: dict[str, list[str]], leads: dict[str, list[str]]
) -> str:
    """Of the pages that links were found to, one with the shortest way to a wanted page; of several the most generous."""
    layer, seen = left, set(left)
    while layer:
        layer = {url for one in layer for url in led_from[one]} - seen - done
        seen |= layer
        if near := [url for url in open_ if url in layer]:
            return max(near, key=lambda url: sum(one in left for one in leads[url]))
    return next(iter(open_))


def found(web: Web, order: list[str]) -> float:
    """The share of the wanted pages that came among the first of the web's pages."""
    first = set(order[: int(FIRST * len(web.pages))])
    return len(web.wanted & first) / len(web.wanted)


def row(folder: Path, name: str, web: Web, likes: list[str]) -> tuple[str, ...]:
    """One line of the table."""
    plain = found(web, crawled(folder / f"{name}-plain", web))
    focused = found(web, crawled(folder / f"{name}-focused", web, *likes))
    reachable = found(web, list(best(web)))
    hosts = len({url.split("/")[2] for url in web.pages})
    about = (name, f"{len(web.pages):,}", f"{hosts}", f"{len(web.wanted):,}")
    figures = (f"{plain:.2f}", f"{focused:.2f}", f"{reachable:.2f}")
    return (*about, *figures, f"{focused / plain:.1f}", f"{focused / reachable:.2f}")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="of the webs' sizes; 1: some 5,500 pages each")
    parser.add_argument("--web", choices=WEBS, action="append", help="this one alone")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        likes = []
        for n, text in enumerate(EXAMPLES):
            place = folder / f"{n}.html"
            prose = "".join(f"<p>{part}。</p>" for part in text.split("。") if part)
            place.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>例{n}</title><h1>例{n}</h1>{prose}", "utf-8")
            likes += ["--like", str(place)]
        rows = [row(folder, one, WEBS[one](args.scale), likes) for one in args.web or WEBS]
    head = ("web", "pages", "hosts", "wanted", "breadth-first", "--like", "best", "× breadth-first", "of the best")
    sys.stdout.write(f"share of the wanted pages among the first {FIRST:.0%} of the pages\n")
    show(head, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
