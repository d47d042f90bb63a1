"""A redirect leads where browsers go; one that leads nowhere, to itself or to another site is an answer and no more."""

from __future__ import annotations

import logging
from functools import cached_property

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.discovery.lists import may_be_list
from crawler.failures import LedAway
from crawler.frontier.lease import LEASE
from crawler.links import Hosts, host_of, redirected

logger = logging.getLogger(__name__)


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, with the target read as browsers read it.

    Cookies are not kept, so a page that redirects to itself would do so for ever. A robots.txt may lie on another site.
    """

    @cached_property
    def led_away(self) -> dict[str, str]:
        """Starts that redirect to another site, and where to."""
        return {}

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        location = response.headers.get("Location")
        if location is None or not 300 <= response.status < 400:
            return response
        target = redirected(request.url, location.decode("latin-1"))
        if target is None:
            return response
        if target == request.url.partition("#")[0]:
            raise IgnoreRequest("redirects to itself")
        if LEASE in request.meta and not self._allows(target, request.url):
            if request.url in getattr(self.crawler.spider, "start_urls", ()):
                self.led_away[request.url] = target
            logger.warning(f"{request.url} redirects to another site: to go there, add --start {target}")
            raise LedAway(f"redirects to another site: {target}")
        headers = response.headers.copy()
        headers["Location"] = target
        return super().process_response(request, response.replace(headers=headers))

    def _allows(self, url: str, before: str) -> bool:
        hosts = getattr(self.crawler.spider, "hosts", None)
        within = host_of(url) == host_of(before) and may_be_list(url)  # a sitemap elsewhere, to which robots.txt led
        return not isinstance(hosts, Hosts) or hosts.allows(url) or within
