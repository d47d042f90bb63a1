"""What became of each page between two versions, and by which rules."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.dataset.reading import Version

PAGES = ("documents", "duplicates", "rejects")


class State(NamedTuple):
    """Where a page's row lies, with what text or for what reason."""

    table: str
    why: str  # reason of a reject, kept url of a duplicate
    texts: bytes  # hash of title, text and Markdown


@dataclass(frozen=True, slots=True)
class Change:
    """One page that is not in both versions as it was. `was` and `became` are tables, None where it is in none."""

    id: str
    url: str
    was: str | None
    became: str | None
    why: str = ""  # reason or kept url in the later version, else in the earlier
    no_longer: Mapping[str, int] = field(default_factory=dict)  # rule → blocks that only the earlier version removes
    newly: Mapping[str, int] = field(default_factory=dict)  # rule → blocks that only the later version removes

    @property
    def kind(self) -> str:
        if self.was is None:
            return "added"
        if self.became is None:
            return "gone"
        return "moved" if self.was != self.became else "changed"


def differences(a: Version, b: Version) -> Iterator[Change]:
    """The pages whose rows differ from `a` to `b`, in the order of `b`, then those that only `a` has.

    Memory: some 300 bytes a page.
    """
    before, after = _states(a), _states(b)
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    rules_before, rules_after = _rules(a, changed), _rules(b, changed)
    for key, state in after.items():
        page_id, url = key
        if key not in before:
            yield Change(page_id, url, None, state.table, state.why)
        elif key in changed:
            old, new = rules_before.get(page_id, Counter()), rules_after.get(page_id, Counter())
            why = state.why or before[key].why
            yield Change(page_id, url, before[key].table, state.table, why, _counts(old - new), _counts(new - old))
    for (page_id, url), state in before.items():
        if (page_id, url) not in after:
            yield Change(page_id, url, state.table, None, state.why)


def _states(version: Version) -> dict[tuple[str, str], State]:
    found = {}
    for table, why, texts in (
        ("documents", None, ("title", "text", "markdown")),
        ("duplicates", "kept_url", ("title", "text", "markdown")),
        ("rejects", "reason", ()),
    ):
        for batch in version.batches(table, ["id", "url", *filter(None, (why, *texts))]):
            for row in batch.to_pylist():
                told = "\0".join(row[name] or "" for name in texts).encode()
                digest = hashlib.blake2b(told, digest_size=12).digest()
                found[row["id"], row["url"]] = State(table, (row[why] if why else "") or "", digest)
    return found


def _rules(version: Version, wanted: set[tuple[str, str]]) -> dict[str, Counter[tuple[str, str]]]:
    """The removed blocks of these pages, as (rule, text)."""
    ids = {page_id for page_id, _ in wanted}
    found: dict[str, Counter[tuple[str, str]]] = {}
    for batch in version.batches("removed", ["id", "rule", "text"]) if ids else ():
        for page_id, rule, text in zip(*(batch[name].to_pylist() for name in ("id", "rule", "text")), strict=True):
            if page_id in ids:
                found.setdefault(page_id, Counter())[rule, text] += 1
    return found


def _counts(blocks: Counter[tuple[str, str]]) -> dict[str, int]:
    rules: Counter[str] = Counter()
    for (rule, _), count in blocks.items():
        rules[rule] += count
    return dict(sorted(rules.items(), key=lambda item: (-item[1], item[0])))
