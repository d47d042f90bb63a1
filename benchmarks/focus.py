"""python -m benchmarks.focus: how soon a crawl --like comes to the pages on its topic, beside the same crawl breadth-first.

One page in ten of a made-up site on loopback is about loans. Sections have lists, which lead on from one to the next; articles
lead to others, four of five in their own section; titles and anchors name no topic, URLs a section's number. One host.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.table import show
from tests.crawler.loopback import Command, Site, serving
from tests.pipelines.topic.texts import EXAMPLES, OFF_TOPIC, ON_TOPIC

ROOT = Path(__file__).parent.parent
SECTIONS = 10
ON_A_LIST = 20
FIRST = 0.2  # of the pages


def article(title: str, text: str, links: list[str]) -> bytes:
    """A page with a text, and links to others under it."""
    prose = "".join(f"<p>{part}。</p>" for part in text.split("。") if part)
    led = "".join(f'<li><a href="{link}">看看这一篇</a></li>' for link in links)
    shown = f"<title>{title}</title><body><article><h1>{title}</h1>{prose}</article><ul>{led}</ul>"
    return f"<!DOCTYPE html><html><meta charset=utf-8>{shown}".encode()


def fill(site: Site, pages: int) -> set[str]:
    """The site has so many articles; gives the paths of those on the topic."""
    chance = random.Random(5)  # noqa: S311 -- a sample
    in_section = pages // SECTIONS
    texts = [list(ON_TOPIC.values())] + [[text] for text in [*OFF_TOPIC.values(), OFF_TOPIC["travel"]]]
    order = list(range(SECTIONS))
    chance.shuffle(order)
    paths = [[f"/s{order[s]}/{n}.html" for n in range(in_section)] for s in range(SECTIONS)]
    lists = [[f"/s{order[s]}/list-{n}.html" for n in range(0, in_section, ON_A_LIST)] for s in range(SECTIONS)]
    site.index("/", *sorted(one[0] for one in lists))
    for s in range(SECTIONS):
        for n, path in enumerate(lists[s]):
            site.index(path, *paths[s][n * ON_A_LIST : (n + 1) * ON_A_LIST], *lists[s][n + 1 : n + 2])
        for path in paths[s]:
            others = [chance.choice(paths[s if chance.random() < 0.8 else chance.randrange(SECTIONS)]) for _ in "12345"]
            site.page(path, article(f"第{path.split('/')[2][:-5]}篇", chance.choice(texts[s]), others))
    return set(paths[0])


def found(folder: Path, pages: int, *likes: str) -> float:
    """The share of the pages on the topic that came among the first of the crawl."""
    with serving() as site:
        wanted = fill(site, pages)
        most = int(FIRST * len(site.routes))
        told = ("--start", f"{site.url}/", "--allow-private", "--delay", "0", "--max-pages", str(most), *likes)
        process = Command(folder, ROOT).start(*told)
        _, error = process.communicate(timeout=600)
        if process.returncode:
            raise RuntimeError(error)
        asked = set(site.paths)
    return len(wanted & asked) / len(wanted)


def main() -> int:
    """Print the table; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        likes = []
        for n, text in enumerate(EXAMPLES):
            place = folder / f"{n}.html"
            place.write_bytes(article(f"例{n}", text, []))
            likes += ["--like", str(place)]
        plain, focused = found(folder / "plain", args.pages), found(folder / "focused", args.pages, *likes)
    what = f"pages on the topic among the first {FIRST:.0%} of {args.pages:,}"
    show(
        ("what", "breadth-first", "--like", "times"),
        [(what, f"{plain:.2f}", f"{focused:.2f}", f"{focused / plain:.1f}")],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
