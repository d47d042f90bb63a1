"""Which article stands where: originals on five sites, copies on a mirror, mobile twins, parts, faults."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from crawler.demo import copies
from crawler.demo.charsets import CHARSETS, GBK_VARIANTS
from crawler.demo.families import ADVICE, LEGAL, MIRROR, MOBILE, NEWS, QA, WORDPRESS, WRITERS
from crawler.demo.families.frame import Around, Family, Link
from crawler.demo.model import PLAIN, Article, Behaviour
from crawler.demo.prose import TOPICS, stock, write_article

ORIGINALS = 48  # a site
UTF8_VARIANTS = tuple(name for name in CHARSETS if name.startswith("utf-8"))
BIG5_VARIANTS = tuple(name for name in CHARSETS if name.startswith("big5"))
FAULTS = {  # (site, number of the article on it) → what stands between the crawler and the page
    (LEGAL.name, 5): ("500 once", Behaviour(first=(500,))),
    (LEGAL.name, 6): ("429 twice", Behaviour(first=(429, 429))),
    (LEGAL.name, 7): ("slow", Behaviour(delay=2.0)),
    (LEGAL.name, 9): ("cut off", Behaviour(cut=True)),
    (QA.name, 5): ("500 once", Behaviour(first=(500,))),
    (QA.name, 6): ("429 twice", Behaviour(first=(429, 429))),
    (QA.name, 8): ("redirects", PLAIN),
    (NEWS.name, 9): ("cut off", Behaviour(cut=True)),
    (NEWS.name, 13): ("redirects", PLAIN),
}


PART_URLS = {  # site → URL of an article's later parts
    NEWS.name: "{stem}_{part}.{ending}",
    LEGAL.name: "{stem}_{before}.{ending}",
    ADVICE.name: "{stem}-{part}.{ending}",
    WORDPRESS.name: "{first}/{part}/",
    QA.name: "{first}?page={part}",
}
PART_TITLES = {ADVICE.name: "{title}({part}/{count})", LEGAL.name: "{title}_第{part}页"}
LOST = 3  # number of the article in parts whose last page is gone


@dataclass(frozen=True, slots=True)
class Posting:
    """An article at a URL."""

    family: Family
    url: str
    article: Article
    charset: str
    kind: str = "article"
    copy_kind: str = "original"
    text_id: str = ""
    fault: str = ""
    behaviour: Behaviour = PLAIN
    hidden: bool = False  # below a path that robots.txt forbids
    part: int = 1
    part_urls: tuple[str, ...] = ()
    whole: Article | None = None  # what the parts that the site has say together
    lost: tuple[str, ...] = ()  # URLs of parts that it does not have

    @property
    def entrance(self) -> str:
        """The URL that other pages link to."""
        path = self.url.removeprefix(f"http://{self.family.host}")
        return f"http://{self.family.host}/go{path}" if self.fault == "redirects" else self.url


def post(family: Family, number: int, article: Article, **traits: object) -> Posting:
    """The article at the family's URL for this number."""
    url = family.url(family.article_path, id=number, slug=article.topic)
    behaviour_known: dict[str, object] = {"charset": family.charset, "text_id": article.id, **traits}
    return Posting(family, url, article, **behaviour_known)  # type: ignore[arg-type]  # traits are Posting's own fields


def charset_of(family: Family, number: int) -> str:
    """Most pages are declared as the site does it, some wrongly or not at all."""
    if family is NEWS and number % 3 == 0:
        return GBK_VARIANTS[number // 3 % len(GBK_VARIANTS)]
    if family in (WORDPRESS, ADVICE, QA) and number % 8 == 3:
        return UTF8_VARIANTS[number // 8 % len(UTF8_VARIANTS)]
    return family.charset


def examples(seed: int) -> Iterator[tuple[str, str]]:
    """File names and pages of articles as they are looked for, one on every second subject; no site has them."""
    products = stock()["names"]["products"]
    for number, topic in enumerate(TOPICS[::2]):
        family, article = WRITERS[number], write_article(f"{seed}/example/{topic}", topic, products[number])
        link = Link("/", "首页")
        yield f"{topic}.html", family.article(family, article, Around([link], [link]), f"http://{family.host}/")


def originals(seed: int) -> Iterator[Posting]:
    """Each site's own articles, no two alike, with their faults and charsets."""
    products, titles = stock()["names"]["products"], set[str]()
    for site, family in enumerate(WRITERS):
        for number in range(ORIGINALS):
            topic, product = TOPICS[number % len(TOPICS)], products[(number * 5 + site * 3) % len(products)]
            attempts = (f"{seed}/{family.name}/{number}/{attempt}" for attempt in range(50))
            written = (write_article(key, topic, product) for key in attempts)
            article = next(one for one in written if one.title not in titles)
            titles.add(article.title)
            fault, behaviour = FAULTS.get((family.name, number), ("", PLAIN))
            if family is WORDPRESS and number % 3 == 1:
                fault = "gzip"
            charset = charset_of(family, number)
            yield post(family, 20100 + number * 7, article, charset=charset, fault=fault, behaviour=behaviour)


def negatives(seed: int) -> Iterator[Posting]:
    """Articles that differ from an original in the product alone: near, yet no copies."""
    for number in range(6):
        key = f"{seed}/negative/{number}"
        for side, product in enumerate(("闪惠贷", "蓝鲸备用金")):
            article = replace(write_article(key, TOPICS[number], product), id=f"{key}/{side}")
            yield post(WORDPRESS, 30100 + number * 2 + side, article, copy_kind="negative")


def others(seed: int) -> Iterator[Posting]:
    """Forbidden articles, articles on other subjects, articles in parts."""
    products = stock()["names"]["products"]
    for family in WRITERS:
        for number in range(2):
            article = write_article(f"{seed}/private/{family.name}/{number}", TOPICS[number], products[number])
            url = f"http://{family.host}/member/{500 + number}.html"
            yield Posting(family, url, article, family.charset, text_id=article.id, hidden=True)
    for number in range(6):
        for family, topic in ((WORDPRESS, "recipe"), (NEWS, "football")):
            key = f"{seed}/{topic}/{number}"
            article = write_article(key, topic, products[0], sections=3)
            yield post(family, 40100 + number, article, kind="off_topic")
    for number, family in enumerate((NEWS, LEGAL, ADVICE, NEWS, LEGAL, ADVICE, WORDPRESS, QA)):
        key = f"{seed}/long/{number}"
        article = write_article(key, TOPICS[number], products[number], sections=4, depth=7)
        yield from in_parts(family, 50100 + number, article, 2 + number % 2, lost=number == LOST)


def in_parts(family: Family, number: int, article: Article, count: int, *, lost: bool) -> Iterator[Posting]:
    """One article over several pages, in the manner of its site; the last page is gone where it is lost."""
    first = family.url(family.article_path, id=number, slug=article.topic)
    stem, dot, ending = first.rpartition(".")
    names = {"first": first, "stem": stem if dot else first, "ending": ending}
    pattern = PART_URLS[family.name]
    urls = (first, *(pattern.format(part=part, before=part - 1, **names) for part in range(2, count + 1)))
    pieces = list(copies.parts(article, count))[: count - lost]
    told = tuple(line for piece in pieces for line in piece.lines)
    whole = replace(article, lines=told, remarks=() if lost else article.remarks)
    for part, (url, piece) in enumerate(zip(urls, pieces, strict=False), 1):
        title = PART_TITLES.get(family.name, "{title}").format(title=article.title, part=part, count=count)
        shown = replace(piece, title=title, remarks=piece.remarks if part == count or family is QA else ())
        text_id = article.id if part == 1 else f"{article.id}/part{part}"
        traits = {"part": part, "part_urls": urls, "whole": whole, "lost": urls[len(pieces) :]}
        yield Posting(family, url, shown, family.charset, "part", "part", text_id, **traits)  # type: ignore[arg-type]  # Posting's own fields


def mirrored(seed: int, sources: list[Posting]) -> Iterator[Posting]:
    """Copies on the mirror: as they are, re-spaced, re-punctuated, in traditional characters, spun."""
    rng = random.Random(f"{seed}/mirror")  # noqa: S311 -- reproducible content, no secret
    kinds = ["exact"] * 22 + ["respaced"] * 6 + ["fullwidth"] * 6 + ["traditional"] * 12 + ["spun"] * 8
    chosen = rng.sample([posting for posting in sources if posting.fault != "cut off"], len(kinds))
    for number, (kind, source) in enumerate(zip(kinds, chosen, strict=True)):
        article, charset, text_id = source.article, MIRROR.charset, source.text_id
        if kind == "respaced":
            article = copies.respaced(article, rng)
        elif kind == "fullwidth":
            article = copies.fullwidth(article)
        elif kind == "traditional":
            article = copies.traditional(article)
            charset = BIG5_VARIANTS[number // 2 % len(BIG5_VARIANTS)] if number % 2 else charset
        elif kind == "spun":
            anew = write_article(article.id, article.topic, article.tags[0], spin=rng.uniform(0.7, 1.0))
            article = copies.spun(anew, rng, 0.8)
            text_id = f"{source.text_id}/spun"
        later = replace(article, published=source.article.published + timedelta(days=rng.randint(1, 30)))
        yield post(MIRROR, 700 + number, later, charset=charset, copy_kind=kind, text_id=text_id)


def twins(sources: list[Posting]) -> Iterator[Posting]:
    """The mobile host shows every second article of the advice portal."""
    for posting in [one for one in sources if one.family is ADVICE][::2]:
        url = posting.url.replace(ADVICE.host, MOBILE.host)
        yield Posting(MOBILE, url, posting.article, "utf-8", copy_kind="twin", text_id=posting.text_id)


def postings(seed: int) -> list[Posting]:
    """All articles of the site."""
    own = list(originals(seed))
    return [*own, *negatives(seed), *others(seed), *mirrored(seed, own), *twins(own)]
