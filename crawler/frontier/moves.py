"""What the frontier remembers of moves: the forms of URLs that a site redirects to others, and pages that were not asked for so.

A page that waits and would be redirected is put aside until the page that it leads to has ended; once that was read, it is
done, with the reason `moved`. Where its form turns out not to be redirected, it waits again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

REASON = "moved"

# a frontier of an earlier version gets the table as it is opened: nothing in it has to be changed
_SCHEMA = """create table if not exists moves(
    shape text primary key,
    origin text not null,
    tail text not null,
    agreed integer not null,
    wrong integer not null
) without rowid"""


@dataclass(slots=True, eq=False)
class Move:
    """URLs of this shape are redirected to the form with this origin and tail: `agreed` were, `wrong`: one was not."""

    shape: str
    origin: str
    tail: str
    agreed: int = 0
    wrong: bool = False


class Moves:
    """The table in a frontier's database; what is changed is kept when the frontier commits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._db.execute(_SCHEMA)

    def all(self) -> list[Move]:
        """What was learned so far."""
        rows = self._db.execute("select shape, origin, tail, agreed, wrong from moves order by shape")
        return [Move(shape, origin, tail, agreed, bool(wrong)) for shape, origin, tail, agreed, wrong in rows]

    def keep(self, one: Move) -> None:
        """The move is remembered as it is now."""
        values = (one.shape, one.origin, one.tail, one.agreed, one.wrong)
        self._db.execute("insert or replace into moves values (?, ?, ?, ?, ?)", values)

    def settle(self, page: int) -> None:
        """The page is done, as the one that it leads to was read."""
        self._db.execute("update pages set state = 2, reason = ? where id = ?", (REASON, page))

    def settled(self) -> list[tuple[int, str]]:
        """The pages that were not asked for, with their URLs."""
        return list(self._db.execute("select id, url from pages where state = 2 and reason = ?", (REASON,)))

    def give_back(self, pages: Iterable[int]) -> None:
        """The pages wait again, in this round."""
        self._db.executemany(
            "update pages set state = 0, reason = null, round = (select max(number) from rounds) where id = ?",
            [(page,) for page in pages],
        )

    def forget(self, least: int) -> None:
        """Nothing is known of moves with which fewer pages agree: they may tell of single ones."""
        self._db.execute("delete from moves where agreed < ?", (least,))
