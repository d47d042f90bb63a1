"""One writer at a time: locks that end with their holder, however that ends.

A writer holds `.lock`, and `.mending` with it. A reader that finds what a killed writer left takes `.mending` alone, for as
long as it mends: so no reader ever makes a writer give up.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from pipelines.dataset.places import LOCK, MENDING
from pipelines.errors import LockedError


@contextmanager
def held(root: Path, command: str, now: datetime) -> Iterator[None]:
    """The dataset is this process's to write, and tells so. Raises LockedError where it is another's."""
    path = root / LOCK
    with path.open("ab", buffering=0) as file, (root / MENDING).open("ab") as mending:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"another run is writing: {_holder(path)}", where=str(root), hint="wait for it, or end it"
            ) from None
        told = {"pid": os.getpid(), "host": platform.node(), "command": command, "since": now.isoformat()}
        with suppress(OSError):  # on a full disk the lock holds just as well
            file.truncate(0)
            file.write(f"{json.dumps(told)}\n".encode())
        fcntl.flock(mending, fcntl.LOCK_EX)
        yield


@contextmanager
def unwritten(root: Path) -> Iterator[bool]:
    """Whether no other process is writing; where True, none does until the end."""
    try:
        mending = (root / MENDING).open("ab")
    except OSError:  # not ours to write: nor to mend
        yield False
        return
    with mending:
        try:
            fcntl.flock(mending, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"taoxi {told['command']}, process {told['pid']} on {told['host']} since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "who, it does not tell"
