"""python -m benchmarks.crawl: the crawl beside plain Scrapy on one made-up site, and under faults; a few minutes.

--pages N      of the site of the rates (default: 1000)      --kills N   kill -9 at random moments (default: 5)
--revisits N   pages of the site that is crawled again, unchanged (default: 2000)
--only PART    one of the parts that main() lists; several times
--urltestdata FILE   of the web platform's own tests: its cases of URLs are read, too
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from fastwarc.warc import ArchiveIterator

from benchmarks.crawl_site import serving as serving_large
from benchmarks.table import show
from crawler.frontier.model import Found
from crawler.frontier.store import Store
from crawler.links import absolute
from crawler.robots_txt import RobotsTxt
from pipelines.dataset import Dataset
from pipelines.decode import Decoded, decode
from tests.crawler.loopback import HTML, Answer, Command, Site, serving
from tests.crawler.robots_cases import cases as robots_cases
from tests.crawler.robots_cases import verdicts
from tests.crawler.test_private import PRIVATE, WRITTEN, connections
from tests.crawler.url_cases import CASES as URLS
from tests.pipelines.test_decode import BROKEN, DISAGREEING, WRONG

ROOT = Path(__file__).parent.parent
ROUNDS = 3  # of the rates
HTTP = ("http:", "https:")
FAST = ("--allow-private", "--delay", "0")
Row = tuple[str, str, str]

PLAIN = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor

class All(scrapy.Spider):
    name = "all"
    start_urls = [sys.argv[1]]
    links = LinkExtractor()
    def parse(self, response):
        yield {"url": response.url}
        for link in self.links.extract_links(response):
            yield scrapy.Request(link.url)

process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
process.crawl(All)
process.start()
"""
OURS = """
import sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.setdict({"LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "TAOXI_ALLOW_PRIVATE": True, "TAOXI_DATASET": sys.argv[2], "TAOXI_CLEAN": sys.argv[3] == "clean"},
    priority="cmdline")
from pipelines.engine.work import settle
settle()  # as `taoxi crawl` does
process = AsyncCrawlerProcess(settings)
process.crawl("advice", start=sys.argv[1])
process.start()
"""


def spent(script: str, *arguments: str) -> float:
    """CPU seconds of a Python script in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    before = os.times()
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, cwd=ROOT, env=environment, timeout=900)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def rates(pages: int, folder: Path) -> list[Row]:
    """Pages a CPU-second, in turns (A B C A B C …) and medians of ROUNDS; what a process needs to start is taken off by a
    second, small site."""
    crawls = {"plain": (PLAIN,), "captured": (OURS, "capture"), "cleaned": (OURS, "clean")}

    def rate(name: str, turn: int) -> float:
        spans = []
        script, *more = crawls[name]
        for count in (10, pages):
            with serving_large(count) as url:
                dataset = folder / f"{name}-{turn}-{count}"
                dataset.mkdir()
                spans.append(spent(script, url, str(dataset), *more))
        return (pages - 10) / (spans[1] - spans[0])

    turns = [{name: rate(name, turn) for name in crawls} for turn in range(ROUNDS)]
    plain, captured, cleaned = (median(turn[name] for turn in turns) for name in crawls)
    return [
        ("follow all, plain Scrapy without WARC: pages a CPU-second", f"{plain:.0f}", "71-125 told"),
        (
            "… with durable frontier and WARC, capture only",
            f"{captured:.0f} = {captured / plain:.1f} x",
            ">= 300, 2.5 x",
        ),
        ("… and each page cleaned", f"{cleaned:.0f} = {cleaned / plain:.1f} x", ">= 180, 2.5 x"),
    ]


def kills(count: int, folder: Path) -> list[Row]:
    """A crawl that is killed at random moments, from its start on, until it is through."""
    chance, pages = random.Random(1), 40 * count  # noqa: S311 -- no secret
    with serving() as site:
        paths = [f"/a/{n}.html" for n in range(pages)]
        site.index("/", *(f"/hub/{n}" for n in range(0, pages, 40)))
        for n in range(0, pages, 40):
            site.index(f"/hub/{n}", *paths[n : n + 40])
        for path in paths:
            site.article(path)
        crawl = Command(folder / "kills", ROOT)
        for _ in range(count):
            process = crawl.start("--start", f"{site.url}/", "--allow-private", "--delay", "0.06")
            time.sleep(chance.uniform(0.5, 6))
            process.kill()
            process.communicate()
        crawl.start("--start", f"{site.url}/", *FAST).communicate()
        asked = Counter(path for path in site.paths if path != "/robots.txt")
        tables = [Dataset(crawl.dataset).table(name, ["url"]) for name in ("documents", "duplicates", "rejects")]
        rows = Counter(url.removeprefix(site.url) for table in tables for url in table["url"].to_pylist())
        lost = len([path for path in site.routes if path not in rows])
        doubled = len([path for path, times in rows.items() if times > 1 and path != "/robots.txt"])
    again = (sum(asked.values()) - len(asked)) / count
    return [
        (f"{count} kills: pages lost / rows doubled, of {len(site.routes)}", f"{lost} / {doubled}", "0 / 0"),
        ("… fetched again per kill", f"{again:.2f}", "<= 64"),
    ]


def patience(folder: Path) -> list[Row]:
    """60 pages behind a 429 with Retry-After: 8; a Crawl-delay of a second."""
    with serving() as site:
        paths = [f"/a/{n}" for n in range(60)]
        site.index("/", *paths)
        free: list[float] = []

        def answer(_before: int) -> Answer:
            free.append(time.monotonic() + 8)
            wait = time.monotonic() < free[0]
            return Answer(b"<p>x", 429, {"Content-Type": HTML, "Retry-After": "8"}) if wait else Answer(b"<p>x")

        site.routes.update(dict.fromkeys(paths, answer))
        Command(folder / "patience", ROOT)("--start", f"{site.url}/", *FAST)
        inside = len([1 for path, moment in site.asked if path in paths and moment < free[0]]) - 1
        got = len({path for path, moment in site.asked if path in paths and moment >= free[0]})
    with serving() as site:
        site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 1", headers={"Content-Type": "text/plain"})
        site.index("/", *(f"/a/{n}" for n in range(8)))
        Command(folder / "delay", ROOT)("--start", f"{site.url}/", *FAST)
        moments = [moment for path, moment in site.asked if path != "/robots.txt"]
        kept = [later - earlier >= 0.99 for earlier, later in pairwise(moments)]
    return [
        ("requests inside a Retry-After window, beyond the one that met it", str(inside), "0"),
        ("pages lost to 429, of 60", str(60 - got), "0"),
        ("Crawl-delay kept", f"{sum(kept) / len(kept):.0%}", "100 %"),
    ]


def peak(folder: Path, fill: Callable[[Site], None]) -> float:
    """The most memory of a crawl, in MB."""
    with serving() as site:
        site.index("/", "/x")
        fill(site)
        process = Command(folder, ROOT).start("--start", f"{site.url}/", *FAST)
        most = 0.0
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            except OSError:
                break
            most = max(
                [most, *(int(line.split()[1]) / 1024 for line in status.split("\n") if line.startswith("VmHWM"))]
            )
            time.sleep(0.02)
        process.communicate()
    return most


def bomb(folder: Path) -> list[Row]:
    """A page of 839 MB in 815 KB, against a small page."""
    packed = gzip.compress(bytes(839 << 20))
    headers = {"Content-Type": HTML, "Content-Encoding": "gzip"}
    small = peak(folder / "small", lambda site: site.page("/x", b"<p>x"))
    large = peak(folder / "bomb", lambda site: site.page("/x", packed, headers=headers))
    return [(f"gzip bomb, {len(packed) >> 10} KB: growth of memory", f"{large - small:.0f} MB", "< 50 MB")]


def seen_set(folder: Path, urls: int = 1_000_000) -> list[Row]:
    """A frontier with a million URLs: memory, and time of a look-up."""
    script = f"from benchmarks.crawl import fill; fill({str(folder / 'seen.sqlite')!r}, {urls})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    growth, added, looked = done.stdout.split()
    return [
        (f"frontier of {urls:,} URLs: growth of memory", f"{growth} MB", "flat"),
        ("… microseconds to queue a new URL / to know an old one", f"{added} / {looked}", ""),
    ]


def readings(platform_urls: Path | None = None) -> list[Row]:
    """robots.txt, URLs and encodings: the cases of the tests, read without any network."""

    def obeyed(cases: Iterable[tuple[str, str, str, bool]]) -> list[bool]:
        return [RobotsTxt(text).allowed(url, agent) == allowed for text, agent, url, allowed in cases]

    pages = [(decode(case.body, case.header), case) for case in WRONG + DISAGREEING + BROKEN if case.text]
    read = {
        "robots.txt: verdicts of Google's tests, restated one for one": obeyed(verdicts()),
        "… and what its tests of lines and paths are turned into": obeyed(robots_cases())[len(list(verdicts())) :],
        "URL: cases written from the standard": [absolute(base, href) == url for base, href, url in URLS],
        "charset: wrong, missing and broken declarations": [
            isinstance(found, Decoded) and found.text == case.text for found, case in pages
        ],
    }
    if platform_urls:
        cases = platform_cases(platform_urls)
        read["URL: http(s) cases of the web platform's own"] = [
            absolute(base, href) == url for base, href, url in cases
        ]
    return [(name, f"{sum(right)} of {len(right)}", "all") for name, right in read.items()]


def platform_cases(path: Path) -> list[tuple[str, str, str | None]]:
    """Base, href and URL of a urltestdata.json: what leads to an http(s) URL, and what is written as one and is none."""
    told = [case for case in json.loads(path.read_text("utf-8")) if isinstance(case, dict)]
    cases = [(case.get("base") or "about:blank", case["input"], case.get("href")) for case in told]
    return [
        (base, href, url) for base, href, url in cases if (url or base).startswith(HTTP) or (not url and is_http(href))
    ]


def is_http(href: str) -> bool:
    return href.strip().lower().startswith(HTTP)


def fill(path: str, urls: int) -> None:
    """Prints the growth of memory (MB) and the CPU time of a URL added and looked up (µs)."""

    def memory() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

    store = Store(Path(path))
    store.begin_round("run")
    before, started = memory(), time.process_time()
    for n in range(urls):
        store.add(Found(f"https://www.example.com/articles/2024/{n % 1000}/{n}.html", "www.example.com", 0, 3))
        if n % 500 == 0:
            store.commit()
    store.commit()
    added = time.process_time() - started
    started = time.process_time()
    some = [
        f"https://www.example.com/articles/2024/{n % 1000}/{n}.html" for n in range(0, urls, max(1, urls // 10_000))
    ]
    for start in range(0, len(some), 100):
        assert store.fresh(some[start : start + 100]) == []
    looked = time.process_time() - started
    sys.stdout.write(f"{memory() - before} {added / urls * 1e6:.1f} {looked / len(some) * 1e6:.1f}\n")


def revisits(pages: int, folder: Path) -> list[Row]:
    """A site is crawled, and again as a whole: nothing of it has changed, and half of it has ETags."""
    crawl = Command(folder / "again", ROOT)

    def crawled(*arguments: str) -> tuple[dict[str, int], float]:
        before = os.times()
        out, _ = crawl.start(*arguments, *FAST, "--json").communicate()
        after = os.times()
        return json.loads(
            out
        ), after.children_user + after.children_system - before.children_user - before.children_system

    with serving_large(pages) as url:
        _, first = crawled("--start", url)
        again, second = crawled("--due-within", "100")
    rows = Dataset(crawl.dataset).lineage()[-1].rows
    with Dataset(crawl.dataset).sources()[-1].open("rb") as file:
        kinds = Counter(str(record.record_type) for record in ArchiveIterator(file, parse_http=False))
    share = kinds["revisit"] / (kinds["revisit"] + kinds["response"])
    added = sum(rows[table] for table in ("documents", "duplicates", "rejects"))
    cleaned = again["kept"] + again["rejected"]
    return [
        (
            f"{pages:,} unchanged pages crawled again: 304 or revisit",
            f"{share:.1%} of {sum(kinds.values()) // 2:,}",
            ">= 95 %",
        ),
        ("… pages cleaned again / new rows / sightings", f"{cleaned} / {added} / {rows['sightings']:,}", "0 / 0 / all"),
        ("… CPU time, beside the first crawl", f"{second / first:.2f} x", ""),
    ]


def private(_folder: Path) -> list[Row]:
    """Every way to write a private address, and names that are one or become one; connections are seen by an audit hook."""
    hosts = [f"{kind}-{n}.test" for kind in ("in", "re") for n in range(len(PRIVATE))] + WRITTEN
    connected = connections(ROOT, [f"http://{host}:8080/" for host in hosts])
    return [(f"private addresses and rebinding, {len(hosts)} attempts: connected", str(len(connected)), "0")]


def main() -> None:
    """The table is printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--revisits", type=int, default=2000)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--urltestdata", type=Path)
    args = parser.parse_args()
    parts: dict[str, Callable[[Path], list[Row]]] = {
        "readings": lambda _: readings(args.urltestdata),
        "private": private,
        "rates": partial(rates, args.pages),
        "seen-set": seen_set,
        "patience": patience,
        "bomb": bomb,
        "kills": partial(kills, args.kills),
        "revisits": partial(revisits, args.revisits),
    }
    if unknown := set(args.only) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    with tempfile.TemporaryDirectory() as name:
        rows = [row for part, measured in parts.items() if part in (args.only or parts) for row in measured(Path(name))]
    show(("what", "measured", "target"), rows)


if __name__ == "__main__":
    main()
