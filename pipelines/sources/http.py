"""An HTTP response as captured becomes status, headers and a body free of transfer and content encodings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.sources.compression import undone

SEPARATE = frozenset(("x-robots-tag",))  # an agent's name in one is not for the next
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response as captured, free of transfer and content encodings."""

    status: int
    headers: dict[str, str]  # lower-case names; repeated ones joined by ", ", of SEPARATE by line breaks
    body: bytes
    whole: bool = True  # False: a content encoding breaks off in the middle


def response(block: bytes, limit: int) -> Response:
    """The response in a block of bytes; one without a status line is all body, status 200.

    Raises TooLarge where the decoded body has more than `limit` bytes.
    """
    status = _STATUS.match(block)
    if not status:
        return Response(200, {}, block)
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers = _headers(head)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    return Response(int(status[1]), headers, *plain(body, headers.get("content-encoding", ""), limit))


def plain(body: bytes, codings: str, limit: int) -> tuple[bytes, bool]:
    """The body without the content codings that its header names, and whether that is all of it.

    Raises TooLarge beyond `limit` bytes.
    """
    whole = True
    for coding in reversed(codings.lower().split(",")):
        body, all_came = undone(body, coding.strip(), limit)
        whole = whole and all_came
    return body, whole


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    last = ""
    for line in head.split(b"\n")[1:]:
        text = line.rstrip(b"\r").decode("latin-1")
        if text[:1] in {" ", "\t"} and last:  # a folded line goes on with the one before
            found[last] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        if colon and name.strip():
            last = name.strip().lower()
            joint = "\n" if last in SEPARATE else ", "
            found[last] = f"{found[last]}{joint}{value.strip()}" if last in found else value.strip()
    return found


def _dechunked(body: bytes) -> bytes:
    """The body without its chunk sizes; as it is where it has none. What follows a break is left out."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        start, length = size.end(), int(size[1], 16)
        if not length:
            break
        parts.append(body[start : start + length])
        at = start + length
        at += 2 if body.startswith(b"\r\n", at) else int(body.startswith(b"\n", at))
    return b"".join(parts) if parts or _CHUNK.match(body) else body
