"""What the frontier remembers of twins: how a site rewrites its URLs, and which pages need not be asked for.

`rewritings` holds what was learned (`crawler.twins` learns it). `twins` holds the URLs that a learned rewriting made of a
page that was read, by their fingerprints. Where one of them is found, it is a page that is done, with the reason `twin` and
the page that was read as its parent; where the rewriting turns out to be wrong, each of its pages waits again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.frontier.moves import Moves

Template = tuple[str | tuple[int, int], ...]  # text; (number of a value, number of its token or -1 for all of it)

REASON = "twin"
AGREEING = 8  # pairs, all of which agree, after which a rewriting is believed

SCHEMA = """
create table rewritings(
    id integer primary key,
    shape text not null,
    template text not null,
    agreed integer not null,
    told integer not null,
    wrong integer not null,
    unique(shape, template)
);
create table twins(fingerprint blob primary key, rewriting integer not null, page integer) without rowid;
"""
_READ = "(p.article or p.state = 2 and p.reason is null)"
_SETTLED = "from twins t join pages p using(fingerprint) where t.rewriting = ? and p.state = 2 and p.reason = ? and p.round = ?"


@dataclass(slots=True, eq=False)
class Rewriting:
    """A way to write a page's URL that leads to its twin.

    `agreed`: pairs whose second page showed nothing that the first did not. `told`: pages that name the second URL as
    their address, or redirect to it. `wrong`: a second page showed something of its own.
    """

    shape: str
    template: Template
    agreed: int = 0
    told: int = 0
    wrong: bool = False
    id: int = 0


class Twins:
    """The two tables in a frontier's database; what is changed is kept when the frontier commits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self.moves = Moves(database)

    def rewritings(self) -> list[Rewriting]:
        """What was learned so far."""
        query = "select shape, template, agreed, told, wrong, id from rewritings order by id"
        return [
            Rewriting(shape, _template(template), agreed, told, bool(wrong), number)
            for shape, template, agreed, told, wrong, number in self._db.execute(query)
        ]

    def keep(self, one: Rewriting) -> None:
        """The rewriting is remembered as it is now; a new one is numbered."""
        values = (one.agreed, one.told, one.wrong)
        if one.id:
            self._db.execute("update rewritings set agreed = ?, told = ?, wrong = ? where id = ?", (*values, one.id))
            return
        row = self._db.execute(
            "insert into rewritings(agreed, told, wrong, shape, template) values (?, ?, ?, ?, ?) returning id",
            (*values, one.shape, json.dumps(one.template, ensure_ascii=False)),
        ).fetchone()
        one.id = row[0]

    def drop(self, one: Rewriting) -> None:
        """The rewriting is forgotten."""
        self._db.execute("delete from rewritings where id = ?", (one.id,))

    def tell(self, twin: bytes, rewriting: int, page: int | None) -> tuple[int, str | None] | None:
        """The URL with this fingerprint need not be asked for; its id where it was to be until now, and where it was not
        put aside its host.

        That is not so of one that was read, nor of a part of an article, which is joined of pages of one kind.
        """
        if self.is_read(twin) or self._db.execute("select 1 from parts where fingerprint = ?", (twin,)).fetchone():
            return None
        self._db.execute("insert or replace into twins values (?, ?, ?)", (twin, rewriting, page))
        query = """select p.id, iif(p.state = 0, h.name, null) from pages p join hosts h on h.id = p.host
            where p.fingerprint = ? and p.state in (0, 4)"""
        row = self._db.execute(query, (twin,)).fetchone()
        if row is None:
            return None
        self._db.execute("update pages set state = 2, reason = ?, parent = ? where id = ?", (REASON, page, row[0]))
        return row[0], row[1]

    def put_aside(self, page: int) -> None:
        """The page waits until its twin has ended."""
        self._db.execute("update pages set state = 4 where id = ?", (page,))

    def bring_back(self, twin: bytes) -> bool:
        """Whether the page with this fingerprint was put aside; it waits as before."""
        return self._db.execute("update pages set state = 0 where fingerprint = ? and state = 4", (twin,)).rowcount > 0

    def release(self) -> int:
        """No page is put aside any longer; gives how many were."""
        return self._db.execute("update pages set state = 0 where state = 4").rowcount

    def settle(self, page: int, twin: bytes) -> bool:
        """The page that was just queued is done, where it is the known twin of one that was read, or is being; else False."""
        query = f"select t.page, {_READ} or p.state = 1 from twins t left join pages p on p.id = t.page where t.fingerprint = ?"  # noqa: S608 -- a constant
        row = self._db.execute(query, (twin,)).fetchone()
        if row is None:
            return False
        if not row[1]:  # the other one is gone since
            self.free(twin)
            return False
        self._db.execute("update pages set state = 2, reason = ?, parent = ? where id = ?", (REASON, row[0], page))
        return True

    def is_read(self, page: bytes) -> bool:
        """The page with this fingerprint was read, in this run or an earlier one."""
        query = f"select 1 from pages p where p.fingerprint = ? and {_READ}"  # noqa: S608 -- a constant
        return self._db.execute(query, (page,)).fetchone() is not None

    def is_found(self, page: bytes) -> bool:
        """A link led to the page with this fingerprint."""
        return self._db.execute("select 1 from pages where fingerprint = ?", (page,)).fetchone() is not None

    def count(self, rewriting: int, round_: int) -> int:
        """How many pages of this round were not asked for, by this rewriting."""
        return int(self._db.execute(f"select count(*) {_SETTLED}", (rewriting, REASON, round_)).fetchone()[0])

    def spared(self) -> list[str]:
        """The URLs of all pages that were not asked for, as twins of theirs were read."""
        return [url for (url,) in self._db.execute("select url from pages where state = 2 and reason = ?", (REASON,))]

    def ask(self, rewriting: int, round_: int, most: int) -> list[str]:
        """So many of them, spread as their fingerprints are, wait to be asked for all the same; gives their URLs."""
        query = f"select t.fingerprint, p.url {_SETTLED} order by t.fingerprint limit ?"
        found = self._db.execute(query, (rewriting, REASON, round_, most)).fetchall()
        for twin, _ in found:
            self._db.execute("update pages set state = 0, reason = null, article = 0 where fingerprint = ?", (twin,))
            self._db.execute("delete from twins where fingerprint = ?", (twin,))
        return [url for _, url in found]

    def give_back(self, rewriting: int) -> int:
        """No page is a twin by this rewriting; gives how many wait again."""
        return self._give_back("rewriting = ?", rewriting)

    def give_back_of(self, page: int) -> int:
        """No page is a twin of this one; gives how many wait again."""
        return self._give_back("page = ?", page)

    def _give_back(self, which: str, value: int) -> int:
        found = self._db.execute(
            f"""update pages set state = 0, reason = null, article = 0, round = (select max(number) from rounds)
            where state = 2 and reason = ? and fingerprint in (select fingerprint from twins where {which})""",  # noqa: S608 -- constants alone
            (REASON, value),
        ).rowcount
        self._db.execute(f"delete from twins where {which}", (value,))  # noqa: S608 -- constants alone
        return found

    def free(self, twin: bytes) -> None:
        """The URL with this fingerprint is no known twin; where it was found as one, it can be found anew."""
        self._db.execute("delete from twins where fingerprint = ?", (twin,))
        query = "update pages set article = 0, round = -1 where fingerprint = ? and state = 2 and reason = ?"
        self._db.execute(query, (twin, REASON))

    def keep_settled(self) -> None:
        """In a new round the twins of pages that were read are not asked for, just as the dataset's articles are not."""
        self._db.execute(
            f"""update pages set article = 1 where reason = ? and fingerprint in
            (select t.fingerprint from twins t join pages p on p.id = t.page where {_READ})""",  # noqa: S608 -- constants alone
            (REASON,),
        )

    def forget(self, pages: Mapping[int, bytes]) -> None:
        """Nothing is known of these pages (id → fingerprint) and their twins, nor of rewritings that may tell of single pages."""
        self._db.executemany("delete from twins where page = ? or fingerprint = ?", pages.items())
        self._db.execute("delete from rewritings where agreed < ?", (AGREEING,))
        self.moves.forget(AGREEING)


def _template(told: str) -> Template:
    return tuple(piece if isinstance(piece, str) else (int(piece[0]), int(piece[1])) for piece in json.loads(told))
