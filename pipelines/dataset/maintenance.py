"""Rows written anew, the same rows: compaction and migration. And old snapshots thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.dataset import manifest, places
from pipelines.dataset.deciding import decided, new_index, with_texts
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.reading import Version, require_current_schema, to_current_schema
from pipelines.dataset.rows import Entry
from pipelines.dataset.schema import MIGRATED, SCHEMA_VERSION
from pipelines.dataset.staging import Staged
from pipelines.dataset.store import Dataset
from pipelines.dataset.stored import stored_entries
from pipelines.errors import ConfigurationError, TaoxiError

Watch = Callable[[Iterable[Entry]], Iterable[Entry]]


def compact(dataset: Dataset, *, now: datetime, watch: Watch = iter) -> Manifest:
    """The rows lie in as few files as a rebuild would make, byte for byte; the content id is checked on the way.

    The dataset is to be locked. Raises TaoxiError, nothing changed, where the rows are not those of their content id.
    """
    version = dataset.version()
    require_current_schema(version)

    def change(staged: Staged, _: Manifest) -> Mapping[str, Any]:
        if staged.content_id != version.content_id:
            hint = (
                f"taoxi dataset verify {dataset.path} tells what is damaged; taoxi build {dataset.path} makes it anew"
            )
            raise TaoxiError("the rows are not those of their content id", where=str(dataset.path), hint=hint)
        return summed(version)

    with dataset.writing() as folder:
        rows = watch(stored_entries(version))
        return dataset.rewrite(rows, version.manifest, change, now=now, kind="compact", folder=folder)


def migrate(dataset: Dataset, *, now: datetime, watch: Watch = iter) -> Manifest | None:
    """The rows have the current schema; None where they had it. The dataset is to be locked.

    What is a copy is decided anew, in capture order: older versions told exact copies alone. The content id is another
    than a rebuild's where a joined article's parts came out in another order than they were committed in.
    """
    version = dataset.version()
    if version.manifest.schema_version == SCHEMA_VERSION:
        return None
    if version.manifest.schema_version not in MIGRATED:
        what = f"schema {version.manifest.schema_version} cannot be migrated"
        raise ConfigurationError(what, where=str(dataset.path), hint=to_current_schema(version))

    with dataset.writing() as folder, new_index(folder / places.INDEX, dataset.synonyms()) as index:
        rows = decided(with_texts(watch(stored_entries(version)), dataset.captured, dataset.path), index)
        return dataset.rewrite(
            rows, version.manifest, lambda *_: summed(version), now=now, kind="migrate", folder=folder, index=index
        )


def summed(version: Version) -> dict[str, Any]:
    """What the manifest of all the version's rows in one commit says of them."""
    commits = version.commits

    def added(name: str) -> dict[str, int]:
        total: Counter[str] = Counter()
        for commit in commits:
            total.update(getattr(commit, name))
        return dict(total)

    return {
        "segments": tuple(segment for commit in commits for segment in commit.segments),
        "masked": added("masked"),
        "in_parts": added("in_parts"),
        "forced": tuple(breach for commit in commits for breach in commit.forced),
    }


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """What vacuum removed, or would remove."""

    snapshots: tuple[int, ...]
    bytes: int


def vacuum(dataset: Dataset, *, keep: int = 1, dry_run: bool = False) -> Vacuumed:
    """Only the newest `keep` snapshots are there; the manifests of all stay. The dataset is to be locked."""
    doomed = places.snapshots(dataset.path)[:-keep]
    folders = [places.snapshot(dataset.path, number) for number in doomed]
    size = sum(file.stat().st_size for folder in folders for file in folder.glob("*/*"))
    if not dry_run:
        for folder in folders:
            places.remove(folder)
    return Vacuumed(tuple(doomed), size)


def readable(root: Path, commit: Manifest) -> bool:
    """Whether the version's files were not vacuumed."""
    return places.snapshot(root, commit.snapshot).is_dir()


def newest_first(root: Path) -> Iterable[Manifest]:
    """The manifests, newest first."""
    folder = root / places.MANIFESTS
    return (manifest.read(manifest.place(folder, number)) for number in reversed(manifest.numbers(folder)))
