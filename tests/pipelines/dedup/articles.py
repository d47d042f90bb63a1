"""Articles for the duplicates' tests: made up by a seed, and changed as copiers change them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from pipelines.dedup.synonyms import of_groups

CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本"
    "去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比"
    "或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总"
    "次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做"
    "必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权"
    "收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信"
    "马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连"
)
SYNONYMS = tuple(
    (pair[:2], pair[2:])
    for pair in "用户使用者 方法办法 可以能够 如果假如 需要须要 同时并且 问题疑难 选择挑选 及时按时 影响作用 "
    "银行钱庄 帮助协助 情况状况 非常十分 已经早已 因为由于 但是不过 一般通常 目前眼下 提供供给".split()
)
KNOWN = of_groups(SYNONYMS)

Rows = list[tuple[str, str | None]]


def sentence(rng: random.Random, length: int = 14) -> str:
    return "".join(rng.choices(CHARACTERS, k=length)) + "。"


def article(seed: int, sentences: int = 16) -> str:
    """An article like no other: about one name, with numbers and words that have synonyms."""
    rng = random.Random(seed)  # noqa: S311 -- a corpus, no secret
    words = [pair[0] for pair in SYNONYMS]
    return "\n".join(
        sentence(rng, 6)[:-1]
        + words[n % len(words)]
        + sentence(rng, 5)[:-1]
        + words[(n + 2) % len(words)]
        + sentence(rng, 6)
        for n in range(sentences)
    )


def spun(text: str, pairs: Sequence[tuple[str, str]] = SYNONYMS, share: float = 1.0, seed: int = 0) -> str:
    """The text with a share of the words swapped, wherever they stand."""
    rng = random.Random(seed)  # noqa: S311 -- a corpus, no secret
    for word, other in pairs:
        parts = text.split(word)
        text = parts[0] + "".join((other if rng.random() < share else word) + part for part in parts[1:])
    return text


def product(name: str, amounts: Sequence[int], seed: int) -> str:
    """One template's article about a product."""
    rng = random.Random(seed)  # noqa: S311 -- a corpus, no secret
    lines = [f"{sentence(rng, 9)[:-1]}{name}{sentence(rng, 8)[:-1]}{amount}元{sentence(rng, 9)}" for amount in amounts]
    return "\n".join(lines)


def corpus(seed: int, size: int) -> Rows:
    """Articles, copies of every kind, and look-alikes, in a random order."""
    rng = random.Random(seed)  # noqa: S311 -- a corpus, no secret
    texts: list[str | None] = ["", None, "借条", "借条。"]
    while len(texts) < size:
        text = article(rng.randrange(size // 3))
        numbers = [rng.randrange(100, 999) for _ in range(5)]
        name = rng.choice(["微粒贷", "京东金条", "度小满"])
        texts.append(
            rng.choice(
                [
                    text,
                    text.replace("。", "！ "),
                    spun(text, share=rng.choice([0.3, 1.0]), seed=rng.randrange(9)),
                    text[: len(text) * 2 // 3],
                    text + "\n" + article(rng.randrange(size // 3)),
                    product(name, numbers, rng.randrange(3)),
                ]
            )
        )
    rng.shuffle(texts)
    return [(f"page-{n}", text) for n, text in enumerate(texts)]
