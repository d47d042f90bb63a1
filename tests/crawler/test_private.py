"""No way leads to a private address: each is tried, and every connection of the process is watched by an audit hook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.fetch import fetch
from pipelines.errors import ConfigurationError, TaoxiError
from tests.crawler.loopback import serving

PRIVATE = """127.0.0.1 127.9.9.9 10.0.0.1 172.16.5.5 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1
    255.255.255.255 198.18.0.1 192.0.2.1 240.0.0.1""".split()
WRITTEN = """127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 localhost 127.0.0.1. [::1]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::] [fe80::1] [fc00::1] [64:ff9b::7f00:1] 169.254.169.254 10.0.0.1""".split()

# names are looked up here: in-N.test is private at once, re-N.test only when it comes to the connection
SCRIPT = """
import json, socket, sys
private, urls, allowed = json.loads(sys.argv[1])
connected = []
sys.addaudithook(lambda event, told: event == "socket.connect" and connected.append(repr(told[1])))
real_addresses, real_name = socket.getaddrinfo, socket.gethostbyname

def address(name, public):
    kind, _, number = name.removesuffix(".test").partition("-")
    return public if kind == "re" else private[int(number)]

def getaddrinfo(host, port, *rest, **more):
    if isinstance(host, str) and host.endswith(".test"):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address(host, "8.8.8.8"), port or 0))]
    return real_addresses(host, port, *rest, **more)

def gethostbyname(name):
    return address(name, private[0]) if name.endswith(".test") else real_name(name)

socket.getaddrinfo, socket.gethostbyname = getaddrinfo, gethostbyname
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.setdict({"DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR", "RETRY_TIMES": 0,
    "TAOXI_ALLOW_PRIVATE": allowed}, priority="cmdline")
process = AsyncCrawlerProcess(settings)
crawler = process.create_crawler("advice")
process.crawl(crawler, start=urls)
process.start()
print(json.dumps(connected))
"""


def connections(root: Path, urls: list[str], *, allowed: bool = False) -> list[str]:
    """The addresses that a crawl of these URLs connects to."""
    command = [sys.executable, "-c", SCRIPT, json.dumps([PRIVATE, urls, allowed])]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    connected: list[str] = json.loads(done.stdout)
    return connected


def test_no_request_of_a_crawl_connects_to_a_private_address(root: Path) -> None:
    hosts = [f"{kind}-{n}.test" for kind in ("in", "re") for n in range(len(PRIVATE))] + WRITTEN
    assert len(hosts) > 40
    assert connections(root, [f"http://{host}:8080/" for host in hosts]) == []


def test_the_hook_sees_connections(root: Path) -> None:
    """Else the test above would say nothing."""
    with serving() as site:
        assert connections(root, [f"{site.url}/"], allowed=True)


def test_a_page_asked_for_by_hand_neither() -> None:
    with serving() as site:
        site.page("/a", b"<p>inside")
        with pytest.raises(ConfigurationError, match="private address"):
            fetch(f"{site.url}/a")
        for host in WRITTEN:
            with pytest.raises(TaoxiError):
                fetch(f"http://{host}:{site.port}/a", timeout=2)
        assert site.asked == []
