"""What the frontier remembers of each page's visits, and when the next one is due.

A page that was found unchanged is left alone half as long again as before, one that had changed is visited sooner, within
its source's bounds. Validators (ETag, Last-Modified) and what identifies the last whole capture serve the next visit: it
asks conditionally, and a `revisit` record names that capture. Keyed by the URL's fingerprint, like the seen-set.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Self

DAY = 86400.0
UNCHANGED, CHANGED = 1.5, 0.8  # factors of the interval, those of StormCrawler's adaptive scheduler

SCHEMA = """
create table visits(
    fingerprint blob primary key,
    due_at real,
    interval real not null default 0,
    status integer not null default 0,
    round integer not null default 0,
    whole integer not null default 0,
    etag text,
    modified text,
    digest blob,
    terms blob,
    text blob,
    record text,
    date text,
    capture integer,
    place integer
) without rowid;
create index due on visits(due_at) where due_at is not null;
"""
# pages of a frontier that did not remember visits: what was captured is due at once
OLDER = """
alter table rounds add column due integer not null default 0;
insert into visits(fingerprint, due_at) select fingerprint, 0 from pages where state = 2 and capture is not null;
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two visits of a page, in seconds."""

    least: float = DAY
    most: float = 90 * DAY

    @classmethod
    def of_days(cls, days: Sequence[float]) -> Self:
        """The bounds from the least and the most days."""
        least, most = days
        return cls(least * DAY, most * DAY)

    def following(self, interval: float | None, unchanged: bool) -> float:
        """The interval after one that found the page unchanged or changed; the first one is the shortest."""
        if interval is None:
            return self.least
        return min(self.most, max(self.least, interval * (UNCHANGED if unchanged else CHANGED)))


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit of a page. Times are seconds since 1970, intervals seconds.

    `status` is that of the last answer. `etag` and `modified` are as served. `digest` covers the last whole capture, `terms`
    its opt-outs, as `revisits` has them; `text` is the content hash of its text where it has one; `record` and `date` are that
    record's id and WARC-Date, `capture` and `place` where it lies, `round` the one that it came in. `whole`: the next
    answer is to be captured whole.
    """

    due_at: float | None = None  # None: never by itself
    interval: float = 0.0
    status: int = 0
    round: int = 0
    whole: bool = False
    etag: str | None = None
    modified: str | None = None
    digest: bytes | None = None
    terms: bytes | None = None
    text: bytes | None = None
    record: str | None = None
    date: str | None = None
    capture: int | None = None
    place: int | None = None


COLUMNS = tuple(field.name for field in fields(Visit))
_DUE = "(due_at <= ? or due_at - interval > ?)"  # the second: visited more than a day in the future, by a clock that was ahead
_VALUES = attrgetter(*COLUMNS)
_READ = f"select {', '.join(COLUMNS)} from visits where fingerprint = ?"  # noqa: S608 -- names of columns
_WRITE = (
    f"insert or replace into visits(fingerprint, {', '.join(COLUMNS)}) values ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608 -- names of columns
)


class Visits:
    """The table of visits in a frontier's database; what is changed is kept when the frontier commits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def of(self, page: bytes) -> Visit | None:
        """The last visit of the page with this fingerprint; None where it was not visited yet."""
        row = self._db.execute(_READ, (page,)).fetchone()
        return Visit(**dict(zip(COLUMNS, row, strict=True))) if row else None

    def keep(self, page: bytes, visit: Visit) -> None:
        """The visit is the page's last one."""
        self._db.execute(_WRITE, (page, *_VALUES(visit)))

    def want_whole(self, page: bytes, before_round: int) -> None:
        """A visited page whose last whole capture is older than the round has to be captured whole again."""
        self._db.execute("update visits set whole = 1 where fingerprint = ? and round < ?", (page, before_round))

    def due(self, until: float) -> int:
        """How many pages are due until then."""
        query = f"select count(*) from visits where {_DUE}"  # noqa: S608 -- a constant
        return int(self._db.execute(query, (until, until + DAY)).fetchone()[0])

    def queue(self, until: float, round_: int) -> int:
        """Every page that is due until then waits in this round; gives how many."""
        query = f"""update pages set state = 0, round = ?, tries = 0, redirects = 0, reason = null, retry_at = null
            where state >= 2 and fingerprint in (select fingerprint from visits where {_DUE})"""  # noqa: S608 -- a constant
        return self._db.execute(query, (round_, until, until + DAY)).rowcount

    def give_back(self) -> None:
        """Pages that still wait because they were due do so no longer: they stay due."""
        self._db.execute(
            """update pages set state = 2 where state = 0 and round in (select number from rounds where due)
            and exists (select 1 from visits v where v.fingerprint = pages.fingerprint)"""
        )

    def forget(self, pages: Iterable[bytes]) -> None:
        """Nothing is remembered of these pages' visits."""
        self._db.executemany("delete from visits where fingerprint = ?", ((page,) for page in pages))

    def forget_between(self, capture: int, start: int, end: int) -> None:
        """Nothing is remembered of visits whose whole capture lay in a stretch of a file."""
        self._db.execute("delete from visits where capture = ? and ? <= place and place < ?", (capture, start, end))
