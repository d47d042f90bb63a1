"""A tiny recipe that workers can import: lines are blocks, a line "ad" is removed, and some pages do harm."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence

from pipelines.model import Block, Outcome, Page, Reason, Record, Rejected, Role

HELD_BACK = [signal.Signals(number).name for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])]


def clean(pages: Sequence[Page]) -> list[Outcome]:
    return [_clean(page) for page in pages]


def _clean(page: Page) -> Outcome:
    if page.fault:
        return Outcome(page, page.fault)
    lines = [line.strip() for line in page.body.decode("utf-8", "replace").split("\n") if line.strip()]
    kept = [Block(line, Role.PARAGRAPH) for line in lines if line != "ad"]
    removed = [Block(line, Role.BOILERPLATE, "stand-in.ad") for line in lines if line == "ad"]
    if not kept:
        return Outcome(page, Rejected(Reason.NO_TEXT, "nothing", "stand-in"))
    text = "\n".join(block.text for block in kept)
    record = Record(
        title=kept[0].text,
        text=text,
        blocks=tuple(kept),
        published=None,
        published_has_time=False,
        author=None,
        source=None,
        comments=(),
        script="",
        encoding="utf-8",
        removed=tuple(removed),
    )
    return Outcome(page, record)


def harmful(pages: Sequence[Page]) -> list[Outcome]:
    """Like `clean`; a page may raise, or kill its worker."""
    if any(b"raise" in page.body for page in pages):
        raise ValueError("bad page")
    if any(b"kill" in page.body for page in pages):
        os.kill(os.getpid(), signal.SIGKILL)
    return clean(pages)


def deadly(pages: Sequence[Page]) -> list[Outcome]:
    """Ends every worker that it is given to."""
    os._exit(3)


def tell_held_back(pages: Sequence[Page]) -> list[Outcome]:
    """A rejection that names the signals that were held back before this module was imported."""
    told = Rejected(Reason.NO_TEXT, " ".join(HELD_BACK), "stand-in")
    return [Outcome(page, told) for page in pages]
