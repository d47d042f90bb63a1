"""The chain of downloader middlewares, with less around each of its links."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.http import Response
from scrapy.utils.defer import ensure_awaitable


class Chain(DownloaderMiddlewareManager):
    """Scrapy's own, for each page of which it makes two dozen coroutines that wait for nothing, and as many names.

    Here what a middleware gives is awaited where it has to be; all else is as Scrapy has it, which also checks the answers.
    """

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            given = self._handle_mw_method(method, request=request)
            if given is not None and not isinstance(given, (Response, Request)):
                given = await ensure_awaitable(given)
            if given is not None:
                return _checked(given, method)
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        for method in self.methods["process_response"] if isinstance(response, Response) else ():
            assert method is not None
            given = self._handle_mw_method(method, request=request, response=response)
            if not isinstance(given, (Response, Request)):
                given = await ensure_awaitable(given)
            response = _checked(given, method)
            if isinstance(response, Request):
                break
        return response


def _checked(given: Any, method: Callable[..., Any]) -> Response | Request:
    if isinstance(given, (Response, Request)):
        return given
    raise TypeError(f"{method.__qualname__} must give a Response or a Request, not {type(given)}")
