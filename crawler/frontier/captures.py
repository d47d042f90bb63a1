"""What the frontier remembers of capture files: up to which place all of a file's pages are known."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


class Captures:
    """The table of capture files in a frontier's database; what is changed is kept when the frontier commits."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._ids: dict[str, int] = dict(database.execute("select file, id from captures"))

    def __contains__(self, file: str) -> bool:
        return file in self._ids

    def id_of(self, file: str) -> int:
        """The file's id; one that is new is told."""
        if file not in self._ids:
            found = self._db.execute("insert into captures(file) values (?) returning id", (file,)).fetchone()
            self._ids[file] = found[0]
        return self._ids[file]

    def columns(self, capture: tuple[str, int] | None) -> tuple[int | None, int | None]:
        """The place of an answer (file, place) as tables have it."""
        return (self.id_of(capture[0]), capture[1]) if capture else (None, None)

    def known_to(self, file: str) -> int:
        """The place in the file up to which its pages are known."""
        row = self._db.execute("select place from captures where file = ?", (file,)).fetchone()
        return int(row[0]) if row else 0

    def tell_known(self, known_to: Mapping[str, int]) -> None:
        """The pages of these files are known up to these places."""
        for file, place in known_to.items():
            self._db.execute("update captures set place = ? where id = ?", (place, self.id_of(file)))

    def end(self, file: str, size: int) -> None:
        """Nothing is known behind the end of the file."""
        self._db.execute("update captures set place = min(place, ?) where file = ?", (size, file))
