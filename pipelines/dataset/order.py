"""The order in which the pages of an old commit came, from before sightings told it (schema 2).

Each table has its own pages in order. Between tables the pages' places in their captures tell, and the removed blocks,
which stand in one table for documents and duplicates alike. Where an article of several pages was joined, its rejected
parts may come out a few rows from where they were: no row is lost by that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from pipelines.dataset.reading import Version

PAGES = ("documents", "duplicates", "rejects")


class _Head(NamedTuple):
    """A table's next page."""

    segment: int
    offset: int
    rank: int
    id: str


def likely_order(version: Version) -> Iterator[str]:
    """The table of each page of a version of one commit, in their order as far as it can be told."""
    groups = _with_removed(version)
    having = set(_with_removed(version))
    following = next(groups, None)
    pages = {rank: _heads(version, rank) for rank, table in enumerate(PAGES) if table in version.tables}
    heads = {rank: head for rank, found in pages.items() if (head := next(found, None))}
    while heads:
        free = [head for head in heads.values() if head.rank == 2 or head.id == following or head.id not in having]
        head = min(free or heads.values())
        if head.rank != 2 and head.id == following:
            following = next(groups, None)
        yield PAGES[head.rank]
        after = next(pages[head.rank], None)
        if after:
            heads[head.rank] = after
        else:
            del heads[head.rank]


def _with_removed(version: Version) -> Iterator[str]:
    """The ids of pages with removed blocks, in the order of these."""
    if "removed" not in version.tables:
        return
    starts = (
        page_id
        for batch in version.batches("removed", ["id", "n"])
        for page_id, n in zip(batch["id"].to_pylist(), batch["n"].to_pylist(), strict=True)
        if n == 0
    )
    yield from starts


def _heads(version: Version, rank: int) -> Iterator[_Head]:
    """The table's pages with their places, which never fall: the table's own order stays."""
    named: dict[str, list[int]] = {}
    for n, segment in enumerate(version.manifest.segments):
        named.setdefault(PurePosixPath(segment.file).name, []).append(n)
    at, before = (0, 0), None
    columns = ("id", "capture_file", "capture_offset")
    for batch in version.batches(PAGES[rank], columns):
        for page_id, file, offset in zip(*(batch[name].to_pylist() for name in columns), strict=True):
            place = (_segment(named.get(file, []), at, (file, offset) == before), offset or 0)
            at, before = max(at, place), (file, offset)
            yield _Head(*at, rank, page_id)


def _segment(segments: list[int], at: tuple[int, int], again: bool) -> int:
    """Which of the files of one name holds the next page: the first that is not passed yet."""
    following = bisect_left(segments, at[0] + again)
    return segments[following] if following < len(segments) else at[0]
