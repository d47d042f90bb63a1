"""Duplicates: scores on the labelled corpus, also with synonyms that never saw what they are measured on; speed; memory.

    python -m benchmarks.duplicates                    all of it, on ../shared/dedup/dev.parquet
    python -m benchmarks.duplicates --scores           only the scores
    python -m benchmarks.duplicates --million          a made-up table of 1,000,000 texts, too (a quarter of an hour)

Halves are of families, so that no template and no article stands in both. Speeds are by CPU time, one process, and beside
datasketch and rensa (on the same character 5-grams) in the same run, where these are installed.
"""

from __future__ import annotations

import argparse
import importlib
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.duplicates_memory import incremental, million
from benchmarks.table import show
from pipelines.dedup.features import AT_A_TIME
from pipelines.dedup.fold import fold_batch
from pipelines.dedup.index import Index
from pipelines.dedup.learning import learn
from pipelines.dedup.shingles import gram_hashes, gram_sets
from pipelines.dedup.sketch import band_keys, signatures
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged

SHARED = Path(__file__).parent.parent.parent / "shared"
CORPUS = SHARED / "dedup" / "dev.parquet"
TARGETS = {
    "pair F1": (">=", 0.98),
    "pair precision": (">=", 0.97),
    "B³ F1": (">=", 0.99),
    "unique articles lost": ("<=", 0.012),
    "look-alikes merged": ("<=", 0.06),
    **{f"recall {kind}": (">=", 1.0) for kind in ("ws", "punct", "width", "trad", "exact", "repeat")},
    "recall spin20": (">=", 0.99),
    "recall spin30": (">=", 0.98),
    "recall spin40": (">=", 0.95),
    "recall trunc": (">=", 0.94),
    "recall merge": (">=", 0.97),
}
NAMES = {"pair F1": "pair_f1", "pair precision": "pair_precision", "B³ F1": "b3_f1"}
NAMES |= {"unique articles lost": "lost", "look-alikes merged": "merged"}
BATCH = 2048
ROUNDS = 3

Scores = dict[str, float]


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; 2 where the corpus is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", action="store_true", help="only the scores")
    parser.add_argument("--million", action="store_true", help="a table of 1,000,000 made-up texts, too")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of that table (default: %(default)s)")
    args = parser.parse_args(arguments)
    if not CORPUS.is_file():
        sys.stderr.write("benchmarks.duplicates: the labelled corpus (../shared/dedup) is not on this machine\n")
        return 2
    corpus = pd.read_parquet(CORPUS)
    scores(corpus)
    if not args.scores:
        speeds(corpus["text"].tolist())
    if args.million:
        texts = list(sentences(corpus))
        show(("1 process", "documents", "documents/s", "peak MB"), [*million(texts, args.rows), *incremental()])
    return 0


def scores(corpus: pd.DataFrame) -> None:
    """The issue's table: with the package's synonyms and own ones, with none given, and half by half."""
    halves = [half.reset_index(drop=True) for half in halved(corpus)]
    columns = {
        "package + own": scored(corpus, learned(corpus, packaged())),
        "own alone": scored(corpus, learned(corpus, NO_SYNONYMS)),
        "none": scored(corpus, NO_SYNONYMS),
        "other half's": mean([scored(one, learned(other, NO_SYNONYMS, rounds=3)) for one, other in pairs(halves)]),
        "other half's + own": mean(
            [scored(one, learned(one, learned(other, NO_SYNONYMS, rounds=3))) for one, other in pairs(halves)]
        ),
    }
    rows = []
    for name, (sign, bound) in TARGETS.items():
        key = NAMES.get(name, name.replace(" ", "_"))
        rows.append((name, f"{sign} {bound:g}", *(f"{column[key]:.3f}" for column in columns.values())))
    show((f"{len(corpus):,} documents; synonyms:", "target", *columns), rows)


def halved(corpus: pd.DataFrame) -> list[pd.DataFrame]:
    """Two halves without a family in common."""
    chosen = corpus["family"].map(lambda family: random.Random(int(family)).random() < 0.5)  # noqa: S311 -- no secret
    return [corpus[chosen], corpus[~chosen]]


def pairs(halves: list[pd.DataFrame]) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    return [(halves[0], halves[1]), (halves[1], halves[0])]


def learned(corpus: pd.DataFrame, base: Synonyms, rounds: int = 1) -> Synonyms:
    """What the corpus' own copies show, beside the base; no label is looked at."""
    return learn(lambda: iter(corpus["text"]), base, rounds).synonyms


def scored(corpus: pd.DataFrame, synonyms: Synonyms) -> Scores:
    """The scorer's figures, flat: recall_KIND for each kind."""
    sys.path.insert(0, str(SHARED / "bench"))
    score: Callable[[pd.DataFrame, pd.DataFrame], dict[str, Any]] = importlib.import_module("score_dedup").score
    rows = list(zip(corpus["id"].tolist(), corpus["text"].tolist(), strict=True))
    kept = [one.kept_id for one in decisions(rows, synonyms)]
    found = score(corpus, pd.DataFrame({"id": corpus["id"], "kept_id": kept}))
    recall = {f"recall_{kind}": value for kind, value in found.pop("recall").items()}
    return found | recall


def mean(columns: list[Scores]) -> Scores:
    return {name: float(np.mean([column[name] for column in columns])) for name in columns[0]}


def decisions(rows: list[tuple[int, str]], synonyms: Synonyms) -> Iterator[Any]:
    """All decisions, from an index that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, Index(Path(folder), synonyms, durable=False) as index:
        for first in range(0, len(rows), BATCH):
            yield from index.decide(rows[first : first + BATCH])


def speeds(texts: list[str]) -> None:
    """Rates of each step, best of ROUNDS, beside the peers."""
    size = sum(len(text.encode()) for text in texts)
    folding = best(lambda: [fold_batch(chunk) for chunk in chunks(texts)])
    signing = best(lambda: [signed(chunk) for chunk in chunks(texts)])
    rows = list(enumerate(texts))
    deciding = best(lambda: list(decisions(rows, packaged())))
    table = [
        ("fold", f"{size / folding / 1e6:.0f} MB/s", ""),
        ("signatures (fold, 5-grams, MinHash, bands)", f"{len(texts) / signing:,.0f} documents/s", ""),
        ("whole decision, vetoes and index included", f"{len(texts) / deciding:,.0f} documents/s", ""),
    ]
    for name, peer in peers():
        taken = best(lambda peer=peer: peer(texts[:1000]), rounds=1) * len(texts) / 1000  # type: ignore[misc]  # mypy cannot infer a lambda's default
        ratio = f"signatures {taken / signing:.0f} ×, decision {taken / deciding:.1f} × as fast as it"
        table.append((f"{name}, signatures alone", f"{len(texts) / taken:,.0f} documents/s", ratio))
    show((f"{len(texts):,} documents of {size / len(texts) / 1000:.1f} kB", "rate", ""), table)


def chunks(texts: list[str]) -> Iterator[list[str]]:
    size = max(1, AT_A_TIME // (sum(map(len, texts)) // len(texts)))
    return (texts[first : first + size] for first in range(0, len(texts), size))


def signed(chunk: list[str]) -> Any:
    folded = fold_batch(chunk)
    return band_keys(signatures(gram_sets(folded, gram_hashes(folded.values))))


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of CPU time."""
    taken = []
    for _ in range(rounds):
        started = process_time()
        work()
        taken.append(process_time() - started)
    return min(taken)


def peers() -> Iterator[tuple[str, Callable[[list[str]], object]]]:
    """MinHash with 128 permutations over character 5-grams, by the libraries that are installed."""
    if find_spec("datasketch"):
        datasketch = importlib.import_module("datasketch")

        def by_datasketch(texts: list[str]) -> None:
            for text in texts:
                sketch = datasketch.MinHash(num_perm=128)
                sketch.update_batch([gram.encode() for gram in character_grams(text)])

        yield "datasketch", by_datasketch
    if find_spec("rensa"):
        rensa = importlib.import_module("rensa")

        def by_rensa(texts: list[str]) -> None:
            for text in texts:
                sketch = rensa.RMinHash(num_perm=128, seed=42)
                sketch.update(character_grams(text))

        yield "rensa", by_rensa


def character_grams(text: str) -> list[str]:
    return [text[n : n + 5] for n in range(len(text) - 4)]


def sentences(corpus: pd.DataFrame) -> Iterator[str]:
    """The sentences of the originals, to make other texts of."""
    for text in corpus[corpus["kind"] == "base"]["text"]:
        yield from re.findall(r"[^。\n]{8,}。", text)


if __name__ == "__main__":
    sys.exit(main())
