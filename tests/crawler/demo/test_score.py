from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawler.demo import DemoRows, Request, Site, Truth, score


def document(truth: Truth) -> dict[str, Any]:
    return {
        "url": truth.url,
        "text": "\n".join(truth.body),
        "title": truth.title,
        "published": truth.published and datetime.fromisoformat(truth.published),
        "author": truth.author,
        "source": truth.source,
        "comments": [{"text": "…"}] * truth.comments,
        "parts": list(truth.parts),
        "parts_missing": list(truth.parts_missing),
    }


def perfect_rows(site: Site) -> DemoRows:
    leaders: dict[str, str] = {}
    documents, duplicates = [], []
    for truth in site.articles():
        if truth.text_id in leaders:
            duplicates.append({"url": truth.url, "kept_url": leaders[truth.text_id], "kind": "exact"})
        else:
            leaders[truth.text_id] = truth.url
            documents.append(document(truth))
    rejected = [truth for truth in site.truth.values() if truth.expected in {"rejected", "joined"}]
    rejects = [{"url": truth.url, "reason": "list"} for truth in rejected]
    return DemoRows(documents, duplicates, rejects)


def perfect_log(site: Site) -> list[Request]:
    """What a patient crawler would ask: robots.txt first, one request a second, a 429 once more."""
    urls: list[tuple[str, int]] = [(f"http://{host}/robots.txt", 200) for host in site.hosts]
    for truth in site.truth.values():
        if truth.expected != "never fetched":
            first = site.pages[truth.url].behaviour.first
            urls += [(truth.url, status) for status in (*first, 200)]
    return [Request(url, float(number), "tester", status) for number, (url, status) in enumerate(urls)]


def test_articles_off_the_topic_count_where_the_crawl_had_examples(site: Site) -> None:
    rows, off_topic = perfect_rows(site), {truth.url for truth in site.articles() if truth.kind == "off_topic"}
    focused = replace(rows, documents=[row for row in rows.documents if row["url"] not in off_topic])
    assert score(site, focused, perfect_log(site), focused=True).ok
    assert not score(site, rows, perfect_log(site), focused=True).ok


def value(site: Site, rows: DemoRows, log: Sequence[Request], capability: str) -> float:
    measured = score(site, rows, log).row(capability).value
    assert measured is not None
    return measured


def test_a_perfect_dataset_scores_one_in_every_counted_row(site: Site) -> None:
    report = score(site, perfect_rows(site), perfect_log(site))
    assert [(row.capability, row.value) for row in report.rows if row.counted and row.value != 1.0] == []
    assert report.ok
    assert "not yet" in str(report)
    assert "MISSED" not in str(report)


def test_an_empty_dataset_reaches_nothing(site: Site) -> None:
    report = score(site, DemoRows([]), [])
    assert not any(row.ok for row in report.rows if row.counted)
    assert "nothing to measure" in str(report)


def damage(rows: DemoRows, **changes: Any) -> DemoRows:
    return replace(rows, documents=[{**row, **changes} for row in rows.documents])


@pytest.mark.parametrize(
    ("capability", "changes"),
    [
        ("body text, 4-gram F1", {"text": "别的文字"}),
        ("title", {"title": "首页"}),
        ("published", {"published": "2001-01-01T00:00:00"}),
        ("author", {"author": "某人"}),
        ("source", {"source": "某报"}),
        ("comments told", {"comments": []}),
        ("encodings read right", {"text": "锟斤拷"}),
    ],
)
def test_damaged_columns_lower_their_own_row(site: Site, capability: str, changes: dict[str, Any]) -> None:
    rows = damage(perfect_rows(site), **changes)
    assert value(site, rows, perfect_log(site), capability) < 0.99


def test_menus_left_in_the_text_lower_its_score(site: Site) -> None:
    rows = perfect_rows(site)
    noisy = [{**row, "text": row["text"] + "\n相关文章 " * 20} for row in rows.documents]
    assert value(site, replace(rows, documents=noisy), [], "body text, 4-gram F1") < 0.98


def test_a_time_may_come_with_a_zone_or_as_text(site: Site) -> None:
    rows = perfect_rows(site)
    for form in ("{}+08:00", "{}"):
        told = [{**row, "published": form.format(row["published"].isoformat())} for row in rows.documents]
        assert value(site, replace(rows, documents=told), [], "published") == 1.0


def test_missing_articles_lower_recall_and_lists_lower_precision(site: Site) -> None:
    rows, log = perfect_rows(site), perfect_log(site)
    fewer = replace(rows, documents=rows.documents[10:])
    assert value(site, fewer, log, "kept articles, recall") < 1.0
    homes = [{**rows.documents[0], "url": url} for url in site.start_urls]
    more = replace(rows, documents=[*rows.documents, *homes])
    assert value(site, more, log, "kept articles, precision") < 1.0
    assert value(site, more, log, "rejects with a reason") < 1.0
    strange = replace(
        rows, documents=[*rows.documents, {**rows.documents[0], "url": "http://news.jinrong.test/calendar/2025/04/"}]
    )
    assert value(site, strange, log, "kept articles, precision") < 1.0


def test_copies_kept_apart_lower_recall_and_false_copies_lower_precision(site: Site) -> None:
    rows, log = perfect_rows(site), perfect_log(site)
    lost = {row["url"] for row in rows.duplicates[:5]}
    apart = [document(site.truth[url]) for url in sorted(lost)]
    kept_apart = DemoRows([*rows.documents, *apart], rows.duplicates[5:], rows.rejects)
    assert value(site, kept_apart, log, "exact copies, recall of pairs") < 1.0
    one, other = rows.documents[0]["url"], rows.documents[1]["url"]
    wrong = [*rows.duplicates, {"url": other, "kept_url": one, "kind": "exact"}]
    merged = DemoRows([row for row in rows.documents if row["url"] != other], wrong, rows.rejects)
    assert value(site, merged, log, "exact copies, precision") < 1.0


def test_any_page_of_a_cluster_may_stand_for_it(site: Site) -> None:
    rows = perfect_rows(site)
    first = rows.duplicates[0]
    swapped = [{**row, "url": first["url"]} if row["url"] == first["kept_url"] else row for row in rows.documents]
    others = [
        {**row, "url": first["kept_url"], "kept_url": first["url"]} if row is first
        else {**row, "kept_url": first["url"] if row["kept_url"] == first["kept_url"] else row["kept_url"]}
        for row in rows.duplicates
    ]  # fmt: skip
    report = score(site, DemoRows(swapped, others, rows.rejects), perfect_log(site))
    assert report.row("exact copies, recall of pairs").value == 1.0
    assert report.row("exact copies, precision").value == 1.0
    assert report.row("kept articles, recall").value == 1.0


def test_rejects_without_a_row_are_counted(site: Site) -> None:
    rows = replace(perfect_rows(site), rejects=())
    assert value(site, rows, perfect_log(site), "rejects with a reason") == 0.0


def test_bad_manners_are_seen(site: Site) -> None:
    rows, log = perfect_rows(site), perfect_log(site)
    forbidden = next(truth.url for truth in site.truth.values() if truth.expected == "never fetched")
    rude = [*log, Request(forbidden, 9e9, "tester", 200)]
    assert value(site, rows, rude, "robots.txt obeyed") == 0.0
    hasty = [replace(request, at=request.at / 100) for request in log]
    assert value(site, rows, hasty, "Retry-After honoured") == 0.0
    assert value(site, rows, hasty, "Crawl-delay kept") < 0.1
    careless = [request for request in log if not request.url.endswith("/robots.txt")]
    assert value(site, rows, careless, "robots.txt asked first") == 0.0


def test_parts_that_stand_apart_are_not_joined(site: Site) -> None:
    rows = perfect_rows(site)
    apart = [document(truth) for truth in site.truth.values() if truth.expected == "joined"]
    assert value(site, replace(rows, documents=[*rows.documents, *apart]), [], "parts joined") == 0.0
    assert value(site, damage(rows, parts=[]), [], "parts joined") == 0.0
    assert value(site, damage(rows, parts_missing=["3/3"]), [], "parts joined") == 0.0


def test_what_is_not_yet_built_is_measured_and_not_counted(site: Site) -> None:
    report = score(site, perfect_rows(site), perfect_log(site))
    coming = {row.capability: row.value for row in report.rows if not row.counted}
    assert coming == {"near copies merged": 0.0, "off-topic left out": 0.0, "traps avoided": 1.0}


def test_a_twin_that_was_not_asked_for_is_merged_where_its_text_was_kept(site: Site) -> None:
    rows = perfect_rows(site)
    twin = next(truth for truth in site.articles() if truth.copy_kind == "twin")
    same = {truth.url for truth in site.articles() if truth.text_id == twin.text_id}
    merged = ("exact copies, recall of pairs", "m. twins merged")
    without = replace(rows, duplicates=[row for row in rows.duplicates if row["url"] != twin.url])
    assert all(value(site, without, perfect_log(site), name) < 1 for name in merged)
    spared = replace(without, spared=frozenset({twin.url}))
    assert all(value(site, spared, perfect_log(site), name) == 1 for name in merged)
    lost = replace(
        spared,
        documents=[row for row in spared.documents if row["url"] not in same],
        duplicates=[row for row in spared.duplicates if row["url"] not in same],
    )
    assert value(site, lost, perfect_log(site), "m. twins merged") < 1
