"""Downloads that end without a response, and what each is called in a capture."""

from __future__ import annotations

import asyncio

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

ERRORS: tuple[tuple[type[BaseException], str], ...] = (  # the first that fits names the failure
    (DownloadTimeoutError, "timeout"),
    (asyncio.TimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadCancelledError, "too large"),
    (ResponseDataLossError, "cut off"),
    (DownloadFailedError, "cut off"),
    (OSError, "connection"),
)


class FailedFetch(IgnoreRequest):
    """A request that is not sent, and is told as a failed fetch all the same: the page may be had another day."""


class AskAgain(Exception):
    """What came says nothing of the page or its host, and is not to be captured: the page is asked for once more."""


def reason_of(error: BaseException) -> str:
    """A short name for what went wrong."""
    if isinstance(error, IgnoreRequest):
        return str(error)
    if isinstance(error, DownloadFailedError) and "SSL" in str(error):
        return "tls"
    return next((name for kind, name in ERRORS if isinstance(error, kind)), type(error).__name__)
