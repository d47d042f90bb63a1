"""How well a topic learned from examples tells pages: precision and recall on the labelled pages and texts.

    python -m benchmarks.topic            measure
    python -m benchmarks.topic --write    make pipelines/tables/learned/background.json anew

Wanted are the distinct texts of dedup/dev.parquet whose first line, or 8 of 1,000 characters, name loans and debts (a list of
words, no hand labelled them; half of such a text is sentences about anything); unwanted are its texts with neither, and the
zhpages articles not marked as finance and the daniel news, judged with a background of the other half of these pages alone.
The settings of pipelines/topic were chosen by these figures. Skipped, with a message, where ../shared is missing.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from benchmarks.quality import SHARED
from benchmarks.site_templates import pages
from benchmarks.table import show
from pipelines.model import Record
from pipelines.recipe import clean
from pipelines.topic import ENOUGH, Topic, learn
from pipelines.topic.background import TABLE, gathered, told

WORDS = re.compile("逾期|贷款|借款|还款|信用卡|催收|网贷|征信|协商|欠款|利息|额度")
DENSE, THIN = 8, 1  # of these words in 1,000 characters
TEXTS = 1_000  # of the corpus, wanted and unwanted
HEAD = ("examples", "features", "recall", "corpus rejected", "pages rejected", "precision")


def main(arguments: list[str] | None = None) -> int:
    """Print the table, or write the background; 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="make the packaged background anew")
    args = parser.parse_args(arguments)
    if not SHARED.is_dir():
        sys.stdout.write("topic skipped: the labelled pages (../shared) are not on this machine\n")
        return 0
    if args.write:
        everything = [text for _, text in chinese()] + [*gold("wcxb"), *gold("readability")]
        (Path("pipelines/tables") / TABLE).write_text(told(gathered(everything)), "utf-8")
        return 0
    show(HEAD, rows())
    return 0


def rows() -> Iterator[list[str]]:
    """For each choice of examples, what the topic accepts and rejects."""
    latin = [*gold("wcxb"), *gold("readability")]
    about_anything = list(chinese())
    halves = [about_anything[0::2], about_anything[1::2]]
    backgrounds = [gathered([*(text for _, text in halves[1 - n]), *latin]) for n in (0, 1)]
    wanted, unwanted = corpus()
    seeds = [path.read_text("utf-8") for path in sorted((SHARED / "seeds").glob("*.txt"))]
    chance = random.Random(7)  # noqa: S311 -- a sample
    told = {"the five seeds": seeds, "one seed": seeds[:1], "two seeds": seeds[:2]}
    told |= {f"{number} of the corpus": chance.sample(wanted, number) for number in (3, 5, 20)}
    for name, examples in told.items():
        topics = [learn(examples, one) for one in backgrounds]
        yield [name, str(len(topics[0].weights)), *figures(topics, wanted, unwanted, halves)]


def figures(
    topics: list[Topic], wanted: list[str], unwanted: list[str], halves: list[list[tuple[bool, str]]]
) -> list[str]:
    """Recall, shares rejected, and precision: of as many unwanted texts, half pages, half of the corpus, as wanted ones."""
    recall, corpus_kept = share(topics[0], wanted), share(topics[0], unwanted)
    others = [[text for finance, text in half if not finance] for half in halves]
    kept = sum(share(topic, texts) * len(texts) for topic, texts in zip(topics, others, strict=True))
    pages_kept = kept / sum(map(len, others))
    precision = recall / (recall + (corpus_kept + pages_kept) / 2)
    return [f"{value:.3f}" for value in (recall, 1 - corpus_kept, 1 - pages_kept, precision)]


def share(topic: Topic, texts: list[str]) -> float:
    """The share of the texts that is kept."""
    scores = [topic.score(text) for text in texts]
    return sum(score is None or score >= ENOUGH for score in scores) / len(scores)


def corpus() -> tuple[list[str], list[str]]:
    """Texts of the corpus, one a cluster: those about loans, and those about other things."""
    table = pd.read_parquet(SHARED / "dedup" / "dev.parquet").drop_duplicates("cluster")
    dense = table.text.str.count(WORDS.pattern) / table.text.str.len() * 1_000
    headed = table.text.str.split("\n").str[0].str.contains(WORDS.pattern)
    chosen = (table[headed | (dense > DENSE)], table[~headed & (dense < THIN)])
    wanted, unwanted = (list(one.text.sample(TEXTS, random_state=3)) for one in chosen)
    return wanted, unwanted


def chinese() -> Iterator[tuple[bool, str]]:
    """The Chinese pages that are articles, and whether they are marked as finance."""
    marked = [
        bool(json.loads(line)["finance"]) for line in (SHARED / "zhpages/index.jsonl").read_text("utf-8").splitlines()
    ]
    for finance, page in zip(marked, pages(SHARED / "zhpages"), strict=True):
        result = clean(page).result
        if isinstance(result, Record):
            yield finance, f"{result.title or ''}\n{result.text}"
    yield from ((False, text) for text in gold("daniel"))


def gold(name: str) -> Iterable[str]:
    """The texts of a labelled set."""
    for path in sorted((SHARED / name / "gold").glob("*.json*")):
        yield from (json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip())


if __name__ == "__main__":
    sys.exit(main())
