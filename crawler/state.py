"""DATASET/crawl.json: what the last crawl was asked for, and whether it came to its end."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError

VERSION = 1


@dataclass(frozen=True, slots=True)
class CrawlState:
    """`run` is the first part of its capture files' names."""

    run: str
    start: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    finished: bool = False
    templates: str = ""  # id of the table of site templates, for the time before the first commit names it
    due: bool = False  # only what was due was asked for
    frontier: str = ""  # URL of the shared frontier without its password; "": the dataset's own
    topic: str | None = ""  # id of the topic, for the time until then, too; None: it is not learned yet
    privacy: dict[str, str] = field(default_factory=dict)  # what of people is left out, for the time until then, too
    version: int = field(default=VERSION)

    @property
    def asked(self) -> tuple[tuple[str, ...], ...]:
        """What makes two crawls the same."""
        return self.start, self.source, self.like


def read_state(dataset: Path) -> CrawlState | None:
    """The state that the dataset's last crawl left, None where there was none."""
    path = dataset / "crawl.json"
    try:
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return CrawlState(**values | {name: tuple(values[name]) for name in ("start", "source", "like")})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "remove the file to start the crawl anew: captures and rows stay"
        raise ConfigurationError(f"cannot be read: {error}", where=str(path), hint=hint) from None


def write_state(dataset: Path, state: CrawlState) -> None:
    """The state is on disk, whole: a reader sees the old one or this one."""
    path = dataset / "crawl.json"
    fresh = path.with_suffix(".json.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(state), file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
