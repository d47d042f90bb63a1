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
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.hosts import ASKED_AGAIN

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
FOR_GOOD = (IgnoreRequest, DownloadCancelledError)  # the page is not to be had: refused by us, or too large


class FailedFetch(IgnoreRequest):
    """A request that is not sent, and is told as a failed fetch all the same: the page may be had another day."""


class LedAway(IgnoreRequest):
    """A page leads to another site, where nobody goes."""


class AskAgain(Exception):
    """What came says nothing of the page or its host, and is not to be captured: the page is asked for once more."""


def reason_of(error: BaseException) -> str:
    """A short name for what went wrong."""
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(error)
    if isinstance(error, DownloadFailedError) and "SSL" in str(error):
        return "tls"
    return next((name for kind, name in ERRORS if isinstance(error, kind)), type(error).__name__)


def is_for_good(error: BaseException) -> bool:
    """A later run does not ask for the page again."""
    if isinstance(error, HttpError):
        return error.response.status not in ASKED_AGAIN
    return isinstance(error, FOR_GOOD) and not isinstance(error, FailedFetch)


def is_no_page(error: BaseException) -> bool:
    """The answer was that there is none: neither an error of a while nor a request that was never sent."""
    return is_for_good(error) and isinstance(error, (HttpError, LedAway))
