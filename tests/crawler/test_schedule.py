"""Schedules: the same moments everywhere, words that arrive as they were, no failure where another run holds the lock."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.schedule import Every, Job, cron, github, seconds, systemd, with_entry
from pipelines.errors import ConfigurationError

ODD = 'b c\'s 100% "d" $HOME \\ 中文'


def job(tmp_path: Path, code: int = 0, jitter: int = 0) -> Job:
    """A job whose `taoxi` writes its words to a file, a line each, and ends with `code`."""
    folder = tmp_path / ODD
    folder.mkdir(exist_ok=True)
    script = folder / "told.py"
    script.write_text(
        f"import pathlib, sys; pathlib.Path(__file__).with_name('told').write_text('\\n'.join(sys.argv[1:]));"
        f"print('a word'); sys.exit({code})",
        "utf-8",
    )
    every = Every.of("6h")
    return Job((sys.executable, str(script)), sys.executable, folder / "set", ("--contact", ODD), folder, every, jitter)


@pytest.mark.parametrize(
    ("text", "calendar", "fields"),
    [
        ("hourly", "*-*-* 00/1:00:00", "0 * * * *"),
        ("6h", "*-*-* 00/6:00:00", "0 */6 * * *"),
        ("15m", "*-*-* *:00/15:00", "*/15 * * * *"),
        ("1d", "*-*-* 03:00:00", "0 3 * * *"),
        ("Weekly", "Mon *-*-* 03:00:00", "0 3 * * 1"),
    ],
)
def test_how_often_is_the_same_for_systemd_and_cron(text: str, calendar: str, fields: str) -> None:
    every = Every.of(text)
    assert (every.calendar, every.cron) == (calendar, fields)


@pytest.mark.parametrize("text", ["5h", "7m", "0h", "2d", "", "often", "６h"])
def test_an_uneven_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot run every"):
        Every.of(text)


def test_times() -> None:
    assert [seconds(text) for text in ("90", "90s", "15m", "1h")] == [90, 90, 900, 3600]


def test_a_line_break_in_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="line break"):
        Job(("taoxi",), "python", tmp_path / "a\nb", (), tmp_path, Every.of("daily"), 0)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    made = systemd(job(tmp_path, jitter=90))
    for name, text in made.items():
        (tmp_path / name).write_text(text, "utf-8")
    checked = subprocess.run(
        [
            shutil.which("systemd-analyze") or "",
            "verify",
            "--user",
            "--man=no",
            *(str(tmp_path / name) for name in made),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert checked.returncode == 0, checked.stderr
    assert "taoxi-crawl" not in checked.stderr


def test_units_treat_a_held_lock_as_success_and_catch_up(tmp_path: Path) -> None:
    service, timer = systemd(job(tmp_path, jitter=90)).values()
    assert "SuccessExitStatus=4" in service
    assert '100%% \\"d\\" $HOME \\\\ 中文"' in service
    assert "Persistent=true" in timer
    assert "RandomizedDelaySec=90" in timer


def run_cron(made: Job) -> subprocess.CompletedProcess[str]:
    """The crontab's command as cron runs it."""
    line = cron(made).split("\n")[1].removeprefix(made.every.cron + " ")
    return subprocess.run(["/bin/sh", "-c", line.replace("\\%", "%")], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("code", "fails"), [(0, False), (4, False), (1, True), (3, True)])
def test_a_crontab_line_runs_the_crawl_and_is_silent_unless_it_failed(tmp_path: Path, code: int, fails: bool) -> None:
    made = job(tmp_path, code)
    done = run_cron(made)
    assert (done.returncode, bool(done.stdout), done.stderr) == (int(fails), fails, "")
    assert (made.folder / "told").read_text("utf-8").split("\n") == ["crawl", str(made.dataset), "--contact", ODD]
    assert (made.dataset / "logs" / "schedule.log").read_text("utf-8") == "a word\n"


def test_a_crontab_keeps_its_other_lines_and_has_the_entry_once(tmp_path: Path) -> None:
    made = job(tmp_path)
    once = with_entry("MAILTO=me\n1 2 * * * other", made)
    assert once == "MAILTO=me\n1 2 * * * other\n" + cron(made)
    assert with_entry(once, made) == once


def test_datasets_of_one_name_have_entries_of_their_own(tmp_path: Path) -> None:
    one, other = (Job(("taoxi",), "python", tmp_path / x / "set", (), tmp_path, Every.of("1h"), 0) for x in "ab")
    assert one.name != other.name


def test_the_workflow_runs_the_command(tmp_path: Path) -> None:
    made = Job(("taoxi",), "python", Path("output/a b"), ("--start", "https://a.test/"), Path(), Every.of("6h"), 60)
    ((name, text),) = github(made).items()
    assert name.endswith(".yml")
    assert shlex.join(made.command) in text
    assert 'path: "output/a b"' in text
    assert 'cron: "0 */6 * * *"' in text
    assert "0|4|124)" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["new", "--systemd"], "never crawled"),
        (["new", "--systemd", "--crawl=--no-such"], "--crawl"),
        (["new", "--systemd", "--crawl='"], "--crawl"),
        (["new", "--cron", "--crawl=--start https://a.test/", "--every", "1h", "--jitter", "2h"], "not less"),
        (["/else/where", "--github", "--crawl=--start https://a.test/"], "repository"),
    ],
)
def test_a_mistake_shows_at_once(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schedule", *words, "--output", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err


def test_install_writes_the_units_for_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    words = ["schedule", "new", "--systemd", "--install", "--crawl=--start https://a.test/", "--output", str(tmp_path)]
    assert main(words) == 0
    assert {path.suffix for path in (tmp_path / "config/systemd/user").iterdir()} == {".service", ".timer"}
