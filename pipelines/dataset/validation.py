"""Rules that a commit's rows keep before they are published. A breach stops the run; --force lets it pass and is recorded.

Our own few checks on Arrow columns: they cost nothing to import and little to run, where pandera takes seconds to load.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.dataset as pads  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.reading import Version
from pipelines.dataset.staging import Staged
from pipelines.dedup.fold import content_hash
from pipelines.errors import QualityError, TaoxiError
from pipelines.model import Reason

REQUIRED = {
    **dict.fromkeys(("documents", "duplicates"), ("id", "url", "text", "content_hash", "chars")),
    "duplicates": ("id", "url", "text", "content_hash", "chars", "kept_id", "kind", "direction", "fuller"),
    "rejects": ("id", "url", "stage", "reason"),
    "removed": ("id", "url", "rule", "text"),
    "comments": ("id", "url", "text"),
    "sightings": ("id", "url", "outcome"),
}
SHARES = ("han_share", "punctuation_share", "ended_lines", "short_lines", "list_lines", "duplicate_lines", "spun_score")
RANGES = (
    *((table, "chars", 1, None) for table in ("documents", "duplicates")),
    *((table, share, 0, 1) for table in ("documents", "duplicates") for share in SHARES),
    *(("duplicates", share, 0, 1) for share in ("score", "new", "jaccard", "containment", "numbers")),
    *((table, "status", 0, 999) for table in ("documents", "duplicates", "rejects", "sightings")),
)
LATE = timedelta(days=2)  # a zone's, and a clock's that goes wrong
FEW = 0.01  # share of rows whose dates may be wrong: pages say odd things
LEAST_PAGES = 20  # of a source, for its share of rejects to say something
HIGH_SHARE, RISE = 0.5, 0.3
NEUTRAL = frozenset({Reason.LIST, Reason.REDIRECT, Reason.JOINED, Reason.NOT_A_PAGE})  # no article was to be had there
NOT_REJECTED = (None, Reason.UNCHANGED)  # reasons of sightings
SHOWN = 3
REJECTS = "rejects"  # the rule of `_sources`


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that rows break: where, how many, and some of them."""

    rule: str
    where: str  # table, column or source
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.what}"


class Extent:
    """Of a column: how many values are missing, the least and the greatest of the others."""

    def __init__(self) -> None:
        self.nulls = 0
        self.low: Any = None
        self.high: Any = None

    def take(self, statistics: Any) -> None:
        """Counts a row group's statistics in."""
        self.nulls += statistics.null_count or 0
        if statistics.has_min_max and statistics.physical_type != "BYTE_ARRAY":
            self.low = statistics.min if self.low is None else min(self.low, statistics.min)
            self.high = statistics.max if self.high is None else max(self.high, statistics.max)


@dataclass(frozen=True)
class Batch:
    """What is about to be published, and what is there already."""

    folder: Path
    staged: Staged
    at: datetime  # of the commit
    kept: Sequence[tuple[bytes, str]]  # content hash and id of documents that stay
    earlier: Callable[[], Version | None]  # the version before; what raises is a damaged one, which says nothing

    def column(self, table: str, *names: str) -> pa.Table:
        """Columns of the staged rows."""
        if not any(part.table == table for part in self.staged.parts):
            return pa.table({name: pa.array([], pa.null()) for name in names})
        return self._dataset(table).to_table(columns=list(names))

    def _dataset(self, table: str) -> pads.Dataset:
        files = [str(self.folder / part.staged) for part in self.staged.parts if part.table == table]
        return pads.dataset(files, format="parquet")

    @cached_property
    def extent(self) -> dict[str, dict[str, Extent]]:
        """What the files' own statistics tell of each table's flat columns: no row is read for it."""
        found: dict[str, dict[str, Extent]] = {}
        for part in self.staged.parts:
            columns = found.setdefault(part.table, {})
            told = pq.read_metadata(self.folder / part.staged)
            for group in map(told.row_group, range(told.num_row_groups)):
                for chunk in map(group.column, range(group.num_columns)):
                    if "." not in chunk.path_in_schema and (statistics := chunk.statistics):
                        columns.setdefault(chunk.path_in_schema, Extent()).take(statistics)
        return found

    def nulls(self, table: str, name: str) -> int:
        """The column's missing values; of whole texts, of which files have no statistics, they are counted."""
        told = self.extent.get(table, {}).get(name)
        if told is None and self.has(table):
            return int(self._dataset(table).count_rows(filter=pc.field(name).is_null()))
        return told.nulls if told else 0

    def has(self, table: str) -> bool:
        return bool(self.staged.rows.get(table))

    @cached_property
    def documents(self) -> pa.Table:
        return self.column("documents", "id", "url", "content_hash")


def require_valid(batch: Batch, *, force: bool = False) -> tuple[str, ...]:
    """The breaches that were forced; none where all rules hold. Raises QualityError where one does not, unless forced."""
    found = [breach for rule in RULES for breach in rule(batch)]
    if found and not force:
        hint = "nothing was published; look into it, or run the same command with --force, which is recorded"
        what = "\n  ".join(["rows break the rules of the dataset", *map(str, found)])
        raise QualityError(what, hint=hint, rules=frozenset(breach.rule for breach in found))
    return tuple(map(str, found))


def _required(batch: Batch) -> Iterator[Breach]:
    for table, names in REQUIRED.items():
        for name in names:
            if missing := batch.nulls(table, name):
                yield Breach("required", f"{table}.{name}", f"{missing:,} rows without it")


def _ranges(batch: Batch) -> Iterator[Breach]:
    for table, name, low, high in RANGES:
        told = batch.extent.get(table, {}).get(name, NOTHING)
        if told.low is None or (told.low >= low and (high is None or told.high <= high)):
            continue
        rows = batch.column(table, "url", name)
        low_fault = pc.less(rows[name], low)
        fault = low_fault if high is None else pc.or_(low_fault, pc.greater(rows[name], high))
        limits = f"{low} or more" if high is None else f"{low} to {high}"
        yield Breach("range", f"{table}.{name}", f"{_count(fault):,} rows outside {limits}{_urls(rows, fault)}")


def _dates(batch: Batch) -> Iterator[Breach]:
    for table, name in (("documents", "published"), ("documents", "modified"), ("sightings", "fetched_at")):
        told = batch.extent.get(table, {}).get(name, NOTHING)
        if told.high is None or told.high <= batch.at + LATE:
            continue
        rows = batch.column(table, "url", name)
        late = pc.greater(rows[name], pa.scalar(batch.at + LATE, rows[name].type))
        if (wrong := _count(late)) > FEW * rows.num_rows:
            yield Breach("future", f"{table}.{name}", f"{wrong:,} rows after {batch.at:%Y-%m-%d}{_urls(rows, late)}")


def _unique(batch: Batch) -> Iterator[Breach]:
    """No two documents have the same text."""
    nothing = content_hash("").hex()
    hashes = [digest for digest in batch.documents["content_hash"].to_pylist() if digest != nothing]
    twice = [digest for digest, times in Counter(hashes).items() if times > 1]
    fresh = {bytes.fromhex(digest) for digest in hashes}
    twice += [digest.hex() for digest, _ in batch.kept if digest in fresh]
    if twice:
        yield Breach("unique", "documents.content_hash", f"{len(twice):,} more than once: {', '.join(twice[:SHOWN])}")


def _keepers(batch: Batch) -> Iterator[Breach]:
    if not batch.has("duplicates"):
        return
    copies = batch.column("duplicates", "url", "kept_id")
    wanted = set(copies["kept_id"].to_pylist()) - set(batch.documents["id"].to_pylist())
    lost = wanted.difference(page_id for _, page_id in batch.kept if page_id in wanted) if wanted else wanted
    if lost:
        fault = pc.is_in(copies["kept_id"], value_set=pa.array(sorted(map(str, lost))))
        yield Breach(
            "keepers", "duplicates.kept_id", f"{_count(fault):,} rows without their document{_urls(copies, fault)}"
        )


def _sources(batch: Batch) -> Iterator[Breach]:
    """A source that suddenly has far more rejects: its site has changed, or shuts us out.

    Pages count that are new, or were published before, those that are as they were among them. Lists, redirects and parts
    are no articles to begin with.
    """
    if not batch.has("sightings"):
        return
    columns = ("host", "url", "reason")
    now = batch.column("sightings", *columns).to_pylist()
    if not _suspects(_shares(now)):
        return
    before = _before(batch, columns)
    published = {row["url"] for row in before if row["reason"] is None}
    hopeless = {row["url"] for row in before} - published
    found = _shares(row for row in now if row["url"] not in hopeless)
    usual = _shares(row for row in before if row["reason"] != Reason.UNCHANGED)
    for host in _suspects(found):
        pages, rejects = found[host]
        known, used_to = usual.get(host, (0, 0))
        if known >= LEAST_PAGES and rejects / pages >= used_to / known + RISE:
            told = f"{rejects:,} of {pages:,} pages rejected, and {used_to:,} of {known:,} before"
            yield Breach(REJECTS, host, told)


def _before(batch: Batch, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The sightings up to now; none where they cannot be read: a rebuild is how a damaged dataset is mended."""
    with suppress(TaoxiError):
        earlier = batch.earlier()
        if earlier and "sightings" in earlier.tables:
            return [row for part in earlier.batches("sightings", columns) for row in part.to_pylist()]
    return []


def _shares(sightings: Iterable[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Of each host, pages that could be articles, and how many of these were rejected."""
    pages: Counter[str] = Counter()
    rejects: Counter[str] = Counter()
    for row in sightings:
        if row["host"] and row["reason"] not in NEUTRAL:
            pages[row["host"]] += 1
            rejects[row["host"]] += row["reason"] not in NOT_REJECTED
    return {host: (pages[host], rejects[host]) for host in pages}


def _suspects(shares: dict[str, tuple[int, int]]) -> list[str]:
    return sorted(host for host, (pages, bad) in shares.items() if pages >= LEAST_PAGES and bad >= HIGH_SHARE * pages)


NOTHING = Extent()
RULES: tuple[Callable[[Batch], Iterator[Breach]], ...] = (_required, _ranges, _dates, _unique, _keepers, _sources)


def _count(fault: pa.ChunkedArray) -> int:
    return int(pc.sum(fault.cast(pa.int64())).as_py() or 0)


def _urls(rows: pa.Table, fault: pa.ChunkedArray) -> str:
    """Some of the rows at fault."""
    return ", such as " + ", ".join(rows.filter(fault).slice(0, SHOWN)["url"].to_pylist())
