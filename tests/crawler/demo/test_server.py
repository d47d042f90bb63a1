from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from crawler.demo import Server, Site, serve


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    with serve(site) as running:
        yield running


def get(server: Server, target: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", target, headers={"User-Agent": "tester", **headers})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def with_fault(site: Site, fault: str) -> str:
    return next(truth.url for truth in site.truth.values() if truth.fault == fault)


def test_absolute_and_origin_form_have_the_same_answer(site: Site, server: Server) -> None:
    url = site.start_urls[0]
    _, as_proxy = get(server, url)
    _, as_origin = get(server, urlsplit(url).path, Host=urlsplit(url).netloc)
    assert as_proxy == as_origin == site.pages[url].body
    assert [(told.url, told.agent, told.status) for told in server.log] == [(url, "tester", 200)] * 2


def test_query_strings_belong_to_the_page(site: Site, server: Server) -> None:
    url = next(url for url in site.pages if url.endswith("/explore?page=2"))
    assert get(server, url)[1] == site.pages[url].body


def test_a_page_that_fails_once_is_fine_the_second_time(site: Site, server: Server) -> None:
    url = with_fault(site, "500 once")
    assert [get(server, url)[0].status for _ in range(3)] == [500, 200, 200]


def test_a_busy_page_tells_when_to_come_back(site: Site, server: Server) -> None:
    url = with_fault(site, "429 twice")
    answers = [get(server, url)[0] for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert [answer.headers["Retry-After"] for answer in answers] == ["1", "1", None]
    assert [told.status for told in server.log] == [429, 429, 200]


def test_each_server_starts_afresh(site: Site) -> None:
    url = with_fault(site, "500 once")
    for _ in range(2):
        with serve(site) as server:
            assert get(server, url)[0].status == 500


def test_a_slow_page_comes_after_its_delay(site: Site, server: Server) -> None:
    began = time.monotonic()
    response, body = get(server, with_fault(site, "slow"))
    assert response.status == 200
    assert body
    assert time.monotonic() - began >= 2.0


def test_a_cut_page_ends_too_early(site: Site, server: Server) -> None:
    with pytest.raises(http.client.IncompleteRead):
        get(server, with_fault(site, "cut off"))


@pytest.mark.parametrize("fault", ["huge", "huge, told"])
def test_a_huge_page_is_longer_than_16_mb(site: Site, server: Server, fault: str) -> None:
    response, body = get(server, with_fault(site, fault))
    assert len(body) > 16 << 20
    assert response.headers["Content-Length"] in {None, str(len(body))}


def test_redirects_lead_to_an_article_or_round_in_circles(site: Site, server: Server) -> None:
    url = next(url for url in site.pages if "/go/" in url)
    for _ in range(2):
        response, _ = get(server, url)
        assert response.status in {301, 302}
        url = response.headers["Location"]
    assert site.truth[url].is_article
    loop = with_fault(site, "redirect loop")
    assert get(server, loop)[0].headers["Location"] == "/loop/b.html"


def test_head_has_no_body(site: Site, server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("HEAD", site.start_urls[0])
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"")
    connection.close()


def test_errors_and_robots(site: Site, server: Server) -> None:
    assert get(server, with_fault(site, "404"))[0].status == 404
    assert get(server, with_fault(site, "soft 404"))[0].status == 200
    _, robots = get(server, f"http://{site.hosts[-1]}/robots.txt")
    assert b"Disallow: /member/" in robots
    assert b"Crawl-delay: 0.2" in robots
