"""`taoxi learn`: what only many pages can tell, as a table with an id that later runs take."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.cli import synonyms
from crawler.cli.build import sources_of
from crawler.cli.console import add_output_argument, count, dataset_path, harmless, say, tracked
from pipelines import engine
from pipelines.dataset import Dataset
from pipelines.dataset.learned import place
from pipelines.errors import ConfigurationError, TaoxiError
from pipelines.model import Outcome
from pipelines.recipe import clean_many
from pipelines.sources import read
from pipelines.templates import ANYWHERE, Demands, SiteKind, Templates, learn, sampled, write

EXAMPLE = """  taoxi learn templates advice
  taoxi build advice --templates output/advice/tables/templates-0123456789abcdef.json
  taoxi learn templates --from saved/ captures/*.warc.gz -o templates.json
  taoxi clean saved/ --templates templates.json
  taoxi learn templates advice --everywhere 5
  taoxi learn synonyms advice"""
SHOWN = 20  # sites, for people


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subjects = parser.add_subparsers(dest="subject", metavar="WHAT", required=True)
    synonyms.add_subject(subjects)
    told = "what a site says on page after page: promos, disclaimers, notices"
    one = subjects.add_parser(
        "templates",
        help=told,
        description=told,
        epilog=f"example:\n{EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("dataset", nargs="?", metavar="DATASET", help="learn from its captures, write to its folder")
    one.add_argument(
        "--from",
        dest="sources",
        metavar="PATH",
        type=Path,
        nargs="+",
        action="extend",
        help="learn from these pages, captures, folders instead",
    )
    one.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="FILE",
        help="where the table goes (default: DATASET/tables/templates-ID.json)",
    )
    _add_demands(one)
    cores = os.cpu_count() or 1
    one.add_argument("--processes", type=count, default=cores, metavar="N", help=f"workers (default: {cores})")
    add_output_argument(one)
    one.add_argument("--json", action="store_true", help="print the summary as one JSON object on standard output")


def _add_demands(one: argparse.ArgumentParser) -> None:
    """What a line must show to count as a site's template."""
    usual = Demands()
    one.add_argument(
        "--site",
        type=SiteKind,
        choices=list(SiteKind),
        default=usual.site_kind,
        help="pages of one site have one host, or one registered domain (default: host)",
    )
    one.add_argument(
        "--min-pages", type=count, default=usual.min_pages, metavar="N", help="that say it (default: %(default)s)"
    )
    one.add_argument(
        "--min-share",
        type=_share,
        default=usual.min_share,
        metavar="X",
        help="of a site's pages (default: %(default)s)",
    )
    one.add_argument(
        "--everywhere",
        type=count,
        default=usual.min_sites,
        metavar="SITES",
        help="also paragraphs that articles of so many sites have outside their own prose; any site's are removed then"
        " (default: none)",
    )
    one.add_argument(
        "--most-pages",
        type=count,
        default=usual.most_pages,
        metavar="N",
        help="of a site that are looked at (default: %(default)s)",
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """What was learned, for programs. `id` and `file` are None where there is nothing to write."""

    id: str | None
    file: str | None
    sites: int
    templates: int


def run(args: argparse.Namespace) -> int:
    """The table is written; nothing is where no site repeats itself and no file is named."""
    if args.subject == synonyms.SUBJECT:
        return synonyms.learn_synonyms(args)
    dataset = Dataset(dataset_path(args.dataset, args.output)) if args.dataset else None
    if dataset is None and not (args.sources and args.out):
        raise ConfigurationError("nothing to learn from", hint="name a DATASET, or --from PATH… and -o FILE")
    if dataset is not None and not args.out and not dataset.manifests():
        raise ConfigurationError("is no dataset", where=str(dataset.path), hint="name a file for the table: -o FILE")
    demands = Demands(
        args.site,
        min_pages=args.min_pages,
        min_share=args.min_share,
        most_pages=args.most_pages,
        min_sites=args.everywhere,
    )
    found = learn(_outcomes(sources_of(dataset, args.sources), demands, args.processes), demands)
    _tell(found, _written(found, dataset, args.out), as_json=args.json)
    return 0


def _outcomes(sources: list[Path], demands: Demands, processes: int) -> Iterable[Outcome]:
    pages = sampled(read(sources), demands.site_kind, demands.most_pages)
    return tracked(engine.run(pages, clean=clean_many, processes=processes), "pages")


def _written(found: Templates, dataset: Dataset | None, out: Path | None) -> Path | None:
    """Where the table went; an empty one is written only where a file is named."""
    target = out or (place(dataset.path, found.id) if dataset and found.id else None)
    if target:
        try:
            write(found, target)
        except OSError as error:
            raise TaoxiError(f"cannot be written: {error.strerror}", where=str(target)) from error
    return target


def _tell(found: Templates, target: Path | None, *, as_json: bool) -> None:
    sites = len(found.sites.keys() - {ANYWHERE})
    summary = Summary(found.id or None, str(target) if target else None, sites, len(found.of_id))
    if as_json:
        sys.stdout.write(json.dumps(asdict(summary), ensure_ascii=False) + "\n")
        return
    for site, known in sorted(found.sites.items(), key=lambda item: (-len(item[1]), item[0]))[:SHOWN]:
        of = next(iter(known.values())).of
        say(f"{len(known):>5} on {of} pages of {'all sites' if site == ANYWHERE else harmless(site)}")
    say(f"{summary.templates} templates of {summary.sites} sites, id {found.id or 'none'}")
    say(f"written to {target}" if target else "nothing was written: no site repeats itself enough")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: more than 0, at most 1")
    return share
