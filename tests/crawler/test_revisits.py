"""`taoxi crawl --due`: pages are visited again when they are due; what has not changed is a sighting and nothing else."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator  # type: ignore[import-untyped]  # ships no types

from crawler.cli import main
from crawler.frontier.database import FILE
from pipelines.dataset import Dataset, measured, open_dataset
from pipelines.dataset.deciding import entries
from pipelines.dataset.verification import verify
from pipelines.engine import run
from pipelines.recipe import clean_many
from pipelines.sources import read
from tests.crawler.loopback import ARTICLE, HTML, Answer, Command, Site
from tests.crawler.test_kills import kill
from tests.crawler.test_parts import STYLE, publish

FAST = ("--allow-private", "--delay", "0")
ALL = ("--due-within", "100")  # days: everything
PAGES = ("documents", "duplicates", "rejects")
ROBOTS = "/robots.txt"


def told(crawl: Command, *arguments: str) -> dict[str, Any]:
    done = crawl(*arguments, *FAST, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def visits(result: dict[str, Any]) -> tuple[int, ...]:
    return tuple(result[name] for name in ("new", "changed", "unchanged", "gone"))


def rows(crawl: Command) -> Counter[str]:
    """How many rows each page has, by its path."""
    tables = [Dataset(crawl.dataset).table(name, ["url"])["url"].to_pylist() for name in PAGES]
    return Counter("/" + url.split("/", 3)[3] for table in tables for url in table)


def latest(crawl: Command) -> dict[str, dict[str, Any]]:
    return {"/" + row["url"].split("/", 3)[3]: row for row in open_dataset(crawl.dataset).latest().to_pylist()}


def make_due(crawl: Command, *paths: str) -> None:
    """These pages are due, as if their time had come."""
    with sqlite3.connect(crawl.dataset / FILE) as database:
        for path in paths:
            where = "fingerprint in (select fingerprint from pages where url like ?)"
            assert database.execute(f"update visits set due_at = 1 where {where}", (f"%{path}",)).rowcount == 1  # noqa: S608
    database.close()


def assert_rebuilt_alike(root: Path) -> None:
    """The crawls' rows, taken together, are those of a rebuild in one go and on two processes."""
    dataset = Dataset(root)
    outcomes = run(read(dataset.sources()), clean=clean_many, processes=1)
    version = open_dataset(root)
    assert measured(entries(outcomes)).content_id == version.content_id
    assert list(verify(version, deep=True)) == []
    latest_rows = version.latest()
    assert main(["build", str(root), "--processes", "2"]) == 0
    rebuilt = open_dataset(root)
    assert rebuilt.content_id == version.content_id
    assert rebuilt.latest() == latest_rows


def assert_readable(path: Path) -> Counter[str]:
    """Two readers see the same records, and each revisit as WARC 1.1 has it; gives how many there are of each profile."""
    with path.open("rb") as file:
        theirs = [
            (record.rec_type, dict(record.rec_headers.headers), record.http_headers, record.content_stream().read())
            for record in WarcioIterator(file, check_digests="raise")
        ]
    with path.open("rb") as file:
        ours = [str(record.record_type) for record in ArchiveIterator(file, parse_http=True, verify_digests=True)]
    assert ours == [kind for kind, *_ in theirs]
    profiles: Counter[str] = Counter()
    for kind, headers, http, body in theirs:
        if kind != "revisit":
            continue
        profile = headers["WARC-Profile"].rpartition("/")[2]
        profiles[profile] += 1
        assert body == b""
        assert headers["WARC-Refers-To-Target-URI"] == headers["WARC-Target-URI"]
        assert headers["WARC-Refers-To"].startswith("<urn:uuid:")
        assert headers["WARC-Refers-To-Date"] < headers["WARC-Date"]
        if profile == "server-not-modified":
            assert http.get_statuscode() == "304"
        else:
            assert (headers["WARC-Truncated"], "WARC-Payload-Digest" in headers) == ("length", True)
    return profiles


def site_of_all_kinds(site: Site) -> None:
    """Pages with an ETag, with Last-Modified, with both, with neither, packed, a redirect, a PDF, one that is missing."""
    made = "Mon, 06 May 2024 10:20:00 GMT"
    site.page(ROBOTS, b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
    links = ("/etag", "/modified", "/both", "/neither", "/packed", "/moved", "/paper", "/missing", "/leaves", "/edited")
    site.index("/", *links)
    for path in ("/etag", "/modified", "/both", "/neither", "/packed", "/leaves", "/edited"):
        site.article(path)
    more = {
        "/etag": {"ETag": '"1"'},
        "/modified": {"Last-Modified": made},
        "/both": {"ETag": 'W/"1"', "Last-Modified": made},
        "/packed": {"ETag": '"p"', "Content-Encoding": "gzip"},
        "/leaves": {"ETag": '"l"'},
        "/edited": {"ETag": '"e"'},
    }
    for path, headers in more.items():
        body = gzip.compress(body_of(site, path), mtime=0) if path == "/packed" else body_of(site, path)
        site.page(path, body, headers={"Content-Type": HTML, **headers})
    site.page("/moved", status=302, headers={"Location": "/etag"})
    site.page("/paper", b"%PDF" + b"x" * 5000, headers={"Content-Type": "application/pdf"})


def body_of(site: Site, path: str) -> bytes:
    answer = site.routes[path]
    assert isinstance(answer, Answer)
    return answer.body


def test_what_is_as_it_was_is_a_sighting_and_what_is_not_is_a_row(site: Site, crawl: Command) -> None:
    site_of_all_kinds(site)
    first = told(crawl, "--start", f"{site.url}/")
    assert visits(first) == (10, 0, 0, 1)
    before, asked = rows(crawl), len(site.asked)
    second = told(crawl, *ALL)
    assert visits(second) == (0, 0, 11, 0)
    assert (second["kept"], second["rejected"]) == (0, 0), "nothing was cleaned"
    assert sorted(site.not_modified) == sorted(("/etag", "/modified", "/both", "/packed", "/leaves", "/edited"))
    assert sorted(site.paths[asked:]) == sorted([*site.routes, "/missing"])
    assert rows(crawl) == before
    assert second["rows"] == {**dict.fromkeys((*PAGES, "removed", "comments"), 0), "sightings": 12, "runs": 1}
    sources = Dataset(crawl.dataset).sources()
    assert assert_readable(sources[-1]) == {"server-not-modified": 6, "identical-payload-digest": 6}

    del site.routes["/leaves"]
    edited = ARTICLE.format(title="/edited, and how").encode()
    site.page("/edited", edited, headers={"Content-Type": HTML, "ETag": '"e2"'})
    terms = {"Content-Type": HTML, "ETag": 'W/"1"', "X-Robots-Tag": "nosnippet"}
    site.page("/both", body_of(site, "/both"), headers=terms)
    third = told(crawl, *ALL)
    assert visits(third) == (0, 1, 9, 1)
    assert rows(crawl) == before + Counter(["/leaves", "/edited", "/both"]), "a 304 with other terms is not believed"
    newest = latest(crawl)
    assert {path for path, row in newest.items() if row["gone"]} == {"/leaves", "/missing"}
    documents = {row["id"]: row["title"] for row in Dataset(crawl.dataset).table("documents").to_pylist()}
    assert documents[newest["/edited"]["kept_id"]] == "/edited, and how"
    assert documents[newest["/leaves"]["kept_id"]] == "/leaves"
    assert documents[newest["/etag"]["kept_id"]] == "/etag"
    assert (newest["/etag"]["reason"], newest["/"]["reason"], newest["/etag"]["status"]) == (None, "list", 304)
    assert visits(told(crawl, *ALL)) == (0, 0, 11, 0), "what is gone stays so"
    assert {path for path, row in latest(crawl).items() if row["gone"]} == {"/leaves", "/missing"}
    assert_rebuilt_alike(crawl.dataset)


def test_only_what_is_due_is_fetched_and_what_is_new_there(site: Site, crawl: Command, tmp_path: Path) -> None:
    source = tmp_path / "site.toml"
    source.write_text(f'name = "x"\nstart = ["{site.url}/"]\nrevisit_days = [2, 30]\n', "utf-8")
    site.index("/", "/a", "/b")
    for path in ("/a", "/b", "/c", "/d"):
        site.article(path)
    told(crawl, "--source", str(source))
    asked = len(site.asked)
    nothing = crawl("--due-within", "1.9", *FAST)  # the source's shortest interval is two days
    assert (nothing.returncode, site.paths[asked:]) == (0, [])
    assert "nothing is due" in nothing.stderr

    site.index("/", "/a", "/b", "/c")
    make_due(crawl, "/", "/b")
    planned = json.loads(crawl("--due", "--dry-run", *FAST, "--json").stdout)
    assert planned["due"] == 2
    site.page(
        "/b", ARTICLE.format(title="/b", more="").replace("/b", "/b, anew").encode(), headers={"Content-Type": HTML}
    )
    result = told(crawl, "--due")
    assert sorted(site.paths[asked:]) == sorted([ROBOTS, "/", "/b", "/c"])
    assert visits(result) == (1, 2, 0, 0)
    make_due(crawl, "/c")
    asked = len(site.asked)
    assert visits(told(crawl, "--due")) == (0, 0, 1, 0)
    assert site.paths[asked:] == [ROBOTS, "/c"]
    database = sqlite3.connect(crawl.dataset / FILE)
    query = "select url, interval / 86400 from pages join visits using (fingerprint)"
    found = {url.removeprefix(site.url): days for url, days in database.execute(query)}
    database.close()
    assert found == {"/": 2, "/a": 2, "/b": 2, "/c": 3}, "within bounds, and half as long again where nothing changed"
    assert_rebuilt_alike(crawl.dataset)


def test_kills_lose_no_visit_and_double_no_row(site: Site, crawl: Command) -> None:
    names = [f"/a/{n}.html" for n in range(24)]
    site.index("/", *names)
    for n, name in enumerate(names):
        site.article(name)
        if n % 2:
            site.page(name, body_of(site, name), headers={"Content-Type": HTML, "ETag": f'"{n}"'})
    told(crawl, "--start", f"{site.url}/")
    before = rows(crawl)
    site.page(names[5], ARTICLE.format(title="changed").encode())
    site.page(names[20], ARTICLE.format(title="changed, too").encode())
    slowly = ("--allow-private", "--delay", "0.02", *ALL)
    for after, wait in ((4, 0.02), (9, 0.05)):
        kill(crawl, site, after=after, wait=wait, asked=slowly)
    result = told(crawl)
    assert result["resumed"]
    found = rows(crawl)
    assert found - before - Counter({ROBOTS: 9}) == Counter([names[5], names[20]])
    seen = Counter(open_dataset(crawl.dataset).to_arrow("sightings", ["url"])["url"].to_pylist())
    assert {seen[f"{site.url}{path}"] for path in ("/", *names)} == {2}
    assert visits(told(crawl, *ALL)) == (0, 0, 25, 0), "what the killed runs saw is remembered"
    assert_rebuilt_alike(crawl.dataset)


def test_parts_of_an_article_are_captured_whole_where_one_has_changed(site: Site, crawl: Command) -> None:
    publish(site, 3)
    told(crawl, "--start", f"{site.url}/")
    middle = STYLE.url(2)
    added = "此处后来补了一句话，说明新的还款办法。</p>".encode()
    site.page(middle, body_of(site, middle).replace(b"</p>", added, 1))
    result = told(crawl, *ALL)
    assert result["in_parts"] == {"joined": 1, "incomplete": 0, "early": 0}
    newest = [row for name in PAGES[:2] for row in Dataset(crawl.dataset).table(name).to_pylist() if row["parts"]]
    assert [(len(row["parts"]), row["parts_missing"]) for row in newest] == [(3, []), (3, [])]
    assert_rebuilt_alike(crawl.dataset)


def test_other_runs_fetch_whole_what_they_fetch(site: Site, crawl: Command) -> None:
    site.index("/", "/a", "/b")
    for path in ("/a", "/b"):
        site.article(path)
        site.page(path, body_of(site, path), headers={"Content-Type": HTML, "ETag": '"1"'})
    told(crawl, "--start", f"{site.url}/")
    told(crawl, *ALL, "--max-pages", "2")
    asked = len(site.asked)
    assert told(crawl)["pages"] == 1, "what was left of a due run stays due, and is no other run's"
    assert site.paths[asked:] == [ROBOTS, "/"]
    result = told(crawl, "--refetch")
    assert (result["pages"], result["rows"]["duplicates"]) == (3, 2)
    assert len(site.not_modified) == 1
    assert_rebuilt_alike(crawl.dataset)


def test_forgetting_takes_a_pages_visits_along(site: Site, crawl: Command) -> None:
    site.index("/", "/a", "/b")
    for path in ("/a", "/b"):
        site.article(path)
    told(crawl, "--start", f"{site.url}/")
    told(crawl, *ALL)
    table = open_dataset(crawl.dataset).to_pandas("documents", ["url", "content_hash"])
    digest = table[table.url.str.endswith("/a")].content_hash.iloc[0]
    assert main(["dataset", "forget", str(crawl.dataset), digest]) == 0
    urls = open_dataset(crawl.dataset).to_arrow("sightings", ["url"])["url"].to_pylist()
    assert Counter(url.removeprefix(site.url) for url in urls) == {"/": 2, ROBOTS: 2, "/b": 2}
    assert {page.url for page in read(Dataset(crawl.dataset).sources())} == set(urls)
    with sqlite3.connect(crawl.dataset / FILE) as database:
        left = database.execute("select count(*) from pages union all select count(*) from visits").fetchall()
    database.close()
    assert left == [(2,), (3,)]
    assert_rebuilt_alike(crawl.dataset)


@pytest.mark.parametrize("days", ["soon", "-1", "nan"])
def test_days_are_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str], days: str) -> None:
    assert main(["crawl", str(tmp_path / "set"), "--due-within", days]) == 2
    assert "no number of days" in capsys.readouterr().err


def test_a_304_that_was_not_asked_for_is_no_word_of_the_page(site: Site, crawl: Command) -> None:
    site.index("/", "/plain", "/etag")
    for path in ("/plain", "/etag"):
        site.article(path)
    article = site.routes["/etag"].body  # type: ignore[union-attr]  # an Answer
    site.page("/etag", article, headers={"Content-Type": HTML, "ETag": '"1"'})
    told(crawl, "--start", f"{site.url}/")
    site.page("/plain", b"", status=304)
    told(crawl, *ALL)
    assert (latest(crawl)["/etag"]["status"], latest(crawl)["/etag"]["reason"]) == (304, None)
    rejects = Dataset(crawl.dataset).table("rejects", ["url", "reason", "detail"]).to_pylist()
    assert [(row["reason"], row["detail"]) for row in rejects if row["url"].endswith("/plain")] == [
        ("http_error", "status 304")
    ]
    site.article("/plain")
    told(crawl, *ALL)
    assert (latest(crawl)["/plain"]["status"], latest(crawl)["/plain"]["reason"]) == (200, None)
    assert_rebuilt_alike(crawl.dataset)


def test_a_page_that_opts_out_later_keeps_its_row_until_it_is_forgotten(site: Site, crawl: Command) -> None:
    site.index("/", "/later", "/never")
    site.article("/later")
    site.page(
        "/never", ARTICLE.format(title="/never").encode(), headers={"Content-Type": HTML, "X-Robots-Tag": "noindex"}
    )
    told(crawl, "--start", f"{site.url}/")
    article = site.routes["/later"].body  # type: ignore[union-attr]  # an Answer
    site.page("/later", article, headers={"Content-Type": HTML, "X-Robots-Tag": "noarchive"})
    told(crawl, *ALL)
    assert rows(crawl)["/later"] == 2
    found = [path for path, row in latest(crawl).items() if row["reason"] == "opted_out" and row["kept_id"]]
    assert found == ["/later"]
    assert main(["dataset", "forget", str(crawl.dataset), f"{site.url}/later"]) == 0
    assert rows(crawl)["/later"] == 0
