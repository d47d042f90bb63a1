"""JSON Lines: one object a line, `html` or `text` in it; and .json files that hold one object or a list of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipelines.model import Capture, Page, Reason
from pipelines.sources.compression import opened
from pipelines.sources.faults import MAX_BODY, fault, named, too_large, why
from pipelines.sources.rows import page_of

_MAX_LINE = 4 * MAX_BODY  # escapes make a line longer than its page
_BOM = b"\xef\xbb\xbf"


def pages(path: Path) -> Iterator[Page]:
    """A page a line, in order; a line that is no such object gives a page with a fault. Empty lines are passed over."""
    number = 0
    try:
        with opened(path) as stream:
            while line := stream.readline(_MAX_LINE):  # by b"\n" alone: U+2028 and the like are text
                number += 1
                short = line.endswith(b"\n") or len(line) < _MAX_LINE
                while not short:
                    rest = stream.readline(_MAX_LINE)
                    short = rest.endswith(b"\n") or len(rest) < _MAX_LINE
                    line = b""
                place = Capture(path.name, number)
                if not line:
                    yield too_large(f"{named(path)}#{number}", place)
                elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield _page(line.removeprefix(_BOM), f"{named(path)}#{number}", place)
    except (OSError, EOFError, zlib.error) as error:
        yield fault(named(path), Reason.DAMAGED, f"{why(error)} (after line {number})", Capture(path.name, number))


def document_pages(path: Path) -> Iterator[Page]:
    """The pages of a .json file: JSON Lines if its first line is an object, else one object or a list of them."""
    try:
        with opened(path) as stream:
            text = stream.read(_MAX_LINE + 1)
    except (OSError, EOFError, zlib.error) as error:
        yield fault(named(path), Reason.DAMAGED, why(error), Capture(path.name, 0))
        return
    if _is_object(text.partition(b"\n")[0].removeprefix(_BOM)) or not text.strip():
        yield from pages(path)
    elif len(text) > _MAX_LINE:
        yield too_large(named(path), Capture(path.name, 0))
    else:
        yield from _document(text.removeprefix(_BOM), path)


def _document(text: bytes, path: Path) -> Iterator[Page]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield fault(named(path), Reason.UNREADABLE, why(error), Capture(path.name, 0))
        return
    for number, row in enumerate(told if isinstance(told, list) else [told], start=1):
        place, name = Capture(path.name, number), f"{named(path)}#{number}"
        if isinstance(row, dict):
            yield page_of(row, name, place)
        else:
            yield fault(name, Reason.UNREADABLE, f"item {number}: a JSON object is expected", place)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _page(line: bytes, name: str, place: Capture) -> Page:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return fault(name, Reason.UNREADABLE, f"line {place.offset}: {why(error)}", place)
    if not isinstance(row, dict):
        return fault(name, Reason.UNREADABLE, f"line {place.offset}: one JSON object a line is expected", place)
    return page_of(row, name, place)
