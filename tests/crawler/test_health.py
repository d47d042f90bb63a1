"""A run is compared with the last ones: what is worse is told, what is usual is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli.watching import log_line, rows, title
from crawler.health import FILE, Run, alarms, read_runs, remember
from crawler.result import Progress
from crawler.tally import HostProgress
from pipelines.dataset import Dataset
from tests.crawler.loopback import Answer, Command, Site

USUAL = [Run(str(n), 100, 60, 2, {"a.test": (100, 2)}) for n in range(4)]
DUE = [Run(f"due {n}", 30, 0, 0, {"a.test": (30, 0)}, due=True) for n in range(8)]
SMALL = [Run(f"small {n}", 2, 0, 0, {"b.test": (2, 0)}, due=True) for n in range(8)]


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (Run("x", 100, 58, 3, {"a.test": (100, 3)}), []),
        (Run("x", 100, 20, 2, {"a.test": (100, 2)}), ["the yield fell: 20%"]),
        (Run("x", 100, 60, 40, {"a.test": (100, 40)}), ["errors rose: 29%"]),
        (Run("x", 0, 0, 30, {"a.test": (0, 30)}), ["errors rose: 100%", "a.test is gone"]),
        (Run("x", 5, 0, 0, {"a.test": (5, 0)}), []),  # too few pages to say
        (Run("x", 100, 60, 5, {"a.test": (95, 0), "new.test": (0, 5)}), []),  # never answered before
    ],
)
def test_what_is_worse_is_told(run: Run, told: list[str]) -> None:
    found = alarms(run, USUAL)
    assert len(found) == len(told)
    assert all(text.startswith(start) for text, start in zip(found, told, strict=True))


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (Run("x", 30, 0, 1, {"a.test": (30, 1)}, due=True), []),  # what has not changed is not kept again
        (Run("x", 30, 0, 30, {"a.test": (30, 30)}, due=True), ["errors rose: 50%"]),
        (Run("x", 2, 0, 2, {"a.test": (2, 2)}, due=True), []),
        (Run("x", 0, 0, 3, {"a.test": (0, 3)}, due=True), ["a.test is gone"]),
        (Run("x", 0, 0, 2, {"a.test": (0, 2)}, due=True), []),  # these pages may be gone, and not the host
        (Run("x", 0, 0, 2, {"b.test": (0, 2)}, due=True), ["b.test is gone"]),  # it never had more
        (Run("x", 100, 20, 2, {"a.test": (100, 2)}), ["the yield fell: 20% of the pages were kept, 60%"]),
    ],
)
def test_runs_of_what_is_due_are_compared_in_what_they_share_with_others(run: Run, told: list[str]) -> None:
    found = alarms(run, [*USUAL, *DUE, *SMALL])
    assert len(found) == len(told)
    assert all(text.startswith(start) for text, start in zip(found, told, strict=True))


def test_the_second_run_is_not_compared_with_the_first() -> None:
    assert alarms(Run("2", 100, 0, 0, {"a.test": (100, 0)}), USUAL[:1]) == []


def test_runs_are_remembered_and_torn_lines_left_out(tmp_path: Path) -> None:
    assert read_runs(tmp_path) == []
    remember(tmp_path, USUAL[0])
    with (tmp_path / FILE).open("a") as file:
        file.write('{"run": "torn\n[]\n{}\n')
    remember(tmp_path, DUE[0])
    with (tmp_path / FILE).open("a") as file:
        file.write('{"run": "0", "pages": 100, "kept": 60, "errors": 2, "hosts": {"a.test": [100, 2]}}\n')  # 0.1.0
    assert read_runs(tmp_path) == [USUAL[0], DUE[0], USUAL[0]]


def test_the_table_and_the_log_tell_the_same() -> None:
    hosts = tuple(HostProgress(f"{n}.test", n, 0, 1) for n in range(20))
    progress = Progress(190, 100, 50, 20, 3, 60.0, hosts)
    assert "190 pages, 190/min · 100 kept (67%)" in title(progress)
    shown = rows(progress)
    assert shown[0] == ("19.test", "19", "19", "0", "1")
    assert shown[-1][0] == "8 more"
    assert json.loads(log_line(progress))["errors"] == 3


def test_a_host_that_is_gone_ends_with_3_unless_checks_are_off(site: Site, crawl: Command) -> None:
    other = site.url.replace("127.0.0.1", "localhost")
    site.article("/1.html")
    site.article("/2.html")
    starts = ("--start", f"{site.url}/1.html", "--start", f"{other}/2.html")
    fast = (*starts, "--allow-private", "--delay", "0", "--refetch", "--json")
    assert crawl(*fast).returncode == 0
    site.routes["/2.html"] = Answer(status=500)
    gone = crawl(*fast)
    assert gone.returncode == 3, gone.stderr
    assert "localhost" in json.loads(gone.stdout)["alarms"][0]
    assert "is gone" in gone.stderr
    assert crawl(*fast, "--no-checks").returncode == 0


def test_the_only_host_that_is_gone_ends_with_3_too(site: Site, crawl: Command) -> None:
    site.article("/1.html")
    fast = ("--start", f"{site.url}/1.html", "--allow-private", "--delay", "0", "--refetch", "--json")
    assert crawl(*fast).returncode == 0
    site.page("/robots.txt", status=500)
    assert crawl(*fast).returncode == 3


def test_a_site_that_shuts_us_out_is_told_and_the_next_run_goes_on(site: Site, crawl: Command) -> None:
    paths = [f"/a/{n}.html" for n in range(24)]
    site.index("/", *paths)
    for path in paths:
        site.article(path)
    fast = ("--start", f"{site.url}/", "--allow-private", "--delay", "0", "--refetch", "--json")
    assert crawl(*fast).returncode == 0
    for path in paths:
        site.page(path, "<title>安全验证</title><p>请完成安全验证后继续访问".encode())
    shut = crawl(*fast)
    assert shut.returncode == 3, shut.stderr
    assert "rejected" in json.loads(shut.stdout)["alarms"][0]
    assert json.loads(shut.stdout)["rows"]["rejects"] >= 24
    for path in paths:
        site.article(path)
    assert crawl(*fast).returncode == 0
    assert len({row["url"] for row in Dataset(crawl.dataset).table("documents").to_pylist()}) == 24


@pytest.mark.parametrize(
    ("fault", "told"),
    [(Answer(b"no", 403), "errors rose"), (Answer(status=500), "127.0.0.1:")],
)
def test_a_run_of_what_is_due_tells_errors_and_hosts_that_are_gone(
    site: Site, crawl: Command, fault: Answer, told: str
) -> None:
    paths = [f"/a/{n}.html" for n in range(24)]
    site.index("/", *paths)
    for path in paths:
        site.article(path)
    fast = ("--allow-private", "--delay", "0", "--json")
    due = (*fast, "--due-within", "100")
    for arguments in ((*fast, "--start", f"{site.url}/"), due, due):
        assert crawl(*arguments).returncode == 0
    assert crawl(*fast, "--due").returncode == 0  # nothing is due
    for path in paths[::2] if fault.status == 403 else ["/", *paths]:
        site.routes[path] = fault
    worse = crawl(*due)
    assert worse.returncode == 3, worse.stderr
    assert any(alarm.startswith(told) for alarm in json.loads(worse.stdout)["alarms"]), worse.stdout


@pytest.mark.parametrize("due", [False, True])
def test_a_wall_that_shows_one_text_under_all_urls_is_told(site: Site, crawl: Command, due: bool) -> None:
    paths = [f"/a/{n}.html" for n in range(30)]
    site.index("/", *paths)
    for path in paths:
        site.article(path)
    first = ("--start", f"{site.url}/", "--allow-private", "--delay", "0", "--json")
    if due:
        assert crawl(*first).returncode == 0
    site.article("/wall")
    for path in paths[:22]:
        site.routes[path] = site.routes["/wall"]
    walled = crawl(*first, *(["--due-within", "100"] if due else []))
    assert walled.returncode == 3, walled.stderr
    (alarm,) = json.loads(walled.stdout)["alarms"]
    assert alarm.startswith(f"one text: 22 of {22 if due else 30} pages show what {site.url}/a/")


def test_a_few_copies_are_no_wall(site: Site, crawl: Command) -> None:
    paths = [f"/a/{n}.html" for n in range(30)]
    site.index("/", *paths)
    for n, path in enumerate(paths):
        site.article(path)
        site.routes[path] = site.routes[paths[n % 15]]
    done = crawl("--start", f"{site.url}/", "--allow-private", "--delay", "0", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["duplicates"] == 15
