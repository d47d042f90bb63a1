"""A header whose name no standard allows costs itself, as in browsers, and not the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from twisted.web._newclient import HTTPClientParser
from twisted.web.http_headers import InvalidHeaderName

_received: Callable[[HTTPClientParser, bytes, bytes], None] = HTTPClientParser.headerReceived


def _tolerant(parser: HTTPClientParser, name: bytes, value: bytes) -> None:
    with suppress(InvalidHeaderName):
        _received(parser, name.strip(), value)


def tolerate_odd_names() -> None:
    """Twisted's parser, which has no setting for it, reads `Name : value` and passes over names in Chinese and empty ones."""
    HTTPClientParser.headerReceived = _tolerant  # type: ignore[assignment, method-assign]  # its protocol names the class
