"""Pages are taken out for good: of every table, of the captures, of old snapshots. A tombstone keeps them from coming back.

What is a copy is decided anew without them, in a new index of duplicates: the first copy of a forgotten page becomes a
document, and what is like it its copies, as in a rebuild from the captures that are left, which gives the same content id.
Links to the page stay on the pages that have them, and so does its address there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipelines.dataset import tombstones
from pipelines.dataset.deciding import decided, new_index, with_texts
from pipelines.dataset.journal import BESIDE, CAPTURE
from pipelines.dataset.maintenance import Watch, summed
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.places import INDEX
from pipelines.dataset.reading import Version, require_current_schema
from pipelines.dataset.rows import SIGHTINGS, Entry, Row
from pipelines.dataset.staging import Staged
from pipelines.dataset.store import Dataset
from pipelines.dataset.stored import stored_entries
from pipelines.dataset.tombstones import Forgotten, Target, canonical
from pipelines.durable import synced
from pipelines.sources import segments as segments_of
from pipelines.sources.redaction import doomed_offsets, redacted


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to go."""

    targets: tuple[Target, ...]
    rows: Mapping[str, int]  # table → pages
    places: frozenset[tuple[str, int]]  # (capture file, offset) of pages that are known by their text alone
    records: Mapping[str, list[tuple[int, int]]]  # capture file → spans
    elsewhere: tuple[str, ...]  # files of others that the pages came from: not ours to rewrite

    @property
    def forgotten(self) -> Forgotten:
        kinds = {one.kind for one in self.targets}
        return Forgotten((one.digest for one in self.targets), hashes="hash" in kinds)


def doomed(dataset: Dataset, told: Iterable[Target]) -> Doomed:
    """What forgetting these targets takes out; with an article all of its parts."""
    version = dataset.version()
    require_current_schema(version)
    targets = tuple(dict.fromkeys((*told, *_parts(version, told))))
    forgotten = Doomed(targets, {}, frozenset(), {}, ()).forgotten
    rows = dict.fromkeys(("documents", "duplicates", "rejects"), 0)
    places, elsewhere = set(), set()
    for table in rows:
        columns = ["url", "capture_file", "capture_offset", *(["content_hash"] if table != "rejects" else [])]
        for row in (row for batch in version.batches(table, columns) for row in batch.to_pylist()):
            if not _goes(row, forgotten):
                continue
            rows[table] += 1
            if row["capture_file"] and (dataset.captures / row["capture_file"]).exists():
                places.add((row["capture_file"], row["capture_offset"]))
            else:
                elsewhere.add(row["capture_file"] or row["url"])
    records = {}
    names: set[str] = set()  # of the records that go: later files may hold visits that found them unchanged
    for path in sorted(dataset.captures.glob("[!.]*.warc*")):
        spans = doomed_offsets(path, lambda url, at, name=path.name: forgotten.page(url) or (name, at) in places, names)  # type: ignore[misc]  # mypy cannot tell a default's type
        if spans:
            records[path.name] = spans
    return Doomed(targets, rows, frozenset(places), records, tuple(sorted(elsewhere)))


def _parts(version: Version, told: Iterable[Target]) -> Iterator[Target]:
    """The pages that the articles among the targets are spread over."""
    forgotten = Doomed(tuple(told), {}, frozenset(), {}, ()).forgotten
    for table in ("documents", "duplicates"):
        for batch in version.batches(table, ["url", "content_hash", "parts"]):
            for row in batch.to_pylist():
                if row["parts"] and (_goes(row, forgotten) or any(map(forgotten.page, row["parts"]))):
                    yield from (Target("url", canonical(url)) for url in row["parts"])


def _goes(row: Row, forgotten: Forgotten) -> bool:
    return forgotten.page(row["url"]) or forgotten.text(row.get("content_hash"))


def forget(dataset: Dataset, found: Doomed, *, now: datetime, watch: Watch = iter) -> Manifest:
    """What `doomed` found is gone, in one commit; older snapshots are removed. The dataset is to be locked."""
    version = dataset.version()
    with dataset.writing() as folder:
        for name, spans in found.records.items():
            fresh = folder / f"{CAPTURE}{name}"
            redacted(dataset.captures / name, fresh, spans)
            synced(fresh)
        stones = folder / f"{BESIDE}{tombstones.FILE}"
        stones.write_text(tombstones.text_of(dataset.path, found.targets, now), encoding="utf-8")
        synced(stones)

        def change(_: Staged, __: Manifest) -> Mapping[str, Any]:
            told = summed(version)
            hashes = {one.file: one.sha256 for one in segments_of(folder.glob(f"{CAPTURE}*"), folder)}
            told["segments"] = tuple(
                replace(one, sha256=hashes.get(f"{CAPTURE}{one.file}", one.sha256)) for one in told["segments"]
            )
            gone = {(name, start) for name, spans in found.records.items() for start, _ in spans}
            told["held"] = tuple(one for one in version.manifest.held if (one.file, one.offset) not in gone)
            return told

        entries = watch(_left(stored_entries(version), found.forgotten))
        with new_index(folder / INDEX, dataset.synonyms()) as index:
            rows = decided(with_texts(entries, dataset.captured, dataset.path), index)
            return dataset.rewrite(rows, version.manifest, change, now=now, kind="forget", folder=folder, index=index)


def _left(entries: Iterable[Entry], forgotten: Forgotten) -> Iterator[Entry]:
    """The entries that stay."""
    gone: set[str] = set()  # addresses whose last row goes, and with it the visits that found it unchanged
    for entry in entries:
        url = entry.row["url"]
        if _goes(entry.row, forgotten):
            gone.add(url)
        elif entry.table != SIGHTINGS or url not in gone:
            gone.discard(url)
            yield entry
