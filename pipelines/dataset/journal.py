"""A commit counts from one rename on, and from there it only goes forward.

1. Everything is written into DATASET/.tmp-NNNNNN: the parts under flat names, new captures, manifest.json, and for a new
   snapshot its index of duplicates. Each file is synced, then the folder. A kill up to here leaves a folder that the next
   run removes.
2. `seal`: the folder is renamed to .commit-NNNNNN and the dataset's folder is synced. The commit counts.
3. `carry_out`: each file goes to its place by a rename, and the folders are synced; a new snapshot then becomes
   `current`; at last the manifest goes to manifests/, which readers of whole versions go by.

A kill or power cut in 3 leaves the sealed folder, and whoever opens the dataset next carries it out: a rename that was done
is found done. Rows that a reader has seen never vanish.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipelines.dataset import manifest, places
from pipelines.dataset.manifest import Manifest
from pipelines.durable import synced
from pipelines.errors import TaoxiError

WAITING = "manifest.json"
CAPTURE = f"{places.CAPTURES}."  # before the name of a capture in the staging folder
BESIDE = "beside."  # before the name of a file of the dataset's own folder


def seal(root: Path, folder: Path, commit: Manifest) -> Path:
    """The commit counts: its sealed folder. What lies in `folder` is synced already."""
    manifest.write(commit, folder / WAITING)
    synced(folder)
    sealed = root / f"{places.SEALED}{commit.number:06}"
    folder.rename(sealed)
    synced(root)
    return sealed


def unfinished(root: Path) -> list[Path]:
    """Sealed commits that are not carried out, oldest first."""
    return sorted(root.glob(f"{places.SEALED}*"))


def carry_out(root: Path, sealed: Path) -> None:
    """Every file of the sealed commit is in its place, and the folder is gone. Raises TaoxiError where one is lost."""
    published = root / places.MANIFESTS / f"{sealed.name.removeprefix(places.SEALED)}{manifest.JSON}"
    waiting = sealed / WAITING
    if waiting.exists():
        commit = manifest.read(waiting)
        _move(root, sealed, commit)
        waiting.rename(published)
        synced(published.parent)
    elif not published.exists() or any(sealed.iterdir()):
        raise TaoxiError("a commit without its manifest", where=str(sealed), hint="restore the dataset from a copy")
    commit = manifest.read(published)
    if commit.sequence == 0:
        _drop_franker(root, commit)
    places.remove(sealed)


def _move(root: Path, sealed: Path, commit: Manifest) -> None:
    target = places.snapshot(root, commit.snapshot)
    moves = [(sealed / part.staged, target / part.path) for part in commit.parts]
    for prefix, folder in ((CAPTURE, root / places.CAPTURES), (BESIDE, root)):
        moves += [(path, folder / path.name.removeprefix(prefix)) for path in sealed.glob(f"{prefix}*")]
    if commit.sequence == 0:
        for folder in sorted({place.parent for _, place in moves}):
            folder.mkdir(parents=True, exist_ok=True)
    for staged, place in moves:
        if staged.exists():
            staged.rename(place)
        elif not place.exists():
            hint = (
                "an interrupted commit cannot be completed: restore the file from a copy, or rebuild from the captures"
            )
            raise TaoxiError("is missing", where=str(place), hint=hint)
    for folder in _touched(place for _, place in moves):
        synced(folder)
    fresh = sealed / places.INDEX
    if fresh.exists():
        places.remove(root / places.INDEX)
        fresh.rename(root / places.INDEX)
        synced(root)
    if commit.sequence == 0:
        synced(target)
        synced(target.parent)
        if places.point_at(root, commit.snapshot):
            synced(root)


def _touched(files: Iterable[Path]) -> list[Path]:
    return sorted({file.parent for file in files})


def _drop_franker(root: Path, commit: Manifest) -> None:
    """Older snapshots that tell more of people, or what is to be forgotten, are gone."""
    folder = root / places.MANIFESTS
    if commit.parent is None or not places.snapshots(root)[:-1]:
        return
    privacy = {}
    for number in manifest.numbers(folder):
        before = manifest.read(manifest.place(folder, number))
        privacy[before.snapshot] = before.privacy
    for number in places.snapshots(root):
        if number < commit.snapshot and (commit.kind == "forget" or privacy.get(number) != commit.privacy):
            places.remove(places.snapshot(root, number))


def mend(root: Path) -> None:
    """What a killed run left behind is carried out where it counts, and gone where it does not."""
    _newest_snapshot(root)  # a dataset of a newer taoxi is left as it is
    for sealed in unfinished(root):
        carry_out(root, sealed)
    for left in root.glob(f"{places.TEMPORARY}*"):
        places.remove(left)
    newest = _newest_snapshot(root)
    for number in places.snapshots(root):
        if number > newest:  # of a version that sealed nothing
            places.remove(places.snapshot(root, number))
    if newest:
        places.point_at(root, newest)


def _newest_snapshot(root: Path) -> int:
    known = manifest.numbers(root / places.MANIFESTS)
    return manifest.read(manifest.place(root / places.MANIFESTS, known[-1])).snapshot if known else 0


def left_behind(root: Path) -> bool:
    """Whether there is something to mend, or being written."""
    try:
        return any(name.startswith((places.TEMPORARY, places.SEALED)) for name in os.listdir(root))  # noqa: PTH208 -- names are enough
    except OSError:
        return False
