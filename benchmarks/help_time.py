"""How long `taoxi --help` takes, beside a Python that does nothing: medians of ten runs each, in turn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.table import show

RUNS = 10
COMMANDS = {
    "taoxi --help": [str(Path(sys.executable).with_name("taoxi")), "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    started = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - started


def main() -> int:
    """Print the table; 0."""
    turns = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(RUNS)]
    show(("command", "seconds"), [(name, f"{median(turn[name] for turn in turns):.3f}") for name in COMMANDS])
    return 0


if __name__ == "__main__":
    sys.exit(main())
