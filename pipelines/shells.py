"""Pages without a visible word: whether a script or a refresh leads on from them, or checks who reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from pipelines.model import Reason, Rejected

LONGEST = 200_000  # characters: a shell is short
CHECK = re.compile(
    r"challenge-platform|cf[-_]chl|__jsl_clearance|acw_sc__v|aliyun_waf|waf[-_]?(?:captcha|verify|nc)|geetest|yidun|[a-z]*captcha"
    r"|滑动验证|安全验证|人机验证|验证码",
    re.IGNORECASE,
)
LEADS_ON = re.compile(
    r"http-equiv\s*=\s*[\"']?refresh[\"']?[^>]*url\s*=|\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:replace|assign)\s*\(",
    re.IGNORECASE,
)
REFRESH = re.compile(
    r"\s*(?P<seconds>\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*[\"']?(?P<to>[^\s\"']+)", re.IGNORECASE
)
SCRIPTED = re.compile(
    r"\blocation(?:\.href)?\s*=\s*[\"'](?P<set>[^\"'\s]{1,2000})[\"']\s*(?:[;\n}<]|$)"
    r"|\blocation\.(?:replace|assign)\s*\(\s*[\"'](?P<called>[^\"'\s]{1,2000})[\"']\s*\)",
    re.IGNORECASE,
)
SCRIPT, SCRIPT_END = re.compile(r"<script\b", re.IGNORECASE), re.compile("</script", re.IGNORECASE)
STATEMENT = re.compile(
    r"(?<![\w.$])(?:(?:window|self|top|parent|document)\.)?location(?:(?:\.href)?\s*=(?!=)|\.(?:replace|assign)\s*\()"
)
MOST_STATEMENTS = 100  # of a script that are looked at
UNFINISHED = frozenset("()?:&|=>,+!~[{.")  # behind these a line goes on
META = re.compile(r"<meta\b[^>]{1,2000}>", re.IGNORECASE)
REFRESHES = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
SOON = 30  # seconds: what refreshes later is a page to be read first


def shell(html: str) -> Rejected | None:
    """Why a page without a visible word has none, where its code tells."""
    if len(html) > LONGEST:
        return None
    if match := CHECK.search(html):
        return Rejected(Reason.CAPTCHA, f"no visible text, and “{match[0][:40]}” in its code", "parse")
    if LEADS_ON.search(html):
        return Rejected(Reason.REDIRECT, "no visible text, and its code leads to another address", "parse")
    return None


def leads_on_at_once(html: str) -> bool:
    """Whether a page's code leads on by itself: a soon refresh, or a script's statement outside all braces and conditions."""
    if any(_refreshes(html)):
        return True
    scripts = (SCRIPT_END.split(behind, 1)[0].partition(">")[2] for behind in SCRIPT.split(html)[1:])
    return any(
        _runs(script[: one.start()])
        for script in scripts
        for one in islice(STATEMENT.finditer(script), MOST_STATEMENTS)
    )


def _runs(ahead: str) -> bool:
    """Whether what follows is run as the script is; in a function or behind a condition it may never be."""
    before = ahead.rstrip()
    begins = before[-1:] in (";", "}", "") or ("\n" in ahead[len(before) :] and before[-1] not in UNFINISHED)
    return begins and ahead.count("{") == ahead.count("}")


def refreshes_to(content: str) -> str | None:
    """Where <meta http-equiv=refresh> soon leads to; None where it only reloads, or leaves time to read."""
    match = REFRESH.match(content)
    return match["to"] if match and int(match["seconds"]) <= SOON else None


def leads_to(html: str) -> list[str]:
    """Where the code of a page without a visible word leads on, as written: a refresh, or a script's plain location."""
    if len(html) > LONGEST:
        return []
    return [*_refreshes(html), *(one["set"] or one["called"] for one in SCRIPTED.finditer(html))]


def _refreshes(html: str) -> Iterator[str]:
    metas = [CONTENT.search(tag) for tag in META.findall(html) if REFRESHES.search(tag)]
    told = (refreshes_to(unescape(one[1] or one[2] or "")) for one in metas if one)
    return filter(None, told)
