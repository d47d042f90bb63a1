"""What the pages of `benchmarks.focus_sites_cities` say: about loans from the demo's stock, else from a small one here."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.demo.prose import TOPICS, write_article

PRODUCTS = ("微粒贷", "借呗", "花呗", "信用卡", "网商贷", "白条", "房贷", "车贷")


PATTERNS = (
    "{act}{thing}的时候，{say}。",
    "很多人问{thing}怎么{act}，其实{say}。",
    "{place}的{person}说，{say}，{thing}也一样。",
    "今年{place}的{thing}比去年多了{number}，{say}。",
    "先看{thing}，再看{thing}；{say}。",
    "要是{thing}不合适，就不要{act}，因为{say}。",
    "{person}在{place}{act}了{number}天{thing}，结论是{say}。",
    "{say}，所以{place}的{thing}总要{act}两次。",
)
TITLES = (
    "{place}{thing}{act}攻略",
    "{thing}怎么{act}？{person}来说说",
    "{person}：{thing}和{thing}有什么不同",
    "{number}个{act}{thing}的办法",
    "{place}的{thing}火了",
)
PLACES = "城东 城西 老街 开发区 江边 新区 大学城 南门 北站 古镇 湖区 山脚下".split()
PEOPLE = "老张 李师傅 王老师 记者 一位网友 陈女士 邻居 专家 赵大爷 小刘".split()
THEMES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["theme"]
STOCKS = 10  # the theme's place that lies nearest to loans


def written(chance: random.Random, theme: int | None, sentences: int) -> tuple[str, str]:
    """Title and text of an article on the theme, about loans where there is none."""
    if theme is None:
        topic = chance.choice(TOPICS)
        made = write_article(f"{chance.random()}", topic, chance.choice(PRODUCTS), sections=2, depth=sentences // 3)
        return made.title, "".join(line.text for line in made.lines if line.text)
    said = [_say(chance, THEMES[theme], chance.choice(PATTERNS)) for _ in range(sentences)]
    return _say(chance, THEMES[theme], chance.choice(TITLES)), "".join(said)


def _say(chance: random.Random, theme: Mapping[str, Any], pattern: str) -> str:
    slots = {**theme, "place": PLACES, "person": PEOPLE}
    while "{" in pattern:
        start, end = pattern.index("{"), pattern.index("}")
        slot = pattern[start + 1 : end]
        word = str(chance.randint(2, 30)) if slot == "number" else chance.choice(slots[slot])
        pattern = pattern[:start] + word + pattern[end + 1 :]
    return pattern
