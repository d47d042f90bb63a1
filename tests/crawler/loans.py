"""A site about loans and about other things."""

from __future__ import annotations

from pipelines.dataset import Dataset
from tests.crawler.loopback import Site
from tests.pipelines.topic.texts import OFF_TOPIC, ON_TOPIC

FAST = ("--allow-private", "--delay", "0")
WANTED = [f"/loan/{n}.html" for n in range(len(ON_TOPIC))]
OTHERS = [f"/other/{n}.html" for n in range(len(OFF_TOPIC))]


def article(title: str, text: str) -> bytes:
    paragraphs = "".join(f"<p>{part}。</p>" for part in text.split("。") if part)
    shown = f"<title>{title}</title><body><article><h1>{title}</h1>{paragraphs}</article>"
    return f"<!DOCTYPE html><html><meta charset=utf-8>{shown}".encode()


def fill(site: Site) -> None:
    """The site has a list of them all."""
    site.index("/", *WANTED, *OTHERS)
    for path, text in zip([*WANTED, *OTHERS], [*ON_TOPIC.values(), *OFF_TOPIC.values()], strict=True):
        site.page(path, article(f"第{path[-6]}篇", text))


def paths(dataset: Dataset, table: str, site: Site) -> set[str]:
    """The paths of the table's rows."""
    rows = dataset.version().to_pandas(table)
    return {url.removeprefix(site.url) for url in rows["url"]}
