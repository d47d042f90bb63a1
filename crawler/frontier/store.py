"""The frontier on disk: a crawl's pages and hosts in one SQLite database.

A page is queued, leased, done or failed. All changes go into an open transaction; `commit` ends it, after the captures
that it speaks of are safe on disk. A killed process loses the open transaction and nothing else: what it had leased is
queued again when the next one begins, and captures that the tables do not know yet are read again (`recovery`).

The seen-set is the index over fingerprints (BLAKE2b, 128 bits), so memory does not grow with the number of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crawler.frontier import due, twins
from crawler.frontier.captures import Captures
from crawler.frontier.database import opened, told_of
from crawler.frontier.due import DAY, Visit
from crawler.frontier.model import ANYWHERE, Found, Host, Known, State, Waiting, fingerprint, portions
from crawler.yields import LATER

BEHIND = -LATER // 2  # the priority below which pages wait behind everything else of their host
_VISITED = "exists (select 1 from visits v where v.fingerprint = p.fingerprint)"
_WANTED_WHOLE = "exists (select 1 from visits v where v.fingerprint = p.fingerprint and v.whole)"


class Store:
    """The tables in the file at `path`; without one, in a temporary file that goes with the process.

    Raises ConfigurationError where the file is no frontier, TaoxiError where it cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.changes = 0  # since the last commit
        self._parent: tuple[int | None, str | None] = None, None  # a page's id and URL
        with told_of(path):
            self._db = opened(path)
            self.visits = due.Visits(self._db)
            self.twins = twins.Twins(self._db)
            self._captures = Captures(self._db)
            self.round: int = self._one("select coalesce(max(number), 0) from rounds")
            self.due = bool(self._one("select coalesce(max(due), 0) from rounds where number = ?", (self.round,)))
            self._hosts = self._read_hosts()
            self._db.execute("begin")

    @property
    def where(self) -> str:
        """The file, for messages."""
        return str(self.path)

    def _one(self, query: str, values: Sequence[object] = ()) -> int:
        return int(self._db.execute(query, values).fetchone()[0])

    def _read_hosts(self) -> dict[str, Host]:
        return {row[1]: Host(*row) for row in self._db.execute("select * from hosts order by id")}

    # --- what is known ------------------------------------------------------------------------------------------------

    def host(self, name: str) -> Host:
        """The host of this name; one that is new is told."""
        if name not in self._hosts:
            found = self._db.execute("insert into hosts(name) values (?) returning id", (name,)).fetchone()
            self._hosts[name] = Host(found[0], name)
        return self._hosts[name]

    def queued(self) -> dict[str, int]:
        """Hosts with pages that wait, and how many."""
        query = "select h.name, count(*) from pages p join hosts h on h.id = p.host where p.state = 0 group by p.host"
        return dict(self._db.execute(query))

    def count(self, state: State) -> int:
        """The number of pages in a state."""
        return self._one("select count(*) from pages where state = ?", (state,))

    def fresh(self, urls: Iterable[str]) -> list[str]:
        """Those of the URLs that this round may ask for, in their order: not asked for yet, and no known article.

        A round of what is due asks for no page that was ever visited.
        """
        wanted = {fingerprint(url): url for url in urls}
        for some in portions(list(wanted)):
            marks = ",".join("?" * len(some))
            query = (
                f"select fingerprint from pages p where fingerprint in ({marks})"  # noqa: S608 -- question marks alone
                f" and (round >= ? or article or state < 2 or (? and {_VISITED}))"
            )
            for (known,) in self._db.execute(query, (*some, self.round, self.due)):
                del wanted[known]
        return list(wanted.values())

    def known(self, url: str) -> Known | None:
        """What is known of a URL's page; None where nothing is."""
        query = """select p.id, p.state, p.depth, c.file, p.place, p.reason from pages p left join captures c on c.id = p.capture
            where p.fingerprint = ?"""
        for page, state, depth, file, place, reason in self._db.execute(query, (fingerprint(url),)):
            return Known(page, State(state), depth, (file, place) if file else None, reason or "")
        return None

    def read_pages(self) -> int:
        """How many pages of this round were answered, redirects left out."""
        query = """select count(*) from pages where round = ? and state = 2 and capture is not null
            and (reason is null or reason like 'status %')"""
        return self._one(query, (self.round,))

    # --- changes ------------------------------------------------------------------------------------------------------

    def add(self, found: Found, *, again: bool = False) -> Waiting | None:
        """The URL is queued: one that is new, or that an earlier round asked for; None where it was not to be.

        A known article is not, unless `again`, nor in a round of what is due a page that was visited. One that has to be
        captured whole is in any case.
        """
        self.changes += 1
        host = self.host(found.host)
        values = (fingerprint(found.url), found.url, host.id, found.priority, found.depth, found.parent)
        row = self._db.execute(
            f"""insert into pages as p(fingerprint, url, host, priority, depth, parent, round, redirects, state)
            values (?, ?, ?, ?, ?, ?, ?, ?, 0)
            on conflict(fingerprint) do update set state = 0, host = excluded.host, priority = excluded.priority,
                depth = excluded.depth, parent = excluded.parent, round = excluded.round, redirects = excluded.redirects,
                tries = 0, reason = null, retry_at = null
            where p.state >= 2 and ((p.round < excluded.round and (not p.article or ?) and not (? and {_VISITED}))
                or {_WANTED_WHOLE})
            returning id""",  # noqa: S608 -- constants alone
            (*values, self.round, found.redirects, again, self.due),
        ).fetchone()
        if row is None:
            return None
        parent = self._url_of(found.parent)
        return Waiting(row[0], found.url, found.host, found.priority, found.depth, found.redirects, 0, parent)

    def _url_of(self, page: int | None) -> str | None:
        """The URL of a page. The last one is remembered: a page's links are added one after the other."""
        if page != self._parent[0]:
            row = self._db.execute("select url from pages where id = ?", (page,)).fetchone()
            self._parent = (page, row[0]) if row else (None, None)
        return self._parent[1]

    def first(self, host: Host, most: int) -> list[Waiting]:
        """The host's queued pages that go first."""
        query = """select p.id, p.url, p.priority, p.depth, p.redirects, p.tries, q.url from pages p
            left join pages q on q.id = p.parent
            where p.host = ? and p.state = 0 order by p.priority desc, p.id limit ?"""
        rows = self._db.execute(query, (host.id, most))
        return [Waiting(row[0], row[1], host.name, *row[2:]) for row in rows]

    def lease(self, page: int) -> bool:
        """The page is under way."""
        self._change("update pages set state = 1 where id = ?", page)
        return True

    def requeue(self, page: int, priority: int, tries: int) -> None:
        """The page waits again."""
        self._change("update pages set state = 0, priority = ?, tries = ? where id = ?", priority, tries, page)

    def reorder(self, priorities: Mapping[str, int]) -> set[str]:
        """Those of the URLs that are queued, but not behind everything else, have these priorities; gives their hosts."""
        self.changes += len(priorities)
        names = {host.id: host.name for host in self._hosts.values()}
        query = "update pages set priority = ? where fingerprint = ? and state = 0 and priority > ? returning host"
        rows = (
            self._db.execute(query, (first, fingerprint(url), BEHIND)).fetchone() for url, first in priorities.items()
        )
        return {names[row[0]] for row in rows if row}

    def done(self, page: int, capture: tuple[str, int] | None, reason: str | None = None) -> None:
        """The page was answered, and the answer lies at `capture` (file, place)."""
        file, place = self._captures.columns(capture)
        query = "update pages set state = 2, reason = ?, retry_at = null, capture = ?, place = ? where id = ?"
        self._change(query, reason, file, place, page)

    def fail(self, page: int, reason: str, retry_at: float | None, capture: tuple[str, int] | None = None) -> None:
        """The page could not be had; a run after `retry_at` asks for it again, None: only where a link leads there."""
        file, place = self._captures.columns(capture)
        query = "update pages set state = 3, reason = ?, retry_at = ?, capture = ?, place = ? where id = ?"
        self._change(query, reason, retry_at, file, place, page)

    def _change(self, query: str, *values: object) -> None:
        self.changes += 1
        self._db.execute(query, values)

    def visit(self, url: str) -> Visit | None:
        """The last visit of the URL's page."""
        return self.visits.of(fingerprint(url))

    def visited(self, url: str, visit: Visit, capture: tuple[str, int] | None) -> None:
        """The page was visited; `capture`: where the answer lies that was captured whole, None where it was not."""
        self.changes += 1
        file, place = self._captures.columns(capture)
        self.visits.keep(fingerprint(url), replace(visit, capture=file, place=place) if capture else visit)

    def want_whole(self, url: str) -> None:
        """In a round of what is due the page is captured whole, where it was visited and this round has not done so."""
        if self.due:
            self.changes += 1
            self.visits.want_whole(fingerprint(url), self.round)

    def tell_part(self, url: str, article: str) -> None:
        """The page at `url` is a part of this article; who tells first is believed."""
        self._change("insert or ignore into parts values (?, ?)", fingerprint(url), article)

    def article_of(self, url: str) -> str | None:
        """The article that the page at `url` was told to be a part of."""
        row = self._db.execute("select article from parts where fingerprint = ?", (fingerprint(url),)).fetchone()
        return row[0] if row else None

    def save(self, host: Host) -> None:
        """How the host is to be treated is remembered."""
        query = """update hosts set crawl_delay = ?, held_until = ?, failures = ?, day = ?, spent = ?, sent = ?
            where id = ?"""
        self._change(query, host.crawl_delay, host.held_until, host.failures, host.day, host.spent, host.sent, host.id)

    def commit(self, known_to: Mapping[str, int] | None = None) -> None:
        """All changes are kept; `known_to` tells of capture files up to which place the tables know their pages."""
        self._captures.tell_known(known_to or {})
        self._db.execute("commit")
        self._db.execute("begin")
        self.changes = 0

    def close(self) -> None:
        """The file is closed; changes that are not committed are lost."""
        if self._db.in_transaction:
            self._db.execute("rollback")
        self._db.close()

    def forget(self, gone: Callable[[str, tuple[str, int] | None], bool]) -> int:
        """No page is known whose URL and capture are `gone`, nor what they were parts of; gives how many were.

        All changes are kept, and once the file is closed no byte of it tells of them.
        """
        query = """select p.id, p.fingerprint, p.url, c.file, p.place, w.file, v.place from pages p
            left join captures c on c.id = p.capture left join visits v on v.fingerprint = p.fingerprint
            left join captures w on w.id = v.capture"""
        pages = {
            page: mark
            for page, mark, url, file, place, whole_file, whole_place in self._db.execute(query)
            if gone(url, (file, place) if file else None) or (whole_file and gone(url, (whole_file, whole_place)))
        }
        told = self._db.execute("select distinct article from parts").fetchall()
        self._parent = None, None
        self.visits.forget(pages.values())
        self.twins.forget(pages)
        for query, values in (
            ("delete from parts where fingerprint = ?", pages.values()),
            ("delete from parts where article = ?", [article for (article,) in told if gone(article, None)]),
            ("delete from pages where id = ?", pages),
        ):
            self._db.executemany(query, ((value,) for value in values))
        self._db.execute("commit")
        self._db.execute("vacuum")  # deleting leaves texts in free pages
        self._db.execute("begin")
        return len(pages)

    # --- the beginning of a run -------------------------------------------------------------------------------------

    def recover(self, now: float) -> int:
        """Nothing is leased, and what failed and may be asked for again is queued; gives how many were leased.

        What a clock that was ahead has left behind holds nothing up: no host and no page is put off for more than a day.
        """
        leased = self._db.execute("update pages set state = 0 where state = 1").rowcount
        self.twins.release()
        self._db.execute(
            "update pages set state = 0, tries = 0, reason = null where state = 3 and (retry_at <= ? or retry_at > ?)",
            (now, now + DAY),
        )
        self._db.execute(
            "update hosts set held_until = min(held_until, ?), day = min(day, ?), sent = min(sent, ?)",
            (now + DAY, int(now // DAY), now),
        )
        self._hosts = self._read_hosts()
        return leased

    def was_killed(self, now: float) -> None:
        """Hosts with a Crawl-delay may have been asked just now: what happened last was not written any more."""
        self._db.execute("update hosts set sent = ? where crawl_delay > 0", (now,))

    def begin_round(
        self, run: str, *, keep_queue: bool = True, articles: Iterable[str] = (), due_until: float | None = None
    ) -> None:
        """The round of this run: each page may be asked for again, but not the `articles`; a known run goes on.

        Without `keep_queue` nothing waits. With `due_until` the round asks for what is due until then, and for pages that
        were never visited.
        """
        if self._one("select count(*) from rounds where run = ?", (run,)):
            return
        self.round += 1
        self.due = due_until is not None
        self._db.execute("insert into rounds values (?, ?, ?)", (self.round, run, self.due))
        if not keep_queue:
            self._db.execute("update pages set state = 3, reason = 'not asked for', retry_at = null where state = 0")
            self._db.execute("update pages set retry_at = null where state = 3")
        if due_until is None:
            self.visits.give_back()
        else:
            self.visits.queue(due_until, self.round)
        self._db.execute("update pages set article = 0 where article")
        home = None
        for url in articles:
            home = home or self.host("")  # of articles that this frontier has not met; `add` tells them their own
            self._db.execute(
                """insert into pages(fingerprint, url, host, state, priority, depth, round, article)
                values (?, ?, ?, 2, 0, 0, 0, 1) on conflict(fingerprint) do update set article = 1""",
                (fingerprint(url), url, home.id),
            )
        self.twins.keep_settled()

    def known_to(self, file: str) -> int:
        """The place in a capture file up to which its pages are known."""
        return self._captures.known_to(file)

    def forget_beyond(self, file: str, size: int) -> int:
        """Pages whose capture lay behind the end of a file are queued again; gives how many."""
        self._captures.end(file, size)
        return self.forget_between(file, size, ANYWHERE)

    def forget_between(self, file: str, start: int, end: int) -> int:
        """Pages whose capture lay in a stretch of a file are queued again; gives how many."""
        if file not in self._captures:
            return 0
        stretch = self._captures.id_of(file), start, end
        self.visits.forget_between(*stretch)
        query = (
            "update pages set state = 0, capture = null, place = null where capture = ? and ? <= place and place < ?"
        )
        return self._db.execute(query, stretch).rowcount
