"""The embedded demo site: made-up hosts served from loopback, deterministic from a seed, and its own truth to score by.

site = build_site()
with serve(site) as server:
    ...  # crawl site.start_urls through the HTTP proxy server.proxy_url
print(score(site, rows, server.log))
"""

from __future__ import annotations

from crawler.demo.model import Resource, Site, Truth
from crawler.demo.report import Report
from crawler.demo.score import DemoRows, score
from crawler.demo.server import Request, Server, serve
from crawler.demo.site import build_site

__all__ = ["DemoRows", "Report", "Request", "Resource", "Server", "Site", "Truth", "build_site", "score", "serve"]
