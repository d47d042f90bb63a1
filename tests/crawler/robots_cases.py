"""What google/robotstxt's own tests assert, as data: robots.txt, agent, URL, allowed.

The facts are theirs (robots_test.cc), and the number of cases is not: some are turned into other ones, some are left out.

Turned: line ends, byte order marks and paths of URLs, which they look at inside the parser, are asked for by a rule behind them.
Left out, with no counterpart here: how many lines were read; which agents' names are valid; two thirds or a third of a byte
order mark; URLs without a scheme, which no crawl asks for; where sitemap lines stand.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    # of their tests of line ends and byte order marks: whether the rules behind are seen
    ("User-Agent: foo\r\nDisallow: /a\r\n", "foo", "/b", "/a"),
    ("User-Agent: foo\rDisallow: /a\r", "foo", "/b", "/a"),
    ("User-Agent: foo\nDisallow: /a\r\nUser-Agent: bar\n\r\nDisallow: /", "foo", "/b", "/a"),
    ("\ufeffUser-Agent: foo\nDisallow: /a\n", "foo", "/b", "/a"),
    ("User-Agent: foo\n\ufeffDisallow: /a\n", "foo", "/a", ""),
)
EMPTY = (("", "FooBot", "", True), (BOT + "disallow: /\n", "", "", True), ("", "", "", True))
DISALLOWED = ((BOT + "disallow: /\n", "FooBot", "", False),)
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


def cases() -> Iterator[tuple[str, str, str, bool]]:
    """robots.txt, agent, URL, and whether it may be asked for."""
    yield from (*EMPTY, *DISALLOWED)
    for text, agent, free, closed in GROUPED:
        for paths, allowed in ((free, True), (closed, False)):
            yield from ((text, agent, H + path, allowed) for path in paths.split())
    for url, path in PATHS:  # the rule that fits the path to its end, and no other, closes it
        yield f"user-agent: *\ndisallow: {path}$\n", "FooBot", url, False
        yield f"user-agent: *\nallow: {path}$\ndisallow: /\n", "FooBot", url, True
