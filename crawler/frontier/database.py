"""The frontier's file: an SQLite database of this version's tables, and what is said where it cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

from crawler.frontier import due, twins
from pipelines.errors import ConfigurationError, TaoxiError

FILE = "frontier.sqlite"
CACHE_KIB = 32 << 10  # of pages of the database that SQLite holds in memory
VERSION = 4  # 1: without visits; 2: without twins; 3: without when a host was asked

_SCHEMA = """
create table hosts(
    id integer primary key,
    name text not null unique,
    crawl_delay real not null default 0,
    held_until real not null default 0,
    failures integer not null default 0,
    day integer not null default 0,
    spent integer not null default 0,
    sent real not null default 0
);
create table pages(
    id integer primary key,
    fingerprint blob not null unique,
    url text not null,
    host integer not null references hosts(id),
    state integer not null,
    priority integer not null,
    depth integer not null,
    parent integer,
    round integer not null,
    redirects integer not null default 0,
    tries integer not null default 0,
    article integer not null default 0,
    reason text,
    retry_at real,
    capture integer,
    place integer
);
create index queue on pages(host, priority desc, id) where state = 0;
create index leases on pages(id) where state = 1;
create index failures on pages(retry_at) where state = 3;
create table captures(id integer primary key, file text not null unique, place integer not null default 0);
create table parts(fingerprint blob primary key, article text not null) without rowid;
create table rounds(number integer primary key, run text not null unique, due integer not null default 0);
"""
_SENT = "alter table hosts add column sent real not null default 0;"
_STEPS = {  # from a version to this one; 0 is an empty file
    0: _SCHEMA + due.SCHEMA + twins.SCHEMA,
    1: due.SCHEMA + due.OLDER + twins.SCHEMA + _SENT,
    2: twins.SCHEMA + _SENT,
    3: _SENT,
    VERSION: "",
}


def opened(path: Path | None) -> sqlite3.Connection:
    """The database at `path`, its tables laid out as this version has them; without one, a temporary one."""
    database = sqlite3.connect(str(path) if path else "", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = wal", "synchronous = normal", f"cache_size = -{CACHE_KIB}"):
        database.execute(f"pragma {pragma}")
    (found,) = database.execute("pragma user_version").fetchone()
    if found not in _STEPS:
        raise sqlite3.DatabaseError(f"it was written by another version of taoxi ({found}, not {VERSION})")
    if steps := _STEPS[found]:
        database.executescript(f"begin; {steps} pragma user_version = {VERSION}; commit;")
    return database


def is_damage(error: Exception | None) -> TypeGuard[sqlite3.DatabaseError]:
    """The file itself is at fault, not a full disk, a lock or a folder that may not be written to."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)


def unreadable(error: sqlite3.Error, path: Path | None) -> TaoxiError:
    """What SQLite says of the frontier's file, and what to do."""
    if not is_damage(error):
        return TaoxiError(f"could not be opened: {error}", where=str(path))
    hint = "move the file away: the crawl then goes on from its captures"
    return ConfigurationError(f"cannot be read: {error}", where=str(path), hint=hint)


@contextmanager
def told_of(path: Path | None) -> Iterator[None]:
    """What goes wrong with the frontier's file is told as `unreadable` has it."""
    try:
        yield
    except sqlite3.Error as error:
        raise unreadable(error, path) from error
