"""`taoxi explain --pair`, `taoxi learn synonyms` and `taoxi dedup` as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crawler.cli import main
from pipelines.dedup.synonyms import read
from tests.pipelines.dedup.articles import SYNONYMS, article, corpus, product, spun

AMOUNTS = [115, 36, 990, 412, 87]


def table(folder: Path, texts: list[str | None]) -> Path:
    path = folder / "in.parquet"
    pd.DataFrame({"id": [f"page-{n}" for n in range(len(texts))], "text": texts}).to_parquet(path)
    return path


def test_two_rows_of_a_table_are_shown_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = table(tmp_path, [product("微粒贷", AMOUNTS, 7), product("京东金条", AMOUNTS, 7)])
    assert main(["explain", str(source), "--pair", "page-1", "page-0"]) == 0
    told = capsys.readouterr().out
    assert "[京东金条≠微粒贷]" in told
    assert "two texts: names differ" in told


def test_equated_words_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = article(1, sentences=30)
    (tmp_path / "a.txt").write_text(spun(text, share=0.5), "utf-8")
    (tmp_path / "b.txt").write_text(text, "utf-8")
    words = tmp_path / "synonyms.json"
    words.write_text(json.dumps({"version": 1, "groups": SYNONYMS}, ensure_ascii=False), "utf-8")
    pair = ["explain", "--pair", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--synonyms", str(words)]
    assert main([*pair, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "spun"
    equated = {(one["one"], one["other"]) for one in told["stretches"] if one["part"] == "synonym"}
    assert ("使用者", "用户") in equated
    assert "".join(one["one"] for one in told["stretches"]) == spun(text, share=0.5)


def test_the_html_holds_the_texts_as_texts_and_runs_nothing(tmp_path: Path) -> None:
    for name, before in (("a.txt", "<script>alert(1)</script>"), ("b.txt", "<img src=x onerror=alert(1)>")):
        (tmp_path / name).write_text(before + article(1), "utf-8")
    out = tmp_path / "out.html"
    assert main(["explain", "--pair", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--html", str(out)]) == 0
    told = out.read_text("utf-8")
    assert "&lt;script&gt;" in told
    assert "<script" not in told
    assert "<img" not in told
    assert "default-src 'none'" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--pair", "missing", "missing"], "no such file"),
        ([], "nothing to explain"),
        (["--pair", "a", "b", "--mask-personal"], "shows a page, not a pair"),
        (["in.parquet", "--pair", "page-0", "page-9"], "no row has the id page-9"),
        (["empty", "--pair", "a", "b"], "is neither a table nor a dataset"),
    ],
)
def test_mistakes_are_told(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    table(tmp_path, ["一", "二"])
    assert main(["explain", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_synonyms_are_learned_from_the_copies_among_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts: list[str | None] = [article(n) for n in range(12)]
    texts += [spun(article(n), share=0.4, seed=n) for n in range(12)]
    texts += [product(name, AMOUNTS, n) for n in range(6) for name in ("微粒贷", "京东金条")]
    source, out = table(tmp_path, texts), tmp_path / "synonyms.json"
    assert main(["learn", "synonyms", "--from", str(source), "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] >= 10
    words = read(out).of_word
    together = [words.get(one, one) == words.get(other, other) for one, other in SYNONYMS]
    assert sum(together) >= 15  # of 20, most of which a text has once
    assert not {"微粒贷", "京东金条"} & set(words)


def test_nothing_to_learn_from_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", "synonyms"]) == 2
    assert "nothing to learn from" in capsys.readouterr().err


def test_two_runs_with_an_index_decide_as_one(tmp_path: Path) -> None:
    frame = pd.DataFrame(corpus(2, 90), columns=["id", "text"])
    parts = {"whole": frame, "monday": frame[:40], "tuesday": frame[40:]}
    for name, part in parts.items():
        part.to_parquet(tmp_path / f"{name}.parquet")
        index = "ix-whole" if name == "whole" else "ix"
        out = tmp_path / f"{name}-out.parquet"
        assert main(["dedup", str(tmp_path / f"{name}.parquet"), "-o", str(out), "--index", str(tmp_path / index)]) == 0
    whole, monday, tuesday = (pd.read_parquet(tmp_path / f"{name}-out.parquet") for name in parts)
    pd.testing.assert_frame_equal(pd.concat([monday, tuesday], ignore_index=True), whole)


def test_an_index_takes_its_synonyms_from_a_file_and_not_from_one_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = table(tmp_path, ["一", "二"])
    command = ["dedup", str(source), "-o", str(tmp_path / "out.parquet"), "--index", str(tmp_path / "ix")]
    assert main([*command, "--synonyms", "learn"]) == 2
    assert "taoxi learn synonyms" in capsys.readouterr().err
    assert main([*command, "--synonyms", "none"]) == 0
    assert main([*command, "--synonyms", "package"]) == 2
    assert "other synonyms" in capsys.readouterr().err
