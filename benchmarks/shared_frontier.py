"""python -m benchmarks.shared_frontier: a crawl's frontier in Redis beside that on disk; a minute or two, needs redis-server.

--pages N   of the site that is crawled (default: 1000)      --urls N   known to Redis when its memory is read (default: 200000)
--seconds N   in which three crawlers are killed at random moments (default: 60)
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import redis

from benchmarks.crawl import OURS, ROOT, Row, spent
from benchmarks.crawl_site import serving
from benchmarks.table import show
from crawler.frontier.model import Found
from crawler.frontier.redis_store import RedisStore
from tests.crawler.frontier.redis_server import PROGRAM, Server, running
from tests.crawler.frontier.test_shared_crawl import Impatient, rows, sharing

AT = '"TAOXI_DATASET": sys.argv[2], '
SHARED = OURS.replace(AT, f'{AT}"TAOXI_FRONTIER": sys.argv[4], ')


def rate(pages: int, folder: Path, server: Server | None) -> tuple[float, float]:
    """Pages a CPU-second of the crawl, without its start; Redis' CPU seconds beside one of the crawl's."""
    crawls, others = [], []
    for count in (10, pages):
        name = folder / f"{count}-{'shared' if server else 'own'}"
        name.mkdir()
        if server:
            redis.Redis.from_url(server.url).flushdb()
        before = _cpu(server)
        with serving(count) as url:
            crawls.append(spent(SHARED, url, str(name), "capture", server.url if server else ""))
        others.append(_cpu(server) - before)
    span = crawls[1] - crawls[0]
    return (pages - 10) / span, (others[1] - others[0]) / span


def _cpu(server: Server | None) -> float:
    if server is None:
        return 0.0
    told = redis.Redis.from_url(server.url).info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


def memory(urls: int, server: Server) -> float:
    """Bytes of Redis' memory for each URL that it knows."""
    database = redis.Redis.from_url(server.url)
    database.flushdb()

    def used() -> int:
        return int(database.info("memory")["used_memory"])

    store, before = RedisStore(server.url), used()
    for number in range(urls):
        store.add(
            Found(f"https://host{number % 1000}.example.com/articles/2024/05/{number:08d}.html", f"host{number % 1000}")
        )
    store.close()
    return (used() - before) / urls


def kills(seconds: float, folder: Path, server: Server) -> list[Row]:
    """Three crawlers that share six sites, killed and begun again at random moments, then left to end."""
    chance = random.Random(1)  # noqa: S311 -- no secret
    redis.Redis.from_url(server.url).flushdb()
    with sharing(sites=6, hubs=4, articles=15) as sites:
        crawlers = [Impatient(folder / f"crawler{number}", ROOT) for number in range(3)]
        words = (*sites.starts, "--allow-private", "--delay", "0.2", "--frontier", server.url)
        processes, killed, end = [one.start(*words) for one in crawlers], 0, time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(chance.uniform(1.5, 4))
            at = chance.randrange(3)
            killed += processes[at].poll() is None
            processes[at].kill()
            processes[at].communicate()
            processes[at] = crawlers[at].start(*words)
        for process in processes:
            process.communicate()
        for one in crawlers:  # some ended before others were through
            one(*words)
        twice = max(busy.most for busy in sites.busy)
    found = [rows(one.dataset, "documents", "duplicates") for one in crawlers]
    lost = len(sites.articles - {url for told in found for url in told})
    doubled = sum(times > 1 for told in found for times in told.values())
    return [
        (
            f"three crawlers, {killed} kills: articles lost, of {len(sites.articles)} / rows doubled",
            f"{lost} / {doubled}",
            "0 / 0",
        ),
        ("… requests to a host at a time, at most", str(twice), "1"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--urls", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    if PROGRAM is None:
        sys.exit("skipped: no redis-server here")
    told: list[Row] = []
    with tempfile.TemporaryDirectory() as name, running(Path(name), "--appendonly", "yes") as server:
        own, _ = rate(args.pages, Path(name), None)
        shared, beside = rate(args.pages, Path(name), server)
        told.append(("follow all, captured only, frontier on disk: pages a CPU-second", f"{own:.0f}", ""))
        told.append(("… frontier in Redis", f"{shared:.0f} = {shared / own:.2f} x", ""))
        told.append(("… CPU time of Redis beside the crawler's", f"{beside:.2f} x", ""))
        told.append((f"memory of Redis, {args.urls} URLs known: bytes each", f"{memory(args.urls, server):.0f}", ""))
        told.extend(kills(args.seconds, Path(name), server))
    show(("what", "measured", "target"), told)


if __name__ == "__main__":
    main()
