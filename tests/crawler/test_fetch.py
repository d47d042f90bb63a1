"""One page asked for by hand: fetched whatever its status, never from inside, never without end."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.fetch import fetch
from crawler.settings import DOWNLOAD_MAXSIZE
from pipelines.errors import ConfigurationError, TaoxiError
from tests.crawler.loopback import Answer, Site, serving

HTML = {"Content-Type": "text/html"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def test_a_page_is_as_served(site: Site) -> None:
    site.page("/a", "正文".encode("gb18030"), headers={"Content-Type": "text/html; charset=gbk"})
    page = fetch(f"{site.url}/a", allow_private=True)
    assert (page.url, page.status) == (f"{site.url}/a", 200)
    assert page.body == "正文".encode("gb18030")
    assert page.headers["content-type"] == "text/html; charset=gbk"
    assert page.fetched_at is not None
    assert page.fetched_at.tzinfo is not None


def test_redirects_are_followed_and_the_url_is_the_last(site: Site) -> None:
    site.page("/old", status=302, headers={"Location": "/new"})
    site.page("/new", b"<p>new")
    assert fetch(f"{site.url}/old", allow_private=True).url == f"{site.url}/new"


def test_a_redirect_that_never_ends_is_a_page_that_only_redirects(site: Site) -> None:
    site.page("/loop", status=302, headers={"Location": "/loop"})
    assert fetch(f"{site.url}/loop", allow_private=True).status == 302


def test_an_error_is_a_page_too(site: Site) -> None:
    page = fetch(f"{site.url}/missing", allow_private=True)
    assert (page.status, page.body) == (404, b"<p>no such page")


def test_a_compressed_body_is_undone(site: Site) -> None:
    site.page("/gz", gzip.compress(b"<p>text"), headers=HTML | {"Content-Encoding": "gzip"})
    assert fetch(f"{site.url}/gz", allow_private=True).body == b"<p>text"


def test_a_url_is_given_as_people_write_it(site: Site) -> None:
    site.page("/%E6%96%87?a=%E5%AD%97", b"<p>here")
    assert fetch(f"{site.url}/文?a=字", allow_private=True).body == b"<p>here"


def test_a_body_that_is_no_page_is_not_fetched(site: Site) -> None:
    site.page("/i.png", b"\x89PNG", headers={"Content-Type": "image/png"})
    assert fetch(f"{site.url}/i.png", allow_private=True).body == b""


def test_a_body_cut_off_is_what_came(site: Site) -> None:
    site.page("/cut", b"<p>half", length=1000)
    assert fetch(f"{site.url}/cut", allow_private=True).body == b"<p>half"


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_page_that_is_too_large_is_not_taken(site: Site, coding: str) -> None:
    body = b"x" * (DOWNLOAD_MAXSIZE + 1)
    site.page("/huge", gzip.compress(body, 1) if coding else body, headers=HTML | {"Content-Encoding": coding})
    with pytest.raises(TaoxiError, match=r"more than 16,777,216 bytes"):
        fetch(f"{site.url}/huge", allow_private=True)


def test_an_answer_that_does_not_come_is_not_waited_for(site: Site) -> None:
    site.routes["/slow"] = Answer(b"late", wait=1.0)
    with pytest.raises(TaoxiError, match=r"no response: timed out"):
        fetch(f"{site.url}/slow", allow_private=True, timeout=0.2)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0", "10.0.0.1", "169.254.169.254"])
def test_private_addresses_are_refused_before_anything_is_sent(site: Site, host: str) -> None:
    asked = len(site.asked)
    url = f"http://{host}:{site.port}/inside"
    with pytest.raises(ConfigurationError, match=r"private address") as refused:
        fetch(url)
    assert str(refused.value).startswith(url)
    assert refused.value.hint is not None
    assert "--allow-private" in refused.value.hint
    assert len(site.asked) == asked


def test_tls_connections_are_guarded_too() -> None:
    with pytest.raises(ConfigurationError, match=r"private address"):
        fetch("https://127.0.0.1:9/")


def test_a_redirect_leads_to_no_file(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    site.page("/file", b"moved", status=302, headers={"Location": secret.as_uri()})
    page = fetch(f"{site.url}/file", allow_private=True)
    assert (page.status, page.body) == (302, b"moved")


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refuses every connection
        with pytest.raises(TaoxiError, match=r"no response: .*refused") as told:
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", allow_private=True)
    assert told.value.exit_code == 1


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a:99999999/", "ftp://example.org/", "file:///x", "a b"])
def test_what_is_no_url_is_a_wrong_argument(url: str) -> None:
    with pytest.raises(ConfigurationError):
        fetch(url, allow_private=True)
