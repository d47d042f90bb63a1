"""What of people stays out of the rows of a page, and how a dataset tells so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.personal.masking import mask_all
from pipelines.personal.model import Kind
from pipelines.personal.names import Names, fingerprint, pseudonym

Row = dict[str, Any]

VERSION = "1"  # of what is found and how it is masked: rows of two versions do not go together
MASK_PERSONAL, HASH_NAMES = "mask_personal", "hash_names"  # as manifests name them

# Columns that say which page it is, or what we say of it. Addresses stay as they are, for they name the page.
NOT_TEXT = frozenset(
    "id url host kept_id kept_url capture_file content_hash fold_version encoding script rule role stage reason status kind"
    " removed_by why canonical parts parts_missing provenance language page_kind fineweb2_breaks spun_words holes"
    " look_alike_id look_alike_veto direction run".split()
)
TOLD_AGAIN = frozenset(
    ("blocks", "markdown", "text_simplified")
)  # where a row tells the title's and text's words again
OTHERS_SAY = frozenset(("comments", "removed"))  # where a commenter's name is one wherever it stands


@dataclass(frozen=True, slots=True)
class Privacy:
    """Whether personal data is masked, and the key under which commenters' names are hashed; b"" = they are not."""

    mask: bool = False
    name_key: bytes = field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return self.mask or bool(self.name_key)

    @property
    def told(self) -> dict[str, str]:
        """What a manifest says of it: {} where nothing is left out; of the key its fingerprint alone."""
        told = {MASK_PERSONAL: VERSION} if self.mask else {}
        return told | ({HASH_NAMES: fingerprint(self.name_key)} if self.name_key else {})

    def page(self, rows: Sequence[Row]) -> tuple[list[Row], dict[str, int]]:
        """The rows of one page as they may be published, and how many pieces of each kind were masked.

        Rows are as JSON holds them, with any columns; the first is the page's own, the others tell of its removed
        blocks. What a label tells in one text is masked in all of them. A piece that is repeated counts once.
        """
        if self.name_key:
            rows = _without_names(rows, self.name_key)
        done, counts = _masked(rows) if self.mask else (list(rows), Counter())
        return done, {kind.value: counts[kind] for kind in Kind if counts[kind]}


NO_PRIVACY = Privacy()


def _masked(rows: Sequence[Row]) -> tuple[list[Row], Counter[Kind]]:
    _, counts = mask_all(list(_texts(rows, NOT_TEXT | TOLD_AGAIN)))
    if not counts:
        return list(rows), counts
    masked, _ = mask_all(list(_texts(rows, NOT_TEXT)))
    left = iter(masked)
    return [_mapped(row, lambda _: next(left)) for row in rows], counts


def _without_names(rows: Sequence[Row], key: bytes) -> list[Row]:
    """The rows with pseudonyms for commenters, and their names nowhere else."""
    names = Names(comment["author"] for row in rows for comment in row.get("comments") or ())
    done = []
    for n, row in enumerate(rows):
        said = {name: _mapped(value, names.hidden) for name, value in row.items() if n or name in OTHERS_SAY}
        own = {name: value for name, value in row.items() if name not in said}
        fresh = _mapped(own, lambda text: names.hidden(text, spoken_to=True)) | said
        fresh = {name: fresh[name] for name in row}
        for before, comment in zip(row.get("comments") or (), fresh.get("comments") or (), strict=True):
            comment["author"] = before["author"] and pseudonym(before["author"], key)
        done.append(fresh)
    return done


def _texts(value: Any, skipped: frozenset[str]) -> Iterator[str]:
    """Every text in the value but those of the skipped columns, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in skipped:
                yield from _texts(inner, skipped)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, skipped)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of the value with every text changed that `_texts` tells, in the same order."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: inner if name in NOT_TEXT else _mapped(inner, change) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(inner, change) for inner in value]
    return value
