"""A commit's rows are written whole in a folder that no reader looks into, before anything of them shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.dataset import derived
from pipelines.dataset.content_id import NOTHING, following
from pipelines.dataset.parts import Part, Parts
from pipelines.dataset.rows import SIGHTINGS, Entry, Row
from pipelines.dataset.schema import TABLES, schema


@dataclass(frozen=True, slots=True)
class Staged:
    """What lies in the staging folder, ready to be published."""

    parts: tuple[Part, ...]
    rows: Mapping[str, int]  # table → rows
    content_id: str
    masked: Mapping[str, int] = field(default_factory=dict)  # kind of personal data → pieces


class _Tally:
    """What the entries so far come to."""

    def __init__(self, content_id: str) -> None:
        self.content_id = content_id
        self.rows = dict.fromkeys(TABLES, 0)
        self._masked: Counter[str] = Counter()
        self._runs = derived.Runs()

    def take(self, entry: Entry) -> dict[str, list[Row]]:
        """The entry's rows, by table."""
        sighted = derived.sighting(entry)
        self._runs.see(sighted)
        self._masked.update(entry.masked)
        self.content_id = following(self.content_id, entry)
        own = {} if entry.table == SIGHTINGS else {entry.table: [entry.row]}
        comments = list(derived.comments(entry))
        return self._counted({**own, "removed": list(entry.removed), "comments": comments, SIGHTINGS: [sighted]})

    def end(self) -> dict[str, list[Row]]:
        """The rows that the end of the commit gives."""
        return self._counted({"runs": self._runs.rows()})

    def staged(self, parts: Iterable[Part] = ()) -> Staged:
        masked = {kind: self._masked[kind] for kind in sorted(self._masked)}  # whichever page came first
        return Staged(tuple(parts), self.rows, self.content_id, masked)

    def _counted(self, rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
        for table, added in rows.items():
            self.rows[table] += len(added)
        return rows


def rows_of(entries: Iterable[Entry]) -> dict[str, list[Row]]:
    """The rows of these entries, by table, in memory."""
    tally = _Tally(NOTHING)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for told in (*map(tally.take, entries), tally.end()):
        for table, added in told.items():
            rows[table] += added
    return rows


def measured(entries: Iterable[Entry], content_id: str = NOTHING) -> Staged:
    """What staging these entries would give, nothing written."""
    tally = _Tally(content_id)
    for entry in entries:
        tally.take(entry)
    tally.end()
    return tally.staged()


def stage(
    entries: Iterable[Entry], folder: Path, *, content_id: str = NOTHING, package_version: str, sequence: int = 0
) -> Staged:
    """All entries are in parts in `folder`, synced.

    `content_id` is that of the rows before them, `sequence` the commit's place in its snapshot: in the first one each
    table has a part, be it empty; in later ones a table without new rows has none.
    """
    writers = {table: Parts(folder, table, schema(table, package_version), sequence) for table in TABLES}
    tally = _Tally(content_id)
    try:
        for entry in entries:
            _add(tally.take(entry), writers)
        _add(tally.end(), writers)
        parts = [part for writer in writers.values() for part in writer.close(even_if_empty=sequence == 0)]
    finally:
        for writer in writers.values():
            writer.abandon()
    return tally.staged(parts)


def _add(rows: Mapping[str, Iterable[Row]], writers: Mapping[str, Parts]) -> None:
    for table, added in rows.items():
        for row in added:
            writers[table].add(row)
