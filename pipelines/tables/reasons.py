"""Why a block was removed, and why a page was rejected, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pipelines.model import Reason
from pipelines.tables import boilerplate_rules

OF_STAGES: Mapping[str, str] = {
    "title.above-text": "the nearest heading above the text, taken for the title where <title> tells only the site's name",
    "title.heading": "it is the article's title, which stands apart from the text",
    "title.repeated": "it only says the title again, as a caption or a second heading",
    "meta.line": "it tells when, by whom or where the article was published, which stands apart from the text",
    "comments.section": "a heading such as 网友评论 opens readers' comments, which stand apart from the text",
    "posts.rim": "it stands around a post's message: who wrote it and when, its floor, buttons or signature",
    "posts.outside": "it stands above or below the posts of the thread",
    "parts.repeated": "it says again, on another part of the article, what a part before or after it says",
    "parts.notice": "it tells which part of the article the page is, or where it goes on",
    "body.outside": "it stands above the title of a plain text, or outside the box that holds a huge page's article",
    "body.unlikely": "by its place, its words and its neighbours it is probably no part of the article",
    "second-copy.block": "it says again what an earlier block of the article said",
}
OF_FAMILIES: Mapping[str, str] = {  # whose ids are learned, and explained by their table
    "template": "the site says it on its other pages, too (a site template)",
}
OF_REJECTIONS: Mapping[Reason, str] = {
    Reason.UNREADABLE: "the path or record could not be read",
    Reason.DAMAGED: "the capture is cut off or corrupted before its end",
    Reason.FETCH_FAILED: "no response came",
    Reason.HTTP_ERROR: "the server answered with an error",
    Reason.REDIRECT: "the response only points to another address",
    Reason.NOT_A_PAGE: "the response is no page for people to read",
    Reason.EMPTY: "there are no bytes to read",
    Reason.BINARY: "the bytes are no text in any encoding",
    Reason.TOO_LARGE: "it is larger than any page written for people",
    Reason.TOO_DEEP: "it is nested deeper than any page written for people",
    Reason.NO_TEXT: "the page shows no word",
    Reason.LIST: "the page leads to articles and holds none of its own",
    Reason.CAPTCHA: "the page asks for proof that a person reads it",
    Reason.BLOCKED: "the page says that the request was blocked",
    Reason.LOGIN_REQUIRED: "the page is for those who log in",
    Reason.SOFT_404: "the page says that what was asked for is not there",
    Reason.PARKED: "there is no site: its domain is for sale, its hosting expired, or it is not built yet",
    Reason.ERROR_PAGE: "the page says that the server failed",
    Reason.PAYWALL: "the page shows nothing of the article to those who do not pay",
    Reason.NO_ARTICLE: "there is text, but none that reads as an article",
    Reason.UNCHANGED: "the page was visited again and is as it was: what came of it then still holds",
    Reason.OPTED_OUT: "its publisher does not want it indexed, archived or mined",
    Reason.OFF_TOPIC: "the article is about other things than the example pages",
    Reason.JOINED: "it is a part of an article, and its text stands in the document of the first part",
    Reason.FAULT: "a stage failed on this page: a defect of taoxi, please report it",
}


@cache
def whys() -> Mapping[str, str]:
    """Every rule that the recipe can name, boilerplate rules first, and why it removes a block."""
    return {**{rule.id: rule.why for rule in boilerplate_rules()}, **OF_STAGES}


def family(rule: str) -> str:
    """The part of a rule's id that it shares with its relatives."""
    return rule.partition(".")[0]
