"""The sites of `benchmarks.traps`: their real pages can be reached, their traps lead on."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

import pytest

from benchmarks.trap_sites.made import MadeSite
from benchmarks.traps import SITES

HREF = re.compile(r"""href=["']([^"']+)""")
HOST = "http://site.test"


@pytest.fixture(scope="module", params=SITES)
def site(request: pytest.FixtureRequest) -> MadeSite:
    return SITES[request.param]()


def links(site: MadeSite, path: str) -> list[str]:
    """The paths to which the page at the path leads."""
    _, body, target = site.answer(path)
    hrefs = [target] if target else map(html.unescape, HREF.findall(body))
    return [urljoin(HOST + path, href).removeprefix(HOST) for href in hrefs]


def test_links_of_real_pages_lead_to_all_real_pages(site: MadeSite) -> None:
    seen, open_ = {"/"}, ["/"]
    while open_:
        found = {path for path in links(site, open_.pop()) if path in site.pages} - seen
        seen |= found
        open_ += found
    assert set(site.pages) - seen == set()


def test_a_door_of_a_trap_leads_into_it(site: MadeSite) -> None:
    for trap in site.traps:
        assert [site.kind(door) for door in trap.doors] == [f"trap {trap.name}"] * len(trap.doors)
        assert all(site.answer(door)[0] in (200, 302) for door in trap.doors)


def test_each_trap_is_met_by_who_follows_links(site: MadeSite) -> None:
    met = {site.kind(link) for path in site.pages for link in links(site, path)}
    met |= {site.kind(link) for trap in site.traps for door in trap.doors for link in links(site, door)}
    assert {f"trap {trap.name}" for trap in site.traps} - met == set()


def test_a_site_is_the_same_each_time(site: MadeSite) -> None:
    other = SITES[site.name]()
    assert site.pages == other.pages
    assert all(site.answer(path) == other.answer(path) for path in list(site.pages)[::50])
