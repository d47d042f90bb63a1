"""Mark duplicates in any table of (id, text)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dedup.fold import content_hash
from pipelines.errors import ConfigurationError, TaoxiError

BATCH = 4096  # rows read at a time: memory grows with the number of texts, not with their length
NOTHING = content_hash("")


def mark_duplicates(
    source: Path,
    target: Path,
    *,
    id_column: str = "id",
    text_column: str = "text",
    watch: Callable[[Iterator[Any]], Iterator[Any]] = lambda batches: batches,
) -> dict[str, int]:
    """`target` has a row for each of `source`, in its order: id, kept_id, kind, score.

    `kept_id` is the id of the first row whose text is the same when folded (case, width, script, spaces and punctuation
    aside): the row's own id where it is kept. `kind` is "kept" or "exact"; `score` is 1.0 for both. A row without a
    letter or digit is always kept. Gives the number of rows of each kind. Raises TaoxiError where a file cannot be read
    or written, or has no such columns; then `target` is as it was.
    """
    leaders: dict[bytes, Any] = {}
    counts = {"kept": 0, "exact": 0}
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with pq.ParquetFile(source) as file:
            _require(file.schema_arrow, source, id_column, text_column)
            id_type = file.schema_arrow.field(id_column).type
            schema = pa.schema([("id", id_type), ("kept_id", id_type), ("kind", pa.string()), ("score", pa.float64())])
            with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
                for batch in watch(file.iter_batches(batch_size=BATCH, columns=[id_column, text_column])):
                    ids = batch.column(id_column).to_pylist()
                    texts = batch.column(text_column).to_pylist()
                    decided = [_decided(leaders, text, own) for own, text in zip(ids, texts, strict=True)]
                    kinds = [kind for _, kind in decided]
                    for kind in kinds:
                        counts[kind] += 1
                    kept = [leader for leader, _ in decided]
                    columns = {"id": ids, "kept_id": kept, "kind": kinds, "score": [1.0] * len(ids)}
                    writer.write_table(pa.Table.from_pydict(columns, schema=schema))
        unfinished.replace(target)
    except UnicodeDecodeError as error:
        raise TaoxiError(f"holds text that is not UTF-8 ({error})", where=str(source)) from error
    except (OSError, pa.ArrowException) as error:
        if number := getattr(error, "errno", None):  # the system's word, such as a full disk; a bad file has none
            raise TaoxiError(f"{os.strerror(number)} (writing {target})", where=str(source)) from error
        raise TaoxiError(str(error).splitlines()[0], where=str(source), hint="is it a whole Parquet file?") from error
    finally:
        with suppress(OSError):  # the first fault is the one to tell
            unfinished.unlink(missing_ok=True)
    return counts


def _decided(leaders: dict[bytes, Any], text: str | None, own: Any) -> tuple[Any, str]:
    """The id of the row that stands for this one, and the kind. Ids are not compared: they may repeat, or be NaN."""
    digest = content_hash(text or "")
    if digest in leaders:
        return leaders[digest], "exact"
    if digest != NOTHING:
        leaders[digest] = own
    return own, "kept"


def _require(schema: Any, source: Path, id_column: str, text_column: str) -> None:
    for name, flag in ((id_column, "--id"), (text_column, "--text")):
        if name not in schema.names:
            raise ConfigurationError(
                f"has no column {name!r}",
                where=str(source),
                hint=f"it has {', '.join(schema.names)}; name one with {flag}",
            )
        if schema.names.count(name) > 1:
            raise ConfigurationError(f"has more than one column {name!r}", where=str(source), hint=f"choose by {flag}")
    kind = schema.field(text_column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise ConfigurationError(f"column {text_column!r} holds no text", where=str(source))
