from __future__ import annotations

from collections import Counter
from itertools import combinations

from crawler.demo.model import Site, Truth
from crawler.demo.prose import OTHER_TOPICS, TOPICS, letters, stock, write_article


def shingles(lines: tuple[str, ...]) -> set[str]:
    text = letters("".join(lines))
    return {text[n : n + 5] for n in range(len(text) - 4)}


def jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def own_articles(site: Site) -> list[Truth]:
    return [truth for truth in site.articles() if truth.copy_kind == "original"]


def test_every_pattern_can_be_said() -> None:
    for topic in (*TOPICS, *OTHER_TOPICS):
        for number in range(12):
            article = write_article(f"all/{number}", topic, "闪惠贷", sections=4, depth=7)
            told = article.title + article.text + "".join(said.text for said in article.remarks)
            assert not set("[]{}|") & set(told)


def test_the_same_seed_writes_the_same_article() -> None:
    one, same, other = (write_article(seed, "overdue", "金橙花") for seed in ("a", "a", "b"))
    assert one == same
    assert one.text != other.text


def test_paragraphs_have_the_length_of_an_advice_page(site: Site) -> None:
    for truth in own_articles(site):
        assert 300 <= len("".join(truth.body)) <= 2500
        assert 8 <= len(truth.body) <= 40


def test_different_articles_are_far_apart(site: Site) -> None:
    sets = [shingles(truth.body) for truth in own_articles(site)]
    owners: dict[str, list[int]] = {}
    for number, found in enumerate(sets):
        for shingle in found:
            owners.setdefault(shingle, []).append(number)
    shared = Counter(pair for numbers in owners.values() for pair in combinations(numbers, 2))
    assert shared
    assert max(count / (len(sets[a]) + len(sets[b]) - count) for (a, b), count in shared.items()) < 0.35


def test_hard_negatives_are_near_and_yet_not_the_same(site: Site) -> None:
    negatives = [truth for truth in site.articles() if truth.copy_kind == "negative"]
    for one, other in zip(negatives[::2], negatives[1::2], strict=True):
        assert letters("".join(one.body)) != letters("".join(other.body))
        assert jaccard(shingles(one.body), shingles(other.body)) > 0.6


def test_spun_copies_share_some_of_their_words(site: Site) -> None:
    originals = {truth.article_id: truth for truth in own_articles(site)}
    spun = [truth for truth in site.articles() if truth.copy_kind == "spun"]
    assert len(spun) >= 6
    for truth in spun:
        assert 0.1 < jaccard(shingles(truth.body), shingles(originals[truth.article_id].body)) < 0.5


def test_no_character_of_the_stock_is_lost_in_traditional_script() -> None:
    script = stock()["script"]
    assert len(script["simplified"]) == len(set(script["simplified"])) == len(script["traditional"])
