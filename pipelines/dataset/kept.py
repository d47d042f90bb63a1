"""The documents that lead: what the pages of a next commit are compared with."""

from __future__ import annotations

from pathlib import Path

from pipelines.dataset import manifest, places
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.reading import Version
from pipelines.dedup.exact import Leader

COLUMNS = ("id", "url", "content_hash")


class Kept:
    """The leaders of the newest commit, earliest first; of later commits only the new documents are read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._upto: Manifest | None = None
        self._leaders: list[tuple[bytes, Leader]] = []

    def leaders(self, last: Manifest) -> list[tuple[bytes, Leader]]:
        """Those of the lineage that ends with `last`. Raises TaoxiError where a file is missing or damaged."""
        before = self._upto
        if before is None or before.snapshot != last.snapshot or before.sequence > last.sequence:
            self._leaders, before = [], None
        self._leaders += _read(Version(self._root, self._since(before, last)))
        self._upto = last
        return self._leaders

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


def _read(version: Version) -> list[tuple[bytes, Leader]]:
    if not any(part.table == "documents" for part in version.parts):
        return []
    return [
        (bytes.fromhex(digest), Leader(page_id, url))
        for batch in version.batches("documents", COLUMNS)
        for page_id, url, digest in zip(*(batch[name].to_pylist() for name in COLUMNS), strict=True)
    ]
