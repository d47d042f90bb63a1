"""taoxi crawl: collect pages into a dataset, or resume an interrupted crawl."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cli.console import (
    add_force_argument,
    add_output_argument,
    add_privacy_arguments,
    add_templates_argument,
    count,
    counts_told,
    dataset_path,
    harmless,
    say,
    tell_parts,
    tracked,
)
from crawler.cli.watching import Watching
from crawler.privacy import Told
from pipelines.errors import ConfigurationError, TaoxiError

if TYPE_CHECKING:
    from crawler.options import CrawlOptions
    from crawler.result import CrawlResult
    from pipelines.model import Outcome

DAY = 86400.0
EXAMPLE = """\
  taoxi crawl advice --start https://www.example.com/ --max-pages 200 --contact https://example.org/about-our-crawl
  taoxi crawl advice                   goes on where it was interrupted, or looks for new pages
  taoxi crawl advice --source example.toml --like good-page.html
  taoxi crawl advice --due             visits again what is due, and follows what is new there
  taoxi crawl part1 --start https://www.example.com/ --frontier redis://10.0.0.5/0    one of several that share a crawl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a name under the output folder, or a path")
    parser.add_argument(
        "--start", action="append", default=[], metavar="URL", help="where to begin; its host is allowed"
    )
    parser.add_argument(
        "--source", action="append", default=[], metavar="FILE", help="a site's TOML: start, hosts, patterns"
    )
    parser.add_argument(
        "--like",
        action="append",
        default=[],
        metavar="PAGE",
        help="an example: a page's file or URL, or a dataset's folder; links like it go first, articles unlike it are rejected",
    )
    parser.add_argument(
        "--to-the-end",
        action="store_true",
        help="with --like: go on when hardly any page is like the examples any more, and no link promises one",
    )
    parser.add_argument("--max-pages", type=count, default=0, metavar="N", help="end after N pages (default: no limit)")
    parser.add_argument(
        "--per-day",
        type=count,
        default=0,
        metavar="N",
        help="requests to a host a day, over all runs (default: no limit)",
    )
    parser.add_argument(
        "--delay", type=_seconds, metavar="SECONDS", help="at least so many between two requests to a host (default: 1)"
    )
    parser.add_argument(
        "--contact", default="", metavar="URL|MAIL", help="whom a site's owner can ask; sent with each request"
    )
    parser.add_argument("--proxy", metavar="URL", help="send every request through this HTTP proxy")
    parser.add_argument("--allow-private", action="store_true", help="permit loopback and intranet addresses")
    parser.add_argument("--refetch", action="store_true", help="fetch articles again that the dataset has already")
    parser.add_argument(
        "--due", action="store_true", help="visit again just the pages that are due, and fetch what they newly link to"
    )
    parser.add_argument(
        "--due-within", type=_days, metavar="DAYS", help="as --due, with what will be due within so many days"
    )
    parser.add_argument(
        "--frontier",
        default="",
        metavar="URL",
        help="share the crawl with all who name this Redis database, redis://HOST:PORT/NUMBER, each with a dataset of its"
        " own (pip install 'taoxi[redis]'; a password is read from REDISCLI_AUTH)",
    )
    parser.add_argument(
        "--browser",
        action="store_true",
        help="render pages that only scripts fill, in the system's Chromium (pip install 'taoxi[browser]')",
    )
    parser.add_argument(
        "--no-sitemaps", action="store_true", help="read no sitemaps and feeds, as sources may say, too"
    )
    parser.add_argument(
        "--no-twins",
        action="store_true",
        help="ask for every URL, also where others on the site (m. and www., amp, …) have shown to be the same page",
    )
    parser.add_argument(
        "--keep-opted-out",
        action="store_true",
        help="keep in the captures, where the law allows it, what its publisher marks noarchive, noai or TDM-reserved;"
        " it is not published all the same",
    )
    add_templates_argument(parser, otherwise="the dataset's own")
    add_privacy_arguments(parser)
    parser.add_argument(
        "--no-checks", action="store_true", help="do not compare the run with the last ones, which may end with exit 3"
    )
    add_force_argument(parser)
    add_output_argument(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="check everything, say what would be done, and fetch nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 130 where it was interrupted (what was captured is committed); 1 where it broke off, or no page came; 3 where
    rows break a rule: they stay captured and are not published; 3, too, where the run is worse than the last ones."""
    from crawler.crawl import crawl

    folder, options = dataset_path(args.dataset, args.output), _options(args)
    if args.dry_run:
        return _plan(folder, options, args.json)
    watching = Watching()

    def watch_commit(outcomes: Iterable[Outcome]) -> Iterable[Outcome]:
        watching.close()
        return tracked(outcomes, "committing")

    try:
        result = crawl(folder, options, watch=watching, watch_commit=watch_commit, warn=_warn)
    except OSError as error:  # a full disk, a folder that may not be written to
        raise TaoxiError(error.strerror or str(error), where=error.filename or str(folder)) from error
    finally:
        watching.close()
    nothing_left = _nothing_left(options, result)
    _tell(folder, result, args.json, nothing_left)
    for alarm in result.alarms:
        say(f"check: {harmless(alarm)}")
    came = nothing_left or (result.ended and result.brought)
    return 130 if result.interrupted else 3 if result.alarms else 0 if came and not result.led_away else 1


def _warn(warning: str) -> None:
    say(f"warning: {warning}")


def _options(args: argparse.Namespace) -> CrawlOptions:
    from crawler.options import CrawlOptions

    if any(ord(sign) < 32 or ord(sign) > 126 for sign in args.contact):
        raise ConfigurationError("--contact is sent as an HTTP header: ASCII on one line only")
    return CrawlOptions(
        start=tuple(args.start),
        source=tuple(args.source),
        like=tuple(args.like),
        max_pages=args.max_pages,
        to_the_end=args.to_the_end,
        allow_private=args.allow_private,
        delay=args.delay,
        per_day=args.per_day,
        proxy=args.proxy,
        contact=args.contact,
        refetch=args.refetch,
        due_within=DAY * args.due_within if args.due_within is not None else 0.0 if args.due else None,
        browser=args.browser,
        keep_opted_out=args.keep_opted_out,
        frontier=args.frontier,
        sitemaps=not args.no_sitemaps,
        twins=not args.no_twins,
        templates=args.templates,
        privacy=Told(args.mask_personal, args.hash_names),
        checks=not args.no_checks,
        force=args.force,
    )


def _plan(folder: Path, options: CrawlOptions, as_json: bool) -> int:
    from crawler.crawl import plan

    told = plan(folder, options)
    if as_json:
        _print_json(told)
    else:
        for name, value in told.items():
            say(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return 0


def _nothing_left(options: CrawlOptions, result: CrawlResult) -> str:
    """Why a run came to a good end without a page; "" where pages came, or the end was no good one."""
    if result.brought or result.closed_hosts or not result.ended:
        return ""
    if options.due:
        return "nothing is due in"
    return "nothing was left for" if options.frontier and not result.errors else ""


def _tell(folder: Path, result: CrawlResult, as_json: bool, nothing_left: str) -> None:
    if as_json:
        _print_json(result.told() | {"dataset": str(folder)})
        return
    if nothing_left:
        say(f"{nothing_left} {folder}")
        return
    say(f"{result.pages} pages captured, {result.kept} kept, {result.rejected} rejected ({result.reason}) in {folder}")
    if result.pages_before:
        say(f"{result.pages_before} pages were captured before, by the interrupted run that this one went on with")
    if result.reason == "yield_died":
        say(
            f"hardly any page was like the examples any more: {result.waiting} URLs wait for the next run (--to-the-end)"
        )
    if seen := {name: number for name, number in result.visits.items() if number and name != "new"}:
        say(f"visits: {counts_told(seen | {'new': result.visits['new']})}")
    if result.twins > 0:
        say(
            f"{result.twins} URLs were not asked for: the site has their pages under others, which were read (--no-twins)"
        )
    if result.given_up:
        kind, number = next(iter(result.given_up.items()))
        total = sum(result.given_up.values())
        say(
            f"{total} URLs of endless kinds that brought nothing new were not asked for: {number} like {harmless(kind)}, …"
        )
    if result.manifest and result.manifest.masked:
        say(f"masked: {counts_told(result.manifest.masked)}")
    if result.kept:
        _tell_quality(folder)
    if result.manifest:
        tell_parts(result.manifest.in_parts, len(result.manifest.held))
    for url, why in result.unread_examples.items():
        say(f"nothing was learned of the example {url}: {harmless(why)}")
    for url, target in result.led_away.items():
        say(
            f"{harmless(url)} redirects to another site, which was not crawled: add --start {harmless(target)}, or that URL to"
            " `start` in the source"
        )
    for host, why in result.closed_hosts.items():
        say(f"{host} was not crawled: its robots.txt could not be had ({harmless(why)}); try again later")
    for host, (pages, until) in result.waiting_hosts.items():
        moment = datetime.fromtimestamp(until, UTC).astimezone().isoformat(" ", "minutes")
        say(f"{pages} pages of {host} wait: it asked for patience, or its daily budget is spent, until {moment}")
    if not result.brought and not result.closed_hosts and not result.waiting_hosts:
        say(f"no page could be fetched: {folder / 'logs'} tells why")
    elif not result.ended:
        say("the same command again resumes it")


def _tell_quality(folder: Path) -> None:
    from pipelines.dataset import Dataset
    from pipelines.report.quality import quality_of, told

    for name, value in told(quality_of(Dataset(folder))):
        say(f"{name}: {value}")


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1.0
    if not 0 <= days <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 0 to 100000")
    return days


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return seconds
