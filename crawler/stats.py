"""Scrapy's stats without its look at each call."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class Stats(MemoryStatsCollector):
    """As Scrapy has it. Only nobody is warned of an argument that it once took, for which each look at an attribute raises
    and catches an error: a dozen numbers are counted for each page."""

    __getattribute__ = object.__getattribute__
