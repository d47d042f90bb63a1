"""The content id: one hash over all rows in capture order, the same however the rows were committed.

    h(0) = 32 zero bytes,  h(n) = sha256(h(n-1) + page(n))

page(n) is UTF-8 JSON without spaces, keys sorted, other characters than ASCII as they are, times in ISO 8601:
{"removed": [[rule, role, text] of each removed block], "row": its row, "table": its table's name}. A page's place in
its file (capture_file, capture_offset, run) is left out: the same pages packed otherwise are the same dataset. An increment
goes on from the last manifest's content id.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from pipelines.dataset.rows import Entry

NOTHING = bytes(32).hex()
_PLACE = {"capture_file", "capture_offset", "run"}


def following(content_id: str, entry: Entry) -> str:
    """The content id after one more page."""
    return hashlib.sha256(bytes.fromhex(content_id) + canonical(entry)).hexdigest()


def canonical(entry: Entry) -> bytes:
    """The page's rows as bytes that no library's version changes."""
    row = {name: value for name, value in entry.row.items() if name not in _PLACE}
    removed = [(block["rule"], block["role"], block["text"]) for block in entry.removed]
    told = {"table": entry.table, "row": row, "removed": removed}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso).encode()


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
