"""`taoxi crawl` as users run it, against a site on loopback: what is captured, refused, asked again and resumed."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator  # type: ignore[import-untyped]  # ships no types

from crawler.cli import main
from crawler.state import read_state, write_state
from pipelines.dataset import Dataset
from pipelines.model import Page, Reason
from pipelines.sources import read
from tests.crawler.loopback import ARTICLE, HTML, Answer, Command, Site, serving

PACKED = gzip.compress("<p>压缩过的正文</p>".encode())
FAST = ("--allow-private", "--delay", "0")


def captures(crawl: Command) -> list[Path]:
    return sorted((crawl.dataset / "captures").glob("*.warc.gz"))


def pages(crawl: Command) -> list[Page]:
    return list(read(captures(crawl)))


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not happen within 30 s"
        time.sleep(0.02)


def varied(site: Site) -> None:
    """A site with one of each kind of answer."""
    odd = ("/moved", "/missing", "/packed", "/huge", "/cut", "/paper", "/private/x")
    site.index("/", "/a/1.html", "/a/2.html", *odd, "http://elsewhere.invalid/")
    site.article("/a/1.html")
    site.article("/a/2.html")
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
    site.page("/moved", status=302, headers={"Location": "/a/1.html"})
    site.page("/packed", PACKED, headers={"Content-Type": HTML, "Content-Encoding": "gzip"})
    site.page("/huge", b"x" * 1000, length=17 << 20)
    site.page("/cut", b"<p>half a page", length=5000)
    site.page("/paper", b"%PDF" + b"x" * 5000, headers={"Content-Type": "application/pdf"})


def test_every_response_is_captured_as_served(site: Site, crawl: Command) -> None:
    varied(site)
    done = crawl("--start", site.url, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reason"] == "finished"
    by_path = {page.url.removeprefix(site.url): page for page in pages(crawl)}
    assert {path: page.status for path, page in by_path.items()} == {
        "/": 200,
        "/robots.txt": 200,
        "/a/1.html": 200,
        "/a/2.html": 200,
        "/moved": 302,
        "/missing": 404,
        "/packed": 200,
        "/huge": 0,
        "/cut": 200,
        "/paper": 200,
    }
    assert by_path["/packed"].body == "<p>压缩过的正文</p>".encode()
    assert by_path["/cut"].body == b"<p>half a page"
    assert by_path["/cut"].headers["warc-truncated"] == "disconnect"
    assert by_path["/paper"].body == b""
    assert by_path["/paper"].headers["x-crawler-content-length"] == "5004"
    fault = by_path["/huge"].fault
    assert fault is not None
    assert (fault.reason, fault.detail) == (Reason.FETCH_FAILED, "too large")
    assert "/private/x" not in site.paths
    assert sum(told["rows"][table] for table in ("documents", "duplicates", "rejects")) == len(by_path)
    assert Dataset(crawl.dataset).uncommitted() == []
    assert_readable(captures(crawl)[0])


def assert_readable(path: Path) -> None:
    """Both readers see the same records, digests hold, bodies are those of the wire."""
    with path.open("rb") as file:
        theirs = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read())
            for record in WarcioIterator(file, check_digests="raise")
        ]
    kinds = [kind for kind, _, _ in theirs]
    assert kinds[0] == "warcinfo"
    assert kinds.count("request") == kinds.count("response") == (len(theirs) - 2) // 2
    assert kinds.count("metadata") == 1
    assert any((url or "").endswith("/packed") and body == PACKED for _, url, body in theirs)
    with path.open("rb") as file:
        ours = list(ArchiveIterator(file, parse_http=False, verify_digests=True))
        assert [str(record.record_type) for record in ours] == kinds
        answers = [record for record in ours if record.record_type == WarcRecordType.response]
        questions = {record.record_id: record for record in ours if record.record_type == WarcRecordType.request}
    for record in answers:
        asked = questions[record.headers.get("WARC-Concurrent-To")]
        assert asked.headers.get("WARC-Target-URI") == record.headers.get("WARC-Target-URI")
        assert record.headers.get("WARC-IP-Address") in {"127.0.0.1", None}
        assert len(record.headers.get("WARC-Date") or "") == len("2024-01-01T00:00:00.000000Z")


@pytest.mark.parametrize("name", ["X-Space ", "X-标题".encode().decode("latin-1"), "", "X-(A)"])
def test_a_header_of_an_odd_name_costs_no_page(site: Site, crawl: Command, name: str) -> None:
    site.routes["/"] = Answer(ARTICLE.format(title="x").encode(), headers={name: "1", "Content-Type": HTML})
    done = crawl("--start", f"{site.url}/", *FAST, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["documents"] == 1


def test_half_a_page_is_asked_for_once_more(site: Site, crawl: Command) -> None:
    body = ARTICLE.format(title="x").encode()
    packed = {"Content-Type": HTML, "Content-Encoding": "gzip"}
    halves = {
        "/cut": Answer(body[:900], length=len(body)),
        "/packed": Answer(gzip.compress(body)[:-300], headers=packed),
        "/never": Answer(body[:900], length=len(body)),
    }
    site.index("/", *halves)
    for path, half in halves.items():
        whole = half if path == "/never" else Answer(ARTICLE.format(title=path).encode())
        site.routes[path] = lambda before, half=half, whole=whole: whole if before else half  # type: ignore[misc]  # mypy infers no type for a default
    done = crawl("--start", f"{site.url}/", *FAST, "--max-pages", "4", "--json")
    assert (done.returncode, json.loads(done.stdout)["rows"]["documents"]) == (0, 2), done.stderr
    assert [site.paths.count(path) for path in halves] == [2, 2, 2]
    rejects = Dataset(crawl.dataset).table("rejects", ["url", "reason"]).to_pylist()
    assert [row["url"] for row in rejects if row["reason"] == Reason.DAMAGED] == [f"{site.url}/never"]


def test_a_head_without_an_end_is_read_no_further(site: Site, crawl: Command) -> None:
    site.index("/", "/flood", "/endless", "/long")
    lines = {f"X-{n}": "x" * 1000 for n in range(300)}
    site.routes["/flood"] = Answer(b"<p>flooded", headers=lines)
    site.routes["/endless"] = Answer(b"<p>flooded", headers={"X": "x" * 300_000})
    site.routes["/long"] = Answer(
        ARTICLE.format(title="x").encode(), headers={"Content-Type": HTML, "X": "x" * 100_000}
    )
    assert crawl("--start", f"{site.url}/", *FAST).returncode == 0
    assert [site.paths.count(path) for path in ("/flood", "/endless", "/long")] == [1, 1, 1]
    assert Dataset(crawl.dataset).table("documents", ["url"])["url"].to_pylist() == [f"{site.url}/long"]
    faults = {page.url: page.fault for page in pages(crawl) if page.fault}
    assert {(fault.reason, fault.detail) for fault in faults.values()} == {(Reason.FETCH_FAILED, "too large")}
    assert {url.removeprefix(site.url) for url in faults} == {"/flood", "/endless"}


def test_retry_after_holds_the_whole_host(site: Site, crawl: Command) -> None:
    def busy(before: int) -> Answer:
        if before:
            return Answer(b"<p>welcome")
        return Answer(b"<p>slow down", 429, {"Content-Type": HTML, "Retry-After": "2"})

    site.index("/", "/busy", *(f"/a/{n}.html" for n in range(3)))
    site.routes["/busy"] = busy
    done = crawl("--start", site.url, *FAST)
    assert done.returncode == 0, done.stderr
    first, second = site.times("/busy")
    assert second - first >= 1.9
    asked_meanwhile = [path for path, moment in site.asked if first < moment < first + 1.9]
    assert asked_meanwhile == []
    assert [page.status for page in pages(crawl) if page.url.endswith("/busy")] == [429, 200]


def test_a_crawl_delay_is_kept(site: Site, crawl: Command) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 1\n", headers={"Content-Type": "text/plain"})
    site.index("/", "/a")
    assert crawl("--start", site.url, *FAST).returncode == 0
    moments = [moment for path, moment in site.asked if path != "/robots.txt"]
    assert len(moments) == 2
    assert all(later - earlier >= 0.95 for earlier, later in pairwise(moments))


def test_loopback_is_refused_unless_allowed(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crawl", str(tmp_path / "set"), "--start", f"{site.url}/"]) == 2
    told = capsys.readouterr().err
    assert "127.0.0.1 is at the private address" in told
    assert "--allow-private" in told
    assert site.asked == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "nothing to crawl"),
        (("--start", "ftp://example.com/"), "no URL that begins with http"),
        (("--start", "http://[broken/"), "no URL"),
        (("--start", "http://192.0.2.1/a b"), "has a space or a control character"),
        (("--start", "http://192.0.2.1/\x00"), "has a space or a control character"),
        (("--start", "http://192.0.2.1/\n"), "has a space or a control character"),
        (("--start", "http:///a.html"), "names no host"),
        (("--start", "http://:80/"), "names no host"),
        (("--like", "http://"), "names no host"),
        (("--start", "http://127.0.0.1.:9902/"), "private address"),
        (("--start", "http://localhost%00.example.com/"), "'localhost%00.example.com' is no host"),
        (("--start", "http://[fe80::1%25eth0]/"), "'fe80::1%25eth0' is no host"),
        (("--source", "no-such.toml"), "No such file"),
        (("--like", "no-such.html"), "no such file"),
        (("--start", "http://192.0.2.1/", "--max-pages", "0"), "no number of 1 or more"),
        (("--start", "http://192.0.2.1/", "--delay", "soon"), "no number of seconds"),
        (("--start", "http://192.0.2.1/", "--contact", "a\nb"), "ASCII on one line"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert main(["crawl", str(tmp_path / "set"), *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "set").exists()


def test_no_more_pages_are_asked_for_than_max_pages(crawl: Command) -> None:
    """However many hosts are asked at once."""
    with ExitStack() as running:
        sites = [running.enter_context(serving()) for _ in range(8)]
        for one in sites:
            one.index("/", *(f"/a/{n}.html" for n in range(6)))
            for n in range(6):
                one.article(f"/a/{n}.html")
        starts = [word for one in sites for word in ("--start", f"{one.url}/")]
        done = crawl(*starts, *FAST, "--max-pages", "20", "--json")
        assert json.loads(done.stdout)["pages"] == 20
        assert sum(path != "/robots.txt" for one in sites for path in one.paths) == 20


def test_max_pages_ends_the_crawl_and_the_next_one_goes_on(site: Site, crawl: Command) -> None:
    site.index("/", *(f"/a/{n}.html" for n in range(6)))
    for n in range(6):
        site.article(f"/a/{n}.html")
    done = crawl("--start", site.url, *FAST, "--max-pages", "3", "--json")
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (0, "max_pages")
    assert len([path for path in site.paths if path != "/robots.txt"]) == 3
    done = crawl(*FAST, "--json")
    assert (done.returncode, json.loads(done.stdout)["resumed"]) == (0, False)
    assert {f"/a/{n}.html" for n in range(6)} < set(site.paths)
    kept = [
        url for name in ("documents", "duplicates") for url in Dataset(crawl.dataset).table(name)["url"].to_pylist()
    ]
    assert len(kept) == len(set(kept)), "an article that the dataset has is not fetched again"


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 60.0), (signal.SIGTERM, 2.0)])
def test_a_stopped_crawl_commits_what_it_has(
    site: Site, crawl: Command, number: signal.Signals, seconds: float
) -> None:
    site.index("/", *(f"/a/{n}.html" for n in range(10)), "/slow", "/never")
    for n in range(10):
        site.article(f"/a/{n}.html")
    site.page("/slow", b"<p>at last", wait=seconds)
    process = crawl.start("--start", site.url, *FAST, "--json")
    until(lambda: "/slow" in site.paths)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert json.loads(out)["reason"] == "interrupted"
    assert Dataset(crawl.dataset).uncommitted() == []
    committed = sum(
        Dataset(crawl.dataset).lineage()[-1].rows[table] for table in ("documents", "duplicates", "rejects")
    )
    assert committed == len(pages(crawl)) >= 12
    assert any(page.url.endswith("/slow") for page in pages(crawl)) == (seconds < 5)
    assert "/never" not in site.paths


def test_a_killed_crawl_is_resumed_without_losing_a_page(site: Site, crawl: Command) -> None:
    names = [f"/a/{n}.html" for n in range(36)]
    site.index("/", *names[:18], "/more")
    site.index("/more", *names[18:])
    for name in names:
        site.article(name)
    process = crawl.start("--start", site.url, "--allow-private", "--delay", "0.02")
    until(lambda: len(site.asked) > 14)
    process.kill()
    process.communicate()
    (torn,) = captures(crawl)
    torn.write_bytes(torn.read_bytes() + b"\x1f\x8b\x08\x00torn")
    done = crawl("--start", site.url, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["resumed"]
    assert (
        told["pages"] == told["kept"] + told["rejected"] == sum(told[name] for name in ("new", "changed", "unchanged"))
    )
    assert told["pages"] + told["pages_before"] == len(names) + 2
    assert told["pages_before"] >= 10
    seen = [page.url.removeprefix(site.url) for page in pages(crawl) if page.status == 200]
    assert sorted(path for path in seen if path.startswith("/a/")) == sorted(names)
    assert seen.count("/") == 1
    assert Dataset(crawl.dataset).uncommitted() == []


def test_a_run_that_goes_on_and_finds_nothing_left_is_a_good_end(site: Site, crawl: Command) -> None:
    site.index("/", "/a.html")
    site.article("/a.html")
    assert crawl("--start", site.url, *FAST).returncode == 0
    last = read_state(crawl.dataset)
    assert last
    write_state(crawl.dataset, replace(last, finished=False))
    done = crawl(*FAST, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["pages"], told["pages_before"], told["kept"], told["rows"]) == (0, 2, 0, {})


def test_another_run_holds_the_dataset(site: Site, crawl: Command) -> None:
    with Dataset(crawl.dataset).locked("build", datetime(2024, 1, 1, tzinfo=UTC)):
        done = crawl("--start", site.url, *FAST)
    assert done.returncode == 4
    assert "another run" in done.stderr
    assert site.asked == []


def test_a_proxy_answers_for_names_that_do_not_exist(site: Site, crawl: Command) -> None:
    home = "http://advice.invalid/"
    site.index(home, "/a/1.html")
    site.article("http://advice.invalid/a/1.html")
    done = crawl("--start", home, "--delay", "0", "--proxy", site.url)
    assert done.returncode == 0, done.stderr
    assert site.paths == [f"{home}robots.txt", home, f"{home}a/1.html"]


def test_links_like_the_examples_go_first(site: Site, crawl: Command, tmp_path: Path) -> None:
    anchors = ["今日天气预报", "电影上映时间表", "信用卡逾期如何协商还款", "菜谱大全", "网贷逾期会影响征信吗"]
    rows = "".join(f'<li><a href="/{n}">{anchor}</a></li>' for n, anchor in enumerate(anchors))
    site.page("/", f"<title>目录</title><ul>{rows}</ul>".encode())
    example = tmp_path / "example.html"
    example.write_text(ARTICLE.format(title="信用卡逾期以后怎样协商还款,会不会影响征信"), "utf-8")
    done = crawl("--start", site.url, "--like", str(example), *FAST)
    assert done.returncode == 0, done.stderr
    assert len(site.paths) == 7
    assert set(site.paths[2:4]) == {"/2", "/4"}


def test_scrapy_users_find_what_they_expect(site: Site, root: Path, tmp_path: Path) -> None:
    site.index("/", "/a/1.html")
    site.article("/a/1.html")
    scrapy = [str(Path(sys.executable).with_name("scrapy"))]
    listed = subprocess.run([*scrapy, "list"], cwd=root, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["advice"]
    refused = [*scrapy, "crawl", "advice", "-a", f"start={site.url}"]
    subprocess.run(refused, cwd=root, capture_output=True, check=True)
    assert site.asked == [], "private addresses need TAOXI_ALLOW_PRIVATE"
    items = tmp_path / "items.jsonl"
    told = ["-a", f"start={site.url}", "-s", "TAOXI_ALLOW_PRIVATE=1", "-s", "DOWNLOAD_DELAY=0", "-o", str(items)]
    subprocess.run([*scrapy, "crawl", "advice", *told], cwd=root, capture_output=True, check=True)
    rows = [json.loads(line) for line in items.read_text("utf-8").split("\n") if line]
    assert {row["url"].removeprefix(site.url) for row in rows} == {"/", "/a/1.html"}
    assert {row["status"] for row in rows} <= {"kept", "rejected"}


def test_a_crawl_masks_as_its_dataset_does_and_refuses_to_mix(site: Site, crawl: Command) -> None:
    site.index("/", "/a/1.html")
    site.page(
        "/a/1.html", ARTICLE.replace("</p>", "电话13800138000联系。</p>", 1).encode(), headers={"Content-Type": HTML}
    )
    done = crawl("--start", site.url, *FAST, "--mask-personal", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["masked"] == {"mobile": 1}
    refused = crawl("--start", site.url, *FAST, "--no-mask-personal")
    assert refused.returncode == 2
    assert "was made with --mask-personal, and this run is without" in refused.stderr
    again = crawl(*FAST, "--refetch")
    assert again.returncode == 0, again.stderr
    held = json.dumps(
        [Dataset(crawl.dataset).table(name).to_pylist() for name in ("documents", "duplicates")], default=str
    )
    assert "13800138000" not in held
    assert any(b"13800138000" in page.body for page in pages(crawl))
