"""Datasets on disk: Parquet that any reader opens, written so that none ever sees half of it.

| place in DATASET/ | what lies there |
|---|---|
| `captures/*.warc.gz` | pages as served, never changed once a manifest names them |
| `documents`, `duplicates`, `rejects`, … | links to the current tables, for `pd.read_parquet` and others |
| `current` | link to the current snapshot; replaced by one rename |
| `snapshots/NNNN/TABLE/part-….parquet` | the tables' files, and nothing else beside them |
| `manifests/NNNNNN.json` | one a commit: captures, rows, files, hashes, content id |
| `index/` | of duplicates: what the next commit compares its pages with; `deciding` tells how it keeps up |
| `.lock`, `.mending` | held by the one process that writes |
| `.tmp-*` | what is being written; the next run clears what a killed one left |
| `.commit-*` | what counts, on its way to its place; the next run carries it out |

`append` adds a part to each table that has new rows, `replace` and `rewrite` write a new snapshot and swap `current`.
`journal` tells the protocol, `reading` is how a version is read.
"""

from __future__ import annotations

from pipelines.dataset.manifest import Manifest
from pipelines.dataset.reading import Version, open_dataset
from pipelines.dataset.staging import measured
from pipelines.dataset.store import Dataset
from pipelines.sources.segments import Segment

__all__ = ["Dataset", "Manifest", "Segment", "Version", "measured", "open_dataset"]
