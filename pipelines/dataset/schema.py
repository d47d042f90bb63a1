"""The tables' columns, each with one sentence that is stored in the files themselves."""

from __future__ import annotations

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.model import METADATA

SCHEMA_VERSION = (
    "5"  # 4: Markdown, blocks with text; 3: exact copies only; 2: without comments, sightings and runs, too
)
MIGRATED = frozenset({"2", "3", "4"})  # older versions whose rows `migrate` can write anew
PUBLISHED = ("documents", "duplicates")
TABLES = (*PUBLISHED, "rejects", "removed", "comments", "sightings", "runs")

_ZONE = "Asia/Shanghai"
_FETCHED = pa.timestamp("us", "UTC")
_PUBLISHED = pa.timestamp("ms", _ZONE)  # Parquet has no seconds
_BLOCKS = pa.list_(
    pa.struct([("role", pa.string()), ("level", pa.int32()), ("number", pa.int32()), ("lines", pa.int32())])
)
_URLS = pa.list_(pa.string())
_COMMENTS = pa.list_(
    pa.struct([("author", pa.string()), ("role", pa.string()), ("published", _PUBLISHED), ("text", pa.string())])
)

_PROVENANCE = pa.struct([(field, pa.string()) for field in METADATA])

_PAGE = (
    ("id", pa.string(), "32 hex digits: the same for the same response, whichever file it is read from"),
    ("url", pa.string(), "address of the page as fetched, or its path where it came from a file"),
    ("host", pa.string(), "lower-case host name of the url, with the port if one is given; null for a path"),
    ("fetched_at", _FETCHED, "when the page was fetched; null where the source does not tell"),
    ("status", pa.int16(), "HTTP status; null where no server answered"),
)
_PLACE = (
    ("capture_file", pa.string(), "name of the file that holds the page as served"),
    ("capture_offset", pa.int64(), "byte offset of the page's record in that file, or the record's number"),
)
_SHARE, _SHARES = pa.float32(), pa.list_(pa.float32())
_HOLES = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("kind", pa.string())]))
_SIGNALS = (  # none of them drops a page
    (
        "language",
        pa.string(),
        "zh-Hans, zh-Hant, zh (script not told), ja, ko, en, or und (others), by the text's characters",
    ),
    ("han_share", _SHARE, "share of 汉字 in the characters"),
    ("sentences", pa.int32(), "sentences of the text"),
    ("sentence_chars", _SHARE, "mean characters of a sentence"),
    ("punctuation_share", _SHARE, "share of punctuation in the characters"),
    ("half_width_share", _SHARE, "of the marks between 汉字, the share in half width"),
    ("ended_lines", _SHARE, "share of lines that end in a terminal mark"),
    ("short_lines", _SHARE, "share of lines of at most 15 characters"),
    ("list_lines", _SHARE, "share of lines that start with a bullet or number"),
    ("duplicate_lines", _SHARE, "share of lines that an earlier line said"),
    ("duplicate_line_chars", _SHARE, "share of characters in such lines"),
    (
        "top_grams",
        _SHARES,
        "share of characters in the commonest n-gram of 2, 3, 4 words; a word counts as 1.75 characters",
    ),
    ("duplicate_grams", _SHARES, "share of characters in n-grams said before, of 5, 6, 7, 8, 9, 10 words"),
    (
        "fineweb2_breaks",
        pa.list_(pa.string()),
        "FineWeb-2's thresholds for Chinese (cmn_Hani) that the text would break",
    ),
    ("spun_score", _SHARE, "0 to 1: how far the text reads as written by a table of synonyms"),
    ("spun_words", pa.list_(pa.string()), "the words that the spun score rests on, commonest first"),
    ("holes", _HOLES, "where a site's filter cut a word out: start and end in characters of the text, and kind"),
)
_DOCUMENT = (
    *_PAGE,
    ("title", pa.string(), "title of the article"),
    ("published", _PUBLISHED, "when the page says it was published"),
    ("published_has_time", pa.bool_(), "whether the page tells the time of day, not the date alone"),
    ("modified", _PUBLISHED, "when the page says it was last changed"),
    ("author", pa.string(), "author as the page names it; several are separated by a space or comma"),
    (
        "source",
        pa.string(),
        "where the page says the text comes from (来源); the site's own name where it tells no other",
    ),
    ("section", pa.string(), "channel or breadcrumb, its steps separated by >"),
    ("canonical", pa.string(), "the article's own address, as the page tells it"),
    ("provenance", _PROVENANCE, "for each field of the metadata, the id of what told it, such as json-ld.author"),
    (
        "page_kind",
        pa.string(),
        "article, forum or qa: in the last two every post is text, and replies are comments, too",
    ),
    ("text", pa.string(), "the kept blocks, one a line, without the title, in the source's characters"),
    ("text_simplified", pa.string(), "the text in simplified characters; null where it is in them already"),
    (
        "blocks",
        _BLOCKS,
        "the kept blocks, in the order of the text's lines: role, level of a heading or list item or column of a cell,"
        " number of a list item or row of a cell, and how many lines of the text it has; open_dataset and exports add its"
        " text, and a column markdown",
    ),
    ("comments", _COMMENTS, "readers' comments: author, role (such as 律师), time, text"),
    ("parts", _URLS, "URLs of the pages that the article is spread over (下一页), in order; empty for a single page"),
    ("parts_missing", _URLS, "URLs, or numbers, of the article's parts that did not come; empty where it is complete"),
    ("script", pa.string(), "Hans, Hant, or empty where the text tells neither"),
    ("encoding", pa.string(), "character encoding that the page was read with"),
    ("chars", pa.int32(), "characters of the text, white space left out"),
    ("content_hash", pa.string(), "32 hex digits over the folded text: equal for texts of the same words"),
    ("fold_version", pa.string(), "version of the folding behind content_hash"),
    *_SIGNALS,
    *_PLACE,
)
OF_TEXT = (  # columns of a page that tell of its text
    *("text", "text_simplified", "blocks", "script", "chars", "content_hash", "fold_version"),
    *(name for name, *_ in _SIGNALS),
)
_DECISION = (
    ("kept_id", pa.string(), "id of the document that stands for this page"),
    ("kept_url", pa.string(), "url of that document"),
    (
        "kind",
        pa.string(),
        "exact (the same letters and digits), script (the same in traditional or simplified characters), near (most of"
        " the same passages), spun (the same in other words) or contained (one is a part of the other)",
    ),
    ("score", _SHARE, "how alike the two are, 1 = the same: of a contained copy its containment, else its jaccard"),
    (
        "direction",
        pa.string(),
        "which has more: same, inside (the copy is a part) or around (the copy has all, and more)",
    ),
    ("new", _SHARE, "share of the copy's passages that the document has not"),
    ("fuller", pa.bool_(), "whether the copy has the document's text, and a fifth more"),
    ("jaccard", _SHARE, "shared passages by all passages of both, words of one meaning counted as one"),
    ("containment", _SHARE, "shared passages by those of the shorter text"),
    ("numbers", _SHARE, "share of the fewer numbers that the other text has, too; null where there are too few"),
    ("run", pa.string(), "the crawl that fetched the copy, named by its start; null for files of others"),
)
_LOOK_ALIKE = (
    ("look_alike_id", pa.string(), "id of an earlier document that this one is like and is no copy of; else null"),
    ("look_alike_veto", pa.string(), "why it is no copy of that one: other numbers, or other names; else null"),
)
DECIDED = frozenset(name for name, *_ in (*_DECISION, *_LOOK_ALIKE))  # columns that compare the page with others
_REJECT = (
    *_PAGE,
    ("stage", pa.string(), "the stage that rejected the page"),
    ("reason", pa.string(), "why, from a closed list"),
    ("detail", pa.string(), "why, in words"),
    *_PLACE,
)
_REMOVED = (
    ("id", pa.string(), "id of the page that the block stood on"),
    ("url", pa.string(), "url of that page"),
    ("n", pa.int32(), "number of the block among the page's removed blocks, in page order, from 0"),
    ("rule", pa.string(), "id of the rule that removed the block"),
    ("role", pa.string(), "what the block is"),
    ("text", pa.string(), "the block's text"),
)
_COMMENT = (
    ("id", pa.string(), "id of the page that the comment stands on"),
    ("url", pa.string(), "url of that page"),
    ("n", pa.int32(), "number of the comment on its page, from 0"),
    ("author", pa.string(), "name of the commenter, or its keyed hash where --hash-names was asked for"),
    ("role", pa.string(), "what the page says the commenter is, such as 律师"),
    ("published", _PUBLISHED, "when the comment was written"),
    ("text", pa.string(), "the comment's text"),
)
_SIGHTING = (
    *_PAGE,
    ("run", pa.string(), "the crawl that fetched the page, named by its start; null for files of others"),
    (
        "outcome",
        pa.string(),
        "the table that holds the page's row: documents, duplicates or rejects; unchanged where the url's"
        " last row before it does",
    ),
    ("reason", pa.string(), "why the page was rejected; null where it was not"),
    (
        "content_hash",
        pa.string(),
        "hash of the text that the page had then; null where it was rejected or is unchanged",
    ),
    (
        "kept_id",
        pa.string(),
        "id of the document that holds the text or stands for it; null where it was rejected or is unchanged",
    ),
)
_RUN = (
    ("run", pa.string(), "the crawl, named by its start; null for files of others"),
    ("first_fetched_at", _FETCHED, "when its first page was fetched"),
    ("last_fetched_at", _FETCHED, "when its last page was fetched"),
    ("pages", pa.int64(), "pages that were visited, failed fetches and unchanged ones included"),
    ("documents", pa.int64(), "pages that were published"),
    ("duplicates", pa.int64(), "pages that a document stands for"),
    ("rejects", pa.int64(), "pages that were not published"),
)
_TELLING = {
    "documents": ("pages that are published, without copies", (*_DOCUMENT, *_LOOK_ALIKE)),
    "duplicates": ("pages that a document stands for, with their full text", (*_DOCUMENT, *_DECISION)),
    "rejects": ("pages that are not published, and why", _REJECT),
    "removed": ("blocks that rules removed from published pages and their copies", _REMOVED),
    "comments": ("readers' comments on published pages and their copies, one a row", _COMMENT),
    "sightings": ("every visit of a page, in capture order: what came, and which row holds it", _SIGHTING),
    "runs": ("what each crawl saw; one that was interrupted may have several rows until they are compacted", _RUN),
}
_REPEATING = {  # columns with few values: worth a dictionary
    *(
        "host",
        "status",
        "published_has_time",
        "page_kind",
        "author",
        "source",
        "script",
        "encoding",
        "language",
        "fold_version",
        "capture_file",
    ),
    *(
        "kind",
        "direction",
        "look_alike_veto",
        "stage",
        "reason",
        "rule",
        "role",
        "run",
        "outcome",
        *(f"blocks.list.element.{name}" for name in ("role", "level", "number", "lines")),
        "comments.list.element.role",
    ),
    *("fineweb2_breaks.list.element", "spun_words.list.element", "holes.list.element.kind"),
}
_WORDS = {"title", "text", "text_simplified", "detail"}
_REQUIRED = {"id", "url"}
_ABOUT_VERSION = b"taoxi.schema_version"


def schema(table: str, package_version: str) -> pa.Schema:
    """The table's columns; the metadata tells what it holds and which code wrote it."""
    told, wanted = _TELLING[table]
    fields = [
        pa.field(name, kind, nullable=name not in _REQUIRED, metadata={"description": description})
        for name, kind, description in wanted
    ]
    about = {"description": told, "taoxi.schema_version": SCHEMA_VERSION, "taoxi.version": package_version}
    return pa.schema(fields, metadata=about)


def version_of(stored: pa.Schema) -> str:
    """The schema version that a file's own schema tells, "" where it tells none."""
    return ((stored.metadata or {}).get(_ABOUT_VERSION) or b"").decode("utf-8", "replace")


def about(table: str) -> str:
    """What the table holds, in one sentence."""
    return _TELLING[table][0]


def columns(table: str) -> tuple[tuple[str, str, str], ...]:
    """(name, type, sentence) of each column of the table."""
    return tuple((name, str(kind), description) for name, kind, description in _TELLING[table][1])


def ranged(columns: pa.Schema) -> list[str]:
    """The schema's columns whose least and greatest values are worth being told in the files: not those of whole texts."""
    return [column.name for column in columns if not (pa.types.is_nested(column.type) or column.name in _WORDS)]


def repeating(columns: pa.Schema) -> list[str]:
    """The schema's columns that are to be written with a dictionary, as Parquet paths."""
    return sorted(path for path in _REPEATING if path.split(".")[0] in columns.names)
