"""Mutated pages through the whole recipe: none may raise, take a second, or lose or double a visible word.

Pages are cropped, damaged by one to three mutations drawn from a seed, and cleaned. An independent count of the visible text
(the parser's own, after its unseen elements are cut out) is compared with the blocks: each word stands in exactly one, and
each block is either kept or removed. The pages are those of ../shared, else the project's golden pages.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time, thread_time
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from benchmarks.table import show
from pipelines.decode import Decoded, decode
from pipelines.mend import mended
from pipelines.model import Document, Page, Reason, Record, Rejected
from pipelines.parse import NOSCRIPT
from pipelines.parse.tags import UNSEEN_SELECTOR
from pipelines.parse.text import ASTRAL, HAS_TEXT
from pipelines.recipe import finish, read_safely

ROOT = Path(__file__).parent.parent
SETS = ("zhpages", "daniel", "readability", "wcxb")
CROP = 3_000  # bytes: what goes wrong goes wrong in small pages, too
SLOW = 1.0  # seconds
MOST_SHOWN = 20  # findings told in full
WORD = re.compile(f"{HAS_TEXT.pattern}|{ASTRAL.pattern}")
TAG = re.compile(rb"<[^<>]*>")
SPLICED = (
    *(f"<{name}>".encode() for name in "a b p div li table tr td select option svg math template title".split()),
    *(f"</{name}>".encode() for name in "p body html head table form title textarea script noscript".split()),
    *(b"<!--", b"-->", b"<![CDATA[", b"<script>", b"<style>", b"<textarea>", b"<plaintext>", b"<noscript>", b"<?xml ?>"),
    *(b"<li value=7>", b"<ol start=3>", b'<a href="/x">', b"<br>", b"<div hidden>", b"<p style='display:none'>", b'"', b"'"),
    *(b"&", b"&#0;", b"&#x110000;", b"&amp", b"&nbsp;", b"&zwnj;", b"&#xD800;", b"\xef\xbb\xbf", b"\0", b"\x1b$B"),
    *(b"\xff\xfe", b"\x80", b"\xe4\xb8", b"\xf0\x9f", "\u2028\u200b\u202e\u3000".encode(), "，".encode("gb18030")),
)  # fmt: skip
NESTED = (
    b"<div>",
    b"<b>",
    b"<span class=x>",
    b"<ul><li>",
    b"<table><tr><td>",
    b"<a href=x>",
    b"<font color=1>",
    b"<svg>",
)

Mutation = Callable[[random.Random, bytes, bytes], bytes]


class Found(NamedTuple):
    """What became of one mutated page."""

    status: str  # kept, rejected
    wrong: str  # fault, slow, text, blocks; "" where all is well
    detail: str = ""


def flipped(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """Some bytes are others."""
    damaged = bytearray(page)
    for _n in range(rng.randint(1, 12)):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def tags_changed(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """Tags are dropped, doubled and moved to the place of others."""
    tags = list(TAG.finditer(page))
    if not tags:
        return page
    chosen = {tag.span(): rng.choice((b"", tag[0] * 2, rng.choice(tags)[0])) for tag in rng.choices(tags, k=5)}
    at, parts = 0, []
    for (start, end), new in sorted(chosen.items()):
        parts += [page[at:start], new]
        at = end
    return b"".join((*parts, page[at:]))


def inserted(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """Tags, entities and bytes stand where they should not."""
    for _n in range(rng.randint(1, 6)):
        at = rng.randrange(len(page) + 1)
        page = page[:at] + rng.choice(SPLICED) + page[at:]
    return page


def spliced(rng: random.Random, page: bytes, other: bytes) -> bytes:
    """A piece of another page stands in this one."""
    at, start = rng.randrange(len(page) + 1), rng.randrange(len(other))
    return page[:at] + other[start : start + rng.randint(1, CROP // 3)] + page[at:]


def moved(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """A piece of the page stands elsewhere, or twice."""
    start = rng.randrange(len(page))
    piece = page[start : start + rng.randint(1, CROP // 4)]
    rest = page if rng.random() < 0.5 else page[:start] + page[start + len(piece) :]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + piece + rest[at:]


def cut(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """The page breaks off, or a piece of it is missing."""
    start = rng.randrange(len(page))
    return page[:start] + (b"" if rng.random() < 0.5 else page[start + rng.randint(1, CROP // 4) :])


def nested(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """Elements are opened many times and seldom closed."""
    at = rng.randrange(len(page) + 1)
    return page[:at] + rng.choice(NESTED) * rng.randint(2, 400) + page[at:]


def misread(rng: random.Random, page: bytes, _: bytes) -> bytes:
    """The bytes are those of another encoding."""
    text = page.decode("utf-8", "replace")
    return text.encode(rng.choice(("gb18030", "big5", "utf-16le", "shift_jis", "latin-1", "utf-7")), "replace")


MUTATIONS: tuple[Mutation, ...] = (flipped, tags_changed, inserted, spliced, moved, cut, nested, misread)


def bodies() -> list[bytes]:
    """The pages to damage, in a fixed order."""
    shared = ROOT.parent / "shared"
    folders = [shared / name / "pages" for name in SETS if (shared / name / "pages").is_dir()]
    pages = [path for folder in folders for path in sorted(folder.rglob("*.html"))]
    pages = pages or sorted((ROOT / "tests" / "golden").glob("*/page.html"))
    return [body for path in pages if (body := path.read_bytes())]


def mutated(rng: random.Random, pages: Sequence[bytes]) -> tuple[bytes, str]:
    """A damaged piece of a page, and the names of what was done to it."""
    page, other = rng.choice(pages), rng.choice(pages)
    start = 0 if rng.random() < 0.3 else rng.randrange(max(len(page) - CROP // 2, 1))
    page = page[start : start + CROP]
    done = rng.choices(MUTATIONS, k=rng.choice((1, 1, 2, 3)))
    for mutation in done:
        page = mutation(rng, page, other) or b"<p>"
    return page, done[-1].__name__


def checked(body: bytes) -> Found:
    """What the recipe makes of a page, and what is wrong with that."""
    page, started = Page("http://example.com/1.html", body), thread_time()
    document = read_safely(page)
    result = finish(page, document).result
    seconds = thread_time() - started
    status = "kept" if isinstance(result, Record) else "rejected"
    if isinstance(result, Rejected) and result.reason is Reason.FAULT:
        return Found(status, "fault", f"{result.stage}: {result.detail}")
    if seconds > SLOW:
        return Found(status, "slow", f"{seconds:.1f} s")
    layout = document.layout if isinstance(document, Document) else None
    if layout and isinstance(result, Record):
        blocks = Counter(block.text for block in (*result.blocks, *result.removed))
        if blocks != Counter(layout.texts):
            return Found(status, "text", "a block is neither kept nor removed, or both")
    wrong = "" if layout and layout.embedded else lost(body, layout.texts if layout else ())
    return Found(status, "text" if wrong else "", wrong)


def lost(body: bytes, texts: Sequence[str]) -> str:
    """How the blocks' words differ from the page's; "" where they are the same, or nobody can tell."""
    text = decode(body)
    source = mended(text.text.encode()) if isinstance(text, Decoded) else text
    if isinstance(source, Rejected):
        return ""
    shown = _words("".join(texts))
    same = shown in (_visible(source), _visible(NOSCRIPT.sub(rb"<\1div", source)))
    return "" if same else "the blocks are not the visible text"


def _visible(source: bytes) -> str:
    tree = LexborHTMLParser(source)
    for node in tree.css(UNSEEN_SELECTOR):
        node.decompose()
    return _words(tree.text())


def _words(text: str) -> str:
    return "".join(WORD.findall(text))


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where a page went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000, metavar="N", help="mutated pages, e.g. 200000")
    parser.add_argument("--seed", type=int, default=1, help="the same seed and pages give the same mutations, e.g. 7")
    args = parser.parse_args(arguments)
    pages, started = bodies(), process_time()
    counts: Counter[tuple[str, str]] = Counter()
    for n in range(args.pages):
        body, name = mutated(random.Random(f"{args.seed}/{n}"), pages)  # noqa: S311 -- pages, not secrets
        found = checked(body)
        counts.update((name, figure) for figure in ("pages", found.status, found.wrong) if figure)
        counts.update(("all", figure) for figure in ("pages", found.status, found.wrong) if figure)
        if found.wrong and counts["all", found.wrong] <= MOST_SHOWN:
            sys.stderr.write(f"page {n}, {name}: {found.wrong}, {found.detail}\n")
        if n % 1000 == 999:
            sys.stderr.write(f"{n + 1:,} of {args.pages:,} pages, {process_time() - started:.0f} s\n")
    figures = ("pages", "kept", "rejected", "fault", "slow", "text")
    names = [*(mutation.__name__ for mutation in MUTATIONS), "all"]
    show(("last mutation", *figures), [(name, *(counts[name, figure] for figure in figures)) for name in names])
    return int(any(counts["all", wrong] for wrong in ("fault", "slow", "text")))


if __name__ == "__main__":
    sys.exit(main())
