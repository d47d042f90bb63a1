"""Scrapy's settings: polite, hardened defaults. `scrapy settings --get NAME` and `-s NAME=value` work as ever."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from scrapy.settings import default_settings

try:
    VERSION = version("taoxi")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0"

BOT_NAME = "taoxi"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"


def user_agent(contact: str) -> str:
    """Who asks, and how to reach them: `contact` is a URL or an e-mail address."""
    return f"taoxi/{VERSION} (+{contact or 'contact not given'})"


# --- ours ---------------------------------------------------------------------------------------------------------
TAOXI_DATASET = ""  # folder of a dataset: every response is written to its captures/; "" = nothing is captured
TAOXI_FRONTIER = ""  # URL of a Redis database: the crawl is shared with all who name it; "" = the dataset's own queue
TAOXI_RUN = ""  # the first part of the capture files' names; "" = the time of the start
TAOXI_SOFTWARE = f"taoxi/{VERSION}"
TAOXI_CAPTURE_ROTATE_BYTES = 1 << 30
TAOXI_CLEAN = True  # pages are cleaned as they come, for items and live counts; captures and rows are the same without
TAOXI_BROWSER = (
    ""  # "auto": pages that only scripts fill are rendered; "sources": all of sources with browser = true; "" = none
)
TAOXI_CHROMIUM = ""  # the program; "" = the system's
TAOXI_KEEP_OPTED_OUT = False  # bodies of responses marked noarchive, noai or TDM-reserved lie in the captures, too
TAOXI_ALLOW_PRIVATE = False  # loopback, intranet and link-local addresses
TAOXI_PROXY = ""  # URL of an HTTP proxy; the environment's proxies are not used
TAOXI_MAX_PAGES = 0  # responses but for redirects, robots.txt and "ask later"; 0 = no limit
TAOXI_RETRY_AFTER_TIMES = 3  # how often a URL is asked for again after a 503, and a robots.txt after a 429
TAOXI_RETRY_AFTER_DEFAULT = 10.0  # seconds, doubled each time, where the server tells none
TAOXI_LONGEST_WAIT = 300.0  # seconds; a run ends where all that is left has to wait longer
TAOXI_PAGES_PER_DAY = 0  # requests to a host a day (UTC), over all runs; 0 = no limit
TAOXI_TWINS = (
    True  # a page is asked for under one of the URLs that its site has for it, once the crawl has learned which
)
TAOXI_REVISITS = True  # a page that is due is asked for conditionally, and captured whole only where it has changed
TAOXI_REVISIT_DAYS = [1, 90]  # the shortest and the longest time between two visits of a page, unless its source tells
TAOXI_CRAWL_DELAY_MAX = 300.0  # seconds; a robots.txt that asks for more gets this

# --- who we are, and what we may ask for -----------------------------------------------------------------------------
USER_AGENT = user_agent("")
ROBOTSTXT_USER_AGENT = "taoxi"
ROBOTSTXT_OBEY = True
ROBOTSTXT_PARSER = "crawler.robots.Parser"
COOKIES_ENABLED = False
REFERER_ENABLED = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

# --- how fast: one request at a time and about one a second to a host, which the frontier sees to. AutoThrottle stays
# off: it would lower a delay that robots.txt asks for.
SCHEDULER = "crawler.frontier.scheduler.FrontierScheduler"
DOWNLOADER = "crawler.politeness.Downloader"
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # a page is one item; Scrapy starts this many tasks for each page
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.25  # the share by which a delay may be longer, never shorter
AUTOTHROTTLE_ENABLED = False
RETRY_TIMES = 1
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]

# --- how much --------------------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 16 << 20  # of what comes over the wire, and again of what it decompresses to
DOWNLOAD_WARNSIZE = 8 << 20
DOWNLOAD_FAIL_ON_DATALOSS = False  # what came is captured, marked as cut off
REDIRECT_MAX_TIMES = 10
DEPTH_LIMIT = 1_000  # a list may have so many pages, each found on the one before; what is endless is told by its yield
DEPTH_PRIORITY = 1  # breadth first
METAREFRESH_ENABLED = False  # the captured page tells it, and its target would be fetched before it is judged

# --- what may not happen ---------------------------------------------------------------------------------------------
DNS_RESOLVER = "crawler.guards.PublicResolver"
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawler.connections.DownloadHandler"),
}
HTTPPROXY_ENABLED = False  # switched on where TAOXI_PROXY is given
HTTPCACHE_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.guards.OffsiteMiddleware": 50,
    "crawler.guards.ForgottenGuard": 55,
    "crawler.guards.AddressGuard": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsTxtMiddleware": 100,
    "crawler.optouts.OptOuts": 110,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "crawler.browser.Browser": 540,
    "crawler.politeness.Patience": 550,
    "crawler.redirects.RedirectMiddleware": 600,
    "crawler.guards.ProxyMiddleware": 745,
    "crawler.politeness.Turn": 980,
    "crawler.limits.Limits": 990,
    "crawler.capture.CaptureMiddleware": 1000,
}
SPIDER_MIDDLEWARES = {  # requests come out of the frontier, never out of the spider
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
UNWANTED = ("scrapy.extensions.telnet.TelnetConsole", "scrapy.extensions.remote_control.RemoteControl")
# off as told above; naming them with None would load them, and what they need
EXTENSIONS_BASE = {name: order for name, order in default_settings.EXTENSIONS_BASE.items() if name not in UNWANTED}
EXTENSIONS = {
    "crawler.guards.ContentTypeGuard": 0,
    "crawler.politeness.CrawlDelay": 0,
}

LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.logs.LogFormatter"
STATS_CLASS = "crawler.stats.Stats"
FEED_EXPORT_ENCODING = "utf-8"
