"""Files that are whole whenever they are looked at, and still there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def synced(path: Path) -> None:
    """What was written to the file or folder survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """The file holds the text, whole: a reader sees what was there before, or this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    fresh.replace(path)
