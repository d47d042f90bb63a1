"""The dataset's card: what it holds, where from, under what terms, column by column, for people and Hugging Face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipelines.dataset.reading import Version
from pipelines.dataset.schema import about, columns

MARK = "<!-- made by taoxi after each commit; a card without this line is yours, and is left alone -->"
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
MOST_HOSTS = 50
MOST_FILES = 100  # of a table, named one by one
LANGUAGES = {"zh-Hans": "zh", "zh-Hant": "zh", "zh": "zh", "ja": "ja", "ko": "ko", "en": "en"}


def card(version: Version, folder: str = "") -> str:
    """A README.md for the version whose tables lie in `folder`/TABLE, with the YAML that Hugging Face reads.

    Hugging Face caches by this YAML: the config's version and paths change with each commit, so no commit reads stale rows.
    """
    rows = version.rows
    hosts = counts(version, "host")
    languages = sorted({LANGUAGES[name] for name in counts(version, "language") if name in LANGUAGES}) or ["zh"]
    lines = [*_yaml(version, folder, languages), MARK, "", *_intro(version), ""]
    lines += ["## Tables", "", "| table | rows | what |", "|---|---:|---|"]
    lines += [f"| `{table}` | {rows[table]:,} | {about(table)} |" for table in version.tables]
    lines += ["", "## Sources", "", *_sources(version, hosts), "", *_terms(version)]
    lines += ["", "## Columns", ""]
    for table in version.tables:
        lines += [f"### {table}", "", f"{about(table)}.".capitalize(), "", "| column | type | what |", "|---|---|---|"]
        lines += [f"| `{name}` | {kind.replace('|', '/')} | {sentence} |" for name, kind, sentence in columns(table)]
        lines.append("")
    return "\n".join(lines)


def counts(version: Version, column: str) -> Counter[str]:
    """How many documents have each value of the column."""
    found: Counter[str] = Counter()
    for batch in version.batches("documents", [column]):
        for value in batch[column].value_counts().to_pylist():
            found[value["values"] or "none"] += value["counts"]
    return found


def _yaml(version: Version, folder: str, languages: Iterable[str]) -> list[str]:
    documents = version.rows.get("documents", 0)
    size = next((name for most, name in SIZES if documents < most), "n>1M")
    lines = [
        "---",
        f"pretty_name: {_quoted(version.root.name)}",
        "license: other",
        "license_name: of-the-sources",
        "language:",
    ]
    lines += [f"- {name}" for name in languages]
    lines += ["task_categories:", "- text-generation", "size_categories:", f"- {size}", "configs:"]
    for table in version.tables:
        if not version.rows[table]:
            continue  # a split without a row cannot be loaded
        lines += [
            f"- config_name: {table}",
            f"  version: 0.{version.manifest.snapshot}.{version.number}",
            "  data_files:",
        ]
        lines += ["  - split: train", "    path:"]
        lines += [f"    - {_quoted(_path(version, folder, path))}" for path in _paths(version, table)]
        lines += ["  default: true"] if table == "documents" else []
    return [*lines, "---", ""]


def _paths(version: Version, table: str) -> list[str]:
    """The table's files, or where they are many a pattern for all that lie there."""
    parts = [part.path for part in version.parts if part.table == table]
    return parts if len(parts) <= MOST_FILES else [f"{table}/*.parquet"]


def _path(version: Version, folder: str, part: str) -> str:
    return f"{folder}/{part}" if folder else f"snapshots/{version.manifest.snapshot:04}/{part}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _intro(version: Version) -> list[str]:
    commit = version.manifest
    left_out = ", ".join(sorted(commit.privacy)) or "nothing"
    return [
        f"# {version.root.name}",
        "",
        "Pages that taoxi 淘洗 collected, washed and deduplicated: the articles' text without",
        "boilerplate, one row a page; beside it what was removed and why, copies, rejected pages, comments and every visit.",
        "",
        f"- version {version.number} of {commit.created_at:%Y-%m-%d}",
        f"- schema {commit.schema_version}, made by taoxi {commit.package_version}",
        f"- recipe `{commit.recipe}`, site templates `{commit.templates or 'none'}`, topic `{commit.topic or 'any'}`",
        f"- content id `{commit.content_id}`: the same for every rebuild from the same captures with the same recipe",
        f"- left out of what pages say of people: {left_out}",
        *(f"- published by --force, though: {breach}" for one in version.commits for breach in one.forced),
    ]


def _sources(version: Version, hosts: Counter[str]) -> list[str]:
    rejects = Counter[str]()
    for batch in version.batches("rejects", ["host"]) if "rejects" in version.tables else ():
        rejects.update(host or "none" for host in batch["host"].to_pylist())
    ranked = hosts.most_common(MOST_HOSTS)
    lines = ["| source | documents | rejected pages |", "|---|---:|---:|"]
    lines += [f"| {_cell(host)} | {number:,} | {rejects[host]:,} |" for host, number in ranked]
    if len(hosts) > MOST_HOSTS:
        rest = sum(hosts.values()) - sum(number for _, number in ranked)
        lines.append(f"| {len(hosts) - MOST_HOSTS:,} others | {rest:,} | |")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _terms(version: Version) -> list[str]:
    return [
        "## Licence and opting out",
        "",
        "The texts are their authors' and publishers': this dataset gives no licence to them, and whoever passes it on has to",
        "clear that, and to look for personal data (PIPL, GDPR). Pages were fetched as the sites' robots.txt allows.",
        f"A page is taken out, and never fetched again, by `taoxi dataset forget {version.root.name} URL`; copies of this",
        "dataset should be made anew after that.",
    ]
