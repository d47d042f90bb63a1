"""Site templates: learned once from many pages, by an explicit step, and used by later runs as a table with an id."""

from __future__ import annotations

from pipelines.templates.learn import Demands, learn
from pipelines.templates.sample import sampled
from pipelines.templates.site import SiteKind, site_of
from pipelines.templates.table import ANYWHERE, NO_TEMPLATES, Template, Templates, read, write

__all__ = [
    "ANYWHERE",
    "NO_TEMPLATES",
    "Demands",
    "SiteKind",
    "Template",
    "Templates",
    "learn",
    "read",
    "sampled",
    "site_of",
    "write",
]
