"""The command line's contract: help with an example, exit codes, data alone on standard output, quick to answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli import COMMANDS, main

HEAVY = ("bs4", "fastwarc", "lxml", "numpy", "opencc", "pandas", "pyarrow", "rich", "scrapy", "selectolax", "twisted")


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    told = capsys.readouterr()
    assert f"usage: taoxi {command}" in told.out
    assert "example:" in told.out
    assert f"taoxi {command}" in told.out.partition("example:")[2]
    assert told.err == ""


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert [command for command in COMMANDS if command not in told] == []


@pytest.mark.parametrize(
    "arguments",
    [[], ["wash"], ["--colour"], *([command, "--no-such-option"] for command in COMMANDS)],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_why(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage: taoxi" in told.err


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many"])
@pytest.mark.parametrize("command", ["clean page.html", "demo", "build set"])
def test_less_than_one_process_is_refused(command: str, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--processes", number]) == 2
    assert f"--processes: '{number}' is no number of 1 or more" in capsys.readouterr().err


def test_help_needs_no_heavy_module() -> None:
    code = "import sys; from crawler.cli import main; main(['--help']); sys.stderr.write(' '.join(sys.modules))"
    loaded = set(python("-c", code).stderr.split())
    assert "crawler.cli" in loaded
    assert loaded.intersection(HEAVY) == set()


def test_it_runs_as_a_module_and_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "crawler.cli", "version", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["python"] == ".".join(map(str, sys.version_info[:3]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", ["version", "doctor", "clean PAGE", "explain PAGE --json"])
def test_output_that_cannot_be_written_is_told_without_a_traceback(arguments: str, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<!doctype html><p>借条", encoding="utf-8")
    command = [sys.executable, "-m", "crawler.cli", *arguments.replace("PAGE", str(page)).split()]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"taoxi {arguments.split()[0]}: ")


def test_closed_standard_streams_are_no_fault() -> None:
    shut = "import os, runpy, sys; os.closerange(0, 3); sys.stdin = sys.stdout = sys.stderr = None; "
    done = python("-c", f"{shut} sys.argv = ['taoxi', 'clean', '-', '--json']; runpy.run_module('crawler.cli')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("command", ["dedup LONG -o x", "crawl d --like LONG", "crawl d --source /dev/zero"])
def test_a_path_that_cannot_be_followed_is_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command.replace("LONG", "x" * 5000).split()) in {1, 2}
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"taoxi {command.split()[0]}: ")


def test_ctrl_c_while_a_command_is_imported_is_told_without_a_traceback() -> None:
    stopped = (
        "import signal, sys, crawler.cli as cli; from importlib.abc import MetaPathFinder as Finder; "
        "stop = lambda *_: signal.raise_signal(signal.SIGINT); "
        "sys.meta_path.insert(0, type('Stop', (Finder,), {'find_spec': stop})()); sys.exit(cli.main(['version']))"
    )
    done = python("-c", stopped)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "taoxi version: interrupted\n")
