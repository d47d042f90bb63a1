"""What publishers forbid, by each signal, as a crawl meets it on loopback: rows, captures and rebuilds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.cli import main
from pipelines.dataset import Dataset
from tests.crawler.loopback import ARTICLE, HTML, Command, Site

FAST = ("--allow-private", "--delay", "0")
JSON = {"Content-Type": "application/json"}
PLAIN = {"Content-Type": "text/plain"}
TDMREP = [
    {"location": "/tdm/open.html", "tdm-reservation": 0},
    {"location": "/tdm/", "tdm-reservation": 1, "tdm-policy": "https://h.invalid/policy"},
]
HEADERS = {  # path → headers
    "/h/noindex": {"X-Robots-Tag": "noindex"},
    "/h/mine": {"X-Robots-Tag": "taoxi: noindex"},
    "/h/noarchive": {"X-Robots-Tag": "NoArchive"},
    "/h/noai": {"X-Robots-Tag": "noai, noimageai"},
    "/h/past": {"X-Robots-Tag": "unavailable_after: 25 Jun 2010 15:00:00 PST"},
    "/h/tdm": {"tdm-reservation": "1"},
    "/h/none": {"X-Robots-Tag": "none"},
    "/tdm/back.html": {"tdm-reservation": "0"},
    "/k/other": {"X-Robots-Tag": "otherbot: noindex, noarchive"},
    "/k/images": {"X-Robots-Tag": "noimageai"},
    "/k/future": {"X-Robots-Tag": "unavailable_after: 2199-01-01"},
    "/k/tdm": {"tdm-reservation": "0"},
    "/k/no-date": {"X-Robots-Tag": "unavailable_after: 25 Jun 99999999999999999999 15:00:00 PST"},
}
METAS = {
    "/m/noindex": '<meta name="robots" content="noindex,follow">',
    "/m/mine": '<meta name="taoxi" content="noarchive">',
    "/m/second": '<meta name="robots" content="index"><meta name="ROBOTS" content="noai">',
    "/m/sign": '<meta data-note="a>b" name="robots" content="noarchive">',
    "/m/tdm": '<meta name="tdm-reservation" content="1">',
    "/m/equiv": '<meta http-equiv="X-Robots-Tag" content="noai">',
    "/m/tdm-equiv": '<meta http-equiv="tdm-reservation" content="1">',
    "/m/names": '<meta name="Robots, taoxi" content="noarchive">',
    "/m/reference": '<meta name="&#114;ob&#x6F;ts" content="noarchive">',
    "/m/references": '<meta name="&#0116dm&#x2d;reservation" content="1">',
    "/m/noscript": '<noscript><meta name="robots" content="noarchive"></noscript>',
    "/k/noscript": '<noscript><meta name="description" content="robots"></noscript>',
    "/k/equiv": '<meta http-equiv="x-robots-tag" content="otherbot: noindex">',
    "/k/reference": '<meta name="description" content="&#65292;&#x6742;&#39;robots&#39;">',
    "/m/nofollow": '<meta name="robots" content="nofollow"><a href="/hidden">更多</a>',
    "/k/meta": '<meta name="robots" content="index, follow, max-snippet:-1"><meta name="otherbot" content="noindex">',
    "/tdm/meta.html": '<meta name="tdm-reservation" content="0">',
}
REASONS = {
    "/h/noindex": "noindex (X-Robots-Tag)",
    "/h/mine": "noindex (X-Robots-Tag)",
    "/h/noarchive": "noarchive (X-Robots-Tag)",
    "/h/noai": "noai (X-Robots-Tag)",
    "/h/past": "unavailable_after 25 Jun 2010 15:00:00 PST",
    "/h/tdm": "tdm-reservation (header)",
    "/h/none": "none (X-Robots-Tag)",
    "/m/noindex": "noindex (meta robots)",
    "/m/mine": "noarchive (meta taoxi)",
    "/m/second": "noai (meta robots)",
    "/m/sign": "noarchive (meta robots)",
    "/m/tdm": "tdm-reservation (meta)",
    "/m/equiv": "noai (meta X-Robots-Tag)",
    "/m/tdm-equiv": "tdm-reservation (meta)",
    "/m/names": "noarchive (meta robots, meta taoxi)",
    "/m/reference": "noarchive (meta robots)",
    "/m/references": "tdm-reservation (meta)",
    "/m/noscript": "noarchive (meta robots)",
    "/tdm/x.html": "tdm-reservation (tdmrep.json)",
    "/ai/x.html": "disallowed (ai.txt)",
    "/packed": "noarchive (meta robots)",
}
UNKEPT = {
    "/h/noarchive",
    "/h/noai",
    "/h/tdm",
    "/m/mine",
    "/m/second",
    "/m/sign",
    "/m/tdm",
    "/tdm/x.html",
    "/packed",
} | {f"/m/{name}" for name in ("equiv", "tdm-equiv", "names", "reference", "references", "noscript")}
KEPT = {"/tdm/open.html", "/tdm/back.html", "/tdm/meta.html", "/m/nofollow", "/ai/open.html"} | {
    path for path in HEADERS | METAS if path.startswith("/k/")
}


@pytest.fixture
def opting(site: Site) -> Site:
    """A site with each signal, and pages that look as if they had one."""
    site.page("/ai.txt", b"User-Agent: *\nDisallow: /ai/*.html\nAllow: /ai/open.html\n", headers=PLAIN)
    site.page("/.well-known/tdmrep.json", json.dumps(TDMREP).encode(), headers=JSON)
    for path in (*HEADERS, *METAS, "/tdm/x.html", "/tdm/open.html", "/ai/x.html", "/ai/open.html"):
        html = ARTICLE.format(title=path).replace("<head>", f"<head>{METAS.get(path, '')}")
        site.page(path, html.encode(), headers={"Content-Type": HTML, **HEADERS.get(path, {})})
    packed = ARTICLE.format(title="/packed").replace("<head>", "<head><META CONTENT=noarchive NAME=robots>")
    site.page("/packed", gzip.compress(packed.encode()), headers={"Content-Type": HTML, "Content-Encoding": "gzip"})
    site.article("/hidden")
    site.article("/linked")
    site.index("/", *(path for path in site.routes if path not in ("/hidden", "/linked", "/ai.txt")))
    return site


def told(dataset: Path, site: Site) -> dict[str, str]:
    """Path → detail of the rows that are opted out."""
    rows = Dataset(dataset).table("rejects", ["url", "reason", "detail"]).to_pylist()
    return {row["url"].removeprefix(site.url): row["detail"] for row in rows if row["reason"] == "opted_out"}


def documents(dataset: Path, site: Site) -> set[str]:
    return {url.removeprefix(site.url) for url in Dataset(dataset).table("documents", ["url"])["url"].to_pylist()}


def test_each_signal_is_obeyed_and_a_rebuild_obeys_too(opting: Site, crawl: Command, tmp_path: Path) -> None:
    done = crawl("--start", f"{opting.url}/", *FAST)
    assert done.returncode == 0, done.stderr
    assert told(crawl.dataset, opting) == REASONS
    assert documents(crawl.dataset, opting) == KEPT
    assert "/ai/x.html" not in opting.paths
    assert "/hidden" not in opting.paths
    assert main(["build", str(tmp_path / "again"), "--from", str(crawl.dataset), "--processes", "1"]) == 0
    last, again = Dataset(crawl.dataset).last(), Dataset(tmp_path / "again").last()
    assert last
    assert again
    assert last.content_id == again.content_id
    assert (last.recipe, last.obeys_opt_outs) == (again.recipe, True)


def bodies(crawl: Command, site: Site) -> tuple[dict[str, bytes], dict[str, str]]:
    """Path → the body in the capture; path → the verdict that is concurrent to it."""
    found: dict[str, bytes] = {}
    verdicts: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in sorted((crawl.dataset / "captures").glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, parse_http=True):
                url = (record.headers.get("WARC-Target-URI") or "").removeprefix(site.url)
                if record.record_type == WarcRecordType.response:
                    found[url] = record.reader.read()
                    names[record.headers["WARC-Record-ID"]] = url
                elif record.record_type == WarcRecordType.metadata and (
                    about := record.headers.get("WARC-Concurrent-To")
                ):
                    verdicts[about] = record.reader.read().decode()
    return found, {names[about]: text for about, text in verdicts.items()}


def test_a_page_that_robots_txt_disallows_is_in_no_row(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", b"User-agent: *\nDisallow: /closed/\n", headers=PLAIN)
    site.index("/", "/closed/1.html", "/a/1.html")
    for path in ("/closed/1.html", "/a/1.html"):
        site.article(path)
    crawl("--start", f"{site.url}/", *FAST)
    assert "/closed/1.html" not in site.paths
    tables = [Dataset(crawl.dataset).table(name, ["url"]) for name in ("documents", "rejects", "sightings")]
    urls = {url.removeprefix(site.url) for table in tables for url in table["url"].to_pylist()}
    assert urls >= {"/", "/a/1.html"}
    assert "/closed/1.html" not in urls


def test_a_page_without_a_visible_word_opts_out_too(site: Site, crawl: Command) -> None:
    site.page("/", b"<head><meta name=robots content=noarchive></head><script>let page = 'a secret'</script>")
    crawl("--start", f"{site.url}/", *FAST)
    assert told(crawl.dataset, site) == {"/": "noarchive (meta robots)"}
    assert bodies(crawl, site)[0]["/"] == b""


def test_bodies_that_are_not_to_be_held_are_not_in_the_capture(opting: Site, crawl: Command) -> None:
    crawl("--start", f"{opting.url}/", *FAST)
    found, verdicts = bodies(crawl, opting)
    assert {path for path, body in found.items() if not body} == UNKEPT
    assert set(verdicts) == set(REASONS) - {"/ai/x.html"}
    assert all(f"opt-out: {REASONS[path]}\r\n" in text for path, text in verdicts.items())
    assert {path for path, text in verdicts.items() if "opt-out-body: not kept" in text} == UNKEPT


def test_kept_bodies_are_published_where_a_build_is_told_not_to_obey(
    opting: Site, crawl: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawl("--start", f"{opting.url}/", *FAST, "--keep-opted-out")
    assert told(crawl.dataset, opting) == REASONS
    assert all(bodies(crawl, opting)[0].values())
    built = tmp_path / "all"
    assert main(["build", str(built), "--from", str(crawl.dataset), "--no-obey-opt-outs", "--processes", "1"]) == 0
    assert documents(built, opting) == KEPT | set(REASONS) - {"/ai/x.html"}
    last, obeying = Dataset(built).last(), Dataset(crawl.dataset).last()
    assert last
    assert obeying
    assert not last.obeys_opt_outs
    assert last.recipe != obeying.recipe
    capsys.readouterr()
    assert main(["build", str(built), "--dry-run", "--json", "--processes", "1"]) == 0  # as the dataset was made
    assert json.loads(capsys.readouterr().out)["content_id"] == last.content_id


def test_a_saved_page_is_rejected_by_its_own_meta(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "saved.html"
    page.write_text(ARTICLE.format(title="标题").replace("<head>", '<head><meta name="robots" content="noindex">'))
    for told, kept in (((), 0), (("--no-obey-opt-outs",), 1)):
        assert (
            main(["build", str(tmp_path / f"d{kept}"), "--from", str(page), "--json", "--processes", "1", *told]) == 0
        )
        summary = json.loads(capsys.readouterr().out)
        assert (summary["documents"], summary["rejects"]) == (kept, {} if kept else {"opted_out": 1})
