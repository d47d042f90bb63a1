"""What the boxes of a post are called, by forum and Q&A software and by sites: data, read once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WORDS = ("own", "post", "reply", "answer", "comment")


@dataclass(frozen=True, slots=True)
class PostTable:
    """Expressions for a whole class or id, in lower case and without the digits at its end, by what they tell of a box."""

    id: str  # changes with any entry
    words: re.Pattern[str]  # it holds a post or its message; the matched group's name is one of WORDS
    inner: re.Pattern[str]  # inside a post, it leads to the message
    frame: re.Pattern[str]  # inside a message, it is none of it
    quote: re.Pattern[str]  # inside a message, it quotes another
    author: re.Pattern[str]  # inside a post, it names the author
    answering: re.Pattern[str]  # around a lone answer, it holds no question
    forum: re.Pattern[str]  # its page is a thread's
    question: re.Pattern[str]  # its page is a question's
    rim_texts: re.Pattern[str]  # whole blocks inside a message that are none of it
    software: re.Pattern[str]  # in <meta name=generator>: forum software
    forums: re.Pattern[str]  # in <title>: a forum's
    titles: re.Pattern[str]  # in <title>: of a community or a Q&A site, which may publish articles, too


@cache
def post_table() -> PostTable:
    """The table of posts.toml."""
    text = files(__package__).joinpath("posts.toml").read_text("utf-8")
    table = tomllib.loads(text)
    boxes = table["boxes"]
    words = "|".join(f"(?P<{word}>{'|'.join(boxes[word])})" for word in WORDS)
    found = {
        name: re.compile(boxes[name])
        for name in ("inner", "frame", "quote", "author", "answering", "forum", "question")
    }
    said = {
        name: re.compile("|".join(table["texts"][name]), re.IGNORECASE)
        for name in ("rim_texts", "software", "forums", "titles")
    }
    return PostTable(hashlib.sha256(text.encode()).hexdigest()[:16], re.compile(words), **found, **said)
