"""Rows that follow from a page's own row: its comments, its sighting, and what its run saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.dataset.rows import SIGHTINGS, Entry, Row, run_of
from pipelines.dataset.schema import PUBLISHED
from pipelines.model import Reason

COUNTED = (*PUBLISHED, "rejects")
VISIT = ("id", "url", "host", "fetched_at", "status")  # what a sighting tells of every visit
UNCHANGED = "unchanged"  # the outcome of a visit that found what its page's last row tells


def comments(entry: Entry) -> Iterator[Row]:
    """The page's comments, one row each, in page order."""
    page = {"id": entry.row["id"], "url": entry.row["url"]}
    for n, comment in enumerate(entry.row.get("comments") or ()):
        yield {**page, "n": n, **comment}


def sighting(entry: Entry) -> Row:
    """One visit: what came of it, and where its text is."""
    row = entry.row
    if entry.table == SIGHTINGS:
        nothing = dict.fromkeys(("content_hash", "kept_id"))
        return {**row, "outcome": UNCHANGED, "reason": str(Reason.UNCHANGED), **nothing}
    return {
        **{name: row[name] for name in VISIT},
        "run": run_of(row),
        "outcome": entry.table,
        "reason": row.get("reason"),
        "content_hash": row.get("content_hash"),
        "kept_id": row.get("kept_id") or (row["id"] if entry.table == "documents" else None),
    }


class Runs:
    """Counts of each run's pages, in the order in which the runs first come."""

    def __init__(self) -> None:
        self._runs: dict[str | None, Row] = {}

    def see(self, sighted: Row) -> None:
        """The sighting is counted in its run."""
        name, when = sighted["run"], sighted["fetched_at"]
        run = self._runs.get(name)
        if run is None:
            fresh: dict[str, Any] = dict.fromkeys(("pages", *COUNTED), 0)
            run = self._runs[name] = {"run": name, "first_fetched_at": when, "last_fetched_at": when, **fresh}
        run["pages"] += 1
        if sighted["outcome"] != UNCHANGED:
            run[sighted["outcome"]] += 1
        if when is not None:
            run["first_fetched_at"] = min(when, run["first_fetched_at"] or when)
            run["last_fetched_at"] = max(when, run["last_fetched_at"] or when)

    def rows(self) -> list[Row]:
        return list(self._runs.values())
