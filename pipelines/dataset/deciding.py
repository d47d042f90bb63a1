"""Pages become documents, or duplicates of one: decided by the duplicates' index, in capture order.

The index lies in DATASET/index and knows the rows up to the content id that is its mark. It is written after the manifest,
so it can lag and never knows more than the manifests: `caught_up` decides the rows again that it lacks. A new snapshot
comes with an index of its own, swapped in by the same commit. Readers never look at it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.batches import batches
from pipelines.dataset import places
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.reading import Version
from pipelines.dataset.rows import SIGHTINGS, UNDECIDABLE, Entry, Row, run_of, undecided
from pipelines.dataset.schema import DECIDED
from pipelines.dataset.stored import stored_entries
from pipelines.dedup.fold import content_hash
from pipelines.dedup.index import Index
from pipelines.dedup.pairs import RULES_VERSION, SAME, Kind
from pipelines.dedup.sketch import SKETCH_VERSION
from pipelines.dedup.synonyms import Synonyms, packaged
from pipelines.dedup.turn import Decision
from pipelines.errors import ConfigurationError, LockedError, TaoxiError
from pipelines.model import Outcome
from pipelines.parts.holding import Holding

BATCH_PAGES, BATCH_CHARACTERS = 1_000, 1 << 22  # decided at once
PAGES = ("documents", "duplicates", "rejects")

Texts = Iterator[tuple[str, str]]  # page id, and its text as it was before anything was masked
logger = logging.getLogger(__name__)
_SYNONYMS = "synonyms-"


def rules(synonyms: Synonyms) -> str:
    """What decides: rows that were decided by other rules and rows of these are never mixed."""
    return f"{RULES_VERSION} {SKETCH_VERSION} {_SYNONYMS}{synonyms.id}"


def synonyms_of(decided_by: str) -> str | None:
    """The id of the table of synonyms that `rules` told of, None where it told of none."""
    _, told, synonyms = decided_by.rpartition(_SYNONYMS)
    return synonyms if told else None


def entries(
    outcomes: Iterable[Outcome],
    index: Index | None = None,
    holding: Holding | None = None,
    forgotten: Callable[[Outcome], bool] = lambda _: False,
    synonyms: Synonyms | None = None,
) -> Iterator[Entry]:
    """One entry a page, in its table and in capture order; as `undecided` makes them.

    `index` knows the pages of earlier commits; without one, there are none, and `synonyms` (None: the package's) count.
    """
    with nullcontext(index) if index else passing_index(synonyms or packaged()) as known:
        yield from decided(undecided(outcomes, holding, forgotten), known)


def decided(pages: Iterable[tuple[Entry, str]], index: Index) -> Iterator[Entry]:
    """Each entry of a page and its text is in its table. Rejects and unchanged pages go through as they are."""
    for batch in batches(pages, count=BATCH_PAGES, size=BATCH_CHARACTERS, size_of=lambda page: len(page[1])):
        texts = [(_name(entry.row), text) for entry, text in batch if entry.table not in UNDECIDABLE]
        decisions = iter(index.decide(texts))
        for entry, _ in batch:
            yield entry if entry.table in UNDECIDABLE else _placed(entry, next(decisions))


@contextmanager
def new_index(folder: Path, synonyms: Synonyms, *, durable: bool = True) -> Iterator[Index]:
    """An empty index in the folder, which is not there yet."""
    with Index(folder, synonyms, durable=durable, repeatable=False) as index:
        yield index


@contextmanager
def passing_index(synonyms: Synonyms) -> Iterator[Index]:
    """An empty index that is gone afterwards."""
    with TemporaryDirectory(prefix="taoxi-index-") as folder, new_index(Path(folder), synonyms, durable=False) as index:
        yield index


@contextmanager
def caught_up(
    root: Path, last: Manifest, synonyms: Synonyms, version: Callable[[], Version], captured: Callable[[], Texts]
) -> Iterator[Index]:
    """The dataset's index, which knows all rows up to `last`, the newest commit. The dataset is to be locked.

    Where it is missing, damaged, or of another version of taoxi, it is made anew, and a warning says so. `captured` gives
    the texts of the captures' pages: those of masked rows are read from there. Raises ConfigurationError where they are
    other texts than the rows were made of, or the rows were decided otherwise.
    """
    index, told = _opened(root / places.INDEX, synonyms)
    try:
        if index is None or index.mark != last.content_id:
            index = _learned(index, told, synonyms, version(), captured)
        yield index
    finally:
        if index is not None:
            index.close()


def with_texts(entries: Iterable[Entry], captured: Callable[[], Texts], root: Path) -> Iterator[tuple[Entry, str]]:
    """Each entry with its page's text as it was before anything was masked; "" where it has none.

    Raises ConfigurationError where the captures do not give that text.
    """
    texts: Texts | None = None
    for entry in entries:
        text = entry.row.get("text") or ""
        if entry.table not in UNDECIDABLE and content_hash(text).hex() != entry.row["content_hash"]:
            texts = texts or captured()
            text = next((text for page_id, text in texts if page_id == entry.row["id"]), "")
            if content_hash(text).hex() != entry.row["content_hash"]:
                what = f"the text of {entry.row['url']} is masked, and its captures do not give it as it was"
                raise ConfigurationError(what, where=str(root), hint=f"rebuild it: taoxi build {root}")
        yield entry, text


def _opened(folder: Path, synonyms: Synonyms) -> tuple[Index | None, str]:
    """The index in the folder; None where it cannot be used, and why."""
    if not folder.exists():
        return None, "is missing"
    try:
        return Index(folder, synonyms, repeatable=False), ""
    except LockedError:
        raise
    except TaoxiError as error:
        return None, error.what


def _learned(
    index: Index | None, told: str, synonyms: Synonyms, version: Version, captured: Callable[[], Texts]
) -> Index:
    """The index, or a new one in its place, knows the rows of the version."""
    commits = version.commits
    done = next((n for n, one in enumerate(commits, 1) if index and one.content_id == index.mark), 0)
    if index is None or not done:
        if index is not None:
            index.close()
            told = "knows other rows than the dataset's"
        if any(version.rows.get(table) for table in PAGES):
            logger.warning("%s %s: it is made anew from the dataset's texts", version.root / places.INDEX, told)
        places.remove(version.root / places.INDEX)
        index = Index(version.root / places.INDEX, synonyms, repeatable=False)
    try:
        _learn(version, index, sum(one.rows.get(SIGHTINGS, 0) for one in commits[:done]), captured)
    except BaseException:
        index.close()
        raise
    return index


def _learn(version: Version, index: Index, known: int, captured: Callable[[], Texts]) -> None:
    """The index knows the rows behind the first `known`, too; each is decided as it was."""
    root = version.root

    def before() -> Iterator[Entry]:
        for n, entry in enumerate(stored_entries(version)):
            if n >= known:
                stored.append((entry.table, entry.row["id"], entry.row.get("kept_id")))
                yield entry

    stored: list[tuple[str, str, str | None]] = []
    for entry in decided(with_texts(before(), captured, root), index):
        if (entry.table, entry.row["id"], entry.row.get("kept_id")) != stored.pop(0):
            what = f"{entry.row['url']} was decided by other rules than this taoxi's"
            raise ConfigurationError(what, where=str(root), hint=f"rebuild it: taoxi build {root}")
    index.commit(version.content_id)


def _name(row: Row) -> str:
    """What the index calls the page by: its id and url."""
    return f"{row['id']} {row['url']}"


def _placed(entry: Entry, decision: Decision) -> Entry:
    """The entry in its table, with what was decided and nothing of what was decided before."""
    row = {name: value for name, value in entry.row.items() if name not in DECIDED}
    columns = _kept(decision) if decision.kind is Kind.KEPT else _copied(decision) | {"run": run_of(row)}
    return replace(entry, table="documents" if decision.kind is Kind.KEPT else "duplicates", row=row | columns)


def _kept(decision: Decision) -> Row:
    alike = decision.judgement if decision.look_alike else None
    page_id = decision.look_alike.partition(" ")[0] if decision.look_alike else None
    return {"look_alike_id": page_id, "look_alike_veto": str(alike.veto) if alike else None}


def _copied(decision: Decision) -> Row:
    judgement = decision.judgement or SAME
    kept_id, _, kept_url = decision.kept_id.partition(" ")
    jaccard, containment = _rounded(judgement.jaccard), _rounded(judgement.containment)
    return {
        "kept_id": kept_id,
        "kept_url": kept_url,
        "kind": str(decision.kind),
        "score": containment if decision.kind is Kind.CONTAINED else jaccard,
        "direction": str(judgement.direction),
        "new": _rounded(judgement.new),
        "fuller": judgement.fuller,
        "jaccard": jaccard,
        "containment": containment,
        "numbers": None if judgement.numbers is None else _rounded(judgement.numbers),
    }


def _rounded(share: float) -> float:
    """Four digits, which single precision keeps."""
    return round(float(share), 4)
