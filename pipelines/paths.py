"""Patterns of paths as RFC 9309 has them for robots.txt, and TDMRep for its locations."""

from __future__ import annotations

import re
from functools import lru_cache

ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def escaped(pattern: str) -> str:
    """The pattern with what is not ASCII percent-encoded, and escapes in upper case."""
    octets = pattern.encode("utf-8", "replace")  # JSON may hold half a character
    encoded = "".join(chr(octet) if octet < 0x80 else f"%{octet:02X}" for octet in octets)
    return ESCAPE.sub(lambda found: found[0].upper(), encoded)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> tuple[str, list[str], bool]:
    """The pattern's beginning, the pieces that follow in order, and whether it reaches to the end."""
    to_end = pattern.endswith("$")
    first, *rest = (pattern[:-1] if to_end else pattern).split("*")
    return first, rest, to_end


def fits(pattern: str, path: str) -> bool:
    """The path begins as the pattern says: * stands for anything, $ at its end for the end. In linear time."""
    first, rest, to_end = _compiled(pattern)
    if not path.startswith(first):
        return False
    if not rest:
        return not to_end or len(path) == len(first)
    at = len(first)
    for piece in rest[:-1] if to_end else rest:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not to_end or (path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= at)
