"""A dataset's own documentation, made anew after each commit: README.md (card, dictionary) and croissant.json."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipelines.dataset.card import MARK, card
from pipelines.dataset.croissant import croissant
from pipelines.dataset.places import TEMPORARY
from pipelines.dataset.reading import Version

CARD, CROISSANT = "README.md", "croissant.json"


def document(version: Version) -> list[Path]:
    """The dataset's folder holds the version's documentation; gives the files that were written.

    A card that somebody else wrote is left alone. On a full disk those before stay: the next commit makes them anew. The
    dataset is to be locked.
    """
    written: list[Path] = []
    with suppress(OSError):
        for path, make in ((version.root / CARD, card), (version.root / CROISSANT, croissant)):
            if path.name == CARD and _is_foreign(path):
                continue
            _put(path, make(version))
            written.append(path)
    return written


def _is_foreign(path: Path) -> bool:
    return path.exists() and MARK not in path.read_text(encoding="utf-8", errors="replace")


def _put(path: Path, text: str) -> None:
    """The file holds the text: a reader sees the old one or the new one."""
    fresh = path.with_name(f"{TEMPORARY}{path.name}")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(path)
