"""taoxi schedule: have a dataset crawled again and again, by systemd, cron or GitHub Actions."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from crawler.cli import crawl
from crawler.cli.console import add_output_argument, dataset_path, say
from crawler.schedule import Every, Job, cron, github, seconds, systemd, with_entry
from crawler.state import CrawlState, read_state
from pipelines.errors import ConfigurationError

EXAMPLE = """\
  taoxi schedule advice --systemd --every 6h             prints the units
  taoxi schedule advice --systemd --every 6h --install   writes them for your account
  taoxi schedule advice --cron --every daily --jitter 30m --crawl="--max-pages 500 --contact me@example.org"
  taoxi schedule advice --github --crawl="--start https://www.example.com/" > .github/workflows/advice.yml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dataset", metavar="DATASET", help="a name under the output folder, or a path")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--systemd", action="store_true", help="a service and a timer; a missed run is made up for")
    kind.add_argument("--cron", action="store_true", help="lines of a crontab; a missed run is lost")
    kind.add_argument("--github", action="store_true", help="a workflow that keeps the dataset in cache and artifact")
    parser.add_argument("--every", default="daily", metavar="TIME", help="30m, 6h, daily, weekly … (default: daily)")
    parser.add_argument("--jitter", metavar="TIME", help="a random delay (default: a tenth of --every, at most 1h)")
    parser.add_argument(
        "--crawl", default="", metavar="OPTIONS", help='options of taoxi crawl as one text: --crawl="--max-pages 500"'
    )
    parser.add_argument("--install", action="store_true", help="write it for your own account, instead of printing it")
    add_output_argument(parser)


def run(args: argparse.Namespace) -> int:
    """0; what is to be installed is on standard output, or where it is read from."""
    job = _job(args)
    if args.cron:
        if args.install:
            _install_crontab(job)
        else:
            sys.stdout.write(cron(job))
        say("cron makes up for no run that was missed: on a machine that is switched off, take --systemd, or anacron")
        return 0
    files = systemd(job) if args.systemd else github(job)
    if not args.install:
        sys.stdout.write("\n".join(f"# {name}\n{text}" for name, text in files.items()))
        return 0
    folder = _units() if args.systemd else Path(".github/workflows")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        say(f"written: {folder / name}")
    if args.systemd:
        say(f"switch it on: systemctl --user daemon-reload && systemctl --user enable --now {job.name}.timer")
        say("to run while you are logged out: loginctl enable-linger")
    return 0


def _units() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _job(args: argparse.Namespace) -> Job:
    every = Every.of(args.every)
    jitter = every.jitter if args.jitter is None else seconds(args.jitter)
    if jitter >= every.seconds:
        raise ConfigurationError(f"--jitter {args.jitter} is not less than --every {args.every}")
    dataset = dataset_path(args.dataset, args.output)
    options = _options(args, read_state(dataset))
    if args.github:
        if dataset.is_absolute() or ".." in dataset.parts:
            raise ConfigurationError(f"{dataset} does not lie in the repository", hint="give a name or a relative path")
        return Job(("taoxi",), "python", dataset, options, Path(), every, jitter)
    script = Path(sys.executable).parent / "taoxi"
    taoxi = (str(script),) if script.exists() else (sys.executable, "-m", "crawler.cli")
    return Job(taoxi, sys.executable, dataset.absolute(), options, Path.cwd(), every, jitter)


def _options(args: argparse.Namespace, last: CrawlState | None) -> tuple[str, ...]:
    """The crawl's options, read as `taoxi crawl` reads them: a mistake shows now, not at night."""
    try:
        options = shlex.split(args.crawl)
    except ValueError as error:
        raise ConfigurationError(f"--crawl: {error}") from None
    parser = argparse.ArgumentParser(prog="taoxi crawl", exit_on_error=False)
    crawl.add_arguments(parser)
    try:
        asked = parser.parse_args([args.dataset, *options])
    except argparse.ArgumentError as error:
        raise ConfigurationError(f"--crawl: {error}") from None
    except SystemExit:  # it has told why
        raise ConfigurationError("--crawl holds no options of taoxi crawl", hint="taoxi crawl --help") from None
    if asked.start or asked.source or asked.like:
        return tuple(options)
    if last is None:
        raise ConfigurationError(
            "nothing to crawl: the dataset was never crawled here", hint='add --crawl="--start URL"'
        )
    if not args.github:
        return tuple(options)
    if last.source or last.like:  # files of this machine
        raise ConfigurationError(
            "the last crawl used files of this machine",
            hint='add --crawl="--source FILE", as it lies in the repository',
        )
    return (*options, *(word for url in last.start for word in ("--start", url)))


def _install_crontab(job: Job) -> None:
    program = shutil.which("crontab")
    if program is None:
        raise ConfigurationError("there is no crontab on this machine", hint="install cron, or take --systemd")
    listed = subprocess.run([program, "-l"], capture_output=True, check=False)  # noqa: S603 -- the user's own crontab
    if listed.returncode and b"no crontab" not in listed.stderr:  # never write over what could not be read
        raise ConfigurationError(f"crontab -l: {listed.stderr.decode('utf-8', 'replace').strip()}")
    before = listed.stdout.decode("utf-8", "surrogateescape") if listed.returncode == 0 else ""
    text = with_entry(before, job).encode("utf-8", "surrogateescape")
    done = subprocess.run([program, "-"], input=text, capture_output=True, check=False)  # noqa: S603 -- as above
    if done.returncode:
        raise ConfigurationError(f"crontab: {done.stderr.decode('utf-8', 'replace').strip()}")
    say(f"your crontab has the entry {job.name} now; crontab -e removes it")
