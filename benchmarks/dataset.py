"""What a dataset's protocol, files and readers do under stress: the table of the README.

`--full` takes the numbers of commits that the targets name (some half an hour); without it, fewer (some minutes).
Sizes on real pages need the evaluation data in ../shared.
"""

from __future__ import annotations

import argparse
import gzip
import io
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types
from datasets import disable_progress_bars, load_dataset

from benchmarks.dataset_rows import NOW, STEP, append, many_entries, outcomes
from benchmarks.table import show
from pipelines import open_dataset
from pipelines.dataset import Dataset, Version, journal, measured
from pipelines.dataset.deciding import entries, passing_index
from pipelines.dataset.parts import ENCODING, HARD, QUICK, by_column
from pipelines.dataset.parts import writer as parquet_writer
from pipelines.dataset.schema import TABLES, schema
from pipelines.dataset.staging import rows_of, stage
from pipelines.dataset.verification import verify
from pipelines.dedup.synonyms import packaged
from pipelines.engine import run
from pipelines.recipe import clean_many
from pipelines.sources import read

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
PAGES = ("zhpages/pages", "daniel/pages", "wcxb/pages", "readability/pages")
Row = tuple[str, str, str]


def started(how: str, folder: Path, commits: int) -> subprocess.Popen[str]:
    """A writer of its own process."""
    words = [sys.executable, "-m", "benchmarks.dataset_rows", how, str(folder), str(commits)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def seeded(folder: Path) -> Dataset:
    """A dataset of one small commit."""
    dataset = Dataset(folder)
    with dataset.locked("build", NOW):
        append(dataset, 0, STEP)
    return dataset


READERS: dict[str, Callable[[Path], int]] = {
    "pandas": lambda folder: len(pd.read_parquet(folder)),
    "pyarrow": lambda folder: int(pq.read_table(folder).num_rows),
    "duckdb": lambda folder: len(duckdb.read_parquet(f"{folder}/*.parquet").fetchall()),
    "polars": lambda folder: pl.read_parquet(folder).height,
    "datasets": lambda folder: int(
        load_dataset(str(folder), split="train", cache_dir=str(folder.parent.parent / "cache")).num_rows
    ),
}


def plain_reads(folder: Path, commits: int) -> Iterator[Row]:
    """Plain readers in turn, while a writer appends."""
    dataset = seeded(folder / "appends")
    running = started("append", dataset.path, commits)
    reads, bad = dict.fromkeys(READERS, 0), dict.fromkeys(READERS, 0)
    for name in itertools.cycle(READERS):
        if running.poll() is not None:
            break
        try:
            rows = READERS[name](dataset.path / "sightings")
            bad[name] += rows == 0 or rows % STEP != 0
        except Exception as error:  # whatever a reader raises is a bad read
            sys.stderr.write(f"{name}: {error}\n")
            bad[name] += 1
        reads[name] += 1
    counted = ", ".join(f"{name} {bad[name]} of {reads[name]}" for name in READERS)
    yield f"wrong or failed reads during {commits:,} appends", counted, "0"


def version_reads(folder: Path, commits: int) -> Iterator[Row]:
    """All tables of one version, while a writer replaces everything."""
    dataset = seeded(folder / "swaps")
    wholes = {told.content_id: told.rows for told in (measured(entries(outcomes(0, STEP * n))) for n in range(9))}
    running = started("replace", dataset.path, commits)
    reads = bad = 0
    while running.poll() is None:
        version = open_dataset(dataset.path)
        told = {table: version.to_arrow(table).num_rows for table in version.tables}
        bad += told != wholes.get(version.content_id)
        reads += 1
    yield f"the same during {commits:,} rebuild swaps, by open_dataset", f"{bad} of {reads}", "0"


def kills(folder: Path, times: int) -> Iterator[Row]:
    """A writer is killed somewhere in its work, again and again."""
    dataset, rng = seeded(folder / "kills"), random.Random(1)  # noqa: S311 -- moments, not secrets
    lost = left = 0
    pages, content_id = STEP, dataset.version().content_id
    with passing_index(packaged()) as index:  # decides every page once more, in turn
        list(entries(outcomes(0, STEP), index))
        for _ in range(times):
            running = started("append", dataset.path, 1_000)
            told = 0
            for line in itertools.islice(running.stdout or (), rng.randint(1, 3)):
                told = int(line) + 1
            time.sleep(rng.random() * 0.08)
            running.send_signal(signal.SIGKILL)
            more = running.communicate()[0].split()
            told = int(more[-1]) + 1 if more else told
            version = open_dataset(dataset.path)
            left += sum(name.startswith((".tmp", ".commit")) for name in os.listdir(dataset.path))  # noqa: PTH208 -- names
            rows = version.to_arrow("sightings", ["url"])["url"].to_pylist()
            whole = len(rows) % STEP == 0 and len(rows) == len(set(rows)) and len(rows) >= pages + told * STEP
            plain = READERS["pyarrow"](dataset.path / "sightings") == len(rows)
            content_id = measured(entries(outcomes(pages, len(rows)), index), content_id).content_id
            lost += not (whole and plain and content_id == version.content_id)
            pages = len(rows)
    yield f"kill -9 during {times} commits: lost, doubled or half rows; leftovers", f"{lost}; {left}", "0; 0"


def four_writers(folder: Path, commits: int) -> Iterator[Row]:
    """Four processes append to one dataset, each as often as the lock lets it."""
    dataset = seeded(folder / "four")
    running = [started("append", dataset.path, commits) for _ in range(4)]
    for process in running:
        process.communicate()
    pages = dataset.version().to_arrow("sightings").num_rows - STEP
    yield "four writers at once: lost updates", f"{4 * commits * STEP - pages} of {4 * commits * STEP} rows", "0"
    if any(process.returncode for process in running):
        raise SystemExit("a writer failed")


def commit_cost(folder: Path, times: int) -> Iterator[Row]:
    """A commit of 500 rows in all tables, beside the same rows written as the same files and synced, nothing else."""
    dataset = seeded(folder / "cost")
    last = dataset.lineage()[-1]
    some = list(entries(outcomes(1_000, 1_500, 1_200)))
    ours, bare, carried = [], [], []
    for n in range(times):
        begun = time.perf_counter()
        with dataset.writing() as staging:
            staged = stage(some, staging, content_id=last.content_id, package_version="0", sequence=last.sequence + 1)
            last = replace(
                last,
                number=last.number + 1,
                parent=last.number,
                sequence=last.sequence + 1,
                parts=staged.parts,
                rows=staged.rows,
                content_id=staged.content_id,
            )
            written = time.perf_counter()
            journal.carry_out(dataset.path, journal.seal(dataset.path, staging, last))
        ours.append(time.perf_counter() - begun)
        carried.append(time.perf_counter() - written)
        place = folder / f"bare-{n}"
        place.mkdir()
        rows = rows_of(some)
        begun = time.perf_counter()
        for table in TABLES:
            _written(place / f"{table}.parquet", table, rows[table])
        bare.append(time.perf_counter() - begun)
    told = f"{median(ours) / median(bare):.1f} × ({median(ours) * 1000:.0f} ms, of it {median(carried) * 1000:.0f} ms journal"
    yield "commit of 500 rows in all tables, beside the same files bare and synced", f"{told} and renames)", "≤ 3 ×"


def _written(path: Path, table: str, rows: list[dict[str, object]]) -> None:
    kind = schema(table, "0")
    with path.open("wb") as file:
        out = parquet_writer(file, kind, QUICK)
        out.write_table(pa.table([pa.array([row[c.name] for row in rows], c.type) for c in kind], schema=kind))
        out.close()
        file.flush()
        os.fsync(file.fileno())


def verification(folder: Path, rows: int) -> Iterator[Row]:
    """`verify` of a dataset of so many documents and rejects."""
    dataset = seeded(folder / "verified")
    with dataset.locked("build", NOW), dataset.writing() as staging:
        last = dataset.lineage()[-1]
        dataset.rewrite(many_entries(rows, 600), last, lambda *_: {}, now=NOW, kind="build", folder=staging)
    version = dataset.version()
    begun, cpu = time.perf_counter(), time.process_time()
    found = list(verify(version))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    size = sum(part.bytes for part in version.parts) / 1e6
    told = f"{seconds:.1f} s ({cpu:.1f} s CPU, {size:.0f} MB, {len(found)} findings)"
    yield f"verify of {rows:,} pages, {sum(version.rows.values()):,} rows", told, "≤ 5 s"


def rebuilds(folder: Path) -> Iterator[Row]:
    """Two rebuilds, and a compaction of many commits, file by file."""
    from pipelines.dataset.maintenance import compact

    made = [Dataset(folder / name) for name in ("one", "two", "many")]
    for dataset in made[:2]:
        with dataset.locked("build", NOW):
            dataset.replace(outcomes(0, 2_000, 600), now=NOW, kind="build", segments=(), recipe="made")
    with made[2].locked("crawl", NOW):
        for first in range(0, 2_000, 400):
            rows = outcomes(first, first + 400, 600)
            made[2].append(rows, now=NOW, kind="crawl", segments=(), recipe="made")
        compact(made[2], now=NOW)
    hashes = [[(part.path, part.sha256) for part in dataset.lineage()[-1].parts] for dataset in made]
    same = sum(one == two == many for one, two, many in zip(*hashes, strict=True))
    yield "rebuilt twice, and compacted: files with the same sha256", f"{same} of {len(hashes[0])}", "all"


def sizes(folder: Path) -> Iterator[Row]:
    """The files of real pages beside JSON Lines with gzip of the same rows."""
    sources = [SHARED / name for name in PAGES]
    if not all(path.exists() for path in sources):
        yield "size against JSON Lines + gzip", "needs ../shared", "≤ .6"
        return
    dataset = Dataset(folder / "real")
    with dataset.locked("build", NOW):
        rows = run(read(sources), clean=clean_many, processes=2)
        dataset.replace(rows, now=NOW, kind="build", segments=(), recipe="made", force=True)
    version = dataset.version()
    ours, packed = sum(part.bytes for part in version.parts), sum(len(_packed(version, one)) for one in version.tables)
    pages = version.rows["sightings"]
    what = f"size against JSON Lines + gzip -6 of the same rows, {pages:,} real pages"
    yield what, f"{ours / packed:.2f}", "≤ .6"
    stored = pa.concat_tables(map(pq.read_table, version.files("documents")))
    lean = sum(part.bytes for part in version.parts if part.table == "documents")
    share = lean / len(_packed(version, "documents", stored.column_names))
    yield "  documents, beside the same of their stored columns: without Markdown and blocks' texts", f"{share:.2f}", ""
    show(("documents of real pages, encoded", "MB", "write s", "read s"), _encodings(stored))


def _packed(version: Version, table: str, columns: list[str] | None = None) -> bytes:
    """The table's rows as JSON Lines in gzip."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6) as file:
        for batch in version.batches(table, columns):
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
    return out.getvalue()


def _encodings(table: pa.Table) -> Iterator[tuple[str, str, str, str]]:
    small: dict[str, object] = {"data_page_size": 1 << 20}
    zstd_3: dict[str, object] = {**small, "compression_level": 3}
    choices: dict[str, dict[str, object]] = {
        "as taoxi appends: zstd 9, pages of 8 MB, page index, checksums": {},
        "as taoxi rebuilds and compacts: zstd 17": {"compression_level": HARD},
        "zstd 15": {"compression_level": 15},
        "zstd 19": {"compression_level": 19},
        "without page index and checksums": {"write_page_index": False, "write_page_checksum": False},
        "zstd 3": {"compression_level": 3},
        "zstd 3, pages of 1 MB": zstd_3,
        "zstd 3, pages of 1 MB, content-defined chunking": {**zstd_3, "use_content_defined_chunking": True},
        "zstd 9, pages of 1 MB": small,
        "snappy, pages of 1 MB": {**small, "compression": "snappy", "compression_level": None},
        "statistics of every column": {"write_statistics": True},
        "a dictionary for every column": {"use_dictionary": True},
        "row groups of 100": {"row_group_size": 100},
        "row groups of 500": {"row_group_size": 500},
    }
    for name, changed in choices.items():
        out = io.BytesIO()
        begun = time.process_time()
        told = {"row_group_size": 5_000, "compression_level": QUICK, **by_column(table.schema)} | ENCODING | changed
        pq.write_table(table, out, **told)
        written = time.process_time()
        pq.read_table(io.BytesIO(out.getvalue()))
        yield name, f"{len(out.getvalue()) / 1e6:.2f}", f"{written - begun:.2f}", f"{time.process_time() - written:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="as many commits as the targets name")
    parser.add_argument("--only", metavar="NAME", help="one part: " + ", ".join(PARTS))
    args = parser.parse_args()
    disable_progress_bars()
    rows: list[Row] = []
    for name, (part, few, many) in PARTS.items():
        if args.only in (None, name):
            with tempfile.TemporaryDirectory(dir=ROOT / "output") as folder:
                amount = many if args.full else few
                rows += part(Path(folder), amount) if amount else part(Path(folder))
    show(("what", "measured", "target"), rows)


PARTS: dict[str, tuple[Callable[..., Iterator[Row]], int, int]] = {
    "reads": (plain_reads, 150, 10_000),
    "swaps": (version_reads, 50, 500),
    "kills": (kills, 20, 200),
    "writers": (four_writers, 10, 100),
    "cost": (commit_cost, 21, 101),
    "rebuilds": (rebuilds, 0, 0),
    "sizes": (sizes, 0, 0),
    "verify": (verification, 100_000, 100_000),
}

if __name__ == "__main__":
    main()
