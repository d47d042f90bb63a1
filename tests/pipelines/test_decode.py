from __future__ import annotations

import codecs
import gzip
import io
import json
import random
import unicodedata
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.charset import LABELS, codec_of, decode_as, encoding_of
from pipelines.decode import Decoded, decode, looks_binary
from pipelines.model import Reason, Rejected

HANS = "信用卡逾期怎么办？法务专家提醒：先和银行协商还款计划，不要轻信“代理维权”。"
HANT = "信用卡逾期怎麼辦？法務專家提醒：先和銀行協商還款計劃，不要輕信「代理維權」。"
JAPANESE = "クレジットカードの支払いが遅れたときは、早めに銀行へ相談してください。"
KOREAN = "신용카드 대금이 연체되면 은행은 먼저 전화로 알려 드립니다."
FRENCH = "Le crédit était refusé à la dernière minute, malgré la garantie."
RUSSIAN = "Банк отказал в кредите без объяснения причин."

PASSAGE = (
    "很多人在信用卡逾期以后，第一反应是不接电话。其实这样做只会让事情变得更难。\n"
    "银行的工作人员打电话来，是想了解你的还款能力，也会告诉你可以怎样申请分期。\n"
    "如果一时拿不出全部的钱，可以先还一部分，并且把收入和支出的情况说清楚。\n"
    "协商的时候要注意：通话最好录音，达成的方案要有书面的材料，每月按时还款。\n"
    "有人说找中介就能免除利息，这种话不要相信，他们常常收了钱就再也联系不上。\n"
    "律师认为，欠款不还并不一定会坐牢，但是恶意透支数额较大的，可能要负刑事责任。\n"
    "所以面对债务，最好的办法还是和家人商量，列出一张清单，从利率最高的开始还。\n"
    "最后提醒大家，个人信用报告每年可以免费查询两次，发现错误应当及时提出异议。\n"
)


def page(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>{text[:9]}</title></head><body><p>{text}</p></body></html>"


def old_page(text: str, charset: str) -> str:
    meta = f'<META content="text/html; charset={charset}" http-equiv=Content-Type>'
    return f"<HTML><HEAD>{meta}<TITLE>{text[:9]}</TITLE></HEAD><BODY>{text}</BODY></HTML>"


class Case(NamedTuple):
    name: str
    body: bytes
    header: str | None
    text: str
    encoding: str
    how: str


def case(name: str, text: str, codec: str, encoding: str, how: str, header: str | None = None) -> Case:
    return Case(name, text.encode(codec), header, text, encoding, how)


GBK_HEADER = "text/html; charset=GBK"
UTF8_HEADER = 'text/html;charset="utf-8"'

DECLARED = [
    case("utf-8 declared", page(HANS, "utf-8"), "utf-8", "utf-8", "utf-8"),
    case("utf-8 undeclared", page(HANS), "utf-8", "utf-8", "utf-8"),
    case("ascii", page("plain"), "ascii", "utf-8", "utf-8", "text/html; charset=us-ascii"),
    case("gb2312 in meta", page(HANS, "gb2312"), "gb18030", "gb18030", "meta"),
    case("gbk in header", page(HANS), "gb18030", "gb18030", "http", GBK_HEADER),
    case("gb2312 with a character of gbk", page("朱镕基讲话，囧", "gb2312"), "gbk", "gb18030", "meta"),
    case("gb18030 four bytes", page("㐀㐁" + HANS, "gb18030"), "gb18030", "gb18030", "meta"),
    case("x-gbk", page(HANS, "x-gbk"), "gbk", "gb18030", "meta"),
    case("gb_2312-80", old_page(HANS, "gb_2312-80"), "gbk", "gb18030", "meta"),
    case("csgb2312, http-equiv", old_page(HANS, "csGB2312"), "gbk", "gb18030", "meta"),
    case("big5 in meta", page(HANT, "big5"), "cp950", "big5", "meta"),
    case("cn-big5", old_page(HANT, "cn-big5"), "cp950", "big5", "meta"),
    case("x-x-big5", page(HANT, "x-x-big5"), "cp950", "big5", "meta"),
    case("big5-hkscs", page("佢哋喺度，" + HANT), "big5hkscs", "big5", "http", "text/html; charset=Big5-HKSCS"),
    case("xml declaration", f'<?xml version="1.0" encoding="gbk"?>{page(HANS)}', "gbk", "gb18030", "meta"),
    case("traditional in gbk", page(HANT, "gbk"), "gbk", "gb18030", "meta"),
    case("euc-jp", page(JAPANESE, "euc-jp"), "euc-jp", "euc-jp", "meta"),
    case("shift_jis", page(JAPANESE, "Shift_JIS"), "shift_jis", "shift_jis", "meta"),
    case("euc-kr", page(KOREAN), "euc-kr", "euc-kr", "http", "text/html; charset=euc-kr"),
    case("iso-2022-jp", page(JAPANESE, "iso-2022-jp"), "iso2022-jp", "iso-2022-jp", "meta"),
    case("hz", page("信用卡逾期", "hz-gb-2312"), "hz", "hz-gb-2312", "meta"),
    case("latin-1", page(FRENCH, "iso-8859-1"), "cp1252", "windows-1252", "meta"),
    case("windows-1251", page(RUSSIAN, "windows-1251"), "cp1251", "windows-1251", "meta"),
    case("utf-16le in header", page(HANS), "utf-16-le", "utf-16le", "detected", "text/html; charset=utf-16le"),
]

WRONG = [
    case("utf-8 declared gbk", page(HANS, "gbk"), "utf-8", "utf-8", "utf-8", GBK_HEADER),
    case("gbk declared utf-8", page(HANS, "utf-8"), "gbk", "gb18030", "detected", UTF8_HEADER),
    case("big5 declared gb2312", page(HANT, "gb2312"), "cp950", "big5", "detected"),
    case("gbk declared big5", page(HANS, "big5"), "gbk", "gb18030", "detected"),
    case("big5 declared utf-8", page(HANT), "cp950", "big5", "detected", UTF8_HEADER),
    case("utf-8 declared big5", page(HANT, "big5"), "utf-8", "utf-8", "utf-8"),
    case("gbk declared latin-1", page(HANS), "gbk", "gb18030", "detected", "text/html; charset=ISO-8859-1"),
    case("gbk by meta, latin-1 by header", page(HANS, "gbk"), "gbk", "gb18030", "meta", "text/html; charset=latin1"),
    case("big5 by meta, gbk by header", page(HANT, "big5"), "cp950", "big5", "meta", GBK_HEADER),
    case("big5 by header, gbk by meta", page(HANS, "gbk"), "gbk", "gb18030", "meta", "text/html; charset=big5"),
    case("gbk undeclared", page(HANS), "gbk", "gb18030", "detected"),
    case("big5 undeclared", page(HANT), "cp950", "big5", "detected"),
    case("euc-kr undeclared", page(KOREAN), "euc-kr", "euc-kr", "detected"),
    case("shift_jis undeclared", page(JAPANESE), "shift_jis", "shift_jis", "detected"),
    case("euc-jp undeclared", page(JAPANESE), "euc-jp", "euc-jp", "detected"),
    case("latin-1 undeclared", page(FRENCH), "cp1252", "windows-1252", "detected"),
    case("latin-1 declared gbk", page(FRENCH, "gbk"), "cp1252", "windows-1252", "detected"),
    case("an unknown label", page(HANS, "gb-utf"), "gbk", "gb18030", "detected"),
    case("utf-16 in a meta is none", page(HANS, "utf-16"), "utf-8", "utf-8", "utf-8"),
    case("utf-16le without mark", page(HANS), "utf-16-le", "utf-16le", "detected"),
    case("utf-16be without mark", page(HANS), "utf-16-be", "utf-16be", "detected"),
    case("a short gbk title", "<title>贷款利率</title><p>年利率是多少？看合同。", "gbk", "gb18030", "detected"),
    case("a short big5 title", "<title>貸款利率</title><p>年利率是多少？看合約。", "cp950", "big5", "detected"),
]


def told(name: str, header: str | None, head: str, text: str, codec: str, how: str) -> Case:
    """A page whose header, metas and bytes may say three things."""
    encoding = {"gbk": "gb18030", "cp950": "big5", "big5hkscs": "big5"}.get(codec, codec)
    html = f"<html><head>{head}<title>{text[:9]}</title></head><body><p>{text}</p></body></html>"
    return case(name, html, codec, encoding, how, header and f"text/html; charset={header}")


FAR = f"<!--{'far ' * 800}-->"
SCRIPT = "<script>document.write('<meta charset=big5>')</script>"
DISAGREEING = [
    told("big5, gbk, and utf-8 it is", "big5", "<meta charset=gbk>", HANS, "utf-8", "utf-8"),
    told("utf-8, big5, and gbk it is", "utf-8", "<meta charset=big5>", HANS, "gbk", "detected"),
    told("gbk, utf-8, and big5 it is", "gbk", "<meta charset=utf-8>", HANT, "cp950", "detected"),
    told("gbk in a meta far down", None, f"{FAR}<meta charset=gbk>", HANS, "gbk", "meta"),
    told("big5 in a meta far down", None, f"{FAR}<meta charset=big5>", HANT, "cp950", "meta"),
    told("two metas, the second right", None, "<meta charset=big5><meta charset=gbk>", HANS, "gbk", "meta"),
    told("two metas, both wrong", None, "<meta charset=utf-8><meta charset=euc-jp>", HANS, "gbk", "detected"),
    told("a meta in a comment", None, "<!-- <meta charset=big5> --><meta charset=gbk>", HANS, "gbk", "meta"),
    told("a meta in a script", None, SCRIPT, HANS, "gbk", "detected"),
    told("an empty label", " ", "<meta charset=''>", HANS, "gbk", "detected"),
    told("a label in single quotes", "'gbk'", "", HANS, "gbk", "http"),
    told("a label twice", "gbk,gbk; x", "", HANS, "gbk", "http"),
    told("gb_2312", "gb_2312", "", HANS, "gbk", "http"),
    told("gbk told utf-16", None, "<meta charset=utf-16>", HANS, "gbk", "detected"),
    told("gbk told iso-2022-jp", "iso-2022-jp", "", HANS, "gbk", "detected"),
    told("gbk told iso-2022-kr", "iso-2022-kr", "", HANS, "gbk", "detected"),
    told("gbk told ks_c_5601", "ks_c_5601-1987", "", HANS, "gbk", "detected"),
    told("gbk told x-user-defined", None, "<meta charset=x-user-defined>", HANS, "gbk", "detected"),
    told("big5 told windows-1252 twice", "windows-1252", "<meta charset=cp1252>", HANT, "cp950", "detected"),
    told("hkscs told utf-8", "utf-8", "", "佢哋喺度，嘅咗喇" + HANT, "big5hkscs", "detected"),
    told("four bytes of gb18030 told utf-8", "utf-8", "", "㐀㐁䶵" + HANS, "gb18030", "detected"),
    told("traditional in gbk told big5", "big5", "", HANT, "gbk", "detected"),
    told("a few characters of big5 told gbk", "gbk", "", "貸款利率是多少", "cp950", "detected"),
    told("a few characters of gbk told big5", "big5", "", "贷款利率是多少", "gbk", "detected"),
]

UTF16_HEADER = "text/html; charset=utf-16"
LONG = f"<p>{HANS * 40}</p>"  # too little markup for a pattern of NULs
WIDE_PAGES = [
    case("utf-16 in header is utf-16le", LONG, "utf-16-le", "utf-16le", "http", UTF16_HEADER),
    case("utf-16le in header, no mark", LONG, "utf-16-le", "utf-16le", "http", UTF16_HEADER + "le"),
    case("utf-16be in header, no mark", LONG, "utf-16-be", "utf-16be", "http", UTF16_HEADER + "be"),
    case("utf-16 in header, and big-endian it is", LONG, "utf-16-be", "utf-16be", "detected", UTF16_HEADER),
    case("utf-8 declared utf-16 by header", LONG, "utf-8", "utf-8", "utf-8", UTF16_HEADER),
    case("gbk declared utf-16 by header", LONG, "gbk", "gb18030", "detected", UTF16_HEADER),
    case("big5 declared utf-16be by header", page(HANT), "cp950", "big5", "detected", UTF16_HEADER + "be"),
    case("japanese in utf-16be", f"<p>{JAPANESE * 40}", "utf-16-be", "utf-16be", "http", UTF16_HEADER + "be"),
    case("korean in utf-16", f"<p>{KOREAN.replace(' ', '') * 40}", "utf-16-le", "utf-16le", "http", UTF16_HEADER),
    case("utf-32le mark", "\ufeff𠮷" + LONG, "utf-32-le", "utf-32le", "bom")._replace(text="𠮷" + LONG),
    case("utf-32be mark", "\ufeff𠮷" + LONG, "utf-32-be", "utf-32be", "bom")._replace(text="𠮷" + LONG),
]

GBK, BIG5, UTF8 = HANS.encode("gbk"), HANT.encode("cp950"), HANS.encode()
BROKEN = [
    Case("utf-8 mark", codecs.BOM_UTF8 + UTF8, GBK_HEADER, HANS, "utf-8", "bom"),
    Case("utf-8 mark twice", codecs.BOM_UTF8 * 2 + UTF8, None, HANS, "utf-8", "bom"),
    Case("utf-16le mark", HANS.encode("utf-16"), GBK_HEADER, HANS, "utf-16le", "bom"),
    Case("utf-16be mark", codecs.BOM_UTF16_BE + HANS.encode("utf-16-be"), None, HANS, "utf-16be", "bom"),
    Case("utf-8 mark within", UTF8 + codecs.BOM_UTF8 + UTF8, None, f"{HANS}\ufeff{HANS}", "utf-8", "utf-8"),
    Case("utf-8 mark before gbk", codecs.BOM_UTF8 + GBK, GBK_HEADER, HANS, "gb18030", "http"),
    Case("utf-8 mark within gbk", GBK + codecs.BOM_UTF8 + GBK, GBK_HEADER, HANS + HANS, "gb18030", "http"),
    Case("utf-8 cut", UTF8 + "好".encode()[:2], GBK_HEADER, HANS + "\ufffd", "utf-8", "replaced"),
    Case("utf-8 cut in its only character", b"<p>\xe5\xa5", UTF8_HEADER, "<p>\ufffd", "utf-8", "replaced"),
    Case("utf-8, one bad byte", UTF8 + b"\xff<p>", GBK_HEADER, HANS + "\ufffd<p>", "utf-8", "replaced"),
    Case("utf-8, bad byte first", b"\xb5" + UTF8, None, "\ufffd" + HANS, "utf-8", "replaced"),
    Case("utf-8, other bytes", UTF8 * 9 + "的人".encode("gbk"), None, HANS * 9 + "\ufffd" * 4, "utf-8", "replaced"),
    Case("surrogates", UTF8 + b"\xed\xa0\x80" + UTF8, None, f"{HANS}\ufffd\ufffd\ufffd{HANS}", "utf-8", "replaced"),
    Case("NULs in utf-8", b"\0<p>\0" + UTF8 + b"\0", None, "<p>" + HANS, "utf-8", "utf-8"),
    Case("controls in utf-8", b"<p>\x02" + UTF8 + b"\x1b\n", None, f"<p>{HANS}\n", "utf-8", "utf-8"),
    Case("controls in utf-16", ("<p>" + HANS + "\x02").encode("utf-16"), None, "<p>" + HANS, "utf-16le", "bom"),
    Case("NULs in gbk", b"<p>\0" + GBK + b"\0", GBK_HEADER, "<p>" + HANS, "gb18030", "http"),
    Case("gbk, half a character before a tag", GBK + b"\xd6<p>", GBK_HEADER, HANS + "\ufffd<p>", "gb18030", "http"),
    Case("gbk cut", GBK + b"\xd6", GBK_HEADER, HANS + "\ufffd", "gb18030", "http"),
    Case("gbk, 0xFF", GBK + b"\xff" + GBK, None, f"{HANS}\ufffd{HANS}", "gb18030", "detected"),
    Case("gbk, 0x80 is the euro", b"\x80100<p>" + GBK, GBK_HEADER, "€100<p>" + HANS, "gb18030", "http"),
    Case("gbk, euro within", GBK + b"\x80" + GBK, GBK_HEADER, f"{HANS}€{HANS}", "gb18030", "http"),
    Case("gbk, A3A0 is a space", b"\xa3\xa0" + GBK, GBK_HEADER, "\u3000" + HANS, "gb18030", "http"),
    Case("gbk after 100 KB of script", b"<script>" + b"x=1;" * 25_000 + GBK, None, "", "gb18030", "detected"),
    Case("gbk, a byte too many", GBK[:20] + b"\xd6" + GBK[20:] + b"\n", GBK_HEADER, "", "gb18030", "http"),
    Case("big5, half a character", BIG5 + b"\xa4<p>", None, HANT + "\ufffd<p>", "big5", "detected"),
    Case("big5, 0xFF", BIG5 + b"\xff" + BIG5, None, f"{HANT}\ufffd{HANT}", "big5", "detected"),
    Case("big5 euro and dot", b"\xa3\xe1\xa1\x45" + BIG5, None, "€‧" + HANT, "big5", "detected"),
]


@pytest.mark.parametrize("case", DECLARED + WRONG + DISAGREEING + WIDE_PAGES + BROKEN, ids=lambda case: case.name)
def test_a_page_is_read_as_what_it_is(case: Case) -> None:
    found = decode(case.body, case.header)
    assert isinstance(found, Decoded)
    assert (found.encoding, found.how) == (case.encoding, case.how)
    if case.text:
        assert found.text == case.text
    else:
        assert kept_share(HANS, found.text.rstrip()[-len(HANS) - 1 :]) > 0.9


def kept_share(wanted: str, found: str) -> float:
    """The share of `wanted` before and after one damaged place."""
    pairs = list(zip(wanted, found, strict=False))
    ahead = next((n for n, (a, b) in enumerate(pairs) if a != b), len(pairs))
    back = list(zip(wanted[ahead:][::-1], found[ahead:][::-1], strict=False))
    behind = next((n for n, (a, b) in enumerate(back) if a != b), len(back))
    return (ahead + behind) / len(wanted)


def zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("page.html", HANS)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (gzip.compress(UTF8), "gzip"),
        (zipped(), "ZIP"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "video"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "media"),
        (random.Random(7).randbytes(4000), "control characters"),  # noqa: S311 -- no secret
        (bytes(range(32)) * 9, "control characters"),
        (b"\x93\0\0\0\0" * 200, "NUL"),
    ],
)
def test_bytes_that_are_no_text_are_rejected(body: bytes, told: str) -> None:
    for header in (UTF8_HEADER, UTF16_HEADER):
        found = decode(body, header)
        assert isinstance(found, Rejected)
        assert found.reason is Reason.BINARY
        assert told in found.detail


@pytest.mark.parametrize(
    "body", [b"", b" \r\n\t", b"\0\0\0", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, "\u3000\xa0".encode()]
)
def test_nothing_to_read_is_rejected_as_empty(body: bytes) -> None:
    found = decode(body)
    assert isinstance(found, Rejected)
    assert found.reason is Reason.EMPTY


def test_a_page_that_talks_of_png_is_text() -> None:
    assert looks_binary(b"PNG and %PDF- are formats") == ""


@pytest.mark.parametrize(
    ("label", "encoding"),
    [(" GB2312 ", "gb18030"), ("x-gbk", "gb18030"), ("CN-Big5", "big5"), ("UTF8", "utf-8"), ("none", None), ("", None)],
)
def test_labels_name_encodings(label: str, encoding: str | None) -> None:
    assert encoding_of(label) == encoding


def test_each_encoding_has_a_codec() -> None:
    assert all(codecs.lookup(codec_of(encoding)) for encoding in LABELS.values())


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        (b"\x87\x7a\x87\x7e\x87\xa1", "㡵㻬𥣞"),  # of HKSCS-2008, which Python's codec lacks
        (b"\xa3\xe1\xa3\xc0", "€␀"),
        (b"\xa1\x45\xa1\x4e\xa2\x44", "‧﹑￥"),
        (b"\xa2\x41\xa1\xfe\xa2\x42\xa2\x40", "∕／﹨＼"),  # two pairs each for Python's ／ and ＼
        (b"\xa4\xa2\x41\xa4\xa2", "丐A丐"),  # the halves of two others are no slash
        (b"\x88\x62\x88\xa5", "Ê\u0304ê\u030c"),  # two characters for one pair
        (b"\x96\x44\xfe\xfd", "靝𩄍"),
        (b"\xa4A\xfa", "乙\ufffd"),
        (b"\x81\x40<p>", "\ufffd@<p>"),  # ASCII is never eaten
    ],
)
def test_big5_is_read_by_whatwgs_index(pairs: bytes, text: str) -> None:
    assert decode_as(pairs, "big5") == text


@pytest.mark.parametrize(
    ("pairs", "text"),
    [(b"\xa6\xd9\xfe\x59\xa8\xbc", "︐龴ḿ"), (b"\x84\x31\x95\x33\x90\x30\x81\x30", "\ufeff𐀀"), (b"\x80\xa2\xe3", "€€")],
)
def test_gb18030_is_read_by_whatwgs_index(pairs: bytes, text: str) -> None:
    assert decode_as(pairs, "gb18030") == text


@pytest.mark.parametrize("label", ["latin6", "866", "mac", "l9", "iso_8859-1:1987", "GB_2312-80", "x-mac-ukrainian"])
def test_whatwgs_labels_are_known(label: str) -> None:
    assert encoding_of(label)


def readable(text: str) -> bool:
    return bool(text.strip()) and not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in text)


@given(st.text(st.characters(codec="utf-8")).filter(readable), st.sampled_from([None, GBK_HEADER, UTF8_HEADER]))
@example("a\ufeffb", None)
@example("\U00020000。", GBK_HEADER)
def test_utf8_is_read_as_written(text: str, header: str | None) -> None:
    found = decode(text.lstrip("\ufeff").encode(), header)
    wanted = text.lstrip("\ufeff")
    assert found == Decoded(wanted, "utf-8", "utf-8") if wanted.strip() else isinstance(found, Rejected)


LABEL = st.sampled_from(
    ["gbk", "big5", "utf-8", "euc-kr", "shift_jis", "euc-jp", "utf-16le", "hz", "koi8-r", "x", "\ud800"]
)


@given(st.binary(max_size=300), LABEL)
@example(b"\xff\xfe\x00\xd8", "gbk")
@example(b"\x84\x31\xa4\x37\x80\xff", "gb18030")
def test_any_bytes_give_text_or_a_reason(body: bytes, label: str) -> None:
    found = decode(body, f"text/html; charset={label}")
    assert isinstance(found, Rejected) or found.text.encode().decode() == found.text


@settings(max_examples=300)
@given(
    st.sampled_from([("gb18030", PASSAGE), ("utf-8", PASSAGE), ("cp950", HANT * 9)]),
    st.floats(0, 1, exclude_max=True),
    st.integers(0x20, 0xFF),
)
def test_one_damaged_byte_spoils_little(passage: tuple[str, str], where: float, byte: int) -> None:
    codec, text = passage
    body = bytearray(text.encode(codec))
    body[int(where * len(body))] = byte
    found = decode(bytes(body), None)
    assert isinstance(found, Decoded)
    assert kept_share(text, found.text) >= 0.95


def misread(body: bytes, by_browsers: bool = True) -> str:
    """Bytes as windows-1252, whose undefined bytes browsers keep, or as Latin-1."""
    return "".join((by_browsers and bytes([byte]).decode("cp1252", "ignore")) or chr(byte) for byte in body)


SENTENCES = PASSAGE.split("\n")[:-1]


@given(
    st.lists(st.sampled_from([*SENTENCES, *HANT.split("？"), *HANS.split("，")]), min_size=2, max_size=20),
    st.sampled_from(["utf-8", "gb18030"]),
    st.booleans(),
    st.sampled_from(["", "©2024 ", "&nbsp;×5\u3000", "<script>var café = 'ä¿¡';</script>", "𠮷 Wi-Fi été "]),
)
def test_a_page_that_was_encoded_twice_reads_as_it_was_written(
    sentences: list[str], codec: str, by_browsers: bool, more: str
) -> None:
    author = '<meta name=author content="José">' + " " * 3000
    html = page("<p>".join(sentences) + HANS + more, "utf-8").replace("<title>", author + "<title>")
    mark = codecs.BOM_UTF8 if codec == "utf-8" else b""
    found = decode(misread(mark + html.encode(codec), by_browsers).encode(), UTF8_HEADER)
    assert isinstance(found, Decoded)
    assert (found.text, found.utf8) == (html, None)


MOJIBAKE = misread(HANS.encode())
GERMAN = (
    "Für größere Beträge müssen Sie übrigens eine zusätzliche Bestätigung über Ihr Gehalt auflegen, äußerst häufig. "
)
LEFT_ALONE = {
    "quoted in Chinese": f"<p>{PASSAGE}</p><p>乱码如：{MOJIBAKE}</p>",
    "quoted in English": f"<p>{'The page showed this text where Chinese was expected: ' * 20}</p><code>{MOJIBAKE}</code>",
    "French": FRENCH * 20,
    "French, encoded twice": misread((FRENCH * 20).encode()),
    "German": GERMAN * 20,
    "Portuguese": "A ligação não está disponível; são informações à disposição de todos os cidadãos. " * 20,
    "Icelandic": "Það er ætlað þeim sem eiga rétt á láni, og ábyrgðin er þín að öllu leyti. " * 20,
    "Vietnamese": "Khoản vay quá hạn sẽ ảnh hưởng đến lịch sử tín dụng của bạn. " * 20,
    "signs alone": "¿¡§°±²³µ¶·¼½¾«»×÷ÀÁÂÃÄÅÆÇÈÉÊË" * 20,
    "a table of letters": " ".join(map(chr, range(0xA0, 0x180))) * 9,
    "a few characters": f"<title>x</title><p>{misread('信用卡'.encode())}</p>",
    "Korean, encoded twice": misread((KOREAN * 9).encode()),
}


@pytest.mark.parametrize("html", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_no_other_page_is_taken_for_one_that_was_encoded_twice(html: str) -> None:
    found = decode(html.encode(), UTF8_HEADER)
    assert isinstance(found, Decoded)
    assert found.text == html


LATIN = st.text(st.characters(min_codepoint=0xA0, max_codepoint=0x17F, include_characters="aeiou <>"), min_size=30)


@given(st.one_of(LATIN, st.tuples(st.sampled_from(SENTENCES), LATIN).map("".join)))
def test_a_page_that_was_encoded_once_is_never_changed(text: str) -> None:
    found = decode(f"<p>{text}".encode())
    assert isinstance(found, Decoded)
    assert found.text == f"<p>{text}"


SHARED = Path(__file__).parents[2] / ".." / "shared" / "zhpages"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled pages lie beside the project, not in it")
def test_real_pages_are_read_in_the_encoding_on_record() -> None:
    with (SHARED / "index.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert rows
    wrong = {}
    for row in rows:
        found = decode((SHARED / "pages" / f"{row['id']}.html").read_bytes())
        if not isinstance(found, Decoded) or found.encoding != row["encoding"].removesuffix("-sig"):
            wrong[row["id"]] = found
    assert wrong == {}


@pytest.mark.parametrize("body", [b"<p>a", "<p>逾期".encode(), "<p>逾\ufeff期".encode()])
def test_a_body_that_is_utf_8_as_it_is_needs_no_encoding(body: bytes) -> None:
    decoded = decode(body)
    assert isinstance(decoded, Decoded)
    assert decoded.utf8 == body == decoded.text.encode()


@pytest.mark.parametrize(
    "body", ["\ufeff<p>逾期".encode(), "<p>逾\0期".encode(), "<p>逾期怎么办".encode("gb18030"), b"<p>\xe9"]
)
def test_other_bodies_have_to_be_encoded(body: bytes) -> None:
    decoded = decode(body)
    assert isinstance(decoded, Decoded)
    assert decoded.utf8 is None
