"""`taoxi build OTHER --from DATASET…` decides as the datasets were decided, and asks where they differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.inherited import OPTIONS, Inherited
from crawler.state import CrawlState, write_state
from pipelines.dataset import Dataset, Manifest
from pipelines.dataset.learned import keep_topic, place_of_topic
from pipelines.dedup.synonyms import of_groups
from pipelines.dedup.synonyms import write as write_synonyms
from pipelines.topic import Topic, learn
from pipelines.topic import write as write_topic
from tests.crawler.loans import FAST, WANTED, article, fill, paths
from tests.crawler.loopback import Command, Site
from tests.crawler.test_build_command import capture
from tests.pipelines.topic.texts import EXAMPLES, OFF_TOPIC, ON_TOPIC

MOBILE = "13800138000"


def saved(folder: Path) -> Path:
    """Files about loans, with a telephone number, and about other things."""
    folder.mkdir()
    for n, text in enumerate([*ON_TOPIC.values(), *OFF_TOPIC.values()]):
        told = f"{text}咨询请打手机{MOBILE}，工作日都有人接。"
        (folder / f"{n}.html").write_bytes(article(f"第{n}篇", told))
    return folder


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    """What the examples are about; topic.json holds it."""
    found = learn(EXAMPLES)
    write_topic(found, tmp_path / "topic.json")
    return found


@pytest.fixture
def decided(tmp_path: Path, topic: Topic) -> tuple[str, ...]:
    """Options that decide all that options can decide, but for the site templates."""
    write_synonyms(of_groups([("甲子丑", "乙寅卯")]), tmp_path / "synonyms.json")
    tables = ("--topic", str(tmp_path / "topic.json"), "--synonyms", str(tmp_path / "synonyms.json"))
    return (*tables, "--mask-personal", "--hash-names", "--no-obey-opt-outs")


def build(dataset: Path, *arguments: str | Path, code: int = 0) -> Manifest | None:
    assert main(["build", str(dataset), *map(str, arguments), "--processes", "1"]) == code
    return Dataset(dataset).last()


def test_a_build_from_a_dataset_decides_as_the_dataset(tmp_path: Path, decided: tuple[str, ...]) -> None:
    first = build(tmp_path / "d", "--from", saved(tmp_path / "saved"), *decided)
    again = build(tmp_path / "d")
    other = build(tmp_path / "other", "--from", tmp_path / "d")
    assert first
    assert again
    assert other
    assert first.rows["rejects"] == len(OFF_TOPIC)
    assert first.masked["mobile"] == len(ON_TOPIC)
    for made in (again, other):
        assert made.content_id == first.content_id
        assert (made.topic, made.recipe, made.decided_by) == (first.topic, first.recipe, first.decided_by)
        assert (made.privacy, made.obeys_opt_outs) == (first.privacy, False)
    assert build(tmp_path / "other") == Dataset(tmp_path / "other").last()  # its tables and its key lie in it


def test_templates_are_inherited_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path / "d", "--from", capture(tmp_path / "a.warc.gz", 0, 6))
    assert main(["learn", "templates", str(tmp_path / "d"), "--processes", "1", "--json"]) == 0
    table = Path(json.loads(capsys.readouterr().out)["file"])
    first = build(tmp_path / "d", "--templates", table)
    other = build(tmp_path / "other", "--from", tmp_path / "d")
    assert first
    assert other
    assert first.templates
    assert (other.templates, other.content_id) == (first.templates, first.content_id)


def test_files_have_no_say_beside_a_dataset(tmp_path: Path, topic: Topic) -> None:
    build(tmp_path / "d", "--from", saved(tmp_path / "saved"), "--topic", tmp_path / "topic.json")
    other = build(tmp_path / "other", "--from", tmp_path / "d", capture(tmp_path / "a.warc.gz", 0, 3))
    assert other
    assert other.topic == topic.id


@pytest.mark.parametrize(
    ("option", "what", "word"),
    [
        (("--topic", "topic.json"), "topic", "--topic FILE|none"),
        (("--synonyms", "none"), "synonyms", "--synonyms FILE|package|none"),
        (("--mask-personal",), "masking of personal data", "--mask-personal or --no-mask-personal"),
        (("--hash-names",), "key of hashed names", "--hash-names or --no-hash-names"),
        (("--no-obey-opt-outs",), "obeying of opt-outs", "--obey-opt-outs or --no-obey-opt-outs"),
    ],
)
def test_where_datasets_differ_an_option_decides(
    tmp_path: Path,
    topic: Topic,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: tuple[str, ...],
    what: str,
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    build(tmp_path / "one", "--from", saved(tmp_path / "saved"))
    build(tmp_path / "two", "--from", tmp_path / "saved", *option)
    capsys.readouterr()
    sources = ("--from", tmp_path / "one", tmp_path / "two")
    assert build(tmp_path / "both", *sources, code=2) is None
    told = capsys.readouterr().err
    assert f"differ in the {what}: {tmp_path / 'one'} has " in told
    assert f", {tmp_path / 'two'} has " in told
    assert word in told
    assert not (tmp_path / "both").exists()
    two, both = Dataset(tmp_path / "two").last(), build(tmp_path / "both", *sources, *option)
    assert two
    assert both
    assert (both.topic, both.decided_by, both.obeys_opt_outs) == (two.topic, two.decided_by, two.obeys_opt_outs)
    assert set(both.privacy) == set(two.privacy)


def test_what_a_dataset_was_made_with_counts_beside_its_sources(tmp_path: Path, topic: Topic) -> None:
    build(tmp_path / "d", "--from", saved(tmp_path / "saved"), "--topic", tmp_path / "topic.json")
    build(tmp_path / "other", "--from", tmp_path / "saved")
    assert build(tmp_path / "other", "--from", tmp_path / "d", code=2)
    assert Dataset(tmp_path / "other").topic().id == ""
    build(tmp_path / "other", "--from", tmp_path / "d", "--topic", tmp_path / "topic.json")
    assert Dataset(tmp_path / "other").topic() == topic


def test_a_crawl_that_came_to_no_commit_has_its_say(tmp_path: Path, topic: Topic) -> None:
    dataset = Dataset(tmp_path / "killed")
    capture(dataset.captures / "20260101T000000Z-0.warc.gz", 0, 3)
    (dataset.path / "manifests").mkdir()
    keep_topic(dataset.path, topic)
    state = CrawlState("20260101T000000Z", like=("x.html",), topic=topic.id, privacy={"mask_personal": "1"})
    write_state(dataset.path, state)
    other = build(tmp_path / "other", "--from", dataset.path)
    assert other
    assert (other.topic, dict(other.privacy), other.rows["documents"]) == (topic.id, {"mask_personal": "1"}, 0)
    place_of_topic(dataset.path, topic.id).unlink()
    assert build(tmp_path / "another", "--from", dataset.path, code=2) is None
    assert build(tmp_path / "another", "--from", dataset.path, "--topic", "none")


def test_a_crawl_that_does_not_know_its_topic_yet_has_no_say(tmp_path: Path) -> None:
    dataset = Dataset(tmp_path / "d")
    dataset.path.mkdir()
    write_state(dataset.path, CrawlState("20260101T000000Z", like=("http://a.test/",)))
    assert Inherited([dataset, Dataset(tmp_path / "new")]).topic().id == ""
    assert len(OPTIONS) == 6


def test_two_crawls_for_one_topic_are_joined_as_they_were_decided(site: Site, crawl: Command, tmp_path: Path) -> None:
    fill(site)
    likes = []
    for n, text in enumerate(EXAMPLES):
        (tmp_path / f"{n}.html").write_bytes(article(f"例{n}", text))
        likes += ["--like", str(tmp_path / f"{n}.html")]
    parts = (crawl, Command(tmp_path / "second", crawl.root))
    for part, start in zip(parts, ("/", WANTED[0]), strict=True):
        done = part("--start", site.url + start, *likes, *FAST, "--mask-personal")
        assert done.returncode == 0, done.stderr
    build(tmp_path / "all", "--from", *(part.dataset for part in parts))
    for table in ("documents", "rejects"):
        each = [paths(Dataset(part.dataset), table, site) for part in parts]
        assert paths(Dataset(tmp_path / "all"), table, site) == set.union(*each)
    assert Dataset(tmp_path / "all").privacy() == {"mask_personal": "1"}
