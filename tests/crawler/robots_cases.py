"""What google/robotstxt's own tests assert, restated as data.

| of their 197 assertions (robots_test.cc, as of 21fc90b) | here |
|---|---|
| 141 verdicts: robots.txt, agent, URL, allowed | `verdicts`: 141, one for one |
| 11 names that an agent may have, or not | `NAMES`: 9; no name at all is the empty one, and one stands there twice |
| 10 counts of lines, by line end | `LINES`: a rule behind each kind of line end is seen |
| 10 counts of lines, by byte order mark, whole or cut short | `MARKS`: the same, for each of the 5 files |
| 2 places of a Sitemap line | `SITEMAPS`: 2 |
| 19 paths of URLs | `PATHS`: 9, by a rule that fits; URLs without a scheme are left out: no crawl asks for one |
| 4 patterns, escaped | `ESCAPES`: 4 |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

LONG = 2083 * 8
H = "http://foo.bar"
BOT = "user-agent: FooBot\n"
ALL_BUT = BOT + "disallow: /\nallow: "
GROUPS = (
    "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\ndisallow: /\nallow: /y/\n\n\n"
    "allow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n"
)
SPECIFIC = "user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /\nuser-agent: BazBot\ndisallow: /\n"
SPACED = "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n"
TWO = "User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/\n"
QUERY = "/foo/bar?qux=taz&baz=http://foo.bar?tar&par"
LINE = "/x/".ljust(LONG - len("/x/disallow: ") + 1, "a")
ALLOWED, OTHER = (("/x/".ljust(LONG - len("/x/allow: ") + 1, sign)) for sign in "ab")

# robots.txt, agent, paths that may be asked for, and paths that may not
GROUPED: tuple[tuple[str, str, str, str], ...] = (
    (BOT + "disallow: /\n", "FooBot", "", "/x/y"),
    ("foo: FooBot\nbar: /\n", "FooBot", "/x/y", ""),
    ("user-agent FooBot\ndisallow /\n", "FooBot", "", "/x/y"),
    (GROUPS, "FooBot", "/x/b /z/d", "/y/c /foo/bar/"),
    (GROUPS, "BarBot", "/y/c /w/a", "/z/d /foo/bar/"),
    (GROUPS, "BazBot", "/z/d", "/foo/bar/"),
    ("USER-AGENT: FooBot\nALLOW: /x/\nDISALLOW: /\n", "FooBot", "/x/y", "/a/b"),
    ("user-agent: FooBot\nallow: /x/\ndisallow: /\n", "FooBot", "/x/y", "/a/b"),
    ("uSeR-aGeNt: FooBot\nAlLoW: /x/\ndIsAlLoW: /\n", "FooBot", "/x/y", "/a/b"),
    *(
        (f"User-Agent: {name}\nAllow: /x/\nDisallow: /\n", agent, "/x/y", "/a/b")
        for name in ("FOO BAR", "foo bar", "FoO bAr")
        for agent in ("Foo", "foo")
    ),
    (SPACED, "Foo", "/x/y", ""),
    (SPACED, "Foo Bar", "", "/x/y"),
    ("", "FooBot", "/x/y", ""),
    ("user-agent: *\nallow: /\n" + BOT + "disallow: /\n", "FooBot", "", "/x/y"),
    ("user-agent: *\nallow: /\n" + BOT + "disallow: /\n", "BarBot", "/x/y", ""),
    (SPECIFIC, "QuxBot", "/x/y", ""),
    (BOT + "disallow: /x/\n", "FooBot", "", "/x/y"),
    (BOT + "disallow: /X/\n", "FooBot", "/x/y", ""),
    (BOT + "disallow: /x/page.html\nallow: /x/\n", "FooBot", "", "/x/page.html"),
    (BOT + "allow: /x/page.html\ndisallow: /x/\n", "FooBot", "/x/page.html", "/x/"),
    (BOT + "disallow: \nallow: \n", "FooBot", "/x/page.html", ""),
    (BOT + "disallow: /\nallow: /\n", "FooBot", "/x/page.html", ""),
    (BOT + "disallow: /x\nallow: /x/\n", "FooBot", "/x/", "/x"),
    (BOT + "disallow: /x/page.html\nallow: /x/page.html\n", "FooBot", "/x/page.html", ""),
    (BOT + "allow: /page\ndisallow: /*.html\n", "FooBot", "/page", "/page.html"),
    (BOT + "allow: /x/page.\ndisallow: /*.html\n", "FooBot", "/x/page.html", "/x/y.html"),
    (TWO, "FooBot", "/x/page", "/y/page"),
    (ALL_BUT + QUERY + "\n", "FooBot", QUERY, ""),
    (ALL_BUT + "/foo/bar/ツ\n", "FooBot", "/foo/bar/%E3%83%84", "/foo/bar/ツ"),
    (ALL_BUT + "/foo/bar/%E3%83%84\n", "FooBot", "/foo/bar/%E3%83%84", "/foo/bar/ツ"),
    (ALL_BUT + "/foo/bar/%62%61%7A\n", "FooBot", "/foo/bar/%62%61%7A", "/foo/bar/baz"),
    (
        BOT + "disallow: /foo/bar/quz\nallow: /foo/*/qux\n",
        "FooBot",
        "/foo/quz /foo//quz /foo/bax/quz",
        "/foo/bar/quz",
    ),
    (
        BOT + "disallow: /foo/bar$\nallow: /foo/bar/qux\n",
        "FooBot",
        "/foo/bar/qux /foo/bar/ /foo/bar/baz",
        "/foo/bar",
    ),
    (BOT + "# disallow: /\ndisallow: /foo/quz#qux\nallow: /\n", "FooBot", "/foo/bar", "/foo/quz"),
    (
        "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n",
        "foobot",
        "/allowed-slash/ /allowed-slash/index.html",
        "/allowed-slash/index.htm /anyother-url",
    ),
    (BOT + f"disallow: {LINE}/qux\n", "FooBot", "/fux", f"{LINE}/fux"),
    (ALL_BUT + f"{ALLOWED}/qux\nallow: {OTHER}/qux\n", "FooBot", f"{ALLOWED}/qux {OTHER}/fux", "/"),
    *(
        (
            ALL_BUT + f"{rule}\n",
            "FooBot",
            "/fish /fish.html /fish/salmon.html /fishheads /fishheads/yummy.html /fish.html?id=anything",
            f"/bar {other} /catfish /?id=fish",
        )
        for rule, other in (("/fish", "/Fish.asp"), ("/fish*", "/Fish.bar"))
    ),
    (
        ALL_BUT + "/fish/\n",
        "FooBot",
        "/fish/ /fish/salmon /fish/?salmon /fish/salmon.html /fish/?id=anything",
        "/bar /fish /fish.html /Fish/Salmon.html",
    ),
    (
        ALL_BUT + "/*.php\n",
        "FooBot",
        "/filename.php /folder/filename.php /folder/filename.php?parameters //folder/any.php.file.html /filename.php/"
        " /index?f=filename.php/",
        "/bar /php/ /index?php /windows.PHP",
    ),
    (
        ALL_BUT + "/*.php$\n",
        "FooBot",
        "/filename.php /folder/filename.php",
        "/bar /filename.php?parameters /filename.php/ /filename.php5 /php/ /filename?php /aaaphpaaa //windows.PHP",
    ),
    (ALL_BUT + "/fish*.php\n", "FooBot", "/fish.php /fishheads/catfish.php?parameters", "/bar /Fish.PHP"),
    (BOT + "allow: /p\ndisallow: /\n", "FooBot", "/page", ""),
    (BOT + "allow: /folder\ndisallow: /folder\n", "FooBot", "/folder/page", ""),
    (BOT + "allow: /page\ndisallow: /*.htm\n", "FooBot", "", "/page.htm"),
    (BOT + "allow: /$\ndisallow: /\n", "FooBot", "/", "/page.html"),
)
LINES = (
    ("User-Agent: foo\r\nDisallow: /a\r\n", "foo", "/b", "/a"),
    ("User-Agent: foo\rDisallow: /a\r", "foo", "/b", "/a"),
    ("User-Agent: foo\nDisallow: /a\r\nUser-Agent: bar\n\r\nDisallow: /", "foo", "/b", "/a"),
    ("User-Agent: foo\nDisallow: /a", "foo", "/b", "/a"),
)
EMPTY = (("", "FooBot", "", True), (BOT + "disallow: /\n", "", "", True), ("", "", "", True))
DISALLOWED = ((BOT + "disallow: /\n", "FooBot", "", False),)
NAMES = {"Foobot": True, "Foobot-Bar": True, "Foo_Bar": True} | dict.fromkeys(
    ("", "ツ", "Foobot*", " Foobot ", "Foobot/2.1", "Foobot Bar"), False
)
MARKS = (  # a file, and whether its rule for the agent foo is seen
    (b"\xef\xbb\xbfUser-Agent: foo\nDisallow: /a\n", True),
    (b"\xef\xbbUser-Agent: foo\nDisallow: /a\n", True),
    (b"\xefUser-Agent: foo\nDisallow: /a\n", True),
    (b"\xef\x11\xbfUser-Agent: foo\nDisallow: /a\n", False),
    (b"User-Agent: foo\n\xef\xbb\xbfDisallow: /a\n", False),
)
SITEMAPS = ("User-Agent: a\nAllow: /b\n\nSitemap: {}\n", "Sitemap: {}\nUser-Agent: a\nAllow: /b\n\n")
PATHS = (  # of a whole URL: what a rule is held against
    ("http://www.example.com", "/"),
    ("http://www.example.com/", "/"),
    ("http://www.example.com/a", "/a"),
    ("http://www.example.com/a/", "/a/"),
    ("http://www.example.com/a/b?c=http://d.e/", "/a/b?c=http://d.e/"),
    ("http://www.example.com/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f"),
    ("http://example.com?a", "/?a"),
    ("http://example.com/a;b#c", "/a;b"),
    ("//a/b/c", "/b/c"),
)
ESCAPES = (
    ("http://www.example.com", "http://www.example.com"),
    ("/a/b/c", "/a/b/c"),
    ("á", "%C3%A1"),
    ("%aa", "%AA"),
)


def verdicts() -> Iterator[tuple[str, str, str, bool]]:
    """robots.txt, agent, URL, and whether it may be asked for."""
    yield from (*EMPTY, *DISALLOWED, *_single(GROUPED))


def cases() -> Iterator[tuple[str, str, str, bool]]:
    """The verdicts, and those that their tests of line ends and paths are turned into."""
    yield from (*verdicts(), *_single(LINES))
    for url, path in PATHS:  # the rule that fits the path to its end, and no other, closes it
        yield f"user-agent: *\ndisallow: {path}$\n", "FooBot", url, False
        yield f"user-agent: *\nallow: {path}$\ndisallow: /\n", "FooBot", url, True


def _single(grouped: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str, bool]]:
    for text, agent, free, closed in grouped:
        for paths, allowed in ((free, True), (closed, False)):
            yield from ((text, agent, H + path, allowed) for path in paths.split())
