"""What of people a run leaves out: as it is told, else as its dataset was made; and the key of a dataset's names."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.personal.names import fingerprint
from pipelines.personal.privacy import HASH_NAMES, MASK_PERSONAL, Privacy

KEY_FILE = "names.key"  # in a dataset's folder: not to be published, no more than its captures
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line says; None = as the dataset was made."""

    mask: bool | None = None
    names: bool | None = None


AS_MADE = Told()


def privacy_for(folder: Path, told: Told, own: Mapping[str, str], sources: tuple[Path, ...] = ()) -> Privacy:
    """The setting of a run on the dataset in `folder`, whose rows were made with `own`.

    A dataset without a key takes that of the dataset it is built from, else a new one, which is not written yet:
    `keep_key` does that. Raises ConfigurationError where the key of the dataset's names is gone.
    """
    mask = MASK_PERSONAL in own if told.mask is None else told.mask
    if not (HASH_NAMES in own if told.names is None else told.names):
        return Privacy(mask)
    key = next(filter(None, map(_key_in, (folder, *sources))), b"")
    if told.names is None and (not key or fingerprint(key) != own[HASH_NAMES]):
        hint = f"restore the file, or take a new key: taoxi build {folder} --hash-names"
        what = (
            "is not the key of the dataset's names" if key else "is missing, and the dataset's names are hashed with it"
        )
        raise ConfigurationError(what, where=str(folder / KEY_FILE), hint=hint)
    return Privacy(mask, key or secrets.token_bytes(KEY_BYTES))


def keep_key(folder: Path, privacy: Privacy) -> None:
    """The key of hashed names lies in the dataset, for its owner alone."""
    path = folder / KEY_FILE
    if privacy.name_key and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(privacy.name_key.hex() + "\n")


def _key_in(folder: Path) -> bytes:
    """The dataset's key, b"" where it has none."""
    path = folder / KEY_FILE
    try:
        return bytes.fromhex(path.read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except ValueError as error:
        raise ConfigurationError("holds no key", where=str(path), hint="restore it from a copy") from error
