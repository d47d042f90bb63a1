"""Where things lie in a dataset's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.dataset.schema import TABLES
from pipelines.durable import synced
from pipelines.errors import ConfigurationError, TaoxiError

CAPTURES, MANIFESTS, SNAPSHOTS, CURRENT, INDEX = "captures", "manifests", "snapshots", "current", "index"
LOCK, MENDING = ".lock", ".mending"
TEMPORARY = ".tmp-"  # what is being written: counts for nothing
SEALED = ".commit-"  # what counts, and is on its way to its place
OURS = (LOCK, CAPTURES, MANIFESTS)


def snapshot(root: Path, number: int) -> Path:
    return root / SNAPSHOTS / f"{number:04}"


def is_dataset(root: Path) -> bool:
    """Whether a dataset lies in the folder, be it empty; False where it cannot be looked into."""
    try:
        return any((root / name).exists() for name in OURS)
    except OSError:
        return False


def lay_out(root: Path) -> None:
    """The dataset's folders are there. Raises ConfigurationError where the folder holds something else."""
    if root.is_dir() and any(root.iterdir()) and not is_dataset(root):
        raise ConfigurationError("the folder holds other things than a dataset", where=str(root), hint="name a new one")
    _require_link(root)
    is_new = not root.exists()
    for name in (CAPTURES, MANIFESTS, SNAPSHOTS):
        (root / name).mkdir(parents=True, exist_ok=True)
    for name in (LOCK, MENDING):
        (root / name).touch()
    if is_new:
        synced(root.parent)


def _require_link(root: Path) -> None:
    """DATASET/current is a link, or not there yet: a copy that followed links has made a folder of it."""
    link = root / CURRENT
    if link.exists() and not link.is_symlink():
        hint = f"it is a copy of the newest folder in {SNAPSHOTS}/: move it away, and the next run makes the link again"
        raise ConfigurationError("is no link, as a dataset's has to be", where=str(link), hint=hint)


def point_at(root: Path, number: int) -> bool:
    """`current` leads to the snapshot and the tables to `current`: a reader sees the old one or the new one.

    Gives whether anything had to be changed.
    """
    target = f"{SNAPSHOTS}/{number:04}"
    link = root / CURRENT
    changed = not (link.is_symlink() and link.readlink() == Path(target))
    if changed:
        fresh = root / f"{TEMPORARY}{CURRENT}"
        fresh.unlink(missing_ok=True)
        _link(fresh, target)
        fresh.replace(link)
    missing = [table for table in TABLES if not (root / table).is_symlink()]
    for table in missing:
        if (root / table).exists():
            hint = "move it away, or name a new folder"
            raise ConfigurationError(f"{table} is no link of a dataset", where=str(root), hint=hint)
        if (snapshot(root, number) / table).is_dir():
            _link(root / table, f"{CURRENT}/{table}")
    return changed or bool(missing)


def snapshots(root: Path) -> list[int]:
    """The numbers of the snapshots that are there, ascending."""
    folder = root / SNAPSHOTS
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal()) if folder.is_dir() else []


def remove(path: Path) -> None:
    """The file, link or folder is gone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _link(link: Path, target: str) -> None:
    try:
        link.symlink_to(target)
    except (OSError, NotImplementedError) as error:
        hint = "put the dataset on a file system with symbolic links"
        raise TaoxiError(f"no symbolic link can be made ({error})", where=str(link), hint=hint) from error
