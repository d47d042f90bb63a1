"""Datasets on disk: Parquet that any reader opens, written so that none ever sees half of it.

| place in DATASET/ | what lies there |
|---|---|
| `captures/*.warc.gz` | pages as served, never changed once a manifest names them |
| `documents`, `duplicates`, `rejects`, `removed` | links to the current tables, for `pd.read_parquet` and others |
| `current` | link to the current snapshot; replaced by one rename |
| `snapshots/NNNN/TABLE/part-NNNNN.parquet` | the tables' files, and nothing else beside them |
| `manifests/NNNNNN.json` | one a commit: captures, rows, files, hashes, content id |
| `.lock` | held by the one process that writes |
| `.tmp-*` | what is being written; the next run clears what a killed one left |

A commit counts once its manifest is in place: `append` adds a part to each table that has new rows, `replace` writes a
new snapshot and swaps `current`. What a killed run left half done is cleared when the lock is taken.
"""

from __future__ import annotations

from pipelines.dataset.manifest import Manifest
from pipelines.dataset.staging import measured
from pipelines.dataset.store import Dataset
from pipelines.sources.segments import Segment

__all__ = ["Dataset", "Manifest", "Segment", "measured"]
