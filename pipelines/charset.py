"""Names of encodings, where pages declare them, and decoding that goes on after a bad byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import numpy as np

from pipelines.big5 import OTHERWISE, UNKNOWN, split_at_slashes

REPLACEMENT = "\ufffd"
DECLARATION_BYTES = 8192

# WHATWG's name: its labels, and others met on pages. gb2312 and gbk are read as their superset, gb18030.
_LABELS = """
utf-8: utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-sig utf8mb4
utf-16le: utf-16 unicode csunicode iso-10646-ucs-2 ucs-2 unicodefeff
utf-16be: unicodefffe
gb18030: gb-18030 gbk x-gbk gb2312 gb-2312 gb_2312 csgb2312 gb_2312-80 gb2312-80 csiso58gb231280 iso-ir-58 chinese gb
gb18030: cp936 ms936 windows-936 euc-cn x-euc-cn zh-cn simplifiedchinese
big5: big-5 big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 x-big5 cp950 ms950 windows-950 zh-tw
euc-jp: eucjp x-euc-jp x-euc cseucpkdfmtjapanese
shift_jis: shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j ms932 cp932
iso-2022-jp: csiso2022jp
euc-kr: euckr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 csksc56011987 iso-ir-149 korean windows-949 cp949
iso-2022-kr: csiso2022kr
hz-gb-2312: hz hz-gb hzgb2312
windows-1252: ascii us-ascii ansi_x3.4-1968 latin1 latin-1 l1 iso-8859-1 iso8859-1 iso88591 iso_8859-1 cp1252 x-cp1252
windows-1252: cp819 csisolatin1 ibm819 iso-ir-100 iso_8859-1:1987
windows-1250: cp1250 x-cp1250
windows-1251: cp1251 x-cp1251
windows-1253: cp1253 x-cp1253
windows-1254: cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 csisolatin5 iso-ir-148 l5 latin5
windows-1255: cp1255 x-cp1255
windows-1256: cp1256 x-cp1256
windows-1257: cp1257 x-cp1257
windows-1258: cp1258 x-cp1258
windows-874: iso-8859-11 iso8859-11 iso885911 tis-620 dos-874
ibm866: 866 cp866 csibm866
iso-8859-2: iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 csisolatin2 iso-ir-101 l2 latin2
iso-8859-3: iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 csisolatin3 iso-ir-109 l3 latin3
iso-8859-4: iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 csisolatin4 iso-ir-110 l4 latin4
iso-8859-5: iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 csisolatincyrillic cyrillic iso-ir-144
iso-8859-6: iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 iso-8859-6-e iso-8859-6-i csisolatinarabic csiso88596e
iso-8859-6: csiso88596i arabic asmo-708 ecma-114 iso-ir-127
iso-8859-7: iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126
iso-8859-7: sun_eu_greek
iso-8859-8: iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 iso-8859-8-e csiso88598e csisolatinhebrew hebrew iso-ir-138
iso-8859-8: visual iso-8859-8-i csiso88598i logical
iso-8859-10: iso8859-10 iso885910 csisolatin6 iso-ir-157 l6 latin6
iso-8859-13: iso8859-13 iso885913
iso-8859-14: iso8859-14 iso885914
iso-8859-15: iso8859-15 iso885915 iso_8859-15 csisolatin9 l9 latin9
iso-8859-16: latin10
macintosh: csmacintosh mac x-mac-roman
x-mac-cyrillic: x-mac-ukrainian
koi8-r: koi koi8 koi8_r cskoi8r
koi8-u: koi8-ru
"""

# Python's codec, where it is not of the same name.
_CODECS = {
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "hz-gb-2312": "hz",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
}
ESCAPED = frozenset({"iso-2022-jp", "iso-2022-kr", "hz-gb-2312"})  # written in ASCII bytes alone
UTF_16 = frozenset({"utf-16le", "utf-16be"})
WIDE = UTF_16 | {"utf-32le", "utf-32be"}  # WHATWG knows no UTF-32: it has no labels here, and shows itself by its mark
MULTIBYTE = frozenset({"utf-8", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr"})
SENT_AS_UTF8 = WIDE | {"utf-8", "iso-2022-kr", "hz-gb-2312"}
# What Python's codec writes and WHATWG's encoder does not: more than GBK has, which most mean by gb18030; Hong Kong's Big5.
_UNSENT = {
    "gb18030": re.compile(rb"[^&]...", re.DOTALL),
    "big5": re.compile(rb"[\x81-\xa0].", re.DOTALL),
    "euc-jp": re.compile(rb"\x8f..", re.DOTALL),
}

# Where WHATWG's index differs from Python's codec: Python's character → WHATWG's. Of Big5 the rest is in `big5.py`.
_CORRECTIONS = {
    "gb18030": str.maketrans(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7\ue5e5"
        "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f\u3000"
        "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
    ),
    "big5": OTHERWISE,
}

_HTTP = re.compile(r"charset\s*=[\s\"']*([^\s\"';,]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?charset\s*=[\s\"']*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b[^>]*?encoding\s*=[\s\"']*([\w.:-]+)", re.IGNORECASE)


def _read_labels() -> dict[str, str]:
    labels = {}
    for line in _LABELS.strip().splitlines():
        name, _, others = line.partition(":")
        labels.update(dict.fromkeys([name, *others.split()], name))
    return labels


LABELS = _read_labels()


def encoding_of(label: str) -> str | None:
    """Give the WHATWG name, lower case, for a label as pages write it; None for an unknown one."""
    return LABELS.get(label.strip().lower())


def codec_of(encoding: str) -> str:
    """Give the name of Python's codec."""
    return _CODECS.get(encoding, encoding)


def declared_encodings(body: bytes, header: str | None) -> dict[str, str]:
    """Give the encodings that a page declares, each with "http" or "meta", the weightiest first."""
    found: dict[str, str] = {}
    for label, how in _declarations(body, header):
        encoding = encoding_of(label)
        if encoding and encoding not in UTF_16:  # shows itself by its mark or its NULs
            found.setdefault(encoding, how)
    return found


def declared_utf16(header: str | None) -> str | None:
    """Give the byte order of the UTF-16 that a Content-Type declares; None where it declares none."""
    match = _HTTP.search(header or "")
    encoding = encoding_of(match[1]) if match else None
    return encoding if encoding in UTF_16 else None


def _declarations(body: bytes, header: str | None) -> Iterator[tuple[str, str]]:
    if header and (match := _HTTP.search(header)):
        yield match[1], "http"
    start = body[:DECLARATION_BYTES]
    for pattern in (_META, _XML):
        for declaration in pattern.finditer(start):
            yield declaration[1].decode("ascii", "replace"), "meta"


def decode_as(body: bytes, encoding: str) -> str:
    """Give the text of `body`. What does not fit becomes U+FFFD, and never takes an ASCII character with it."""
    if encoding == "big5":
        parts = [
            part if isinstance(part, str) else part.decode("big5hkscs", _ERRORS) for part in split_at_slashes(body)
        ]
        text = "".join(parts)
    else:
        text = body.decode(codec_of(encoding), "replace" if encoding in WIDE | ESCAPED else _ERRORS)
    if encoding in _CORRECTIONS and _may_differ(text, encoding):
        for wrong, right in _CORRECTIONS[encoding].items():
            text = text.replace(chr(wrong), chr(right))
    return text


def encode_as(text: str, encoding: str) -> bytes:
    """Give what a browser sends for `text` from a page in `encoding`; what that lacks becomes a reference, such as &#128512;."""
    if encoding in SENT_AS_UTF8:
        return text.encode("utf-8", "replace")
    return b"".join([_sent(char, encoding) for char in text])


def _sent(char: str, encoding: str) -> bytes:
    if char == "€" and encoding == "gb18030":
        return b"\x80"
    sent, unsent = char.encode(codec_of(encoding), "xmlcharrefreplace"), _UNSENT.get(encoding)
    return f"&#{ord(char)};".encode() if unsent and unsent.fullmatch(sent) else sent


def _may_differ(text: str, encoding: str) -> bool:
    """Look before translating, which takes longer than decoding."""
    if encoding != "gb18030":
        return any(chr(code) in text for code in _CORRECTIONS[encoding])
    units = np.frombuffer(text.encode("utf-16-le"), dtype="<u2")
    return bool((units - np.uint16(0xE000) < 0x1900).any())  # private use: smaller units wrap around


def _replace_byte(error: UnicodeError) -> tuple[str, int]:
    """Replace one byte, or a pair of high bytes: a step of one byte would shift all pairs that follow."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    body, start = error.object, error.start
    if error.encoding in {"utf-8", "charmap"}:
        return REPLACEMENT, error.end
    if body[start] == 0x80 and error.encoding == "gb18030":
        return "€", start + 1
    pair = body[start : start + 2]
    if error.encoding == "big5hkscs" and (char := UNKNOWN.get(pair)):
        return char, start + 2
    if len(pair) < 2 or not (0x81 <= pair[0] <= 0xFE and 0x81 <= pair[1] <= 0xFE):
        return REPLACEMENT, start + 1
    return REPLACEMENT, start + 2


_ERRORS = "taoxi.replace_byte"
codecs.register_error(_ERRORS, _replace_byte)
