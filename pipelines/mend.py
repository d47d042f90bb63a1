"""A page's source, mended where it would make an HTML parser read it wrong or take quadratic time."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from pipelines.model import Reason, Rejected

MAX_DEPTH = 2_000  # pages written for people stay under 200; a browser flattens from 512 on
MANY_TAGS = 10_000  # fewer cannot nest deeply enough to slow the parser down
MANY_UNCLOSED = 300  # formatting elements left open
LONG_TAG = 20_000  # bytes
MANY_ATTRIBUTES = 3_000  # the parser compares each with those before it

XML_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
SELF_CLOSED = re.compile(rb"<(textarea|iframe|title|script|style|noframes)\b([^<>]*)/>", re.IGNORECASE)
FORMATTING = re.compile(rb"<(/?)(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^<>]*>", re.IGNORECASE)
LONG_TAGS = re.compile(rb"<[a-zA-Z][^<>]{%d,}" % LONG_TAG)
NESTED = re.compile(  # an element's start or end, unless it cannot nest or its end tag may be left out
    rb"""<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr
    |p|li|dt|dd|tr|td|th|option|thead|tbody|tfoot)(?![a-z0-9]))[a-z]""",
    re.IGNORECASE | re.VERBOSE,
)


def _starts_of_formatting() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    starts = np.zeros((256, 256), np.bool_)
    for first, seconds in {"b": "i", "c": "o", "e": "m", "f": "o", "n": "o", "s": "mt", "t": "t"}.items():
        for second in seconds + seconds.upper():
            starts[[ord(first), ord(first.upper())], ord(second)] = True
    for second in "\t\n\f\r />":
        starts[[ord(letter) for letter in "bisuBISU"], ord(second)] = True
    return starts


TE, IF = (int.from_bytes(letters) for letters in (b"te", b"if"))
STARTS_OF_FORMATTING = _starts_of_formatting()  # by the two bytes that follow "<": every formatting element, few others


def mended(source: bytes) -> bytes | Rejected:
    """The page to parse; `Rejected` where it nests too deeply to be one."""
    tags, formatting, swallowing, long = _counted(source)
    if tags > MANY_TAGS and _depth(source) > MAX_DEPTH:
        return Rejected(Reason.TOO_DEEP, f"elements nested deeper than {MAX_DEPTH}", "parse")
    if declaration := XML_DECLARATION.match(source):
        source = source[declaration.end() :]
    if swallowing and (_closes_itself(source, b"<textarea") or _closes_itself(source, b"<iframe")):
        source = SELF_CLOSED.sub(rb"<\1\2></\1>", source)
    if long:
        source = LONG_TAGS.sub(_with_fewer_attributes, source)
    if formatting > MANY_UNCLOSED and _unclosed_formatting(source) > MANY_UNCLOSED:
        source = FORMATTING.sub(b"", source)  # the parser would open each of them again in every block that follows
    return source


def _counted(source: bytes) -> tuple[int, int, bool, bool]:
    """How many tags there are, how many of them open a formatting element, at most; whether there may be a <textarea> or an
    <iframe>; and whether one tag is very long."""
    letters = np.frombuffer(source, np.uint8)
    tags = (letters[:-2] == ord("<")).nonzero()[0]
    behind = letters.take(tags + 1).astype(np.int64) << 8 | letters.take(tags + 2)  # the two bytes behind each "<"
    formatting = np.count_nonzero(STARTS_OF_FORMATTING.take(behind))
    swallowing = bool(((behind == TE) | (behind == IF)).any())
    ends = np.append(tags[1:], len(source))
    far = tags[ends[: tags.size] - tags > LONG_TAG].tolist()  # from the next
    long = any(source[at + 1 : at + 2].isalpha() and source.find(b">", at, at + LONG_TAG) < 0 for at in far)
    return tags.size, int(formatting), swallowing, long


def _with_fewer_attributes(tag: re.Match[bytes]) -> bytes:
    words = tag[0].split(None, MANY_ATTRIBUTES)
    if len(words) <= MANY_ATTRIBUTES:
        return tag[0]
    kept = b" ".join(words[:MANY_ATTRIBUTES])
    return kept + b'"' * (kept.count(b'"') % 2)  # an attribute that was cut ends here


def _closes_itself(source: bytes, start: bytes) -> bool:
    """Whether such an element is closed as XML closes it; an HTML parser lets it swallow the page behind it."""
    at = source.find(start)
    return at >= 0 and source[source.find(b">", at) - 1] == ord("/")


def _unclosed_formatting(source: bytes) -> int:
    """How many formatting elements are open at once, at most."""
    opened: Counter[bytes] = Counter()
    total = most = 0
    for closing, tag in FORMATTING.findall(source):
        name = tag.lower()
        step = 1 if not closing else -1 if opened[name] else 0
        opened[name] += step
        total += step
        most = max(most, total)
    return most


def _depth(source: bytes) -> int:
    """How deeply the elements nest, at most."""
    depth = deepest = 0
    for closing in NESTED.findall(source):
        if not closing:
            depth += 1
            if depth > deepest:
                deepest = depth
        elif depth:
            depth -= 1
    return deepest
