"""A page's bytes become text: by byte order mark, strict UTF-8, then declarations weighed against evidence.

Declarations on Chinese pages are often wrong: they add to the evidence and never decide alone. A bad byte becomes one
U+FFFD and spoils nothing beside it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from pipelines.charset import (
    ESCAPED,
    MULTIBYTE,
    REPLACEMENT,
    UTF_16,
    WIDE,
    codec_of,
    declared_encodings,
    declared_utf16,
    decode_as,
)
from pipelines.commonness import mean_weight, weight
from pipelines.model import Reason, Rejected
from pipelines.twice import encoded_once

STAGE = "decode"

SAMPLE_BYTES = (12_288, 49_152, 196_608, 786_432)  # the shortest with enough bytes beyond ASCII
ENOUGH_HIGH_BYTES = 600
BLOCK_BYTES = 16_384
LONGEST_LINE = 4096  # realigned: longer ones are no text, and pair by pair is slow
DECLARED_BONUS = 1.0
CERTAIN = 5.5  # mean weight of a sample
CONVINCING = 4.5
SENSIBLE = 2.0  # what is declared as UTF-16 and is none stays below 0
GOOD_PER_BAD = 4  # well-formed UTF-8 sequences for each bad one; other encodings hit one by chance in seven
LONE_SHARE = 0.5  # high bytes alone between ASCII ones: accents in Western text, not halves of a pair
CONTROL_SHARE = 0.02
NUL_SHARE = 0.3

_BLANK = b"\0 \t\n\r\f\v"
_HIGH = bytes(range(0x80, 0x100))
_CONTROLS = bytes(set(range(0x20)) - set(b"\0\t\n\v\f\r\x1b")) + b"\x7f"
_STRAY = _CONTROLS + b"\0\x1b"
_WITHOUT_STRAY = dict.fromkeys(_STRAY)
_FIRST_HIGH = re.compile(rb"[\x80-\xff]")
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH_RUN = re.compile(rb"([\x80-\xff]+)")
_LINE_START = re.compile(rb"(?=[<\n])")
_BOMS = (  # that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)

_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"\xff\xd8\xff": "a JPEG image",
    b"II*\0": "a TIFF image",
    b"MM\0*": "a TIFF image",
    b"\0\0\1\0": "an icon",
    b"%PDF-": "a PDF file",
    b"{\\rtf": "an RTF file",
    b"\xd0\xcf\x11\xe0": "an Office file",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b\x08": "gzip data",
    b"BZh91AY": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"Rar!\x1a": "a RAR archive",
    b"OggS\0": "an Ogg file",
    b"ID3\x02": "an MP3 file",
    b"ID3\x03": "an MP3 file",
    b"ID3\x04": "an MP3 file",
    b"FLV\x01": "a video",
    b"\x1aE\xdf\xa3": "a video",
    b"wOFF": "a font",
    b"wOF2": "a font",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"SQLite format 3\0": "a database",
}
_MAGICS = tuple(_MAGIC)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, the encoding it was in (WHATWG's name, lower case), and how that was found.

    `how` is "bom", "utf-8" (every byte fits), "replaced" (UTF-8 but for some bytes), "http" or "meta" (as declared
    there) or "detected" (declared nowhere, or otherwise). The text has no control characters of ASCII but white space, no leading
    byte order mark and no lone surrogates; where it was encoded twice, it is mended.
    """

    text: str
    encoding: str
    how: str
    utf8: bytes | None = field(
        default=None, repr=False, compare=False
    )  # the body, where it is the text's UTF-8 as it is


def decode(body: bytes, declared: str | None = None) -> Decoded | Rejected:
    """Give the text of a page, or why its bytes are none. Never raises.

    `declared` is the value of the HTTP header Content-Type.
    """
    if kind := looks_binary(body):
        return Rejected(Reason.BINARY, f"looks like {kind}", STAGE)
    if not body.strip(_BLANK):
        return Rejected(Reason.EMPTY, "only white space" if body else "no bytes", STAGE)
    found = _by_mark(body) or _by_nul_pattern(body) or _by_utf16(body, declared) or _by_utf8(body, declared)
    if not found and (kind := _mostly_controls(body)):
        return Rejected(Reason.BINARY, f"looks like {kind}", STAGE)
    found = found or _by_evidence(body.removeprefix(codecs.BOM_UTF8), declared)
    strays = found.encoding in WIDE or len(body.translate(None, _STRAY)) < len(body)
    text = found.text.translate(_WITHOUT_STRAY) if strays else found.text
    text = (encoded_once(body, text) if found.encoding == "utf-8" else text).lstrip("\ufeff")
    if not text or text.isspace():
        return Rejected(Reason.EMPTY, "only white space", STAGE)
    as_is = found.how == "utf-8" and text is found.text
    return Decoded(text, found.encoding, found.how, body if as_is else None)


def looks_binary(body: bytes) -> str:
    """Give what a body's first bytes say it is ("a PNG image"), or "" where they say nothing against text."""
    if body.startswith(_MAGICS):
        return next(kind for magic, kind in _MAGIC.items() if body.startswith(magic))
    if body[4:8] == b"ftyp":
        return "a video"
    return "a media file" if body[:4] == b"RIFF" and body[8:12] in {b"WEBP", b"WAVE", b"AVI "} else ""


def _mostly_controls(body: bytes) -> str:
    """Text has next to no control characters; compressed and random bytes have a tenth of them."""
    start = body[:4096]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls > CONTROL_SHARE * len(start):
        return f"no text: {controls} control characters in {len(start)} bytes"
    nuls = start.count(0)
    return f"no text: {nuls} NUL bytes in {len(start)}" if nuls > NUL_SHARE * len(start) else ""


def _by_mark(body: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return Decoded(decode_as(body[len(mark) :], encoding), encoding, "bom")
    if not body.startswith(codecs.BOM_UTF8):
        return None
    try:
        return Decoded(body.decode(), "utf-8", "bom")
    except UnicodeDecodeError:  # editors leave the mark before pages in GBK, too
        return None


def _by_nul_pattern(body: bytes) -> Decoded | None:
    """Find UTF-16 without a mark: markup puts a NUL into every second byte."""
    start = body[:1024]
    if b"\0" not in start:
        return None
    even, odd, half = start[::2].count(0), start[1::2].count(0), len(start) / 2
    few, many = 0.02 * half, 0.25 * half
    if odd > many and even <= few:
        return Decoded(decode_as(body, "utf-16le"), "utf-16le", "detected")
    if even > many and odd <= few:
        return Decoded(decode_as(body, "utf-16be"), "utf-16be", "detected")
    return None


def _by_utf16(body: bytes, declared: str | None) -> Decoded | None:
    """Believe a header that declares UTF-16, though 汉字 leave too few NULs for a pattern; sense tells the order."""
    start, order = body[:4096], declared_utf16(declared)
    if not order or b"\0" not in start:  # markup and line ends have some
        return None
    senses = {encoding: _sense(decode_as(start, encoding)) for encoding in (order, *(UTF_16 - {order}))}
    found = max(senses, key=lambda encoding: senses[encoding])
    if senses[found] < SENSIBLE:
        return None
    return Decoded(decode_as(body, found), found, "http" if found == order else "detected")


def _sense(text: str) -> float:
    """How common the characters are in Chinese, Japanese or Korean, whichever fits."""
    return max(mean_weight(text, encoding) for encoding in ("gb18030", "euc-jp", "euc-kr"))


def _by_utf8(body: bytes, declared: str | None) -> Decoded | None:
    try:
        text, used = codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return None
    if _mostly_controls(body):
        return None
    if used < len(body):  # cut inside the last character
        sure = not text.isascii() or "utf-8" in declared_encodings(body, declared)
        return Decoded(text + REPLACEMENT, "utf-8", "replaced") if sure else None
    if text.isascii() and ("\x1b$" in text or "~{" in text):
        for encoding, how in declared_encodings(body, declared).items():
            if encoding in ESCAPED:
                return Decoded(decode_as(body, encoding), encoding, how)
    return Decoded(text, "utf-8", "utf-8")


def _by_evidence(body: bytes, declared: str | None) -> Decoded:
    sample = _sample(body)
    if _nearly_utf8(sample):
        return Decoded(decode_as(body, "utf-8"), "utf-8", "replaced")
    claims = declared_encodings(body, declared)
    encoding = _likeliest(sample, claims)
    if encoding in {"gb18030", "big5"}:
        body = body.replace(codecs.BOM_UTF8, b"")  # the mark of an included file: half of it would shift what follows
    text = _decode_gb18030(body) if encoding == "gb18030" else decode_as(body, encoding)
    return Decoded(text, encoding, "replaced" if encoding == "utf-8" else claims.get(encoding, "detected"))


def _sample(body: bytes) -> bytes:
    """Give the part of a page from its first byte beyond ASCII on, long enough to tell encodings apart."""
    first = _FIRST_HIGH.search(body)
    start = first.start() if first else 0
    for length in SAMPLE_BYTES:
        sample = body[start : start + length]
        if len(sample) - len(sample.translate(None, _HIGH)) >= ENOUGH_HIGH_BYTES:
            break
    return sample


def _nearly_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    bad = text.count(REPLACEMENT)
    good = len(text) - len(sample.translate(None, _HIGH)) - bad
    return good >= max(2, GOOD_PER_BAD * bad)


def _likeliest(sample: bytes, claims: dict[str, str]) -> str:
    """Choose by how common the characters are that each encoding makes of the sample; a declared one has a bonus."""
    scores: dict[str, float] = {}
    declared = [encoding for encoding in claims if encoding in MULTIBYTE]
    for encodings in ([*declared, "gb18030", "big5", "utf-8"], ["euc-jp", "shift_jis", "euc-kr"]):
        for encoding in encodings:
            mean = mean_weight(sample.decode(codec_of(encoding), "replace"), encoding)
            if mean >= CERTAIN:
                return encoding
            scores.setdefault(encoding, mean + DECLARED_BONUS * (encoding in claims))
        best = max(scores, key=lambda encoding: scores[encoding])
        if scores[best] >= CONVINCING:
            return best
    others = (encoding for encoding in claims if encoding not in MULTIBYTE | ESCAPED | {"windows-1252"})
    if single := next(others, None):
        return single
    high = len(sample) - len(sample.translate(None, _HIGH))
    return "windows-1252" if len(_LONE_HIGH.findall(sample)) >= LONE_SHARE * high else best


def _decode_gb18030(body: bytes) -> str:
    """Give the text of `body`; a lost or damaged byte costs its own character, not the rest of the line."""
    text = decode_as(body, "gb18030")
    return "".join(_realign_block(block) for block in _blocks(body)) if _suspect(text) else text


def _suspect(text: str) -> bool:
    return REPLACEMENT in text or "€" in text


def _blocks(body: bytes) -> Iterator[bytes]:
    """Cut before tags: "<" is never the second half of a pair."""
    start = 0
    while start < len(body):
        end = body.find(b"<", start + BLOCK_BYTES)
        end = len(body) if end < 0 else end
        yield body[start:end]
        start = end


def _realign_block(block: bytes) -> str:
    text = decode_as(block, "gb18030")
    return "".join(map(_realign_line, _LINE_START.split(block))) if _suspect(text) else text


def _realign_line(line: bytes) -> str:
    plain = decode_as(line, "gb18030")
    if not _suspect(plain) or len(line) > LONGEST_LINE:
        return plain
    parts = _HIGH_RUN.split(line)  # ASCII and runs of high bytes in turn
    mended = "".join(_realign_run(part) if n % 2 else part.decode("ascii") for n, part in enumerate(parts))
    return mended if weight(mended) > weight(plain) else plain


def _realign_run(run: bytes) -> str:
    """Read a run in pairs; of an odd one, drop the byte after whose loss the characters are commonest."""
    ahead = _pairs(run[: len(run) // 2 * 2])
    if len(run) % 2 == 0:
        return "".join(ahead)
    behind = _pairs(run[1:])
    before = [0, *accumulate(map(weight, ahead))]
    after = [0, *accumulate(map(weight, behind))]
    cut = max(range(len(before)), key=lambda n: before[n] - after[n])
    odd = "€" if run[2 * cut] == 0x80 else REPLACEMENT
    return "".join(ahead[:cut]) + odd + "".join(behind[cut:])


def _pairs(run: bytes) -> list[str]:
    decoded = (decode_as(run[n : n + 2], "gb18030") for n in range(0, len(run), 2))
    return [REPLACEMENT if REPLACEMENT in pair else pair for pair in decoded]
