"""Which addresses are private, and which bodies hold no page."""

from __future__ import annotations

import pytest

from crawler.guards import check_public, holds_no_page, is_private
from pipelines.errors import ConfigurationError


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 -- an address to refuse
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1"),
    ],
)
def test_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://0/",
        "http://127.0.0.1.:9902/",
        "http://%31%32%37.0.0.1/",
        "http://[fec0::1]/",
    ],
)
def test_private_urls_are_refused_however_they_are_written(url: str) -> None:
    with pytest.raises(ConfigurationError, match="private address"):
        check_public([url])


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/JPEG; q=1", "application/pdf", "video/mp4", "application/zip"])
def test_bodies_without_a_page(kind: str) -> None:
    assert holds_no_page(kind)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=gbk", "application/xhtml+xml", "text/plain", "", "application/json"]
)
def test_bodies_that_may_hold_a_page(kind: str) -> None:
    assert not holds_no_page(kind)
