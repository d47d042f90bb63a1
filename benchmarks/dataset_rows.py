"""Made-up pages for `benchmarks.dataset`, and its writers: `python -m benchmarks.dataset_rows HOW FOLDER COMMITS`."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from benchmarks.memory import words
from pipelines.dataset import Dataset
from pipelines.dataset.deciding import entries
from pipelines.dataset.rows import Entry
from pipelines.errors import LockedError
from pipelines.model import Block, Capture, Comment, Outcome, Page, Reason, Record, Rejected, Role

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STEP = 20  # pages of a small commit
REMOVED = ("返回顶部", "分享到朋友圈", "版权所有 © 示例网")


def outcome(n: int, chars: int = 40) -> Outcome:
    """Page n: every tenth is rejected, every seventh says what an earlier one said; the same n gives the same page."""
    page = Page(f"https://example.com/{n}.html", b"%d" % n, NOW, capture=Capture("20260102T030405Z-00001.warc.gz", n))
    if n % 10 == 9:
        return Outcome(page, Rejected(Reason.LIST, "links and no text", "RequireArticle"))
    rng = random.Random(n - n % 7 if n % 7 == 1 else n)  # noqa: S311 -- pages, not secrets
    lines = [words(rng, 60) + "。" for _ in range(max(1, chars // 60))]
    text = "\n".join(lines)
    return Outcome(
        page,
        Record(
            title=words(rng, 14),
            text=text,
            blocks=tuple(Block(line, Role.PARAGRAPH) for line in lines),
            published=NOW,
            published_has_time=True,
            author="编辑部",
            source="示例网",
            comments=(Comment("谢谢，很有用", "读者", None, NOW),) if n % 3 == 0 else (),
            script="Hans",
            encoding="utf-8",
            removed=tuple(Block(text, Role.BOILERPLATE, f"rule.{k}") for k, text in enumerate(REMOVED)),
        ),
    )


def outcomes(first: int, end: int, chars: int = 40) -> Iterator[Outcome]:
    return (outcome(n, chars) for n in range(first, end))


def many_entries(count: int, chars: int) -> Iterator[Entry]:
    """Entries of so many pages, quickly made: 400 pages again and again, with other ids, addresses and hashes."""
    some = [entry for entry in entries(outcomes(0, 400, chars)) if entry.table != "duplicates"]
    for n in range(count):
        entry = some[n % len(some)]
        told = {"id": f"{n:032x}", "url": f"https://example.com/{n}.html"}
        told |= {"content_hash": f"{n + 1:032x}"} if entry.table == "documents" else {}
        yield replace(entry, row=entry.row | told, removed=tuple(row | {"id": told["id"]} for row in entry.removed))


def append(dataset: Dataset, first: int, end: int) -> None:
    """The pages are added in one commit."""
    dataset.append(outcomes(first, end), now=NOW, kind="crawl", segments=(), recipe="made")


def write(how: str, path: str, commits: int) -> None:
    """So many commits; each is told on standard output once it is done."""
    dataset = Dataset(path)
    for n in range(commits):
        while True:
            try:
                with dataset.locked("crawl", NOW):
                    _commit(dataset, how, n)
                break
            except LockedError:  # of the four writers that share a dataset
                continue
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()


def _commit(dataset: Dataset, how: str, n: int) -> None:
    if how == "replace":
        rows = outcomes(0, STEP * (n % 7 + 1))
        dataset.replace(rows, now=NOW, kind="build", segments=(), recipe="made")
        return
    last = dataset.last()
    done = STEP * (last.sequence + 1) if last else 0
    append(dataset, done, done + STEP)


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
