"""`taoxi doctor`: what is missing on this machine, in words."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from crawler.cli.console import add_output_argument
from crawler.cli.version import installed, requirements

EXAMPLE = "  taoxi doctor\n  taoxi doctor --output /data/datasets --json"

LEAST_PYTHON = (3, 11)
LEAST_FREE_GIB = 1.0

# what it is · modules or programs, any of which will do · what goes missing without it
OPTIONAL_MODULES = (
    ("brotli", ("brotli", "brotlicffi"), "pages served with brotli cannot be read; pip install brotli"),
    (
        "zstandard",
        ("compression.zstd", "backports.zstd", "zstandard"),
        "pages served with zstd cannot be read; pip install zstandard",
    ),
    ("playwright", ("playwright",), "only for taoxi crawl --browser; pip install 'taoxi[browser]'"),
    ("redis", ("redis",), "only for taoxi crawl --frontier; pip install 'taoxi[redis]'"),
)
OPTIONAL_PROGRAMS = (
    (
        "Chromium",
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "only for taoxi crawl --browser; apt-get install chromium",
    ),
    (
        "Redis",
        ("redis-server", "valkey-server"),
        "only for taoxi crawl --frontier, on one of the machines; apt-get install redis-server",
    ),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for: whether it is there, whether taoxi needs it, and what to do where it is missing."""

    name: str
    ok: bool
    needed: bool
    found: str
    advice: str = ""

    @property
    def state(self) -> str:
        """`ok`, `MISSING` (needed) or `optional` (missing, and not needed)."""
        return "ok" if self.ok else "MISSING" if self.needed else "optional"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has its options."""
    add_output_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print what was looked for and found; 0 where all that is needed is there, else 1."""
    checks = list(examine(args.output or Path(os.environ.get("TAOXI_OUTPUT") or "output")))
    missing = [check.name for check in checks if check.needed and not check.ok]
    if args.json:
        told = {"ok": not missing, "checks": [asdict(check) | {"state": check.state} for check in checks]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 1 if missing else 0
    for check in checks:
        advice = "" if check.ok else f": {check.advice}"
        sys.stdout.write(f"{check.state:<10}{check.name:<18}{check.found}{advice}\n")
    verdict = f"Missing: {', '.join(missing)}." if missing else "All that is needed is here."
    sys.stdout.write(f"\n{verdict}\n")
    return 1 if missing else 0


def examine(output: Path) -> Iterator[Check]:
    """Every check, the needed ones first; nothing is left behind in `output`."""
    yield Check(
        "Python", sys.version_info >= LEAST_PYTHON, True, platform.python_version(), "install Python 3.11 or newer"
    )
    yield from (package(name, least) for name, least in requirements().items())
    yield script_tables()
    yield from output_folder(output)
    yield worker()
    for name, modules, advice in OPTIONAL_MODULES:
        found = next((module for module in modules if module_exists(module)), None)
        yield Check(name, found is not None, False, found or "not found", advice)
    for name, programs, advice in OPTIONAL_PROGRAMS:
        path = next(filter(None, map(shutil.which, programs)), None)
        yield Check(name, path is not None, False, path or "not found", advice)


def package(name: str, least: str) -> Check:
    """Whether a package is there, and new enough."""
    found = installed(name)
    ok = found is not None and numbers(found) >= numbers(least)
    return Check(
        name, ok, True, found or "not found", f"pip install '{name}>={least}'" if least else f"pip install {name}"
    )


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, without zeros at its end: 2.19.0 → (2, 19)."""
    leading = re.match(r"\d+(\.\d+)*", version)
    parts = [int(part) for part in leading[0].split(".")] if leading else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def script_tables() -> Check:
    """Whether OpenCC brought its tables: a build without them imports well and fails at the first page."""
    spec = find_spec("opencc")
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = next((path for folder in folders for path in Path(folder).rglob("t2s.json")), None)
    return Check(
        "OpenCC tables",
        found is not None,
        True,
        "t2s" if found else "not found",
        "pip install --force-reinstall opencc",
    )


def output_folder(output: Path) -> Iterator[Check]:
    """Whether datasets can be written: the folder (or the one it would be made in), links in it, free space."""
    home = next(folder for folder in (output.absolute(), *output.absolute().parents) if folder.is_dir())
    advice = "choose another folder with --output or TAOXI_OUTPUT"
    if output.is_file():
        yield Check("output folder", False, True, f"{output} is a file", advice)
        return
    gib = shutil.disk_usage(home).free / 2**30
    yield Check("free disk space", gib >= LEAST_FREE_GIB, True, f"{gib:.1f} GiB", advice)
    try:
        with tempfile.TemporaryDirectory(prefix=".taoxi-doctor-", dir=home) as folder:
            yield Check("output folder", True, True, str(output))
            yield symbolic_link(Path(folder))
    except OSError as error:
        yield Check("output folder", False, True, f"{output} cannot be written ({error.strerror})", advice)


def symbolic_link(folder: Path) -> Check:
    """Whether the file system of `folder` has symbolic links, by which a dataset moves to its next version at once."""
    advice = "put the output on a file system that has symbolic links"
    try:
        (folder / "link").symlink_to(folder)
    except OSError as error:
        return Check("symbolic links", False, True, f"refused ({error.strerror})", advice)
    return Check("symbolic links", True, True, "work")


def worker() -> Check:
    """Whether a worker process starts and answers."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            answered = pool.submit(os.getpid).result(timeout=60) != os.getpid()
    except (OSError, RuntimeError, TimeoutError) as error:
        return Check("worker process", False, True, f"did not start ({error})", "rebuild in one process only")
    return Check("worker process", answered, True, "starts", "rebuild in one process only")


def module_exists(name: str) -> bool:
    """Whether a module can be imported; nothing is imported but its packages."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
