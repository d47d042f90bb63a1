"""DATASET/focus.npz: what a crawl for a topic has learned of links, for the next one. It holds hashes, no names and no URLs."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np

from crawler.focus import SLOTS, LinkModel

FILE = "focus.npz"
VERSION = 1
MOST_PLACES = 20_000  # the latest, that are kept


def keep(model: LinkModel, topic: str, path: Path) -> None:
    """The model is in the file, whole: who reads it sees the old one or this one."""
    slots = np.flatnonzero(model.squares != 1)
    places = dict(islice(reversed(model.places.counts.items()), MOST_PLACES))
    fresh = path.with_suffix(".npz.new")
    with fresh.open("wb") as file:
        np.savez_compressed(
            file,
            version=VERSION,
            topic=topic,
            slots=slots,
            weights=model.weights[slots],
            squares=model.squares[slots],
            dense=model.dense,
            dense_squares=model.dense_squares,
            places=np.array([*reversed(places)], np.uint32),
            shares=np.array([*reversed(places.values())], float).reshape(-1, 2),
            hosts=np.array([*model.visits], np.uint32),
            visits=np.array([*model.visits.values()], np.int64),
            seen=np.array([model.good, model.seen]),
        )
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def recall(topic: str, path: Path, likeness: Callable[[str], float]) -> LinkModel | None:
    """The model that was kept for this topic, or one that has learned nothing; None where the file cannot be read."""
    model = LinkModel(likeness)
    if not path.exists():
        return model
    try:
        with np.load(path, allow_pickle=False) as told:
            if int(told["version"]) != VERSION or str(told["topic"]) != topic:
                return model
            weights, squares = np.zeros(SLOTS), np.ones(SLOTS)
            weights[told["slots"]], squares[told["slots"]] = told["weights"], told["squares"]
            model.weights, model.squares = weights, squares
            model.dense[:], model.dense_squares[:] = told["dense"], told["dense_squares"]
            model.good, model.seen = map(float, told["seen"])
            shares = zip(told["places"].tolist(), told["shares"].tolist(), strict=True)
            model.places.counts.update((place, (good, seen)) for place, (good, seen) in shares)
            model.visits.update(zip(told["hosts"].tolist(), told["visits"].tolist(), strict=True))
    except (OSError, ValueError, KeyError, IndexError, EOFError, zlib.error, zipfile.BadZipFile):
        return None
    return model
