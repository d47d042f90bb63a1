"""Metadata of pages made in the templates of many families of sites (families.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.model import Record

FAMILIES = tomllib.loads(Path(__file__).with_name("families.toml").read_text("utf-8"))
TITLE = "微粒贷逾期三个月，怎样与银行协商还款"
BODY = """<p>逾期之后先别慌张，把每一笔欠款的本金、利息和违约金列成一张表，再看看自己每个月能拿出多少钱来还。</p>
<p>打电话给官方客服，说明失业或者生病的情况，申请个性化分期，最长可以分六十期，谈妥之后要对方发书面的确认。</p>
<p>遇到冒充律师的人上门，可以先核对证件，再报警；合同、流水和通话录音都要保存两年以上，起诉的时候用得上。</p>"""
NAV = '<div class="nav"><a href="/">首页</a> <a href="/dk">贷款</a> <a href="/lc">理财</a> <a href="/bx">保险</a></div>'
RELATED = """<div class="xg"><h3>相关阅读</h3><ul><li><a href="/1.html">信用卡最低还款怎么算</a> 2019-01-02</li>
<li><a href="/2.html">房贷利率怎么看</a> 2018-03-04</li></ul></div>"""
FOOT = '<div class="foot">Copyright © 2010-2024 版权所有 京ICP备10000001号</div>'
FIELDS = ("published", "author", "source")


@pytest.mark.parametrize("name", FAMILIES)
def test_metadata_are_found_in_the_family_s_template(name: str, record: Callable[[str], Record]) -> None:
    family = FAMILIES[name]
    head, top, below = (family.get(part, "").replace("TITLE", TITLE) for part in ("head", "top", "below"))
    found = record(f"<html><head>{head}</head><body>{NAV}{top}{BODY}{below}{RELATED}{FOOT}</body></html>")
    told = {
        "published": found.published.isoformat() if found.published else "",
        "author": found.author or "",
        "source": found.source or "",
    }
    wanted = {field: family[field] for field in FIELDS if field in family}
    told["published"] = (
        told["published"][: len(wanted.get("published", ""))] if wanted.get("published") else told["published"]
    )
    assert found.title == TITLE
    assert {field: told[field] for field in wanted} == wanted
