"""What headers and metas say, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.layout import Layout
from pipelines.model import Page
from pipelines.optout import MOST_SAID, OptOut, TdmRep, opt_out
from pipelines.parse import parse_html

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PIECES = (
    "unavailable_after:|max-snippet: |taoxi:|otherbot:|noindex|none|noarchive|,|;|\n| |25 |Jun |2010 |Fri, |15:00:00 |PST|+|-"
    "|99999999999999999999|0001-01-01|T|0|1|unavailable-after:|年|月|/|st|Nov"
).split("|")
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join)


def said(robots: str, meta: str = "", tdm: str = "") -> OptOut:
    page = Page("http://a.invalid/", fetched_at=NOW, headers={"x-robots-tag": robots, "tdm-reservation": tdm})
    return opt_out(page, {"robots": meta, "taoxi": meta, "tdm-reservation": tdm})


@given(texts, texts, texts)
def test_no_header_and_no_meta_raises(robots: str, meta: str, tdm: str) -> None:
    told = said(robots, meta, tdm)
    assert bool(told.reasons) or told.holds_body


@given(texts)
def test_a_tdmrep_file_that_is_none_reserves_nothing(text: str) -> None:
    assert not TdmRep.of(text).reserves("http://a.invalid/")


@pytest.mark.parametrize(
    ("location", "paths", "others"),
    [
        ("/贷款/*", "/%E8%B4%B7%E6%AC%BE/1.html /%e8%b4%b7%e6%ac%be/ /贷款/", "/ /x/%E8%B4%B7%E6%AC%BE/"),
        ("/%e8%b4%b7%e6%ac%be/", "/%E8%B4%B7%E6%AC%BE/1.html", "/%E8%B4%B7"),
        ("*", "/ /a", ""),
        ("a/*.html$", "/a/b.html", "/b.html /a/b.html?c=1"),
        ("/a?b=", "/a?b=1", "/a /a?c=1&b=1"),
        ("/\\ud800", "", "/ /a"),
    ],
)
def test_a_location_is_read_as_in_robots_txt(location: str, paths: str, others: str) -> None:
    rep = TdmRep.of(f'{{"location": "{location}", "tdm-reservation": 1}}')
    assert all(rep.reserves(f"http://a.invalid{path}") for path in paths.split())
    assert not any(rep.reserves(f"http://a.invalid{path}") for path in others.split())


@pytest.mark.parametrize(
    "date",
    [
        "25 Jun 99999999999999999999 15:00:00 PST",
        "25 Jun 2010 999999999999999999999:00",
        "25 Jun 2010 15:00:00 +99999999999999999999",
    ],
)
def test_a_date_that_no_calendar_has_is_none(date: str) -> None:
    assert said(f"unavailable_after: {date}") == OptOut()
    assert said("", f"unavailable_after: {date}") == OptOut()


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("TAOXI : NOINDEX", "noindex (X-Robots-Tag)"),
        ("otherbot: noindex\nnoarchive", "noarchive (X-Robots-Tag)"),
        ("taoxi: noindex, otherbot: noai", "noindex (X-Robots-Tag)"),
        ("otherbot: max-snippet:-1, noindex", ""),
        ("otherbot/2.0: noindex, noarchive", ""),
        ("otherbot/2.0 : noindex, taoxi/1.0: noai", "noai (X-Robots-Tag)"),
        ("max-snippet:-1, noindex", "noindex (X-Robots-Tag)"),
        ("unavailable_after: Fri, 25 Jun 2010 15:00:00 PST", "unavailable_after Fri, 25 Jun 2010 15:00:00 PST"),
        ("otherbot: unavailable_after: 2010-01-01", ""),
    ],
)
def test_a_directive_is_for_the_agent_that_it_names(header: str, detail: str) -> None:
    assert said(header).detail == detail


def test_directives_may_be_separated_by_chinese_commas() -> None:
    told = opt_out(Page("http://a.invalid/", fetched_at=NOW), {"robots": "noindex，nofollow"})
    assert (told.detail, told.follows) == ("noindex (meta robots)", False)


DATES = (
    "1 January 2020|1st January 2020|January 1, 2020|January 1,2020|Wednesday, January 1, 2020|Jan. 1, 2020|01-Jan-2020"
    "|2020/01/01|2020/1/1 10:00|2020-01-01 10:00 GMT|2020年1月1日|2020 年 1 月 1 日"
).split("|")


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("name", ["unavailable_after: ", "Unavailable-After:"])
def test_a_date_is_read_as_people_write_it(name: str, date: str) -> None:
    for told in (said(f"taoxi: {name}{date}, nofollow"), said("", f"index; {name}{date} nofollow")):
        assert told == OptOut((f"unavailable_after {date}",), follows=False)
    assert said(f"{name}{date.replace('2020', '2099')}") == OptOut()
    assert said(f"otherbot: {name}{date}") == OptOut()


@pytest.mark.parametrize(
    "told",
    [
        "max-image-preview: none",
        "max-image-preview : none, max-snippet: -1",
        "index, max-video-preview: 0; MAX-SNIPPET: 20",
    ],
)
def test_a_value_is_no_directive(told: str) -> None:
    assert said(told) == said("", told) == OptOut()
    assert said("", f"{told} nofollow") == OptOut(follows=False)
    assert said("", f"{told},noindex").detail == "noindex (meta robots, meta taoxi)"


@pytest.mark.parametrize("header", ["noindex，nofollow", "unavailable_after: 2020年1月1日；nofollow"])
def test_a_header_may_be_in_utf_8(header: str) -> None:
    read_as_latin = said(header.encode().decode("latin-1"))
    assert read_as_latin == said(header)
    assert (len(read_as_latin.reasons), read_as_latin.follows) == (1, False)


@pytest.mark.parametrize("meta", ['http-equiv="X-Robots-Tag"', "name=robots"])
def test_what_a_flood_of_metas_begins_with_is_read(meta: str) -> None:
    layout = parse_html(f"<head><meta {meta} content=noarchive>" + f"<meta {meta} content=all>" * 20_000 + "<p>text")
    assert isinstance(layout, Layout)
    assert all(len(said) < 2 * MOST_SAID for said in layout.head.metas.values())
    assert not opt_out(Page("http://a.invalid/", fetched_at=NOW), layout.head.metas).holds_body
