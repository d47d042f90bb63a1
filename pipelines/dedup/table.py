"""Mark duplicates in any table of (id, text)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dedup.index import Index
from pipelines.dedup.learning import learn
from pipelines.dedup.pairs import Kind
from pipelines.dedup.paragraphs import FEWEST_DOCUMENTS, Row, recurring
from pipelines.dedup.synonyms import NO_SYNONYMS, Synonyms, packaged
from pipelines.dedup.turn import Decision
from pipelines.errors import ConfigurationError, TaoxiError

BATCH = 2048  # rows read at a time: memory does not grow with the table
MOST_LEARNED_FROM = 50_000  # rows, evenly spread over the table

Batches = Iterator[Any]
Watch = Callable[[Batches, str, int], Batches]

_MEASURES = (
    (
        "score",
        pa.float64(),
        "how alike the row and kept_id are, by the shingles that they share (Jaccard); 1 = the same",
    ),
    ("direction", pa.string(), "same, inside (the row is a part of kept_id), around (it has kept_id and more)"),
    ("containment", pa.float64(), "of the shorter text, the share that stands in the other, too"),
    ("new", pa.float64(), "share of the row's text that kept_id has not"),
    ("fuller", pa.bool_(), "whether the row has all of kept_id and a fifth more: then prefer it to read"),
    ("numbers", pa.float64(), "share of the numbers that both have; null where there are too few to tell"),
    ("veto", pa.string(), "numbers or names: why the row is no copy of look_alike_id; null where there was none"),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found: rows of each kind, and keys that more texts had than an index looks at."""

    counts: dict[str, int] = field(default_factory=dict)
    vetoes: dict[str, int] = field(default_factory=dict)
    oversized: int = 0
    synonyms: Synonyms = NO_SYNONYMS
    learned_from: int = 0  # pairs of copies


def mark_duplicates(
    source: Path,
    target: Path,
    *,
    id_column: str = "id",
    text_column: str = "text",
    synonyms: Synonyms | None = None,
    index: Path | None = None,
    watch: Watch = lambda batches, _, __: batches,
) -> Marked:
    """`target` has a row for each of `source`, in its order, that tells whether it is a copy, and of which row.

    `kept_id` is the id of the first row that this one is a copy of; the row's own id where it is kept. Drop the copies
    with `table[table.id.isin(decisions[decisions.kind == "kept"].id)]`. `kind` is "kept", "exact" (the same letters and
    digits), "script" (the same in traditional or simplified characters), "near", "spun" (the same in other words) or
    "contained" (one is a part of the other). The other columns tell how alike the two are, and why a look-alike is none:
    their descriptions stand in the file's schema. A row without a letter or digit, or with null, is always kept.

    `synonyms` count as one word. By default they are those of the package and those that the table's own copies show
    (read from at most MOST_LEARNED_FROM rows). With `index`, a folder, the rows are compared with all rows of earlier
    calls, too, and remembered; its synonyms are those of its first call, by default those of the package alone, for
    they must not change between calls. Ids are then strings or whole numbers, and a row of an earlier id is that row.

    The order of the rows decides which one is kept; how they are cut into batches or calls decides nothing. Memory does
    not grow with the table, but for the ids. Raises TaoxiError where a file cannot be read or written, or has no such
    columns; then `target` is as it was.
    """
    unfinished = target.with_name(f".{target.name}.part")
    with _told(source, target, unfinished):
        table = _Table(source, id_column, text_column, by_row=index is None)
        learned_from = 0
        if synonyms is None and index is None:
            synonyms, learned_from = learn(lambda: table.sample(watch), packaged(), rounds=1)
        with _index(index, target.parent, synonyms) as own:
            counts, vetoes = table.decide(own, unfinished, watch)
            if index is not None:
                own.commit()
        unfinished.replace(target)
    return Marked(counts, vetoes, own.oversized, own.synonyms, learned_from)


@contextmanager
def _index(folder: Path | None, beside: Path, synonyms: Synonyms | None) -> Iterator[Index]:
    """The index in the folder; without one, an index that is gone afterwards."""
    if folder is not None:
        with Index(folder, synonyms) as index:
            yield index
        return
    with TemporaryDirectory(dir=beside, prefix=".dedup-") as name, Index(Path(name), synonyms, durable=False) as index:
        yield index


class _Table:
    """The source, read in batches."""

    def __init__(self, source: Path, id_column: str, text_column: str, *, by_row: bool) -> None:
        self._source, self._id, self._text = source, id_column, text_column
        with _opened(source) as file:
            _require(file.schema_arrow, source, id_column, text_column)
            self._rows = file.metadata.num_rows
            self._id_type = file.schema_arrow.field(id_column).type
        if not by_row and not (pa.types.is_int64(self._id_type) or _is_text(self._id_type)):
            told = f"column {id_column!r} is of type {self._id_type}; an index needs int64 or strings"
            raise ConfigurationError(told, where=str(source))
        self._ids = pq.read_table(source, columns=[id_column]).column(0) if by_row else None

    def sample(self, watch: Watch) -> Iterator[str | None]:
        """At most MOST_LEARNED_FROM texts, evenly spread."""
        number = 0
        for batch in self._batches(watch, "learning"):
            for text in _texts(batch.column(self._text)):
                if number * MOST_LEARNED_FROM % max(self._rows, 1) < MOST_LEARNED_FROM:
                    yield text
                number += 1

    def decide(self, index: Index, unfinished: Path, watch: Watch) -> tuple[dict[str, int], dict[str, int]]:
        """The decisions are written; gives the number of each kind and veto."""
        counts, vetoes = {str(kind): 0 for kind in Kind}, {"numbers": 0, "names": 0}
        schema, number = self._schema(), 0
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            for batch in self._batches(watch, "comparing"):
                own = batch.column(self._id)
                ids = own.to_pylist() if self._ids is None else range(number, number + len(own))
                number += len(own)
                decisions = index.decide(list(zip(ids, _texts(batch.column(self._text)), strict=True)))
                for one in decisions:
                    counts[one.kind] += 1
                    if one.judgement and one.judgement.veto:
                        vetoes[one.judgement.veto] += 1
                writer.write_table(self._written(own, decisions, schema))
        return counts, vetoes

    def _batches(self, watch: Watch, doing: str) -> Batches:
        with _opened(self._source) as file:
            total = -(-self._rows // BATCH)
            yield from watch(file.iter_batches(batch_size=BATCH, columns=[self._id, self._text]), doing, total)

    def _schema(self) -> Any:
        fields = [
            pa.field("id", self._id_type),
            pa.field("kept_id", self._id_type),
            pa.field("kind", pa.string()),
            *(pa.field(name, kind, metadata={"description": told}) for name, kind, told in _MEASURES),
            pa.field("look_alike_id", self._id_type),
        ]
        return pa.schema(fields)

    def _written(self, own: Any, decisions: Sequence[Decision], schema: Any) -> Any:
        columns = {
            "id": own,
            "kept_id": self._ids_of([one.kept_id for one in decisions]),
            "kind": [str(one.kind) for one in decisions],
            **_measured(decisions),
            "look_alike_id": self._ids_of([one.look_alike for one in decisions]),
        }
        return pa.Table.from_arrays([_array(columns[f.name], f.type) for f in schema], schema=schema)

    def _ids_of(self, kept: list[Any]) -> Any:
        if self._ids is None:
            return pa.array(kept, self._id_type)
        return self._ids.take(pa.array(kept, pa.int64()))


def texts_of_tables(paths: Iterable[Path], text_column: str = "text") -> Iterator[str | None]:
    """The texts of Parquet files, one after another. Raises TaoxiError where one cannot be read."""
    for path in paths:
        with _told(path), _opened(path) as file:
            _require_text(file.schema_arrow, path, text_column)
            for batch in file.iter_batches(batch_size=BATCH, columns=[text_column]):
                yield from _texts(batch.column(0))


def text_of_id(paths: Iterable[Path], wanted: str, id_column: str = "id", text_column: str = "text") -> str:
    """The text of the first row with this id, as printed. Raises ConfigurationError where there is none."""
    names = []
    for path in paths:
        names.append(str(path))
        with _told(path), _opened(path) as file:
            _require(file.schema_arrow, path, id_column, text_column)
            for batch in file.iter_batches(batch_size=BATCH, columns=[id_column, text_column]):
                ids = list(map(str, batch.column(id_column).to_pylist()))
                if wanted in ids:
                    return list(_texts(batch.column(text_column)))[ids.index(wanted)] or ""
    raise ConfigurationError(f"no row has the id {wanted}", where=", ".join(names))


def list_paragraphs(
    source: Path,
    target: Path,
    *,
    id_column: str = "id",
    text_column: str = "text",
    site_column: str | None = None,
    documents: int = FEWEST_DOCUMENTS,
) -> int:
    """`target` has a row for each paragraph that recurs in so many texts of `source`; gives their number.

    Its columns are text (as it first stood), documents, sites (null without a site column), first_id. Nothing is removed.
    Raises TaoxiError as `mark_duplicates` does.
    """
    unfinished = target.with_name(f".{target.name}.part")
    columns = [id_column, text_column, *([site_column] if site_column else [])]
    with _told(source, target, unfinished):
        with _opened(source) as file:
            _require(file.schema_arrow, source, id_column, text_column)
            if site_column and site_column not in file.schema_arrow.names:
                raise ConfigurationError(f"has no column {site_column!r}", where=str(source))
            id_type = file.schema_arrow.field(id_column).type

        def rows() -> Iterator[Row]:
            with _opened(source) as file:
                for batch in file.iter_batches(batch_size=BATCH, columns=columns):
                    sites = batch.column(site_column).to_pylist() if site_column else [None] * len(batch)
                    ids = batch.column(id_column).to_pylist()
                    yield from zip(ids, sites, _texts(batch.column(text_column)), strict=True)

        found = recurring(rows, documents)
        table = {
            "text": [one.text for one in found],
            "documents": [one.documents for one in found],
            "sites": [len(one.sites) if site_column else None for one in found],
            "first_id": pa.array([one.first_id for one in found], id_type),
        }
        schema = pa.schema(
            [("text", pa.string()), ("documents", pa.int64()), ("sites", pa.int64()), ("first_id", id_type)]
        )
        pq.write_table(pa.table(table, schema=schema), unfinished)
        unfinished.replace(target)
    return len(found)


def _measured(decisions: Sequence[Decision]) -> dict[str, list[Any]]:
    told = [one.judgement for one in decisions]
    kept = [one.kind is Kind.KEPT for one in decisions]
    return {
        "score": [1.0 if k or j is None else j.jaccard for j, k in zip(told, kept, strict=True)],
        "direction": [None if k or j is None else str(j.direction) for j, k in zip(told, kept, strict=True)],
        "containment": [j and j.containment for j in told],
        "new": [j and j.new for j in told],
        "fuller": [j is not None and j.fuller for j in told],
        "numbers": [j and j.numbers for j in told],
        "veto": [j and (str(j.veto) or None) for j in told],
    }


def _array(values: Any, kind: Any) -> Any:
    return pa.array(values, kind) if isinstance(values, list) else values.cast(kind)


def _opened(path: Path) -> Any:
    """The Parquet file, read in a stream: without these settings what was read stays in memory."""
    return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)


def _texts(column: Any) -> Iterable[str | None]:
    """The column's texts; bytes that are not UTF-8 become U+FFFD."""
    try:
        texts: list[str | None] = column.to_pylist()
    except UnicodeDecodeError:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        raw = column.cast(pa.large_binary()).to_pylist()
        texts = [one if one is None else one.decode("utf-8", "replace") for one in raw]
    return texts


@contextmanager
def _told(source: Path, target: Path | None = None, unfinished: Path | None = None) -> Iterator[None]:
    """What goes wrong with a file is told with its name, and leaves no half-written file."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        if number := getattr(error, "errno", None):  # the system's word, such as a full disk; a bad file has none
            doing = f" (writing {target})" if target else ""
            raise TaoxiError(f"{os.strerror(number)}{doing}", where=str(source)) from error
        raise TaoxiError(str(error).splitlines()[0], where=str(source), hint="is it a whole Parquet file?") from error
    finally:
        if unfinished:
            with suppress(OSError):  # the first fault is the one to tell
                unfinished.unlink(missing_ok=True)


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
    _require_text(schema, source, text_column)


def _require_text(schema: Any, source: Path, text_column: str) -> None:
    if text_column not in schema.names or not _is_text(schema.field(text_column).type):
        raise ConfigurationError(f"column {text_column!r} holds no text", where=str(source))


def _is_text(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
