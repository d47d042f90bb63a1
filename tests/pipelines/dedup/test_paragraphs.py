"""Paragraphs that recur over documents."""

from __future__ import annotations

from pipelines.dedup.paragraphs import Row, recurring
from tests.pipelines.dedup.articles import article

NOTICE = "本文内容由用户上传，如有侵权请联系我们删除。"


def rows(count: int = 8) -> list[Row]:
    """Each document has the notice, every second one in full-width punctuation and twice."""
    return [
        (n, f"site-{n % 3}.test", f"{article(n)}\n{NOTICE}" if n % 2 else f"{NOTICE[:-1]} \n短\n{article(n)}\n{NOTICE}")
        for n in range(count)
    ]


def test_a_paragraph_counts_once_a_document_whatever_its_form() -> None:
    (one,) = recurring(rows, documents=3)
    assert (one.documents, len(one.sites), one.first_id) == (8, 3, 0)
    assert one.text == NOTICE[:-1]


def test_too_few_documents_or_sites_are_no_recurrence() -> None:
    assert recurring(rows, documents=9) == []
    assert recurring(rows, documents=3, sites=4) == []


def test_texts_without_paragraphs_have_none() -> None:
    assert recurring(lambda: [(1, None, None), (2, None, ""), (3, None, "短\n短")], documents=1) == []
