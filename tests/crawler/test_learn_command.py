"""`taoxi learn templates` writes a table; runs take it, remember it, and refuse to mix two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crawler.cli import main
from crawler.state import CrawlState, write_state
from pipelines.dataset import Dataset
from pipelines.dataset.learned import keep
from pipelines.templates import read
from tests.crawler.loopback import Command, Site, serving
from tests.pipelines.dedup.articles import article as words

PROMO = "欢迎大家加入本站的读者小组，每天学一点用得上的还款知识，遇到难题不再慌张。"
LINES = [
    "第{n}类账单要先看清本金、利息和违约金各是多少，再决定这个月先还哪一笔，不要凭印象转账。",
    "和第{n}家机构通电话的时候，把姓名、工号和时间记在纸上，谈妥的数目请对方发一份书面的确认。",
    "到了第{n}个月还是周转不开，就把收入和支出列成表，如实说明困难，不要再借新的去还旧的。",
]


def article(n: int) -> str:
    text = "".join(f"<p>{line.format(n=n)}</p>" for line in [*LINES, words(n, 30), PROMO])
    return f"<title>第{n}种账单怎么处理</title><div><h1>第{n}种账单怎么处理</h1>{text}</div>"


def saved(folder: Path, count: int = 6, first: int = 0) -> Path:
    """JSON Lines of a site's articles, all with the same last line."""
    folder.mkdir(exist_ok=True)
    urls = {f"http://www.x.test/{n}.html": article(n) for n in range(first, first + count)}
    rows = [json.dumps({"url": url, "html": html}, ensure_ascii=False) for url, html in urls.items()]
    (folder / f"{first}.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


def taoxi(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    assert main(list(map(str, [*arguments, "--json"]))) == code
    told = capsys.readouterr().out
    return dict(json.loads(told.split("\n")[0])) if told else {}


@pytest.fixture
def learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    """A dataset, and the table that was learned from it."""
    dataset = tmp_path / "d"
    taoxi(capsys, "build", dataset, "--from", saved(tmp_path / "saved"), "--processes", "1")
    return dataset, Path(taoxi(capsys, "learn", "templates", dataset, "--processes", "1")["file"])


def texts(dataset: Path) -> str:
    return "\n".join(pd.read_parquet(dataset / "documents")["text"])


def test_a_rebuild_takes_the_table_and_remembers_it(
    learned: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, table = learned
    assert PROMO in texts(dataset)
    one = taoxi(capsys, "build", dataset, "--templates", table, "--processes", "1")
    assert PROMO not in texts(dataset)
    assert LINES[2].format(n=3) in texts(dataset)
    removed = pd.read_parquet(dataset / "removed")
    assert set(removed[removed["text"] == PROMO]["rule"]) == set(Dataset(dataset).templates().of_id)
    again = taoxi(capsys, "build", dataset, "--processes", "2")
    assert again["content_id"] == one["content_id"]
    first, second, third = Dataset(dataset).manifests()
    assert first.templates == ""
    assert second.templates == third.templates == table.stem.removeprefix("templates-")
    assert second.recipe == third.recipe != first.recipe
    taoxi(capsys, "build", dataset, "--templates", "none", "--processes", "1")
    assert PROMO in texts(dataset)
    assert Dataset(dataset).manifests()[-1].recipe == first.recipe


def test_learning_twice_gives_the_same_bytes(learned: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    dataset, table = learned
    before = table.read_bytes()
    taoxi(capsys, "build", dataset, "--templates", table, "--processes", "1")
    told = taoxi(capsys, "learn", "templates", dataset, "--processes", "2")
    assert told == {"id": table.stem.split("-")[1], "file": str(table), "sites": 1, "templates": 1}
    assert table.read_bytes() == before


def test_pages_are_cleaned_and_explained_with_it(
    learned: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, table = learned
    pages = saved(table.parents[2] / "more", count=1, first=9) / "9.jsonl"
    assert PROMO not in taoxi(capsys, "clean", pages, "--templates", table)["text"]
    assert PROMO in taoxi(capsys, "clean", pages)["text"]
    told = taoxi(capsys, "explain", pages, "--templates", table)
    (block,) = (block for block in told["blocks"] if block["text"] == PROMO)
    assert block["removed_by"].startswith("template.")
    assert block["why"] == "seen on 6 of 6 pages of x.test"
    assert block["why"] in [rule["why"] for rule in told["rules"]]
    assert main(["explain", str(pages), "--templates", str(table), "--html", str(pages.with_suffix(".html"))]) == 0
    assert "seen on 6 of 6 pages of x.test" in pages.with_suffix(".html").read_text("utf-8")


def test_pages_alone_are_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.json"
    told = taoxi(capsys, "learn", "templates", "--from", saved(tmp_path / "saved"), "-o", table, "--processes", "1")
    assert (told["file"], told["templates"]) == (str(table), 1)
    assert PROMO[:4] in table.read_text("utf-8")


def test_where_nothing_repeats_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset, few = tmp_path / "d", saved(tmp_path / "saved", count=3)
    taoxi(capsys, "build", dataset, "--from", few, "--processes", "1")
    told = taoxi(capsys, "learn", "templates", dataset, "--processes", "1")
    assert (told["id"], told["file"]) == (None, None)
    assert not list((dataset / "tables").glob("templates-*"))
    empty = tmp_path / "t.json"
    taoxi(capsys, "learn", "templates", dataset, "-o", empty, "--processes", "1")
    assert PROMO in taoxi(capsys, "clean", few, "--templates", empty)["text"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["learn", "templates"], "nothing to learn from"),
        (["learn", "templates", "--from", "saved"], "nothing to learn from"),
        (["learn", "templates", "./missing", "--from", "saved"], "is no dataset"),
        (["learn", "templates", "--from", "missing", "-o", "t.json"], "no such file"),
        (["learn", "templates", "--from", "saved", "-o", "t.json", "--min-share", "0"], "is no share"),
        (["clean", "saved", "--templates", "missing.json"], "No such file"),
        (["build", "./d", "--from", "saved", "--templates", "saved/0.jsonl"], "no table of templates"),
        (
            ["crawl", "./d", "--start", "http://www.x.test/", "--allow-private", "--templates", "missing.json"],
            "No such file",
        ),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, list) else "",
)
def test_a_mistake_is_told(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "saved")
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_a_table_that_was_changed_or_lost_is_told(
    learned: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, table = learned
    taoxi(capsys, "build", dataset, "--templates", table, "--processes", "1")
    table.write_text(table.read_text("utf-8").replace('"pages": 6', '"pages": 7'), "utf-8")
    assert main(["build", str(dataset)]) == 2
    assert "was changed" in capsys.readouterr().err
    table.unlink()
    assert main(["build", str(dataset)]) == 2
    assert "is missing" in capsys.readouterr().err
    taoxi(capsys, "build", dataset, "--templates", "none", "--processes", "1")


# ── crawls ──────────────────────────────────────────────────────────────────────────────────────────────────────────

FAST = ("--allow-private", "--delay", "0", "--json")


def articles(site: Site, count: int) -> None:
    site.index("/", *(f"/{n}.html" for n in range(count)))
    for n in range(count):
        site.page(f"/{n}.html", f"<meta charset=utf-8>{article(n)}".encode())


def test_a_crawl_goes_on_with_the_table_of_its_dataset(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawl = Command(tmp_path / "d", root)
    with serving() as site:
        articles(site, 6)
        assert crawl("--start", site.url, *FAST).returncode == 0
        table = taoxi(capsys, "learn", "templates", crawl.dataset, "--processes", "1")["file"]
        for mixing in (crawl("--templates", table, *FAST), crawl("--templates", table, "--dry-run", *FAST)):
            assert mixing.returncode == 2
            assert "was made with no templates and this run has templates" in mixing.stderr
            assert "taoxi build" in mixing.stderr
        rebuilt = taoxi(capsys, "build", crawl.dataset, "--templates", table, "--processes", "1")
        articles(site, 8)
        assert crawl(*FAST).returncode == 0
    assert PROMO not in texts(crawl.dataset)
    assert len(pd.read_parquet(crawl.dataset / "documents")) == rebuilt["documents"] + 2
    content_id = Dataset(crawl.dataset).manifests()[-1].content_id
    assert taoxi(capsys, "build", crawl.dataset, "--processes", "1")["content_id"] == content_id


def test_a_table_is_remembered_before_the_first_commit(
    learned: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a first run leaves it that is killed."""
    killed, templates = tmp_path / "killed", read(learned[1])
    keep(killed, templates)
    write_state(killed, CrawlState("20260102T030405Z", start=("http://127.0.0.1:9/",), templates=templates.id))
    assert taoxi(capsys, "crawl", killed, "--allow-private", "--dry-run")["templates"] == templates.id
    assert taoxi(capsys, "crawl", killed, "--allow-private", "--dry-run", "--templates", "none")["templates"] == "none"
