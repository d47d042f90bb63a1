"""What each element is to the walk, by the parser's number of its tag."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

BLOCK_TAGS = frozenset(
    """html body address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table caption colgroup tbody
    thead tfoot tr td th ul option select optgroup textarea button title marquee frameset noframes""".split()
)
DROPPED_TAGS = frozenset("style template noscript iframe object embed svg map canvas applet math".split())
TELLING_TAGS = frozenset("head script meta link base".split())  # shown to nobody, but they tell of the page
UNSEEN_SELECTOR = ", ".join(sorted(DROPPED_TAGS | {"head", "script"}))
LEADING_TAGS = frozenset("area map frame iframe noscript".split())  # no word of them is text, but they lead elsewhere
LEADING_SELECTOR = "a[href], area[href], frame[src], iframe[src]"
CHILDLESS_TAGS = frozenset("img input wbr area col param source track".split())
BREAK_TAGS = frozenset(("br", "hr"))

INLINE, LINK, BOX, BREAK, TEXT, TELLING, LEADING, UNSEEN = range(8)
KINDS = {
    **dict.fromkeys(BLOCK_TAGS, BOX),
    **dict.fromkeys(BREAK_TAGS, BREAK),
    **dict.fromkeys(TELLING_TAGS, TELLING),
    **dict.fromkeys(DROPPED_TAGS | CHILDLESS_TAGS, UNSEEN),
    **dict.fromkeys(LEADING_TAGS, LEADING),
    "a": LINK,
}


def _tags_by_id() -> dict[int, str]:
    page = LexborHTMLParser("")
    return {page.create_node(tag).tag_id: tag for tag in KINDS}


def _kinds_by_id() -> dict[int, int]:
    kinds = {id_: KINDS[tag] for id_, tag in TAGS.items()}
    for node in LexborHTMLParser("<p><!--comment-->text").css("p")[0].iter(include_text=True):
        kinds[node.tag_id] = TEXT if node.is_text_node else UNSEEN
    return kinds


TAGS = _tags_by_id()  # numbers in place of names: the parser has them at hand
KIND_OF = _kinds_by_id()
