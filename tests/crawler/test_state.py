"""crawl.json: read back as written, and a broken one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.state import CrawlState, read_state, write_state
from pipelines.errors import ConfigurationError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    state = CrawlState("20240506T120000Z", ("http://example.com/",), ("a.toml",), (), True)
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
    assert [path.name for path in tmp_path.iterdir()] == ["crawl.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"run": 1, "start": 5, "source": [], "like": []}', '{"odd": 1}']
)
def test_a_broken_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "crawl.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"crawl\.json"):
        read_state(tmp_path)
