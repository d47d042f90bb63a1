"""Zeros behind a file's last byte are no part of it; zeros that are its own stay."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipelines.model import Reason
from pipelines.sources import read
from pipelines.sources.padding import without_padding

RECORDS = [
    (
        f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://a.example/{n}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: text/plain\r\n"
        "Content-Length: 4\r\n\r\ntext\r\n\r\n"
    ).encode()
    for n in range(3)
]
FORMS = {
    "plain": b"".join(RECORDS),
    "a member a record": b"".join(gzip.compress(one, mtime=0) for one in RECORDS),
    "one member": gzip.compress(b"".join(RECORDS), mtime=0),
}


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "a.warc.gz"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("zeros", [0, 1, 2, 3, 512, 70_000, 2_100_000])
@pytest.mark.parametrize("form", FORMS)
def test_padding_is_no_damage(tmp_path: Path, form: str, zeros: int) -> None:
    found = list(read([saved(tmp_path, FORMS[form] + bytes(zeros))]))
    assert [(page.url, page.fault) for page in found] == [(f"http://a.example/{n}", None) for n in range(3)]


@pytest.mark.parametrize("cut", [6, 12, 40])
@pytest.mark.parametrize("form", FORMS)
def test_padding_hides_no_damage(tmp_path: Path, form: str, cut: int) -> None:
    found = list(read([saved(tmp_path, FORMS[form][:-cut] + bytes(512))]))
    assert [page.fault.reason for page in found if page.fault] == [Reason.DAMAGED]


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 9, b"a\0\0\0\0\0", gzip.compress(b"", mtime=0), b"\x1f\x8b\x08" + bytes(99)]
)
def test_what_ends_in_zeros_of_its_own_is_left_whole(tmp_path: Path, data: bytes) -> None:
    with without_padding(saved(tmp_path, data)) as stream:
        assert stream.read() == data


def test_a_padded_file_can_be_read_from_any_place(tmp_path: Path) -> None:
    data = FORMS["a member a record"]
    with without_padding(saved(tmp_path, data + bytes(999))) as stream:
        stream.seek(-10, 2)
        assert stream.read() == data[-10:]
        stream.seek(5)
        assert (stream.tell(), stream.read(7), stream.tell()) == (5, data[5:12], 12)
