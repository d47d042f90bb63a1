"""The families of pages, each with its own host and markup."""

from __future__ import annotations

from crawler.demo.families.advice import ADVICE, MOBILE
from crawler.demo.families.legal import LEGAL
from crawler.demo.families.mirror import MIRROR
from crawler.demo.families.news import NEWS
from crawler.demo.families.qa import QA
from crawler.demo.families.wordpress import WORDPRESS

__all__ = ["ADVICE", "FAMILIES", "LEGAL", "MIRROR", "MOBILE", "NEWS", "QA", "WORDPRESS", "WRITERS"]

WRITERS = (NEWS, WORDPRESS, ADVICE, LEGAL, QA)  # sites with articles of their own
FAMILIES = (*WRITERS, MIRROR, MOBILE)
