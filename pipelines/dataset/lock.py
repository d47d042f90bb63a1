"""One writer at a time: a lock that ends with its holder, however that ends."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from pipelines.errors import LockedError


@contextmanager
def held(path: Path, command: str, now: datetime) -> Iterator[None]:
    """The file is locked, and tells who holds it. Raises LockedError where another does."""
    with path.open("ab", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"another run is writing: {_holder(path)}", where=str(path.parent), hint="wait for it, or end it"
            ) from None
        told = {"pid": os.getpid(), "host": platform.node(), "command": command, "since": now.isoformat()}
        with suppress(OSError):  # on a full disk the lock holds just as well
            file.truncate(0)
            file.write(f"{json.dumps(told)}\n".encode())
        yield


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"taoxi {told['command']}, process {told['pid']} on {told['host']} since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "who, it does not tell"
