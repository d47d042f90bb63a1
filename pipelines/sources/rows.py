"""A row with an `html`, `text` or `content` field becomes a page."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.model import Capture, Media, Page, Reason
from pipelines.sources.faults import MAX_BODY, fault, too_large
from pipelines.sources.moments import moment

BODIES = {"html": Media.HTML, "text": Media.TEXT, "content": Media.TEXT}
URLS = ("url", "uri")
TIMES = ("fetched_at", "date")
_DECLARED = {Media.HTML: "text/html; charset=utf-8", Media.TEXT: "text/plain; charset=utf-8"}
COLUMNS = (*BODIES, *URLS, *TIMES, "status")


def page_of(row: Mapping[str, object], otherwise: str, capture: Capture) -> Page:
    """The row's page; its url is `otherwise` where the row has none. A row without a body gives a page with a fault."""
    url = next((value for name in URLS if isinstance(value := row.get(name), str) and value), otherwise)
    name = next((name for name in BODIES if isinstance(row.get(name), str | bytes)), None)
    if name is None:
        return fault(url, Reason.UNREADABLE, f"no {', '.join(BODIES)} in it", capture)
    value, media = row[name], BODIES[name]
    body = value if isinstance(value, bytes) else utf8(str(value))
    headers = {} if isinstance(value, bytes) else {"content-type": _DECLARED[media]}
    if len(body) > MAX_BODY:
        return too_large(url, capture)
    when = next((at for name in TIMES if (at := moment(row.get(name)))), None)
    return Page(url, body, when, _status(row.get("status")), headers, media, capture)


def utf8(text: str) -> bytes:
    """The text's bytes; surrogate pairs become their character, lone surrogates U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _status(told: object) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and 100 <= told <= 999 else 200
