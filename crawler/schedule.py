"""A crawl that runs by itself: what systemd, cron and GitHub Actions are to be told, as text. Nothing is written here."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError

HELD = 4  # taoxi's exit code where another run holds the lock: no failure of a scheduled run
DIVISORS = {"m": (60, (5, 10, 15, 20, 30)), "h": (24, (1, 2, 3, 4, 6, 8, 12))}
# as users say it → (systemd's OnCalendar, cron's five fields, seconds). systemd and cron begin at the same moments.
NAMED = {
    "daily": ("*-*-* 03:00:00", "0 3 * * *", 86_400),
    "weekly": ("Mon *-*-* 03:00:00", "0 3 * * 1", 7 * 86_400),
    "monthly": ("*-*-01 03:00:00", "0 3 1 * *", 28 * 86_400),
}
SAME = {"hourly": "1h", "1d": "daily", "24h": "daily", "60m": "1h", "7d": "weekly"}
LONGEST_JITTER = 3600
UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Every:
    """How often: the same moments for systemd (`calendar`) and for cron; `seconds` from one to the next."""

    calendar: str
    cron: str
    seconds: int

    @classmethod
    def of(cls, text: str) -> Every:
        """From hourly, daily, weekly, monthly, or a part of an hour or a day such as 30m and 6h."""
        text = SAME.get(text.strip().lower(), text.strip().lower())
        if text in NAMED:
            return cls(*NAMED[text])
        told = re.fullmatch(r"(\d{1,3})([mh])", text, re.ASCII)
        number, unit = (int(told[1]), told[2]) if told else (0, "h")
        if number not in DIVISORS[unit][1]:
            known = ", ".join(f"{number}{unit}" for unit, (_, numbers) in DIVISORS.items() for number in numbers)
            raise ConfigurationError(
                f"cannot run every {text!r}", hint=f"--every takes hourly, daily, weekly, monthly, {known}"
            )
        if unit == "m":
            return cls(f"*-*-* *:00/{number}:00", f"*/{number} * * * *", number * 60)
        return cls(f"*-*-* 00/{number}:00:00", f"0 {'*' if number == 1 else f'*/{number}'} * * *", number * 3600)

    @property
    def jitter(self) -> int:
        """Seconds of a random delay that suit it: a tenth of the time between, at most an hour."""
        return min(self.seconds // 10, LONGEST_JITTER)


def seconds(text: str) -> int:
    """A time such as 90, 90s, 15m or 1h in seconds; ConfigurationError for anything else."""
    told = re.fullmatch(r"(\d{1,6})([smh]?)", text.strip().lower(), re.ASCII)
    if not told:
        raise ConfigurationError(f"{text!r} is no time", hint="write 90s, 15m or 1h")
    return int(told[1]) * UNITS[told[2] or "s"]


@dataclass(frozen=True, slots=True)
class Job:
    """`taoxi crawl DATASET OPTIONS`, begun in `folder`. `taoxi` and `dataset` are found from there, or absolute."""

    taoxi: tuple[str, ...]
    python: str
    dataset: Path
    options: tuple[str, ...]
    folder: Path
    every: Every
    jitter: int  # seconds

    def __post_init__(self) -> None:
        for text in (*self.taoxi, *self.options, str(self.dataset), str(self.folder)):
            if re.search(r"[\x00-\x1f\x7f]", text):
                raise ConfigurationError(f"{text!r} has a line break or control character: no schedule can hold it")

    @property
    def name(self) -> str:
        """Unit, workflow and crontab entry are found by it: ASCII, another one for each dataset of the machine."""
        told = re.sub(r"[^A-Za-z0-9_]+", "-", self.dataset.name).strip("-")
        mark = hashlib.blake2b(str(self.folder / self.dataset).encode("utf-8", "surrogateescape"), digest_size=4)
        return "-".join(filter(None, ("taoxi-crawl", told, mark.hexdigest())))

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.taoxi, "crawl", str(self.dataset), *self.options)


# --- systemd ---------------------------------------------------------------------------------------------------------


def systemd(job: Job) -> dict[str, str]:
    """Unit file name → text: a service that ends well where another run holds the lock, and its timer."""
    service = f"""\
[Unit]
Description=taoxi crawl {_specifier(str(job.dataset))}

[Service]
Type=oneshot
WorkingDirectory={_specifier(str(job.folder))}
# the colon: no variables are put in
ExecStart=:{" ".join(map(_unit_quoted, job.command))}
# another run holds the lock
SuccessExitStatus={HELD}
Nice=10
# it is told to stop, and commits what it has
KillMode=mixed
TimeoutStopSec=15min
"""
    timer = f"""\
[Unit]
Description=taoxi crawl {_specifier(str(job.dataset))}, again and again

[Timer]
OnCalendar={job.every.calendar}
# a run that was missed while the machine was off is made up for
Persistent=true
RandomizedDelaySec={job.jitter}

[Install]
WantedBy=timers.target
"""
    return {f"{job.name}.service": service, f"{job.name}.timer": timer}


def _specifier(text: str) -> str:
    return text.replace("%", "%%")


def _unit_quoted(text: str) -> str:
    """One word of ExecStart, whatever stands in it."""
    return '"' + _specifier(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- cron ------------------------------------------------------------------------------------------------------------


def cron(job: Job) -> str:
    """The lines of a crontab, with their marks. cron mails what is printed: nothing but of a run that failed."""
    log = shlex.quote(str(job.dataset / "logs" / "schedule.log"))
    logs = shlex.quote(str(job.dataset / "logs"))
    pause = f"import random, time; time.sleep(random.uniform(0, {job.jitter}))"
    sleep = f"{shlex.join((job.python, '-c', pause))} && " if job.jitter else ""
    command = (
        f"cd {shlex.quote(str(job.folder))} && mkdir -p {logs} && {sleep}{{ {shlex.join(job.command)} >>{log} 2>&1"
        f" || [ $? -eq {HELD} ] || {{ echo {shlex.quote(f'taoxi crawl {job.dataset} failed:')} {log}; exit 1; }}; }}"
    )
    begin, end = _marks(job)
    return f"{begin}\n{job.every.cron} {command.replace('%', chr(92) + '%')}\n{end}\n"


def with_entry(crontab: str, job: Job) -> str:
    """The crontab with the job's lines, put in place of those that it had for the dataset."""
    begin, end = _marks(job)
    kept = re.sub(rf"^{re.escape(begin)}\n.*?^{re.escape(end)}(?:\n|\Z)", "", crontab, flags=re.MULTILINE | re.DOTALL)
    return kept + ("\n" if kept and not kept.endswith("\n") else "") + cron(job)


def _marks(job: Job) -> tuple[str, str]:
    return (
        f"# {job.name}: begin (written by taoxi schedule; cron makes up for no run that was missed)",
        f"# {job.name}: end",
    )


# --- GitHub Actions --------------------------------------------------------------------------------------------------


def github(job: Job, hours: int = 5) -> dict[str, str]:
    """Workflow file → text. A run ends after `hours` in order, before the job is cut off."""
    if "${{" in shlex.join(job.command):
        raise ConfigurationError("'${{' would be read by GitHub as an expression")
    told = [json.dumps(text, ensure_ascii=False) for text in (f"taoxi crawl {job.dataset}", job.every.cron)]
    path = json.dumps(str(job.dataset), ensure_ascii=False)
    key = f"{job.name}-${{{{ github.run_id }}}}-${{{{ github.run_attempt }}}}"
    return {
        f"{job.name}.yml": f"""\
name: {told[0]}
on:
  schedule:
    - cron: {told[1]}  # UTC; GitHub may begin late, and makes up for no run that it left out
  workflow_dispatch:
concurrency:
  group: {job.name}
  cancel-in-progress: false
permissions:
  contents: read
jobs:
  crawl:
    runs-on: ubuntu-latest
    timeout-minutes: {hours * 60 + 50}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install .  # of a checkout of taoxi; else what installs it for you
      # The dataset goes from run to run in the cache: 10 GB a repository, dropped after 7 days without a run.
      # The artifact is the copy to keep: 90 days.
      - uses: actions/cache/restore@v4
        with:
          path: {path}
          key: {key}
          restore-keys: {job.name}-
      - name: crawl
        run: |
          sleep $((RANDOM % {job.jitter + 1}))
          code=0
          timeout --signal=INT {hours}h {shlex.join(job.command)} || code=$?
          # {HELD}: another run holds the lock. 124: its time was over; it has committed, and the next run goes on
          case $code in 0|{HELD}|124) ;; *) exit $code ;; esac
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: {path}
          key: {key}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: {job.name}
          path: {path}
          retention-days: 90
"""
    }
