"""The SQLite file of an index: digests, kept texts' places, and which other files count. Its commit is the index's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.dedup.pairs import Direction, Judgement, Kind, Veto
from pipelines.errors import LockedError, TaoxiError

NAME = "index.sqlite"
ASKED_AT_ONCE = 500
TABLES = """
create table if not exists about (name text primary key, value) without rowid;
create table if not exists runs (number integer primary key, name text not null);
create table if not exists kept (
    ordinal integer primary key, id, first_byte integer, bytes integer, traditional integer
);
create table if not exists seen (digest blob primary key, kept integer not null, judgement text) without rowid;
"""


class Seen(NamedTuple):
    """A folded text that was decided before: on the ordinal that stands for it, and how it stands to that one."""

    kept: int
    judgement: Judgement | None  # None where it was kept


class Database:
    """One open transaction: what is written counts from `commit` on."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.path = folder / NAME
        with self._told():
            self._sql = sqlite3.connect(self.path, isolation_level=None, timeout=0)
            self._sql.execute("pragma locking_mode = exclusive")
            self._sql.execute("pragma cache_size = -32768")
            if not durable:
                self._sql.execute("pragma synchronous = off")
                self._sql.execute("pragma journal_mode = off")
            self._sql.execute("begin exclusive")
            for statement in TABLES.split(";"):
                self._sql.execute(statement)

    def about(self) -> dict[str, Any]:
        with self._told():
            return dict(self._sql.execute("select name, value from about"))

    def tell(self, facts: Mapping[str, str | int]) -> None:
        with self._told():
            self._sql.executemany("insert or replace into about values (?, ?)", facts.items())

    def runs(self) -> list[str]:
        with self._told():
            return [name for (name,) in self._sql.execute("select name from runs order by number")]

    def name_runs(self, names: Iterable[str]) -> None:
        with self._told():
            self._sql.execute("delete from runs")
            self._sql.executemany("insert into runs (name) values (?)", [(name,) for name in names])

    def seen(self, digests: Collection[bytes]) -> dict[bytes, Seen]:
        """Those of the digests that were decided before."""
        rows = self._asked("select digest, kept, judgement from seen where digest", digests)
        return {digest: Seen(kept, told and _judgement(told)) for digest, kept, told in rows}

    def kept(self, ordinals: Collection[int]) -> dict[int, tuple[Any, int, int, bool]]:
        """Id, first byte, bytes, and whether traditional, of the kept texts."""
        rows = self._asked("select ordinal, id, first_byte, bytes, traditional from kept where ordinal", ordinals)
        return {ordinal: (own, at, length, bool(traditional)) for ordinal, own, at, length, traditional in rows}

    def add(self, kept: Iterable[tuple[Any, ...]], seen: Mapping[bytes, Seen]) -> None:
        """The batch's kept texts and what was decided on its digests are written."""
        rows = [(digest, one.kept, one.judgement and _told(one.judgement)) for digest, one in seen.items()]
        with self._told():
            self._sql.executemany("insert into kept values (?, ?, ?, ?, ?)", kept)
            self._sql.executemany("insert into seen values (?, ?, ?)", rows)

    def commit(self) -> None:
        with self._told():
            self._sql.execute("commit")
            self._sql.execute("begin exclusive")

    def close(self) -> None:
        """What was not committed is gone."""
        self._sql.close()

    def _asked(self, query: str, values: Collection[Any]) -> Iterator[tuple[Any, ...]]:
        with self._told():
            asked = list(values)
            for first in range(0, len(asked), ASKED_AT_ONCE):
                some = asked[first : first + ASKED_AT_ONCE]
                yield from self._sql.execute(f"{query} in ({','.join('?' * len(some))})", some)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise LockedError("another run holds this index", where=str(self.path.parent)) from error
            raise TaoxiError(f"cannot be read or written ({error})", where=str(self.path)) from error
        except sqlite3.DatabaseError as error:
            hint = "remove the folder and run again: the index is made anew from the texts"
            raise TaoxiError(f"the index is damaged ({error})", where=str(self.path), hint=hint) from error


def _told(judgement: Judgement) -> str:
    one = judgement
    told = (one.copy, one.jaccard, one.containment, one.new, one.kind, one.direction, one.numbers, one.veto)
    return json.dumps(told)


def _judgement(told: str) -> Judgement:
    copy, jaccard, containment, new, kind, direction, numbers, veto = json.loads(told)
    return Judgement(copy, jaccard, containment, new, Kind(kind), Direction(direction), numbers, Veto(veto))
