"""Duplicates out of core: a made-up table of many texts through `taoxi dedup`, and a day's run against all of them."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

DAY = 10_000  # texts of a run against what was kept before
RECENT = 50_000  # originals that copies are made of
COPIES = 0.25
PLACE = Path(tempfile.gettempdir()) / "taoxi-duplicates"

Row = tuple[str, str, str, str]


def million(pool: list[str], rows: int) -> Iterator[Row]:
    """One run over `rows` texts of random sentences, a quarter of them copies: exact, cut, or with lines moved."""
    PLACE.mkdir(exist_ok=True)
    written(PLACE / "all.parquet", texts(pool, rows, seed=1), first=0)
    written(PLACE / "day.parquet", texts(pool, DAY, seed=2), first=rows)
    yield measured("all.parquet", rows, "one run over all")


def incremental() -> Iterator[Row]:
    """A day's run against the index that `million` left; then all is removed."""
    yield measured("day.parquet", DAY, "a day's run against all of these")
    for path in sorted(PLACE.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def measured(name: str, rows: int, told: str) -> Row:
    """The run in a process of its own."""
    command = [sys.executable, "-m", __name__, str(PLACE / name)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return told, f"{rows:,}", f"{rows / float(said[0]):,.0f}", said[1]


def texts(pool: list[str], rows: int, seed: int) -> Iterator[str]:
    """Made-up texts, of some 900 characters each."""
    rng = random.Random(seed)  # noqa: S311 -- texts, no secret
    recent: list[str] = []
    for _ in range(rows):
        if recent and rng.random() < COPIES:
            yield copied(rng.choice(recent), rng)
            continue
        lines = ["".join(rng.choices(pool, k=4)) for _ in range(rng.randint(3, 8))]
        text = "\n".join(lines)
        if len(recent) < RECENT:
            recent.append(text)
        else:
            recent[rng.randrange(RECENT)] = text
        yield text


def copied(text: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < 1 / 3:
        return text
    if chance < 2 / 3:
        return text[: len(text) * 2 // 3]
    lines = text.split("\n")
    rng.shuffle(lines)
    return "\n".join(lines)


def written(path: Path, some: Iterator[str], first: int) -> None:
    """A table of id and text, written as it is made."""
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        batch: list[str] = []
        for text in some:
            batch.append(text)
            if len(batch) == DAY:
                first = _flush(writer, schema, batch, first)
                batch = []
        _flush(writer, schema, batch, first)


def _flush(writer: pq.ParquetWriter, schema: pa.Schema, batch: list[str], first: int) -> int:
    ids = pa.array(range(first, first + len(batch)), pa.int64())
    writer.write_table(pa.table({"id": ids, "text": batch}, schema=schema))
    return first + len(batch)


def main() -> None:
    """Print seconds of CPU time and peak MB of a run over one table, with the index beside it."""
    from pipelines.dedup.table import mark_duplicates

    source = Path(sys.argv[1])
    started = process_time()
    mark_duplicates(source, source.with_suffix(".decided"), index=source.parent / "index")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{process_time() - started:.1f} {peak}\n")


if __name__ == "__main__":
    main()
