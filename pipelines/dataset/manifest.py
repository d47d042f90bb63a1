"""What a commit holds and what it was made of."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from pipelines.dataset.parts import Part
from pipelines.errors import TaoxiError
from pipelines.model import Capture
from pipelines.sources.segments import Segment

FORMAT = 4  # 1: without sequence and forced; 2: without decided_by; 3: parts without footer
JSON = ".json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One commit. Those that name the same snapshot are a lineage: together, in their order, they are its rows."""

    number: int  # the version's name for readers
    parent: int | None  # the commit before, whichever snapshot it wrote to
    snapshot: int
    kind: str  # "crawl", "build"; "compact", "migrate", "forget": the rows of the version before, written anew
    created_at: datetime
    package_version: str
    schema_version: str
    recipe: str  # fingerprint
    fold_version: str
    segments: tuple[Segment, ...]  # in capture order
    rows: Mapping[str, int]  # table → rows of this commit
    parts: tuple[Part, ...]
    content_id: str  # over all rows of the lineage up to this commit
    templates: str = ""  # id of the table of site templates; "" = none
    topic: str = ""  # id of the topic that pages have to be on; "" = any
    privacy: Mapping[str, str] = field(default_factory=dict)  # what of people is left out; {} = nothing
    masked: Mapping[str, int] = field(default_factory=dict)  # kind of personal data → pieces masked in this commit
    in_parts: Mapping[str, int] = field(default_factory=dict)  # articles over several pages: joined, incomplete, early
    held: tuple[Capture, ...] = ()  # pages without a row yet: parts that wait for the interrupted run to go on
    sequence: int = 0  # commits of the lineage before this one
    forced: tuple[str, ...] = ()  # breaches of the rules that --force let pass
    decided_by: str = ""  # versions of the rules that tell copies, and id of the table of synonyms; "" = content hash
    obeys_opt_outs: bool = True  # pages whose publishers opt out are rejected
    format: int = FORMAT

    @property
    def name(self) -> str:
        return f"{self.number:06}.json"

    def to_json(self) -> str:
        told = asdict(self) | {"created_at": self.created_at.isoformat()}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def write(manifest: Manifest, path: Path) -> None:
    """The manifest is whole in the file, synced; the folder that names it is not."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(manifest.to_json())
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Manifest:
    """The manifest in the file. Raises TaoxiError where it holds none that this version can read."""
    hint = "restore it from a copy, or build the dataset anew under another name --from its captures"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        written_as = told.get("format", 1)
    except (OSError, ValueError, AttributeError) as error:
        raise TaoxiError(f"no manifest that can be read ({error})", where=str(path), hint=hint) from error
    if isinstance(written_as, int) and written_as > FORMAT:
        by = f"was written by a newer taoxi ({told.get('package_version', 'of unknown version')})"
        raise TaoxiError(by, where=str(path), hint="update taoxi: nothing was changed")
    try:
        told["created_at"] = datetime.fromisoformat(told["created_at"])
        told["segments"] = tuple(Segment(**segment) for segment in told["segments"])
        told["parts"] = tuple(Part(**part) for part in told["parts"])
        told["held"] = tuple(Capture(**place) for place in told.get("held", ()))
        told["forced"] = tuple(told.get("forced", ()))
        return Manifest(**{"format": 1} | told)
    except (ValueError, KeyError, TypeError) as error:
        raise TaoxiError(f"no manifest that this version can read ({error})", where=str(path), hint=hint) from error


def numbers(folder: Path) -> list[int]:
    """The numbers of the manifests in the folder, ascending; none where it is missing."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 -- names are enough, and there may be tens of thousands
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(name[: -len(JSON)]) for name in names if name.endswith(JSON) and name[: -len(JSON)].isdecimal())


def place(folder: Path, number: int) -> Path:
    return folder / f"{number:06}{JSON}"


def lineage(folder: Path, number: int) -> list[Manifest]:
    """The commits behind the rows of this version, oldest first. Raises TaoxiError where one is missing."""
    last = read(place(folder, number))
    found = [last]
    known = set(numbers(folder))
    while found[-1].parent is not None and found[-1].parent in known:
        before = read(place(folder, found[-1].parent))
        if before.snapshot != last.snapshot:
            break
        found.append(before)
    if last.format > 1 and len(found) != last.sequence + 1:
        where = str(place(folder, found[-1].parent or 0))
        raise TaoxiError(
            "is missing: a commit whose rows are in the dataset", where=where, hint="restore it from a copy"
        )
    return found[::-1]
