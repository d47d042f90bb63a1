"""Peak memory of `taoxi build` in one process, on 5,000 and on 20,000 pages: flat, however many there are.

The pages are made up from a seed, each with its own text, as JSON Lines.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.table import show

COUNTS = (5_000, 20_000)
CHARACTERS = "借款利息账单合同协商逾期还清征信银行平台客服法院催收分期本金费率保留证据说明情况按时联系核对律师咨询"
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head><body>
<div class="nav">{links}</div><div class="article"><h1>{title}</h1>
<div class="info">2024-03-05 10:20 来源：示例网</div>{text}</div>
<div class="related"><h3>相关阅读</h3><ul>{links}</ul></div><div class="footer">版权所有 © 示例网</div></body></html>"""


def page(rng: random.Random) -> str:
    """A page of about 8 kB whose words no other page has."""
    title, *paragraphs = (words(rng, 14), *(words(rng, 90) for _ in range(12)))
    links = "".join(f'<li><a href="/{rng.randrange(10**6)}.html">{words(rng, 12)}</a></li>' for _ in range(30))
    return PAGE.format(title=title, links=links, text="".join(f"<p>{paragraph}。</p>" for paragraph in paragraphs))


def words(rng: random.Random, length: int) -> str:
    """Chinese characters, with a comma here and there."""
    return "，".join("".join(rng.choices(CHARACTERS, k=min(length, 15))) for _ in range(0, length, 15))


def peak(count: int, folder: Path) -> float:
    """Peak memory in MB of a build of so many pages. Raises SystemExit where it fails."""
    rng = random.Random(count)  # noqa: S311 -- pages, not secrets
    pages = folder / f"{count}.jsonl"
    with pages.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(
            json.dumps({"url": f"http://example.com/{n}", "html": page(rng)}, ensure_ascii=False) + "\n"
            for n in range(count)
        )
    command = [sys.executable, "-m", "crawler.cli", "build", str(folder / f"dataset-{count}"), "--from", str(pages)]
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    pid = os.posix_spawn(sys.executable, [*command, "--processes", "1"], os.environ, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"taoxi build ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)  # macOS counts bytes, Linux kB


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS, metavar="PAGES")
    counts = parser.parse_args(arguments).counts
    with tempfile.TemporaryDirectory() as folder:
        peaks = [peak(count, Path(folder)) for count in counts]
    growth = [f"{100 * (mb / peaks[0] - 1):+.1f} %" for mb in peaks]
    show(
        ("pages", "peak MB", "growth"),
        [(f"{n:,}", f"{mb:.0f}", g) for n, mb, g in zip(counts, peaks, growth, strict=True)],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
