"""Pages a second on one core: all of the recipe beside trafilatura's `extract` and one parse by lxml, in turns (A B C A B C …).

taoxi goes as its engine does it, sixteen pages a call, and a page at a time. The figures are medians over the rounds, by CPU
time, so that a busy machine hardly changes them. The pages are those of ../shared/daniel, else the demo's captures (`make
demo` writes them), else those of PATH.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import process_time

from lxml.html import document_fromstring

from benchmarks.table import show
from pipelines import sources
from pipelines.engine.work import settle, together
from pipelines.model import Page
from pipelines.recipe import clean, clean_many

ROOT = Path(__file__).parent.parent
PAGES = (ROOT.parent / "shared" / "daniel" / "pages", ROOT / "output" / "demo" / "captures")
WARM_UP = 10  # pages: tables and models are read on first use

Contestant = Callable[[Sequence[Page]], object]


def contestants() -> dict[str, Contestant]:
    """Who runs, by name; taoxi first. A peer that is not installed stays away."""
    field: dict[str, Contestant] = {"taoxi": _in_batches, "taoxi, a page at a time": partial(_each, clean)}
    if find_spec("trafilatura"):
        trafilatura = importlib.import_module("trafilatura")
        extract = partial(_each, lambda page: trafilatura.extract(page.body))
        field[f"trafilatura {trafilatura.__version__}"] = extract
    return field | {"lxml.html.document_fromstring": partial(_each, lambda page: document_fromstring(page.body))}


def _in_batches(pages: Sequence[Page]) -> None:
    for batch in together(pages):
        clean_many(batch)


def _each(work: Callable[[Page], object], pages: Sequence[Page]) -> None:
    for page in pages:
        work(page)


def _rate(contestant: Contestant, pages: Sequence[Page]) -> float:
    """Pages a second of CPU time."""
    started = process_time()
    contestant(pages)
    return len(pages) / (process_time() - started)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 2 where there is no page to run on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages, folders or captures")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(arguments)
    paths = args.paths or [next((folder for folder in PAGES if folder.is_dir()), PAGES[-1])]
    pages = [page for page in sources.read(paths) if page.body]
    if not pages:
        sys.stderr.write(
            f"no pages in {', '.join(map(str, paths))}: run `make demo` first, or name a folder of pages\n"
        )
        return 2
    settle()  # as the command does
    field = contestants()
    for contestant in field.values():
        contestant(pages[:WARM_UP])
    rounds = [{name: _rate(contestant, pages) for name, contestant in field.items()} for _ in range(args.rounds)]
    medians = {name: median(turn[name] for turn in rounds) for name in field}
    show(
        (f"{len(pages)} pages of {paths[0].parent.name}, one core", "pages/s", "taoxi is faster by"),
        [(name, f"{figure:.0f}", f"{medians['taoxi'] / figure:.1f} ×") for name, figure in medians.items()],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
