"""Where a crawl may not go: other sites, private addresses, and bodies that hold no page.

A private address is refused twice: `AddressGuard` looks a host up before its request, and tells; `PublicResolver` is
what connections get their address from, so that a name that changes it meanwhile (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware as ScrapyOffsiteMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http import Headers
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.discovery.lists import may_be_list
from crawler.frontier.lease import LEASE, PART_OF_PAGE
from crawler.links import Hosts, normal
from crawler.optouts import POLICY
from pipelines.dataset import tombstones
from pipelines.errors import ConfigurationError

logger = logging.getLogger(__name__)
ANY_HOST = frozenset((PART_OF_PAGE, POLICY, "dont_obey_robotstxt"))  # names in request.meta; the last is of robots.txt
AROUND_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))  # NAT64, RFC 4291, SIIT
NO_PAGE = ("image/", "video/", "audio/", "font/")  # bodies that are not fetched
_APPLICATIONS = """pdf zip gzip x-gzip x-tar x-rar-compressed vnd.rar x-7z-compressed octet-stream java-archive msword
    x-shockwave-flash vnd.android.package-archive x-msdownload vnd.ms-excel vnd.ms-powerpoint font-woff javascript
    x-javascript"""
NO_PAGE_APPLICATIONS = frozenset(f"application/{name}" for name in _APPLICATIONS.split())


def is_private(address: str) -> bool:
    """The address is not one of the public internet: loopback, intranet, link-local (cloud metadata), reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        around = any(ip in network for network in AROUND_IPV4)
        inside = ip.ipv4_mapped or ip.sixtofour or (around and ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if inside:
            return is_private(str(inside))
        if ip.is_site_local:  # fec0::/10
            return True
    return not ip.is_global or ip.is_multicast


def check_public(urls: list[str]) -> None:
    """Every URL's host is public or does not resolve; else ConfigurationError."""
    for url in urls:
        host = urlsplit(normal(url) or url).hostname or ""
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            continue
        if private := [str(entry[4][0]) for entry in found if is_private(str(entry[4][0]))]:
            raise ConfigurationError(
                f"{host} is at the private address {private[0]}",
                where=url,
                hint="--allow-private permits loopback and intranet addresses",
            )


class OffsiteMiddleware(ScrapyOffsiteMiddleware):
    """Only the hosts that the spider allows; a port that is given counts. What a host says of robots may lie on any.

    So may a sitemap: one on another host waits in the queue only where an allowed host's robots.txt named it.
    """

    def spider_opened(self, spider: Spider) -> None:
        """Nothing to prepare: `Hosts` is asked each time."""

    def should_follow(self, request: Request, spider: Spider) -> bool:
        hosts = getattr(spider, "hosts", None)
        if not isinstance(hosts, Hosts) or hosts.allows(request.url) or not ANY_HOST.isdisjoint(request.meta):
            return True
        return LEASE in request.meta and may_be_list(request.url)


def permits_private(settings: BaseSettings) -> bool:
    """Private addresses are allowed, or a proxy resolves names for us."""
    return settings.getbool("TAOXI_ALLOW_PRIVATE") or bool(settings.get("TAOXI_PROXY"))


class PublicResolver(CachingThreadedResolver):
    """The one place where a connection's address comes from: literals and names; a private one is not given out."""

    permits_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.permits_private = permits_private(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        found = super().getHostByName(name, timeout)
        return found if self.permits_private else found.addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if is_private(address):
            logger.warning(f"{name} is at the private address {address}: no connection")
            raise DNSLookupError(f"{name} is at the private address {address}")
        return address


class ForgottenGuard:
    """A page that the dataset was told to forget is not fetched again, wherever a link or redirect to it comes from."""

    def __init__(self, crawler: Crawler) -> None:
        dataset = crawler.settings.get("TAOXI_DATASET")
        self.forgotten = tombstones.read(Path(dataset)) if dataset else None
        if not self.forgotten:
            raise NotConfigured("nothing was forgotten")
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if self.forgotten and self.forgotten.page(request.url):
            self.crawler.stats.inc_value("taoxi/forgotten")
            raise IgnoreRequest("the dataset was told to forget this page")


class AddressGuard:
    """A request to a private address is refused, unless TAOXI_ALLOW_PRIVATE or a proxy resolves names for us."""

    def __init__(self, crawler: Crawler) -> None:
        if permits_private(crawler.settings):
            raise NotConfigured("private addresses are allowed")
        self.crawler = crawler
        self.private: dict[str, str | None] = {}  # host → its private address

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if host not in self.private:
            self.private[host] = await _private_address(host)
        if address := self.private[host]:
            self.crawler.stats.inc_value("taoxi/private_address")
            raise IgnoreRequest(f"{host} is at the private address {address}")


async def _private_address(host: str) -> str | None:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None  # the download will say so
    return next((str(entry[4][0]) for entry in found if is_private(str(entry[4][0]))), None)


class ProxyMiddleware:
    """Every request goes through TAOXI_PROXY."""

    def __init__(self, crawler: Crawler) -> None:
        self.proxy = crawler.settings.get("TAOXI_PROXY")
        if not self.proxy:
            raise NotConfigured("no TAOXI_PROXY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.meta.setdefault("proxy", self.proxy)


class ContentTypeGuard:
    """Of images, archives, scripts … the headers are captured, and the body is not fetched."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self._headers_received, signal=signals.headers_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _headers_received(self, headers: Headers, request: Request) -> None:
        # a packed sitemap: links to other archives are never requested
        if (
            PART_OF_PAGE not in request.meta
            and not request.url.endswith(("/robots.txt", ".gz"))
            and holds_no_page((headers.get("Content-Type") or b"").decode("latin-1"))
        ):
            raise StopDownload(fail=False)


def holds_no_page(content_type: str) -> bool:
    """A body of this type is never a page."""
    media = content_type.partition(";")[0].strip().lower()
    return media.startswith(NO_PAGE) or media in NO_PAGE_APPLICATIONS
