"""python -m benchmarks.traps: what a crawl spends in traps, and which real pages it reaches, on made-up sites.

Each site is crawled with every trap at once: as it is, and without cleaning. `--site portal` and `--mode capture` do a part,
`--only WORD` leaves in the traps whose name has the word; `--lost` lists the URLs of real pages that were not asked for.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl import OURS
from benchmarks.table import show
from benchmarks.trap_sites.archive import archive
from benchmarks.trap_sites.blog import blog
from benchmarks.trap_sites.bureau import bureau
from benchmarks.trap_sites.catalog import catalog
from benchmarks.trap_sites.gazette import gazette
from benchmarks.trap_sites.made import MadeSite, serving
from benchmarks.trap_sites.portal import portal
from benchmarks.trap_sites.records import records
from benchmarks.trap_sites.simple import simple
from benchmarks.trap_sites.town import town

ROOT = Path(__file__).parent.parent
SITES: dict[str, Callable[[], MadeSite]] = {
    "portal": portal,
    "blog": blog,
    "town": town,
    "gazette": gazette,
    "bureau": bureau,
    "catalog": catalog,
    "records": records,
    "archive": archive,
    "simple": simple,
}
MODES = ("clean", "capture")
OF_EVERY_HOST = ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json")  # a crawl asks for them before all else
MOST = 3  # times the real pages: a crawl that asks for more is in a trap for good


@dataclass(frozen=True)
class Run:
    """What one crawl asked for."""

    site: MadeSite
    mode: str
    asked: Counter[str]  # path → requests

    def of(self, kind: str) -> int:
        return sum(times for path, times in self.asked.items() if self.site.kind(path) == kind)

    @property
    def lost(self) -> list[str]:
        return [path for path in self.site.pages if path not in self.asked]

    @property
    def trapped(self) -> int:
        """Requests for what is no real page: in traps, for copies of copies, for nothing."""
        return sum(
            times for path, times in self.asked.items() if path not in self.site.pages and path not in OF_EVERY_HOST
        )


def crawled(site: MadeSite, mode: str, most: int) -> Run:
    """The site, crawled to the end, or until `most` pages."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    script = OURS.replace('"LOG_LEVEL"', f'"TAOXI_MAX_PAGES": {most}, "LOG_LEVEL"').replace('DOMAIN": 8', 'DOMAIN": 1')
    with tempfile.TemporaryDirectory() as folder, serving(site) as url:
        command = [sys.executable, "-c", script, f"{url}/", folder, mode]
        subprocess.run(command, check=True, cwd=ROOT, env=environment, timeout=900)
    return Run(site, mode, Counter(site.asked))


def tell(runs: list[Run], *, lost: bool) -> None:
    """One table of traps, one of real pages, one of all in all."""
    kinds = list(dict.fromkeys(f"trap {trap.name}" for run in runs for trap in run.site.traps))
    show(
        ("requests in traps", *(f"{run.site.name}, {run.mode}" for run in runs)),
        [(kind[5:], *(run.of(kind) if kind in _kinds(run) else "" for run in runs)) for kind in kinds],
    )
    missed = [(run, Counter(run.site.pages[path][0] for path in run.lost)) for run in runs]
    rows = [
        (run.site.name, run.mode, kind, times, Counter(run.site.kind(path) for path in run.site.pages)[f"real {kind}"])
        for run, kinds in missed
        for kind, times in kinds.items()
    ]
    if rows:
        show(("site", "mode", "real pages not reached", "lost", "of"), rows)
    if lost:
        sys.stdout.writelines(f"{run.site.name} {run.mode} {path}\n" for run in runs for path in run.lost)
    show(
        ("site", "mode", "requests", "real pages reached", "requests for others", "share, target <= 1 %"),
        [
            (
                run.site.name,
                run.mode,
                sum(run.asked.values()),
                f"{len(run.site.pages) - len(run.lost)} of {len(run.site.pages)}",
                run.trapped,
                f"{run.trapped / sum(run.asked.values()):.1%}",
            )
            for run in runs
        ],
    )


def _kinds(run: Run) -> set[str]:
    return {f"trap {trap.name}" for trap in run.site.traps}


def main() -> int:
    """The tables are printed; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", choices=SITES, action="append", help="default: all")
    parser.add_argument("--mode", choices=MODES, help="default: both")
    parser.add_argument(
        "--only", metavar="WORD", action="append", default=[], help="the traps with this word in their name alone"
    )
    parser.add_argument(
        "--without",
        metavar="WORD",
        action="append",
        default=[],
        help="all traps but those with this word in their name",
    )
    parser.add_argument("--babble", action="store_true", help="leave in the trap that says what articles say, too")
    parser.add_argument("--lost", action="store_true", help="list the URLs that were not reached")
    args = parser.parse_args()
    runs = []
    for name in args.site or SITES:
        for mode in [args.mode] if args.mode else MODES:
            site = SITES[name]()
            site.traps = [
                trap
                for trap in site.traps
                if any(word in trap.name for word in args.only or [""])
                and not any(word in trap.name for word in args.without)
                and (args.babble or not trap.is_babble)
            ]
            runs.append(crawled(site, mode, MOST * len(site.pages)))
    tell(runs, lost=args.lost)
    return 0


if __name__ == "__main__":
    sys.exit(main())
