"""Source files: what a good one gives, and how each mistake in a bad one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.source import load
from pipelines.errors import ConfigurationError

GOOD = r"""
name = "example"
start = ["https://www.example.com/loans/"]
domains = ["Example.com"]
follow = ['^/loans/', '[?&]page=\d+']
article = ['/article/\d+\.html$']
delay = 2
"""


def source(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_source(tmp_path: Path) -> None:
    one = load(source(tmp_path, GOOD))
    assert (one.name, one.start, one.domains, one.delay) == (
        "example",
        ("https://www.example.com/loans/",),
        ("example.com",),
        2.0,
    )
    assert one.wants("https://www.example.com/loans/2")
    assert one.wants("https://www.example.com/x?page=2")
    assert one.wants("https://www.example.com/article/17.html")
    assert not one.wants("https://www.example.com/about")


def test_without_patterns_all_is_wanted(tmp_path: Path) -> None:
    one = load(source(tmp_path, 'name = "a"\nstart = ["http://example.com/"]\n'))
    assert one.wants("http://example.com/any?thing")


@pytest.mark.parametrize(
    ("line", "where", "what"),
    [
        ('domain = ["example.com"]', 3, "did you mean 'domains'"),
        ("folow = ['^/a']", 3, "did you mean 'follow'"),
        ("colour = 1", 3, "known keys: name"),
        ("[follow]\nx = 1", 3, "follow: must be a list"),
        ('follow = "^/a"', 3, "follow: must be a list"),
        ("follow = [1]", 3, "must be a text in quotes"),
        ("\n\narticle = ['(']", 5, "no regular expression"),
        ('delay = "2"', 3, "delay: must be a number of seconds"),
        ("delay = -1", 3, "delay: must be a number of seconds"),
        ("delay = true", 3, "delay: must be a number of seconds"),
        ("revisit_days = 3", 3, "revisit_days: must be two numbers of days"),
        ("revisit_days = [1, '9']", 3, "revisit_days: must be two numbers of days"),
        ("revisit_days = [9, 1]", 3, "the smaller one first"),
        ("revisit_days = [nan, 1]", 3, "the smaller one first"),
        ("delay = nan", 3, "delay: must be a number of seconds"),
        ('allowed = ["http://example.com/"]', 3, "must be a host such as example.com"),
        ("delay = ", 3, "not valid TOML"),
        ('follow = ["a"', 3, "not valid TOML"),
        ("follow = ['a']\nfollow = ['b']", 4, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, line: str, where: int, what: str) -> None:
    path = source(tmp_path, f'name = "a"\nstart = ["http://example.com/"]\n{line}\n')
    with pytest.raises(ConfigurationError) as told:
        load(path)
    assert what in str(told.value)
    assert str(told.value).startswith(f"{path}:{where}")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('name = "a"', "'start' is missing"),
        ('start = ["http://example.com/"]', "'name' is missing"),
        ('name = "a"\nstart = []', "'start' is missing"),
        ('name = "a"\nstart = ["www.example.com"]', "begins with http:// or https://"),
        ('name = ""\nstart = ["http://example.com/"]', "name: must be a text"),
    ],
)
def test_what_a_source_needs(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what):
        load(source(tmp_path, text))


def test_a_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes('name = "贷款站点"'.encode("gb18030"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load(tmp_path / "gbk.toml")


def test_the_example_is_one(root: Path) -> None:
    one = load(root / "crawler" / "sources" / "example.toml")
    assert one.wants("https://www.example.com/2024/05/17.html")
    assert not one.wants("https://www.example.com/about")


def test_a_file_nested_without_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    path.write_text("a = " + "[" * 50_000, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="nested too deep"):
        load(path)


@pytest.mark.parametrize("url", ["http://example.com/a b", "http://exam ple.com/", "http:///a", "http://./"])
def test_a_start_that_is_no_url_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"site\.toml:2: start: .* is no URL: "):
        load(source(tmp_path, f'name = "a"\nstart = ["{url}"]\n'))
