"""The documents that there are: what the rules check the rows of a next commit against."""

from __future__ import annotations

from pathlib import Path

from pipelines.dataset import manifest, places
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.reading import Version

COLUMNS = ("content_hash", "id")


class Kept:
    """The documents of the newest commit, earliest first; of later commits only the new documents are read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._upto: Manifest | None = None
        self._documents: list[tuple[bytes, str]] = []

    def documents(self, last: Manifest) -> list[tuple[bytes, str]]:
        """Content hash and id of each in the lineage that ends with `last`.

        Raises TaoxiError where a file is missing or damaged.
        """
        before = self._upto
        if before is None or before.snapshot != last.snapshot or before.sequence > last.sequence:
            self._documents, before = [], None
        self._documents += _read(Version(self._root, self._since(before, last)))
        self._upto = last
        return self._documents

    def _since(self, before: Manifest | None, last: Manifest) -> list[Manifest]:
        """The commits of the lineage after `before`."""
        folder = self._root / places.MANIFESTS
        if before is None:
            return manifest.lineage(folder, last.number)
        found: list[Manifest] = []
        commit = last
        while commit.number > before.number and commit.parent is not None:
            found.insert(0, commit)
            commit = manifest.read(manifest.place(folder, commit.parent))
        return found


def _read(version: Version) -> list[tuple[bytes, str]]:
    if not any(part.table == "documents" for part in version.parts):
        return []
    return [
        (bytes.fromhex(digest), page_id)
        for batch in version.batches("documents", COLUMNS)
        for digest, page_id in zip(*(batch[name].to_pylist() for name in COLUMNS), strict=True)
    ]
