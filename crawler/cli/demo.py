"""`taoxi demo`: the main job from end to end, on a site that this package carries, judged by the site's own truth."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cli.console import add_output_argument, count, dataset_path, say, show_line, tracked
from pipelines.errors import ConfigurationError

if TYPE_CHECKING:
    from crawler.demo import Report, Site
    from crawler.result import Progress
    from pipelines.dataset import Dataset

EXAMPLE = """  taoxi demo
  taoxi demo --seed 7 --output datasets --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", default="demo", metavar="DATASET", help="where its rows go (default: demo)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, another site (default: 1)")
    parser.add_argument("--processes", type=count, default=2, metavar="N", help="workers of the rebuild (default: 2)")
    add_output_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 3 where a counted capability missed its target or the rebuild differs; 130 where it was interrupted."""
    from crawler.crawl import crawl
    from crawler.demo import DemoRows, build_site, score, serve
    from crawler.frontier.recovery import spared
    from crawler.options import CrawlOptions
    from pipelines.dataset import Dataset

    folder = dataset_path(args.dataset, args.output)
    began = time.monotonic()
    site = build_site(args.seed)
    _make_room(folder, site.start_urls)
    say(f"serving {len(site.pages)} pages of {len(site.hosts)} hosts from loopback; {len(site.examples)} example pages")
    with serve(site) as server:
        options = CrawlOptions(
            start=tuple(site.start_urls), like=_examples(site, folder), proxy=server.proxy_url, delay=0.0
        )
        result = crawl(folder, options, watch=_watch, watch_commit=lambda outcomes: tracked(outcomes, "committing"))
        log = list(server.log)
    show_line("")
    if result.interrupted:
        return 130
    dataset = Dataset(folder)
    say(f"crawled {result.pages} pages into {folder} in {time.monotonic() - began:.0f} s; rebuilding from its captures")
    same = _rebuilds_alike(dataset, args.processes)
    tables = {name: dataset.table(name).to_pylist() for name in ("documents", "duplicates", "rejects")}
    report = score(site, DemoRows(**tables, spared=frozenset(spared(folder))), log, focused=True)
    counts = {name: len(rows) for name, rows in tables.items()}
    _tell(report, counts, same, folder, as_json=args.json)
    return 0 if report.ok and same else 3


def _examples(site: Site, folder: Path) -> tuple[str, ...]:
    """The example pages as files beside the dataset, as a user has them."""
    examples = folder.with_name(f"{folder.name}-examples")
    examples.mkdir(parents=True, exist_ok=True)
    for name, page in site.examples.items():
        (examples / name).write_bytes(page)
    return tuple(str(examples / name) for name in site.examples)


def _watch(progress: Progress) -> None:
    show_line(f"{progress.pages} pages  {progress.kept} kept  {progress.rejected} rejected")


def _make_room(folder: Path, start_urls: list[str] | tuple[str, ...]) -> None:
    """The folder is free: an earlier demo's dataset is removed, anything else is left alone."""
    from crawler.state import read_state

    if not folder.exists():
        return
    last = read_state(folder)
    if last is None or set(last.start) != set(start_urls):
        raise ConfigurationError(
            "is there already, and no earlier run of this demo", where=str(folder), hint="use --dataset ANOTHER"
        )
    shutil.rmtree(folder)


def _rebuilds_alike(dataset: Dataset, processes: int) -> bool:
    """Whether the captures give the crawl's own content id again, on one process and on several."""
    from pipelines.dataset import measured
    from pipelines.dataset.deciding import entries
    from pipelines.engine import run as run_engine
    from pipelines.recipe import clean_many
    from pipelines.sources import read

    committed = dataset.lineage()[-1].content_id
    clean = partial(clean_many, topic=dataset.topic(), obeys=dataset.obeys())
    ids = [
        measured(entries(run_engine(read(dataset.sources()), clean=clean, processes=workers))).content_id
        for workers in sorted({1, processes})
    ]
    return all(content_id == committed for content_id in ids)


def _tell(report: Report, counts: dict[str, int], same: bool, folder: Path, *, as_json: bool) -> None:
    if as_json:
        told = {
            "dataset": str(folder),
            "rows": counts,
            "rebuild_has_same_content_id": same,
            "capabilities": [asdict(row) | {"verdict": row.verdict} for row in report.rows],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    lines = [
        str(report),
        "",
        f"rebuild on one process and on several: {'the same content id' if same else 'ANOTHER CONTENT ID'}",
        "  ".join(f"{number} {name}" for name, number in counts.items()) + f"  in {folder}",
        f"look at it: python -c 'import pandas; print(pandas.read_parquet(\"{folder}/documents\"))'",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
