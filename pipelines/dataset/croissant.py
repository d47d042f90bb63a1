"""The dataset's columns and files as Croissant JSON-LD 1.0, for dataset search and ML loaders."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # pyarrow ships no types

from pipelines.dataset.card import MOST_FILES
from pipelines.dataset.reading import Version
from pipelines.dataset.schema import about, schema

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "samplingRate": "cr:samplingRate",
    "equivalentProperty": "cr:equivalentProperty",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = (
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
    (pa.types.is_timestamp, "sc:DateTime"),
)


def croissant(version: Version) -> str:
    """The JSON-LD of a version that lies in its dataset's folder: a file object a part, a record set a table."""
    commit = version.manifest
    told = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": version.root.name,
        "description": "Web pages washed and deduplicated by taoxi: the articles' text without boilerplate, and what became of"
        " every other page and block.",
        "conformsTo": CONFORMS_TO,
        "version": f"0.{commit.snapshot}.{commit.number}",
        "datePublished": commit.created_at.isoformat(),
        "license": "the texts are their authors' and publishers': no licence is given",
        "url": f"urn:sha256:{commit.content_id}",
        "citeAs": f"content id {commit.content_id}",
        "distribution": [one for table in version.tables for one in _files(version, table)],
        "recordSet": [_record_set(table) for table in version.tables],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _files(version: Version, table: str) -> list[dict[str, Any]]:
    folder = f"snapshots/{version.manifest.snapshot:04}"
    parts = [part for part in version.parts if part.table == table]
    kind = "application/x-parquet"
    objects = [
        {
            "@type": "cr:FileObject",
            "@id": part.path,
            "name": part.path,
            "contentUrl": f"{folder}/{part.path}",
            "encodingFormat": kind,
            "contentSize": f"{part.bytes} B",
            "sha256": part.sha256,
        }
        for part in (parts if len(parts) <= MOST_FILES else ())  # the manifests have them all
    ]
    return [
        *objects,
        {
            "@type": "cr:FileSet",
            "@id": f"{table}-files",
            "name": f"{table}-files",
            "description": about(table),
            "encodingFormat": kind,
            "includes": f"{folder}/{table}/*.parquet",
        },
    ]


def _record_set(table: str) -> dict[str, Any]:
    fields = [_field(table, column) for column in schema(table, "") if not _nested(column.type)]
    return {"@type": "cr:RecordSet", "@id": table, "name": table, "description": about(table), "field": fields}


def _nested(kind: pa.DataType) -> bool:
    """Whether the column holds structs, which Croissant's readers cannot take out of Parquet: the card has them all."""
    return bool(pa.types.is_struct(kind) or (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)))


def _field(table: str, column: pa.Field) -> dict[str, Any]:
    kind, repeated = column.type, pa.types.is_list(column.type)
    element = kind.value_type if repeated else kind
    told: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.metadata[b"description"].decode(),
        "source": {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": column.name}},
    }
    return told | {"dataType": _type(element)} | ({"repeated": True} if repeated else {})


def _type(kind: pa.DataType) -> str:
    return next((name for is_of, name in TYPES if is_of(kind)), "sc:Text")
