"""What cannot be read becomes a page with a fault, so that the run goes on and the dataset tells."""

from __future__ import annotations

from pathlib import Path

from pipelines.model import Capture, Page, Reason, Rejected

MAX_BODY = 16 << 20  # bytes of one page, decoded
NO_STATUS = 0  # of a page that no server answered


def named(path: Path) -> str:
    """The path as given, with `/`, as text that can be stored even where the file's name is not valid Unicode."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def fault(url: str, reason: Reason, detail: str, capture: Capture | None = None) -> Page:
    return Page(url, status=NO_STATUS, capture=capture, fault=Rejected(reason, detail, "source"))


def unreadable(path: Path, detail: str) -> Page:
    return fault(named(path), Reason.UNREADABLE, detail)


def too_large(url: str, capture: Capture | None = None) -> Page:
    return fault(url, Reason.TOO_LARGE, f"more than {MAX_BODY >> 20} MB", capture)


def why(error: Exception) -> str:
    """An error in words, without the path that it repeats."""
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
