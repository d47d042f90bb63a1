"""What a dataset was told to forget: hashes of addresses and texts, nothing of what they held.

A page counts as forgotten where its address, its host or a host above it, or its text's content_hash was forgotten.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pipelines.errors import ConfigurationError, TaoxiError

FILE = "forgotten.json"
HASH = re.compile("[0-9a-f]{32}")
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::\d+)?")


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be forgotten: a `url`, all of a `host`, or every page with a `hash` of the text."""

    kind: str
    value: str

    @property
    def digest(self) -> str:
        """What the tombstone says of it."""
        return hashlib.sha256(f"{self.kind}:{self.value}".encode("utf-8", "surrogatepass")).hexdigest()


def target(told: str) -> Target:
    """The target that a user means. Raises ConfigurationError where it is none."""
    if HASH.fullmatch(told):
        return Target("hash", told)
    if "/" in told:
        return Target("url", canonical(told))
    if HOST.fullmatch(told):
        return Target("host", told.lower())
    hint = "give a URL with its https://, a host such as www.example.com, or a content_hash of 32 digits"
    raise ConfigurationError(f"{told!r} is neither URL nor host nor hash", hint=hint)


def canonical(url: str) -> str:
    """The address without fragment, its scheme and host in lower case; a path as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if not parts.netloc:
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


class Forgotten:
    """The tombstones of a dataset."""

    def __init__(self, digests: Iterable[str] = (), *, hashes: bool = False) -> None:
        self._digests = frozenset(digests)
        self.hashes = hashes  # whether texts are among them

    def __bool__(self) -> bool:
        return bool(self._digests)

    def page(self, url: str) -> bool:
        """Whether the page at the address is forgotten."""
        return bool(self._digests) and any(one.digest in self._digests for one in _targets(url))

    def text(self, content_hash: str | None) -> bool:
        """Whether texts with the hash are forgotten."""
        return self.hashes and Target("hash", content_hash or "").digest in self._digests


def _targets(url: str) -> Iterator[Target]:
    """Everything that, forgotten, covers the page at the address."""
    address = canonical(url)
    yield Target("url", address)
    try:
        netloc = urlsplit(address).netloc.rpartition("@")[2]
    except ValueError:
        return
    for host in {netloc, netloc.partition(":")[0]} if netloc else ():
        labels = host.split(".")
        yield from (Target("host", ".".join(labels[n:])) for n in range(len(labels)))


def read(root: Path) -> Forgotten:
    """The tombstones of the dataset in the folder. Raises TaoxiError where they cannot be read: nothing is fetched then."""
    told = entries(root)
    return Forgotten((one["sha256"] for one in told), hashes=any(one["kind"] == "hash" for one in told))


def entries(root: Path) -> list[dict[str, str]]:
    """The tombstones as they stand in the file; none where there is none."""
    path = root / FILE
    try:
        told: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))["forgotten"]
        return [{name: str(one[name]) for name in ("kind", "sha256", "forgotten_at")} for one in told]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "restore it from a copy: without it forgotten pages would come back"
        raise TaoxiError(f"cannot be read ({error})", where=str(path), hint=hint) from error


def text_of(root: Path, targets: Iterable[Target], now: datetime) -> str:
    """The file's new content, with these targets beside those that it has."""
    told = entries(root)
    known = {one["sha256"] for one in told}
    fresh = {one.digest: one.kind for one in targets if one.digest not in known}
    told += [{"kind": kind, "sha256": digest, "forgotten_at": now.isoformat()} for digest, kind in fresh.items()]
    return json.dumps({"forgotten": told}, indent=1) + "\n"
