"""A publisher's word beside a response: the `metadata` record before it, `opt-out: SIGNALS`, concurrent to it.

One that is concurrent to no record stands for a page that was not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipelines.model import Page, Reason, Rejected
from pipelines.optout import UNKEPT, VERDICT

TOLD, TOLD_OF_BODY = "opt-out", "opt-out-body"


def verdict(page: Page, fields: Mapping[str, str]) -> Page | None:
    """The page of an opt-out's record, from its fields; None where it tells none."""
    told = fields.get(TOLD)
    if not told:
        return None
    body = {UNKEPT: fields[TOLD_OF_BODY]} if TOLD_OF_BODY in fields else {}
    return replace(page, headers={VERDICT: told, **body}, fault=Rejected(Reason.OPTED_OUT, told, "fetch"))


@dataclass(slots=True)
class Verdicts:
    """Words that were read before the responses that they are about, by the id of the response's record."""

    _waiting: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def beside(self, record: str, about: str, page: Page | None) -> Page | None:
        """The page of this record; a word `about` another waits for that one, and stands in the headers of its page."""
        if page is None:
            return None
        if about and page.fault is not None and page.fault.reason is Reason.OPTED_OUT:
            self._waiting = {about: page.headers}  # its response follows: no other is waited for
            return None
        told = self._waiting.pop(record, None)
        return replace(page, headers={**page.headers, **told}) if told else page
