"""The topic of a few example pages tells others on it, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.model import Page, Reason, Record, Rejected
from pipelines.recipe import FINGERPRINT, clean, clean_many, fingerprint
from pipelines.report.explanation import as_data, explain, facts
from pipelines.script import to_simplified
from pipelines.stages.topic import RequireTopic
from pipelines.topic import ENOUGH, NO_TOPIC, Topic, learn, read, write
from pipelines.topic.background import packaged
from pipelines.topic.table import parse
from tests.pipelines.topic.texts import EXAMPLES, OFF_TOPIC, ON_TOPIC

LOANS = learn(EXAMPLES)
TRADITIONAL = "信用卡欠款還不上，銀行會委託催收，借款人應當主動協商分期還款，按時歸還本金和利息。"
ENGLISH = (
    "The striker scored twice in the second half and the goalkeeper saved a late penalty before the crowd went home. "
    * 4
)


def page(title: str, text: str) -> Page:
    paragraphs = "".join(f"<p>{part}。</p>" for part in text.split("。") if part)
    return Page(
        f"https://x.test/{title}.html",
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article>".encode(),
    )


@pytest.mark.parametrize("name", ON_TOPIC)
def test_other_words_on_the_topic_are_on_it(name: str) -> None:
    score = LOANS.score(ON_TOPIC[name])
    assert score is not None
    assert score >= ENOUGH


@pytest.mark.parametrize("name", OFF_TOPIC)
def test_other_topics_are_not(name: str) -> None:
    score = LOANS.score(OFF_TOPIC[name])
    assert score is not None
    assert score < ENOUGH


def test_both_scripts_are_judged_alike() -> None:
    assert (LOANS.score(TRADITIONAL) or 0) >= ENOUGH
    assert LOANS.score(TRADITIONAL) == LOANS.score(to_simplified(TRADITIONAL))


def test_a_page_in_other_letters_than_the_examples_is_off_their_topic() -> None:
    assert LOANS.score(ENGLISH) == 0


def test_common_english_words_are_no_topic() -> None:
    topic = learn([ENGLISH])
    assert "the" not in topic.weights
    assert "goalkeeper" in topic.weights


def test_a_text_too_short_to_tell_has_no_score() -> None:
    assert LOANS.score("红烧肉的做法") is None
    assert LOANS.why("红烧肉的做法") is None


def test_without_examples_there_is_no_topic() -> None:
    assert learn([]) == NO_TOPIC
    assert NO_TOPIC.id == ""
    assert NO_TOPIC.score(EXAMPLES[0]) is None


def test_why_names_what_speaks_for_and_against() -> None:
    why = LOANS.why(EXAMPLES[0] + OFF_TOPIC["football"])
    assert why is not None
    assert "还款" in why.words_for
    assert "客队" in why.words_against


def test_the_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(LOANS, tmp_path / "topic.json")
    found = read(tmp_path / "topic.json")
    assert found == LOANS
    assert found.text == LOANS.text
    assert found.score(EXAMPLES[2]) == LOANS.score(EXAMPLES[2])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 9}',
        '{"version": 1, "examples": 1, "worth": 0, "features": {"a": 1}}',
        '{"version": 1, "examples": 1, "worth": 1, "features": {"a": -1}}',
    ],
)
def test_what_is_no_topic_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no topic"):
        parse(text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        read(tmp_path / "none.json")


def test_off_topic_pages_are_rejected_with_their_score() -> None:
    kept, rejected = clean_many([page("房贷", ON_TOPIC["mortgage"]), page("菜谱", OFF_TOPIC["recipe"])], topic=LOANS)
    assert isinstance(kept.result, Record)
    assert isinstance(rejected.result, Rejected)
    assert (rejected.result.reason, rejected.result.stage) == (Reason.OFF_TOPIC, RequireTopic.__name__)
    assert "0.00" in rejected.result.detail
    assert LOANS.id in rejected.result.detail


def test_without_a_topic_nothing_is_rejected() -> None:
    assert isinstance(clean(page("菜谱", OFF_TOPIC["recipe"])).result, Record)


def test_the_topic_is_part_of_the_fingerprint() -> None:
    assert fingerprint(topic=NO_TOPIC) == FINGERPRINT
    assert len({FINGERPRINT, fingerprint(topic=LOANS), fingerprint(topic=learn(EXAMPLES[:4]))}) == 3


def test_an_explanation_tells_score_and_words() -> None:
    explanation = explain(page("菜谱", OFF_TOPIC["recipe"]), topic=LOANS)
    assert explanation.rejected is not None
    assert explanation.rejected.reason is Reason.OFF_TOPIC
    assert as_data(explanation)["topic"]["score"] == 0
    assert dict(facts(explanation))["topic"].startswith("0.00")
    assert as_data(explain(page("菜谱", OFF_TOPIC["recipe"])))["topic"] is None


@given(st.lists(st.sampled_from([*EXAMPLES, *ON_TOPIC.values(), *OFF_TOPIC.values()]), min_size=1, max_size=6))
def test_the_topic_depends_on_the_examples_alone_and_holds_them(examples: list[str]) -> None:
    topic = learn(examples)
    assert learn(examples[::-1]).text == topic.text
    assert parse(topic.text) == topic


@given(st.text(max_size=300))
def test_a_score_is_between_0_and_1(text: str) -> None:
    score = LOANS.score(text)
    assert score is None or 0 <= score <= 1


def test_the_packaged_background_knows_what_is_common() -> None:
    background = packaged()
    assert background.share("我们") > 0.2
    assert background.share("the") > 0.8
    assert background.rarity("逾期") > background.rarity("银行") > background.rarity("我们")


def test_a_topic_goes_to_workers_as_it_is() -> None:
    import pickle

    assert pickle.loads(pickle.dumps(LOANS)) == LOANS  # noqa: S301 -- our own bytes
    assert isinstance(LOANS, Topic)
