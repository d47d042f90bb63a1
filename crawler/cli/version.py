"""`taoxi version`: the versions of taoxi and of what it stands on."""

from __future__ import annotations

import argparse
import json
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version

EXAMPLE = "  taoxi version --json"
DISTRIBUTION = "taoxi"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has its options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the versions on standard output."""
    versions = {DISTRIBUTION: installed(DISTRIBUTION), "python": platform.python_version()}
    versions |= {name: installed(name) for name in requirements()}
    if args.json:
        sys.stdout.write(json.dumps(versions, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{name:<16}{found or 'missing'}\n" for name, found in versions.items())
    return 0


def requirements() -> dict[str, str]:
    """Each package that taoxi needs at run time, with the least version that will do ("" where any will)."""
    needed = {}
    for line in requires(DISTRIBUTION) or []:
        match = re.match(r"([\w.-]+)\s*(?:>=\s*([\w.]+))?", line)
        if match and "extra ==" not in line:
            needed[match[1].lower()] = match[2] or ""
    return needed


def installed(name: str) -> str | None:
    """The version of a distribution, None where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
