"""Text that was encoded twice is read: its bytes were taken for windows-1252 or Latin-1, and those characters encoded again.

信用卡 comes as ä¿¡ç”¨å¡. Mended is a page whose Chinese came so, all but a tenth; one that only quotes it, and one in French
or German, is as it was.
"""

from __future__ import annotations

import re
from itertools import islice

from pipelines.commonness import mean_weight

ENCODINGS = ("utf-8", "gb18030")  # that a text was in the first time
LEAST = 8  # Chinese characters: fewer are a quotation
SAMPLE = 400  # characters beyond ASCII, or runs of them: enough to tell other pages
NEARLY_ALL = 0.9  # of the characters beyond ASCII
CERTAIN = 5.5  # mean weight of what comes out: see `commonness`
LEAD = b"\xc3"  # the first byte of À to ÿ, with which Chinese begins that was encoded twice, mostly
RUN = re.compile("[\x80-\U0010ffff]+.?")  # with the character behind it: half of one in GBK, it may be
UNSEEN = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
SEEN_AGAIN = re.compile(r"</(?:script|style)\b", re.IGNORECASE)
TAG = re.compile("<[^<>]*>")
WORD = re.compile("[A-Za-z]+")


def _characters() -> dict[int, str]:
    """Each byte beyond ASCII → its character in windows-1252; five have none, and stay C1 controls as browsers have it."""
    return {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}


CHARACTERS = _characters()
BYTES = {chr(byte): bytes([byte]) for byte in CHARACTERS} | {char: bytes([byte]) for byte, char in CHARACTERS.items()}
AS_WAS = {
    0xDC00 + byte: char for byte, char in CHARACTERS.items()
}  # what surrogateescape makes of a byte that fits nowhere


def encoded_once(utf8: bytes, text: str) -> str:
    """The text of a page in UTF-8 as its writer had it, where it is certain that it was encoded twice; else as it is."""
    if utf8.count(LEAD) < LEAST:
        return text
    sample = "".join(run[0] for run in islice(RUN.finditer(text), SAMPLE))[:SAMPLE]
    encoding = next((one for one in ENCODINGS if _read_as(sample, one)), None)
    mended = _read_as(text, encoding) if encoding else None
    return mended if mended and _speaks_chinese(mended) else text


def _read_as(text: str, encoding: str) -> str | None:
    """What the characters give when they are taken for bytes in the encoding; None where that is not nearly all Chinese."""
    beyond = [char for char in text if char >= "\x80"]
    least = NEARLY_ALL * len(beyond)
    taken = sum(char in BYTES for char in beyond)
    if not beyond or taken < least:
        return None
    first = b"".join([BYTES.get(char) or char.encode(encoding, "replace") for char in text])
    read = first.decode(encoding, "surrogateescape")
    lost = sum("\udc80" <= char <= "\udcff" for char in read)
    if taken - lost < least or mean_weight(read, encoding) < CERTAIN:
        return None
    return read.translate(AS_WAS)


def _speaks_chinese(html: str) -> bool:
    """Whether what is to be read has more Chinese characters than words in Latin letters, and not just a few."""
    before, *behind = UNSEEN.split(html)
    shown = [before, *(SEEN_AGAIN.split(part, maxsplit=1)[-1] for part in behind)]
    words = [TAG.sub(" ", part) for part in shown]
    chinese = sum("\u3400" <= char <= "\u9fff" for part in words for char in part)
    return chinese >= max(LEAST, sum(len(WORD.findall(part)) for part in words))
