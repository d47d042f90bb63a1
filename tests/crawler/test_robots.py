"""robots.txt that is broken, missing, slow to come, or in another encoding, as a crawl meets it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from pipelines.model import Reason
from pipelines.sources import read
from tests.crawler.loopback import Answer, Command, Site, serving

FAST = ("--allow-private", "--delay", "0")
PLAIN = {"Content-Type": "text/plain"}
RULES = "# 规则\nUser-agent: *\nDisallow: /private/\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.index("/", "/a/1.html", "/private/2.html")
        running.article("/a/1.html")
        running.article("/private/2.html")
        yield running


def failures(crawl: Command) -> dict[str, str]:
    """The failed fetches of the captures: URL → reason."""
    pages = read(sorted((crawl.dataset / "captures").glob("*.warc.gz")))
    return {page.url: page.fault.detail for page in pages if page.fault and page.fault.reason is Reason.FETCH_FAILED}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_host_that_does_not_give_its_robots_txt_is_left_alone(site: Site, crawl: Command, status: int) -> None:
    site.page("/robots.txt", b"sorry", status=status, headers={"Retry-After": "0"})
    done = crawl("--start", f"{site.url}/", *FAST)
    assert done.returncode == 1
    assert set(site.paths) == {"/robots.txt"}
    host = f"127.0.0.1:{site.port}"
    assert f"{host} was not crawled: its robots.txt could not be had (status {status})" in done.stderr
    assert failures(crawl) == {f"{site.url}/": f"robots.txt unreachable: status {status}"}


def test_no_answer_at_all_closes_the_host(crawl: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = crawl("--start", f"http://127.0.0.1:{port}/", *FAST, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["closed_hosts"] == {f"127.0.0.1:{port}": "refused"}
    assert failures(crawl) == {
        f"http://127.0.0.1:{port}/robots.txt": "refused",
        f"http://127.0.0.1:{port}/": "robots.txt unreachable: refused",
    }


def test_a_robots_txt_that_comes_at_the_second_time_of_asking_is_obeyed(site: Site, crawl: Command) -> None:
    site.routes["/robots.txt"] = lambda before: Answer(RULES.encode(), 200 if before else 500, PLAIN)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert site.paths == ["/robots.txt", "/robots.txt", "/", "/a/1.html"]


@pytest.mark.parametrize("status", [401, 404, 410])
def test_without_a_robots_txt_everything_is_allowed(site: Site, crawl: Command, status: int) -> None:
    site.page("/robots.txt", RULES.encode(), status=status)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert set(site.paths) == {"/robots.txt", "/", "/a/1.html", "/private/2.html"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_robots_txt_is_obeyed_in_any_encoding(site: Site, crawl: Command, encoding: str) -> None:
    site.page("/robots.txt", RULES.removeprefix("# 规则\n" * (encoding != "gb18030")).encode(encoding), headers=PLAIN)
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert site.paths == ["/robots.txt", "/", "/a/1.html"]
